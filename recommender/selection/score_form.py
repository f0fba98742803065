"""An expert's score sheet (评分表) as a workbook: a line for each item of each application; read back."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from recommender.diagnosis.value import Value
from recommender.exchange import cells
from recommender.exchange.cells import Reading
from recommender.exchange.column_forms import text_column, yes_no_column
from recommender.exchange.columns import CellType, Column
from recommender.exchange.form_tables import FilledRow, FilledTable, FormFault, form_sheet, read_form
from recommender.exchange.workbooks import about_sheet, book_bytes
from recommender.policy.sourced import NOTICE
from recommender.selection.application import ScoreSheet
from recommender.selection.ledger import Entry, Round
from recommender.selection.rules import SheetItem, load_selection_rules
from recommender.selection.views import sub_industry_name

SCORES = "评分表"


class Recusal(Value):
    """An expert keeps out of an application."""

    application: str
    reason: str


class ReadSheets(Value):
    """What a filled score sheet holds; an application with a faulty line is in neither list."""

    sheets: tuple[ScoreSheet, ...]
    recusals: tuple[Recusal, ...]
    faults: tuple[FormFault, ...]


def _points(value: object) -> Reading:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return cells.error("not_a_number", f"“{cells.shown(value)}”不是分数")
    if not number.is_finite() or number < 0 or number != number.quantize(Decimal("0.01")):
        return cells.error("not_points", "分数应不小于0，最多两位小数")
    return Reading(number)


def score_columns() -> tuple[Column, ...]:
    """Return the columns of the sheet."""
    note = "不要改动"
    return (
        text_column("申报编号", "application", required=True, note=note, width=30),
        text_column("单位名称", "name", note=note, width=30),
        text_column("细分行业", "sub_industry", note=note, width=14),
        text_column("维度", "dimension", note=note, width=12),
        text_column("评分项编号", "code", required=True, note=note, width=14),
        text_column("评分项", "item", note=note, width=30),
        text_column("评分依据", "evidence", note=note, width=40),
        Column("满分", "most", _points, note=note, width=8, cell=CellType.MONEY),
        Column("得分", "points", _points, note="0到满分，最多两位小数", width=10, cell=CellType.MONEY),
        yes_no_column("回避", "recused", default=False),
        text_column("意见或回避理由", "comment", note="写在每份申报的第一行；回避必须写明理由", width=40),
    )


def score_form(round_: Round, expert: str, entries: Iterable[Entry]) -> bytes:
    """Return an expert's score sheet with what the expert has given so far.

    Parameters
    ----------
    entries : iterable of Entry
        Applications that the expert may score.
    """
    rows = [row for entry in entries for row in _rows(entry, expert)]
    told = (
        ("内容", f"{round_.call.name}（{round_.id}）专家评分表"),
        ("专家", expert),
        ("怎样填", "在“得分”逐项填写；与申报单位或成员有利害关系的，在“回避”选“是”并写明理由，不要打分"),
        ("保密", "评分在公布结果以前不公开，公布时不显示专家"),
        ("说明", NOTICE),
    )
    return book_bytes((form_sheet(SCORES, score_columns(), rows), about_sheet(told)))


def _rows(entry: Entry, expert: str) -> Iterable[dict[str, Any]]:
    application, given = entry.application, entry.sheets.get(expert)
    first = True
    for dimension in load_selection_rules().sheet:
        for item in dimension.items:
            yield {
                "application": entry.key,
                "name": application.name,
                "sub_industry": sub_industry_name(application.sub_industry),
                "dimension": dimension.name,
                "code": item.code,
                "item": item.name,
                "evidence": item.evidence,
                "most": item.points,
                "points": given.points[item.code] if given else None,
                "comment": given.comment if given and first else None,
            }
            first = False


def read_scores(source: Path | bytes, *, name: str | None = None) -> ReadSheets:
    """Read a filled score sheet; an application without any points and recusal is left out.

    Raises
    ------
    recommender.errors.MalformedRequest
        If the file cannot be read.
    recommender.exchange.faults.MissingColumns
    """
    table = read_form(source, SCORES, score_columns(), name=name)
    by_application: dict[str, list[FilledRow]] = {}
    for row in table.rows:
        by_application.setdefault(str(row.fields.get("application")), []).append(row)
    sheets, recusals = [], []
    for key, rows in by_application.items():
        read = _read(key, rows, table)
        if isinstance(read, ScoreSheet):
            sheets.append(read)
        elif isinstance(read, Recusal):
            recusals.append(read)
    return ReadSheets(sheets=tuple(sheets), recusals=tuple(recusals), faults=tuple(table.faults))


def _read(key: str, rows: list[FilledRow], table: FilledTable) -> ScoreSheet | Recusal | None:
    items = load_selection_rules().items
    before = len(table.faults)
    given = [row for row in rows if "points" in row.fields]
    recused = [row for row in rows if row.fields.get("recused")]
    comment = next((str(row.fields["comment"]) for row in rows if row.fields.get("comment")), None)
    if recused:
        if given:
            table.fault(given[0].number, "recused_and_scored", "已选回避，不要打分", "得分")
        if comment is None:
            table.fault(recused[0].number, "reason_missing", "请写明回避理由", "意见或回避理由")
    elif given:
        _check(rows, items, table)
    numbers = {row.number for row in rows}
    if len(table.faults) > before or any(fault.row in numbers for fault in table.faults):
        return None
    if recused:
        return Recusal(application=key, reason=str(comment))
    if not given:
        return None
    points = {str(row.fields["code"]): row.fields["points"] for row in rows}
    return ScoreSheet(application=key, points=points, comment=comment)


def _check(rows: list[FilledRow], items: Mapping[str, SheetItem], table: FilledTable) -> None:
    told: set[str] = set()
    faulty = {(fault.row, fault.column) for fault in table.faults}
    for row in rows:
        code = str(row.fields.get("code"))
        item = items.get(code)
        points = row.fields.get("points")
        if item is None:
            table.fault(row.number, "unknown_item", "没有这个评分项，请不要改动编号", "评分项编号", code)
        elif code in told:
            table.fault(row.number, "repeated", f"“{item.name}”出现了两次", "评分项编号", code)
        elif points is None and (row.number, "得分") not in faulty:
            table.fault(row.number, "missing", f"请给“{item.name}”打分", "得分")
        elif points is not None and points > item.points:
            detail = f"“{item.name}”最多 {item.points} 分"
            table.fault(row.number, "too_many_points", detail, "得分", points)
        told.add(code)
    lacking = [item.name for code, item in items.items() if code not in told]
    if lacking:
        table.fault(rows[0].number, "item_missing", f"缺少评分项：{'、'.join(lacking)}", "评分项编号")
