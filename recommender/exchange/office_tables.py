"""Tables as offices print them: a title, a line with the unit, frozen headers, a total, lines to sign.

Totals are formulas that carry their value: a viewer that does not reckon shows them as well.
"""

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from recommender.exchange.workbooks import escaped

Cell = str | int | float | Decimal | date | None
SIGNATURES = ("填报人：", "审核人：", "负责人（签章）：", "日期：")
_FONT = {"font_name": "宋体", "font_size": 11}
_BOX = {**_FONT, "border": 1, "valign": "vcenter"}
#: Rows above the first row of data: title, unit line, header.
_HEAD = 3
#: Height of a line of text, points.
_LINE = 15


@dataclass(frozen=True, slots=True)
class OfficeColumn:
    """A column; ``total`` asks for its sum in the last row, ``money`` shows two decimals."""

    header: str
    width: float = 12
    money: bool = False
    total: bool = False


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """One sheet.

    Attributes
    ----------
    sheet : str
        Its name, at most 31 characters.
    remark : str
        Stands at the left of the unit line: the round, the day.
    unit : str
        Such as 元; empty where no amounts are shown.
    """

    sheet: str
    title: str
    columns: tuple[OfficeColumn, ...]
    rows: Sequence[Sequence[Cell]]
    remark: str = ""
    unit: str = "元"
    signed: bool = True


def office_workbook(tables: Sequence[OfficeTable]) -> bytes:
    """Return a workbook with a sheet for each table."""
    target = io.BytesIO()
    # Nothing is guessed from a text: what looks like a formula or an address stays a text.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(target, options) as book:
        formats = _formats(book)
        for table in tables:
            _write(book.add_worksheet(table.sheet), table, formats)
    return target.getvalue()


def _formats(book: Workbook) -> dict[str, Format]:
    return {
        "title": book.add_format({**_FONT, "font_size": 16, "bold": True, "align": "center"}),
        "remark": book.add_format(_FONT),
        "unit": book.add_format({**_FONT, "align": "right"}),
        "header": book.add_format(
            {**_BOX, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#DDE8F3"}
        ),
        "text": book.add_format({**_BOX, "text_wrap": True, "num_format": "@"}),
        "number": book.add_format(_BOX),
        "money": book.add_format({**_BOX, "num_format": "#,##0.00"}),
        "day": book.add_format({**_BOX, "num_format": "yyyy-mm-dd"}),
        "total": book.add_format({**_BOX, "bold": True}),
        "total_money": book.add_format({**_BOX, "bold": True, "num_format": "#,##0.00"}),
    }


def _write(sheet: Worksheet, table: OfficeTable, formats: dict[str, Format]) -> None:
    last = len(table.columns) - 1
    sheet.merge_range(0, 0, 0, last, table.title, formats["title"])
    sheet.set_row(0, 30)
    sheet.write_string(1, 0, table.remark, formats["remark"])
    if table.unit:
        sheet.write_string(1, last, f"单位：{table.unit}", formats["unit"])
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width)
        sheet.write_string(2, at, column.header, formats["header"])
    for at, row in enumerate(table.rows, start=_HEAD):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _cell(sheet, at, place, value, column, formats)
        # Not every program makes room for wrapped text by itself.
        if (lines := _lines(table.columns, row)) > 1:
            sheet.set_row(at, lines * _LINE)
    below = _HEAD + len(table.rows)
    if any(column.total for column in table.columns):
        _totals(sheet, table, below, formats)
        below += 1
    if table.signed:
        for number, text in enumerate(SIGNATURES):
            sheet.write_string(below + 1, number * (last + 1) // len(SIGNATURES), text, formats["remark"])
    sheet.freeze_panes(_HEAD, 0)
    sheet.repeat_rows(0, _HEAD - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _lines(columns: Sequence[OfficeColumn], row: Sequence[Cell]) -> int:
    """Return the lines that the longest text takes; a Chinese character is two columns wide."""
    widths = [
        sum(2 if ord(character) > 0x2E7F else 1 for character in value) / column.width
        for column, value in zip(columns, row, strict=True)
        if isinstance(value, str)
    ]
    return math.ceil(max(widths, default=0))


def _cell(
    sheet: Worksheet, row: int, place: int, value: Cell, column: OfficeColumn, formats: dict[str, Format]
) -> None:
    if value is None:
        sheet.write_blank(row, place, None, formats["text"])
    elif isinstance(value, str):
        sheet.write_string(row, place, escaped(value), formats["text"])
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, formats["day"])
    else:
        sheet.write_number(row, place, float(value), formats["money" if column.money else "number"])


def _totals(sheet: Worksheet, table: OfficeTable, row: int, formats: dict[str, Format]) -> None:
    sheet.write_string(row, 0, "合计", formats["total"])
    for place, column in enumerate(table.columns[1:], start=1):
        if not column.total:
            sheet.write_blank(row, place, None, formats["total"])
            continue
        told = [cells[place] for cells in table.rows]
        value = float(
            sum((Decimal(str(cell)) for cell in told if isinstance(cell, int | float | Decimal)), Decimal(0))
        )
        name = xl_col_to_name(place)
        first, last = xl_rowcol_to_cell(_HEAD, place), f"{name}{row}"
        # Amounts are summed as binary numbers by the sheet; rounding keeps the total exact to the fen.
        formula = f"=ROUND(SUM({first}:{last}),2)" if table.rows else "=0"
        sheet.write_formula(row, place, formula, formats["total_money" if column.money else "total"], value)
