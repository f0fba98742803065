"""Writing xlsx sheets: frozen headers, fitting widths, and cells that stay what they are."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from recommender.exchange.columns import CellType, Column
from recommender.exchange.xlsx_rows import ERROR_CELLS

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

#: Longest text of one Excel cell, in UTF-16 units; openpyxl would cut off the rest without a word.
MAX_CELL = 32_767
_TEXT_FORMAT = "@"
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="DDE8F3")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
#: Excel counts days from 1900 and believes in 29 February of that year.
_FIRST_DAY = date(1900, 3, 1)
#: Control characters that XML cannot hold, the carriage return that XML turns into a line feed, the unpaired
#: code points that are no characters, and the escape itself.
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def escaped(text: str) -> str:
    """Return a text as OOXML holds it (ECMA-376 part 1, 22.9.2.19 ST_Xstring)."""
    if text in ERROR_CELLS:
        # A text that only looks like the error of a formula must not be taken for one.
        return f"_x{ord(text[0]):04X}_{text[1:]}"
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def too_long(text: str) -> bool:
    """Whether a text exceeds what one Excel cell can hold."""
    return len(text) * 2 > MAX_CELL and len(escaped(text).encode("utf-16-le")) // 2 > MAX_CELL


def workbook_bytes(title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook of one sheet.

    Parameters
    ----------
    title : str
        Name of the sheet.
    columns : sequence of Column
        Their headers, widths and cell types.
    rows : iterable of sequence of str
        Cell texts in the order of the columns; an empty text is an empty cell.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for index, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    sheet.append([header_cell(sheet, column) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, column, text) for column, text in zip(columns, row, strict=True)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def header_cell(sheet: "WriteOnlyWorksheet", column: Column) -> Cell:
    """Return the header cell of a column."""
    cell = WriteOnlyCell(sheet, value=column.header)
    cell.font = _HEADER_FONT
    cell.fill = _HEADER_FILL
    return cell


def _cell(sheet: "WriteOnlyWorksheet", column: Column, text: str) -> Cell | None:
    if not text:
        return None
    typed = _typed(column.cell, text)
    if typed is not None:
        cell = WriteOnlyCell(sheet, value=typed)
        if isinstance(typed, datetime):
            cell.number_format = "yyyy-mm-dd"
        return cell
    cell = WriteOnlyCell(sheet, value=escaped(text))
    # Said to be a string, a text that begins like a formula is never run as one.
    cell.data_type = "s"
    cell.number_format = _TEXT_FORMAT
    if "\n" in text:
        cell.alignment = _WRAPPED
    return cell


def _typed(cell_type: CellType, text: str) -> int | float | datetime | None:
    """Return the number or date of a cell, None where only a text holds it exactly."""
    if cell_type is CellType.DATE:
        day = date.fromisoformat(text)
        return datetime.combine(day, time()) if day >= _FIRST_DAY else None
    if cell_type is CellType.NUMBER:
        return int(text)
    if cell_type is CellType.MONEY:
        number = float(text)
        return number if Decimal(repr(number)) == Decimal(text) else None
    return None
