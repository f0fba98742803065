"""The results of an appraisal as offices print them: a workbook and a Word document, ranked by total."""

from datetime import datetime

from recommender.appraisal.evidence import MEASURE_NAMES
from recommender.appraisal.points import ItemResult, Result
from recommender.appraisal.sheet import SIDE_NAMES, MeasuredItem
from recommender.appraisal.views import AppraisalView, AppraisedRow
from recommender.exchange.office_tables import Cell, OfficeColumn, OfficeTable, office_workbook
from recommender.letters.writing import Letter

_RANKED = (
    OfficeColumn("名次", 7), OfficeColumn("单位", 32), OfficeColumn("得分", 9), OfficeColumn("等级", 10),
    OfficeColumn("可能的等级", 18), OfficeColumn("计入满分", 10), OfficeColumn("评分人数", 10),
    OfficeColumn("公布日期", 13), OfficeColumn("状态", 18), OfficeColumn("说明", 44),
)  # fmt: skip
_ITEMS = (
    OfficeColumn("单位", 32), OfficeColumn("维度", 14), OfficeColumn("评分项", 22), OfficeColumn("满分", 8),
    OfficeColumn("得分", 8), OfficeColumn("依据", 34), OfficeColumn("说明", 44),
)  # fmt: skip


def result_workbook(view: AppraisalView) -> bytes:
    """Return the ranking, and every item of every unit, as a workbook."""
    ranking = OfficeTable(
        "考评结果", _title(view), _RANKED, [_ranked(row) for row in view.rows], _remark(view), unit="分"
    )
    lines = [
        _item(view, row, item) for row in view.rows if row.result is not None for item in row.result.items
    ]
    detail = OfficeTable("各项得分", f"{_title(view)}各项得分", _ITEMS, lines, _remark(view), unit="分")
    return office_workbook([ranking, detail])


def result_document(view: AppraisalView, at: datetime) -> bytes:
    """Return the results by grade as the content of a docx file."""
    marks = {row.mark for row in view.rows if row.mark}
    letter = Letter(_title(view), "、".join(sorted(marks)) or None)
    told = [row for row in view.rows if row.result is not None]
    letter.paragraph(
        f"{SIDE_NAMES[view.side]}{view.units}家，考评期 {view.first} 至 {view.last}，"
        f"{'已评分' if view.draft else '已公布'}{len(told)}家。{_remark(view)}。"
    )
    for name in (*(grade.name for grade in view.sheet.grades), None):
        rows = [row for row in told if row.result is not None and row.result.grade == name]
        if rows:
            letter.heading(f"{name or '不评定等级'}（{len(rows)}家）")
            letter.table(("单位", "名次", "得分", "状态"), [_line(row) for row in rows])
    waiting = [row.name for row in view.rows if row.result is None]
    if waiting:
        letter.heading(f"未公布（{len(waiting)}家）")
        letter.paragraph("、".join(waiting))
    return letter.signed(at)


def evidence_text(view: AppraisalView, item: ItemResult) -> str:
    """Say in Chinese what the points of an item rest on."""
    measures = {one.code: one.measure for one in view.sheet.items if isinstance(one, MeasuredItem)}
    if item.code not in measures:
        return f"{item.n}人评分"
    name, form = MEASURE_NAMES[measures[item.code]]
    if item.figure is None or item.figure.value is None:
        return f"{name}：没有数据"
    low, high = item.figure.ci95
    interval = "" if low is None else f"，95%区间 {low:{form}} 至 {high:{form}}"
    return f"{name} {item.figure.value:{form}}（{item.n}个项目{interval}）"


def remarks_on(result: Result | None) -> str:
    """Say in Chinese what a reader of a total must know."""
    if result is None:
        return ""
    left = [item.title for item in result.items if item.left_out]
    changed = [item.title for item in result.items if item.corrected]
    parts = [
        result.no_grade or "",
        f"证据不足未计入：{'、'.join(left)}" if left else "",
        f"申诉后更正：{'、'.join(changed)}" if changed else "",
    ]
    return "；".join(part for part in parts if part)


def _title(view: AppraisalView) -> str:
    return f"{view.name}{SIDE_NAMES[view.side]}绩效考评结果{'（未公布，试算）' if view.draft else ''}"


def _remark(view: AppraisalView) -> str:
    return f"评分表：{view.sheet.title}（{view.sheet.version} 版）；{view.notice}"


def _named(row: AppraisedRow) -> str:
    return f"{row.name}（{row.mark}）" if row.mark and row.mark not in row.name else row.name


def _ranked(row: AppraisedRow) -> list[Cell]:
    result = row.result
    return [
        row.rank,
        _named(row),
        result.total if result else None,
        result.grade if result else None,
        "、".join(result.grades_possible) if result else "",
        result.counted if result else None,
        row.scored,
        row.published_on,
        row.state_name,
        remarks_on(result),
    ]


def _item(view: AppraisalView, row: AppraisedRow, item: ItemResult) -> list[Cell]:
    note = item.left_out or ("申诉后更正" if item.corrected else "")
    return [
        _named(row), item.dimension, item.title, item.full, item.points, evidence_text(view, item), note,
    ]  # fmt: skip


def _line(row: AppraisedRow) -> tuple[str, ...]:
    total = row.result.total if row.result else None
    return (
        _named(row),
        "—" if row.rank is None else str(row.rank),
        "—" if total is None else str(total),
        row.state_name,
    )
