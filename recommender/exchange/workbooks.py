"""The one writer of xlsx tables: frozen, filtered headers, widths, formats, cells that stay as they are."""

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from recommender.domain.calendar import SHANGHAI
from recommender.exchange.columns import CellType, Column
from recommender.exchange.xlsx_rows import ERROR_CELLS, BrokenCell

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

#: Longest text of one Excel cell, in UTF-16 units; openpyxl would cut off the rest without a word.
MAX_CELL = 32_767
ABOUT_SHEET = "说明"
FORMATS = {
    CellType.TEXT: "@",
    CellType.NUMBER: "0",
    CellType.MONEY: "#,##0.00",
    CellType.DATE: "yyyy-mm-dd",
    CellType.SHARE: "0.0%",
    CellType.FIGURE: "0.000",
}
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="DDE8F3")
_NOTED_FILL = PatternFill("solid", fgColor="F8D7DA")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
#: Excel counts days from 1900 and believes in 29 February of that year.
_FIRST_DAY = date(1900, 3, 1)
#: Control characters that XML cannot hold, the carriage return that XML turns into a line feed, the unpaired
#: code points that are no characters, and the escape itself.
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")

#: What a table of answers holds; money and counts as numbers, moments in their own zone.
Value = str | int | float | Decimal | date | datetime | bool | BrokenCell | None


class SheetColumn(NamedTuple):
    """A column of a sheet.

    Attributes
    ----------
    width : float
        In characters.
    choices : tuple of str
        Make a drop-down.
    note : str
        Comment of the header.
    limits : (float, float), optional
        Least and greatest number that may be typed.
    """

    header: str
    width: float = 16
    cell: CellType = CellType.TEXT
    choices: tuple[str, ...] = ()
    note: str = ""
    limits: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook.

    Attributes
    ----------
    rows : iterable of sequence
        Values in the order of the columns.
    notes : mapping
        Comments by row, counted from 0 below the header, then by column; such cells are coloured.
    hidden : bool
        For a sheet that only programs read.
    spare : int
        Empty rows below that have the drop-downs too, to be filled in.
    """

    title: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Value]]
    notes: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    hidden: bool = False
    spare: int = 0


def escaped(text: str) -> str:
    """Return a text as OOXML holds it (ECMA-376 part 1, 22.9.2.19 ST_Xstring)."""
    if text in ERROR_CELLS:
        # A text that only looks like the error of a formula must not be taken for one.
        return f"_x{ord(text[0]):04X}_{text[1:]}"
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def too_long(text: str) -> bool:
    """Whether a text exceeds what one Excel cell can hold."""
    return len(text) * 2 > MAX_CELL and len(escaped(text).encode("utf-16-le")) // 2 > MAX_CELL


def sheet_columns(columns: Sequence[Column]) -> tuple[SheetColumn, ...]:
    """Return the columns of records as columns of a sheet."""
    return tuple(SheetColumn(column.header, column.width, column.cell) for column in columns)


def typed(cell_type: CellType, text: str) -> Value:
    """Return the number or date of a cell text; the text itself where only it is exact."""
    if not text:
        return None
    if cell_type is CellType.DATE:
        day = date.fromisoformat(text)
        return day if day >= _FIRST_DAY else text
    if cell_type is CellType.NUMBER:
        return int(text)
    if cell_type is CellType.MONEY:
        number = float(text)
        return number if Decimal(repr(number)) == Decimal(text) else text
    return text


def about_sheet(told: Iterable[tuple[str, str]]) -> Sheet:
    """Return the sheet that says what a workbook is: what, when, by which filter, synthetic or not."""
    return Sheet(ABOUT_SHEET, (SheetColumn("项目", 16), SheetColumn("内容", 100)), list(told))


def shown_moment(moment: datetime) -> str:
    """Return a moment as an office reads it, in Guangzhou's time."""
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}（北京时间）"


def book_bytes(sheets: Iterable[Sheet]) -> bytes:
    """Return a workbook as the content of an xlsx file."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book, sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write(book: Workbook, sheet: Sheet) -> None:
    target = book.create_sheet(sheet.title)
    target.freeze_panes = "A2"
    if sheet.hidden:
        target.sheet_state = "veryHidden"
    for index, column in enumerate(sheet.columns, start=1):
        target.column_dimensions[get_column_letter(index)].width = column.width
    target.append([_header(target, column) for column in sheet.columns])
    count = 0
    for count, row in enumerate(sheet.rows, start=1):
        cells = [_cell(target, column, value) for column, value in zip(sheet.columns, row, strict=True)]
        for place, note in sheet.notes.get(count - 1, {}).items():
            cells[place] = _noted(target, cells[place], note)
        target.append(cells)
    target.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{count + 1}"
    for index, column in enumerate(sheet.columns, start=1):
        rule, last = _rule(column), count + sheet.spare
        if rule is not None and last:
            letter = get_column_letter(index)
            rule.add(f"{letter}2:{letter}{last + 1}")
            target.data_validations.append(rule)


def _rule(column: SheetColumn) -> DataValidation | None:
    """Return what may be typed in a column, None where anything may."""
    if column.choices:
        return DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
    if column.limits is None:
        return None
    low, high = column.limits
    rule = DataValidation(
        type="decimal", operator="between", formula1=f"{low:g}", formula2=f"{high:g}", allow_blank=True
    )
    rule.showErrorMessage = True
    rule.errorTitle, rule.error = "超出范围", f"应为{low:g}至{high:g}"
    return rule


def _header(target: "WriteOnlyWorksheet", column: SheetColumn) -> Cell:
    cell = _text(target, column.header)
    cell.font = _HEADER_FONT
    cell.fill = _HEADER_FILL
    if column.note:
        cell.comment = Comment(column.note, "", width=320, height=100)
    return cell


def _noted(target: "WriteOnlyWorksheet", cell: Cell | None, note: str) -> Cell:
    marked = cell if cell is not None else WriteOnlyCell(target, value=None)
    marked.comment = Comment(note, "", width=320, height=100)
    marked.fill = _NOTED_FILL
    return marked


def _cell(target: "WriteOnlyWorksheet", column: SheetColumn, value: Value) -> Cell | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return _text(target, value)
    if isinstance(value, BrokenCell):
        return WriteOnlyCell(target, value="#N/A")
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(SHANGHAI).replace(tzinfo=None)
    cell = WriteOnlyCell(target, value=float(value) if isinstance(value, Decimal) else value)
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd" if value.time() == time() else "yyyy-mm-dd hh:mm"
    elif column.cell is not CellType.TEXT and not isinstance(value, bool):
        cell.number_format = FORMATS[column.cell]
    return cell


def _text(target: "WriteOnlyWorksheet", text: str) -> Cell:
    cell = WriteOnlyCell(target, value=escaped(text))
    # Said to be a string, a text that begins like a formula is never run as one.
    cell.data_type = "s"
    cell.number_format = FORMATS[CellType.TEXT]
    if "\n" in text or len(text) > 30:
        cell.alignment = _WRAPPED
    return cell
