"""The call for solutions (征集公告) as offices publish it: a workbook and a Word document.

Deadline and contact are the office's to fill in.
"""

from collections.abc import Sequence
from datetime import datetime

from recommender.domain.calendar import local_day
from recommender.domain.record import SYNTHETIC_MARK
from recommender.exchange.office_tables import OfficeColumn, OfficeTable, office_workbook
from recommender.gaps.report import Cell, PoolGaps
from recommender.letters.writing import Letter

TITLE = "数字化产品和解决方案征集公告"
#: What only the office that publishes the call knows.
TO_FILL_IN = ("征集截止日期", "受理单位", "联系人", "联系电话", "电子邮箱")
#: Of the columns of the Word table, cm.
_WIDTHS = (3.2, 2.2, 2.4, 1.5, 1.5, 4.8)
_NONE = "目前没有需要征集的缺口。"


def call_workbook(report: PoolGaps, at: datetime) -> bytes:
    """Return the call as a workbook: a sheet of what is called for, one to fill in.

    Parameters
    ----------
    report : PoolGaps
        Its ``calls`` are what the call asks for.
    at : datetime
        Day of the call, with its zone.
    """
    mark = _mark(report)
    day = f"截至 {local_day(at)}" + (f"；{mark}" if mark else "")
    columns = (
        OfficeColumn("场景", 16),
        OfficeColumn("等级", 8),
        OfficeColumn("面向行业", 18),
        OfficeColumn("企业预算", 16),
        OfficeColumn("需要（家）"),
        OfficeColumn("找不到（家）", 14),
        OfficeColumn("产品要做到什么", 60),
        OfficeColumn("现有产品差在哪里", 36),
    )
    rows = [
        (
            cell.scenario_title,
            cell.level_name,
            cell.sub_industry_name,
            cell.budget,
            cell.enterprises,
            cell.without,
            cell.wording,
            "；".join(cell.obstacles),
        )
        for cell in report.calls
    ]
    wanted = OfficeTable("征集需求", TITLE, columns, rows, remark=day if rows else f"{day}；{_NONE}", unit="")
    how = OfficeTable(
        "征集说明",
        TITLE,
        (OfficeColumn("项目", 20), OfficeColumn("内容", 90)),
        [("需求来源", _source(report)), *((title, None) for title in TO_FILL_IN)],
        unit="",
    )
    return office_workbook((wanted, how))


def call_document(report: PoolGaps, at: datetime) -> bytes:
    """Return the call as the content of a docx file; parameters as in :func:`call_workbook`."""
    letter = Letter(TITLE, _mark(report))
    letter.paragraph(_source(report))
    letter.heading("一、征集需求")
    if report.calls:
        headers = ("场景和等级", "面向行业", "企业预算", "需要（家）", "找不到（家）", "现有产品差在哪里")
        letter.table(headers, [_row(cell) for cell in report.calls], _WIDTHS)
        letter.heading("二、产品要做到什么")
        letter.points(_requirements(report.calls))
        letter.heading("三、如何应征")
        letter.paragraph("请在截止日期前向受理单位提交产品资料，经资源池审核入池后向企业推荐。")
        letter.table(("项目", "内容（由发布单位填写）"), [(title, "") for title in TO_FILL_IN])
    else:
        letter.paragraph(_NONE)
    return letter.signed(at)


def _mark(report: PoolGaps) -> str | None:
    return f"其中 {report.synthetic} 家企业为{SYNTHETIC_MARK}" if report.synthetic else None


def _source(report: PoolGaps) -> str:
    return (
        f"已评测而未达到目标等级的企业共 {report.enterprises} 家，"
        f"其中 {report.without_any} 家至少有一个要提升的场景在资源池里找不到可选产品。"
        "现面向服务商征集下列产品和解决方案。"
    )


def _row(cell: Cell) -> tuple[str, ...]:
    return (
        f"{cell.scenario_title}，{cell.level_name}",
        cell.sub_industry_name,
        cell.budget,
        str(cell.enterprises),
        str(cell.without),
        "；".join(cell.obstacles),
    )


def _requirements(calls: Sequence[Cell]) -> list[str]:
    """Say once for each scenario and level what the instrument asks of it."""
    asked = {(cell.scenario_name, cell.level_name): cell.wording for cell in calls}
    return [f"{name}达到{level}：{wording}" for (name, level), wording in asked.items()]
