"""Moves: in order, by whom they may be made, with what they need, once."""

from typing import Any

import pytest

from recommender.course.moving import (
    Moved,
    MoveRequest,
    NeedsMissing,
    NotYourMove,
    OutOfOrder,
    ProjectUnclear,
    UnknownMove,
    UnknownPartner,
)
from recommender.course.service import CourseService
from recommender.errors import Conflict, InvalidInput
from recommender.matching.unknown import UnknownEnterprise
from tests.synthetic_records import enterprise, uscc
from tests.unit.course.telling import DISTRICT, FIRM, UNIT, Told, best_diagnosis

CONTACT = {"person": "张三丰", "phone": "13800001234"}
Actor = dict[str, str]
OFFICE: Actor = {"role": "district", "actor": DISTRICT}
PARTNER: Actor = {"role": "lead_unit", "actor": UNIT}


def move(told: Told, event: str, by: Actor | None = None, **more: Any) -> Moved:
    told.later(minutes=1)
    body = {"uscc": FIRM, "event": event, **(by or {"role": "enterprise", "actor": FIRM}), **more}
    return CourseService(told.store).advance(MoveRequest.model_validate(body))


def ready(told: Told) -> None:
    with told.begin() as work:
        work.enterprises.put(enterprise(1, contact=CONTACT))


def listed(told: Told) -> None:
    ready(told)
    move(told, "pilot_applied")
    move(told, "pilot_listed", OFFICE)


def filing(told: Told) -> str:
    listed(told)
    project = move(told, "contract", partner=UNIT, attributes={"amount_yuan": "200000"}).project
    assert project is not None
    for about in ("合同", "企业真实性声明"):
        told.event("evidence_filed", project=project, about=about, file="件.pdf", sha256="c" * 64)
    return project


def test_the_whole_course_step_by_step(told: Told) -> None:
    project = filing(told)
    assert move(told, "project_filed", PARTNER).standings[0].state == "filed"
    move(told, "project_registered", OFFICE)
    told.at("2026-04-01")
    with pytest.raises(NeedsMissing) as caught:
        move(told, "acceptance_requested")
    assert caught.value.place["missing"] == [
        "links",
        "invoice",
        "payment",
        "diagnosis_after",
        "investment_list",
    ]
    assert "改造后评测——达到的等级决定" in caught.value.detail
    told.event("link_transformed", project=project, scenario="quality", level=3)
    for document in ("invoice", "payment"):
        told.event("cost_recorded", project=project, document=document, amount_yuan=180000)
    told.event("evidence_filed", project=project, about="投入清单明细表", file="表.xlsx", sha256="d" * 64)
    with told.begin() as work:
        work.diagnoses.put(best_diagnosis(80, "2026-04-01", grade=1))
    with pytest.raises(NeedsMissing, match="质量管理，如"):
        move(told, "acceptance_requested")
    told.event("evidence_filed", project=project, about="质量管理系统截图", file="图.png", sha256="e" * 64)
    move(told, "acceptance_requested")
    # All at the first level: not enough to be accepted.
    with pytest.raises(NeedsMissing, match="现为1级，应不低于2级"):
        move(told, "accepted", OFFICE)
    assert (
        move(told, "rejected", OFFICE, attributes={"reason": "等级不够"}).standings[0].state == "rectifying"
    )
    with told.begin() as work:
        work.diagnoses.put(best_diagnosis(81, "2026-04-02"))
    move(told, "acceptance_requested")
    accepted = move(told, "accepted", OFFICE, attributes={"diagnosis": "SYN-D00081"})
    assert accepted.standings[0].stage_name == "申请奖补"
    with pytest.raises(NeedsMissing, match="满意度评价"):
        move(told, "subsidy_requested", attributes={"amount_yuan": 90000})
    told.event("rating", value=5)
    move(told, "subsidy_requested", attributes={"amount_yuan": 90000})
    end = move(told, "subsidy", {"role": "city", "actor": "city"}, value=90000)
    assert (end.standings[0].state_name, end.standings[0].closed) == ("已获奖补", True)
    assert move(told, "subsidy", OFFICE, value=1).standings[0].state == "paid"


def test_what_is_missing_is_named(told: Told) -> None:
    with pytest.raises(NeedsMissing, match="联系人和联系方式——办理和通知需要"):
        move(told, "pilot_applied")
    listed(told)
    project = move(told, "contract", partner=UNIT).project
    with pytest.raises(NeedsMissing) as caught:
        move(told, "project_filed", project=project)
    assert caught.value.place["missing"] == ["contract_amount", "contract_file", "truth_statement"]
    with pytest.raises(NeedsMissing) as caught:
        move(told, "project_filed", project=project, attributes={"amount_yuan": 5})
    assert caught.value.place["missing"] == ["contract_file", "truth_statement"]


def test_who_may_not_is_refused(told: Told) -> None:
    ready(told)
    with pytest.raises(NotYourMove, match="只能由企业办理"):
        move(told, "pilot_applied", OFFICE)
    with pytest.raises(NotYourMove, match="企业本人"):
        move(told, "pilot_applied", {"role": "enterprise", "actor": uscc(2)})
    filing(told)
    with pytest.raises(NotYourMove, match="自己签约"):
        move(told, "project_filed", {"role": "vendor", "actor": "SYN-V1"})


def test_out_of_order_is_refused_with_the_next_step(told: Told) -> None:
    ready(told)
    with pytest.raises(OutOfOrder, match="现在是“已评测”，不能办理“列入试点名单”，下一步是“提交试点申报”"):
        move(told, "pilot_listed", OFFICE)
    filing(told)
    with pytest.raises(OutOfOrder, match="下一步是“提交项目备案”"):
        move(told, "project_registered", OFFICE)
    move(told, "withdrawn", attributes={"reason": "不做了"})
    with pytest.raises(ProjectUnclear):
        move(told, "project_filed")


def test_the_same_again_is_done_once(told: Told) -> None:
    listed(told)
    first = move(told, "contract", partner=UNIT, event_id="once", attributes={"amount_yuan": 5})
    again = move(told, "contract", partner=UNIT, event_id="once", attributes={"amount_yuan": 5})
    assert (first.inserted, again.inserted) == (True, False)
    assert first.project == again.project
    assert len(again.standings) == 1
    with pytest.raises(Conflict, match="另一份内容"):
        move(told, "contract", partner=UNIT, event_id="once", attributes={"amount_yuan": 6})


def test_a_move_names_the_list_that_led_to_it(told: Told) -> None:
    listed(told)
    moved = move(told, "contract", partner=UNIT, event_id="once", recommendation_id="list-1")
    with told.store.read() as work:
        logged = work.events.get(moved.event_id)
    assert logged is not None
    assert logged.event.recommendation_id == "list-1"
    assert not move(told, "contract", partner=UNIT, event_id="once").inserted
    with pytest.raises(Conflict, match="另一份内容"):
        move(told, "contract", partner=UNIT, event_id="once", recommendation_id="list-2")


def test_which_project_must_be_clear(told: Told) -> None:
    ready(told)
    with pytest.raises(ProjectUnclear, match="与哪家"):
        move(told, "contract")
    with pytest.raises(UnknownPartner, match="SYN-L999"):
        move(told, "contract", partner="SYN-L999")
    with pytest.raises(ProjectUnclear, match="请先登记合同"):
        move(told, "project_filed", project="P1")
    for project in ("P1", "P2"):
        move(told, "contract", partner=UNIT, project=project)
    with pytest.raises(ProjectUnclear, match="多个项目"):
        move(told, "project_filed")
    standings = move(told, "contract", partner=UNIT, project="P1", attributes={"amount_yuan": 7}).standings
    assert [standing.project for standing in standings] == ["P1", "P2"]


def test_a_project_begun_without_an_id_gets_one(told: Told) -> None:
    listed(told)
    told.event("contract", amount_yuan=9)
    for about in ("合同", "真实性声明"):
        told.event("evidence_filed", object=UNIT, about=about, file="件.pdf", sha256="c" * 64)
    moved = move(told, "project_filed", project="P7", partner=UNIT)
    assert [(one.project, one.state) for one in moved.standings] == [("P7", "filed")]


def test_slips_are_refused_and_nothing_is_written(told: Told) -> None:
    ready(told)
    with pytest.raises(UnknownMove):
        move(told, "view")
    with pytest.raises(InvalidInput, match="批次"):
        move(told, "pilot_applied", attributes={"round": 7})
    move(told, "pilot_applied")
    with pytest.raises(InvalidInput, match="写明原因"):
        move(told, "pilot_refused", OFFICE)
    with pytest.raises(UnknownEnterprise):
        CourseService(told.store).advance(
            MoveRequest(uscc=uscc(9), event="pilot_applied", role="enterprise", actor=uscc(9))
        )
    with told.store.read() as work:
        assert work.events.count_by_type() == {"pilot_applied": 1}
