"""Notices of the course, from histories written by hand."""

import io

import pytest
from docx import Document
from pydantic import ValidationError

from recommender.course.compiling import case_file
from recommender.letters.notice import (
    Notice,
    NoticeNotDue,
    ProjectNotNamed,
    UnknownNotice,
    load_notices,
    notice_letter,
)
from tests.unit.course.telling import DISTRICT, FIRM, VENDOR, Told
from tests.unit.course.test_projects import whole_course


def written(told: Told, kind: str, project: str | None = None) -> list[str]:
    """Paragraphs of a notice between its marked title and its closing."""
    with told.store.read() as work:
        file = case_file(work, FIRM)
    notice = load_notices().named(kind)
    lines = [p.text for p in Document(io.BytesIO(notice_letter(file, notice, project))).paragraphs]
    assert lines[:3] == [
        notice.title,
        "（合成样本，不是真实数据）",
        f"合成样本企业1（统一社会信用代码 {FIRM}）：",
    ]
    return lines[3:-2]


def test_an_enterprise_is_told_to_apply_by_its_day(told: Told) -> None:
    assert written(told, "申报通知") == [
        "贵单位现处于“数字化水平评测”阶段（已评测，自2026年1月5日起），"
        "尚未提交中小企业数字化转型城市试点申报。",
        "请于2026年3月6日前补齐企业档案，提交试点申报。",
        "提交申报还缺：联系人和联系方式。",
    ]
    told.at("2026-03-07")
    assert written(told, "application")[1] == (
        "请于　　　年　　月　　日（原期限2026年3月6日已过，请另定）前补齐企业档案，提交试点申报。"
    )


def test_only_what_is_overdue_and_the_enterprises_turn_is_urged(told: Told) -> None:
    told.at("2026-03-06")
    with pytest.raises(
        NoticeNotDue, match="没有轮到企业办理而已逾期的事项（合成样本企业1现在的状态：企业：已评测"
    ):
        written(told, "overdue")
    told.at("2026-03-09")
    assert written(told, "overdue")[:3] == [
        "贵单位的试点工作现处于“数字化水平评测”阶段（已评测），应于2026年3月6日前办理下一步，已逾期 3 天。",
        "请尽快补齐企业档案，提交试点申报。",
        "还缺：联系人和联系方式。",
    ]
    told.event("pilot_applied", object=DISTRICT)
    # Twenty days later it is the district that is late.
    told.at("2026-04-09")
    with pytest.raises(NoticeNotDue):
        written(told, "overdue")


def test_what_was_returned_says_the_newest_reason(told: Told) -> None:
    for day, reason in (("2026-01-06", "缺联系人"), ("2026-01-08", "评测不完整。")):
        told.at(day).event("pilot_applied", object=DISTRICT)
        told.later(hours=1)
        told.event("pilot_refused", object=DISTRICT, actor=DISTRICT, reason=reason)
    assert written(told, "申报退回通知")[:2] == [
        "贵单位的试点申报已于2026年1月8日退回。",
        "退回原因：评测不完整。",
    ]
    with pytest.raises(NoticeNotDue) as refused:
        written(told, "filing_returned")
    assert (refused.value.code, refused.value.status) == ("notice_not_due", 409)


def test_a_returned_project_lacks_what_it_lacks(told: Told) -> None:
    told.at("2026-01-10").event("contract", project="P1", amount_yuan="200000", due_on="2026-04-01")
    told.at("2026-01-12").event("project_filed", project="P1")
    told.at("2026-01-20").event("project_returned", project="P1", reason="合同缺页{name}", actor=DISTRICT)
    assert written(told, "备案退回通知") == [
        "贵单位项目（P1）的备案已于2026年1月20日退回。",
        "退回原因：合同缺页{name}。",
        "请于2026年2月4日前按退回原因补正后重新提交备案。"
        "重新备案还缺：列入试点名单；合同扫描件；真实性声明。",
    ]


def test_acceptance_leaves_place_and_hour_open_and_says_what_is_short(told: Told) -> None:
    told.at("2026-01-10").event("contract", project="P1")
    told.at("2026-01-12").event("project_filed", project="P1")
    told.at("2026-01-25").event("project_registered", object=DISTRICT, project="P1", actor=DISTRICT)
    told.at("2026-03-08").event("acceptance_requested", project="P1")
    first, _, last = written(told, "验收通知")
    assert first.startswith("贵单位的项目（P1）于2026年3月8日申请验收，现定于　　　年　　月　　日")
    assert first.endswith("组织验收，2026年4月7日前给出结论。")
    assert last == "验收通过还缺：改造后达到二级及以上（改造后等级未知）。"


def test_the_subsidy_is_told_when_it_is_paid(told: Told) -> None:
    whole_course(told)
    assert written(told, "subsidy_result")[0] == (
        "贵单位项目（P1）的奖补申请已审核通过，截至2026年7月1日共拨付 80,000 元。"
    )
    with pytest.raises(NoticeNotDue, match="P1：已获奖补"):
        written(told, "acceptance")


def test_a_project_is_named_where_several_are_late(told: Told) -> None:
    told.event("contract", project="P1")
    told.event("contract", object=VENDOR)
    told.at("2026-03-01")
    with pytest.raises(ProjectNotNamed, match=f"有 2 个项目符合，请指明一个：(P1、{VENDOR}|{VENDOR}、P1)"):
        written(told, "overdue")
    assert "项目（P1）现处于“项目备案”阶段" in written(told, "overdue", "P1")[0]
    assert "项目（与合成服务商的项目（未编号））" in written(told, "overdue", VENDOR)[0]
    with pytest.raises(NoticeNotDue):
        written(told, "overdue", "P9")


def test_an_unknown_kind_lists_the_known(told: Told) -> None:
    with pytest.raises(UnknownNotice, match="overdue（逾期催办通知）"):
        written(told, "表扬信")


@pytest.mark.parametrize(
    "wrong",
    [
        {"paragraphs": ["{phone}"]},
        {"paragraphs": ["{name.x}"]},
        {"paragraphs": ["{name!r}"]},
        {"paragraphs": ["{}"]},
        {"paragraphs": ["{name"]},
        {"paragraphs": []},
        {"states": ["dreaming"]},
        {"reason": "contact"},
    ],
)
def test_texts_that_cannot_be_filled_in_are_refused(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {"code": "c", "title": "t", "refusal": "r", "paragraphs": ["{name}"]}
    assert Notice.model_validate(right)
    with pytest.raises(ValidationError):
        Notice.model_validate(right | wrong)
