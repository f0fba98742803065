"""Empty workbooks to fill in, with a note and, where there is a list, a drop-down for each column."""

import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from recommender.exchange.columns import CellType, Column
from recommender.exchange.declared import columns_of
from recommender.exchange.faults import FileNotReadable
from recommender.exchange.kinds import Kind

_ROWS = 2_000
_CHOICES_SHEET = "选项"
_REQUIRED_FILL = PatternFill("solid", fgColor="FFE9C7")
_OPTIONAL_FILL = PatternFill("solid", fgColor="DDE8F3")
_FORMATS = {CellType.TEXT: "@", CellType.DATE: "yyyy-mm-dd"}


def template_bytes(kind: Kind) -> bytes:
    """Return the template of a kind as the content of an xlsx file."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = kind.label
    sheet.freeze_panes = "A2"
    choices = book.create_sheet(_CHOICES_SHEET)
    listed = 0
    for index, column in enumerate(columns_of(kind).exported(with_contact=True), start=1):
        _add_column(sheet, index, column)
        if column.choices:
            listed += 1
            _add_choices(sheet, choices, index, listed, column)
    if not listed:
        book.remove(choices)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def write_template(kind: Kind | str, path: Path) -> None:
    """Write the template of a kind to an xlsx file.

    Raises
    ------
    FileNotReadable
        If the file cannot be written.
    """
    data = template_bytes(Kind(kind))
    try:
        path.write_bytes(data)
    except OSError as error:
        raise FileNotReadable(
            f"无法写入文件“{path}”，请检查文件夹和权限。", place={"file": str(path)}
        ) from error


def _add_column(sheet: Worksheet, index: int, column: Column) -> None:
    letter = get_column_letter(index)
    header = sheet.cell(row=1, column=index, value=column.header)
    header.font = Font(bold=True)
    header.fill = _REQUIRED_FILL if column.required else _OPTIONAL_FILL
    needed = "必填" if column.required else "选填"
    listed = f"可选：{'、'.join(column.choices)}" if column.choices else ""
    note = "。".join(part.rstrip("。") for part in (needed, column.note, listed) if part)
    header.comment = Comment(note, "", width=320, height=120)
    sheet.column_dimensions[letter].width = column.width
    if column.cell in _FORMATS:
        # Set for the whole column, so that Excel keeps long digit strings as they are typed.
        sheet.column_dimensions[letter].number_format = _FORMATS[column.cell]


def _add_choices(sheet: Worksheet, choices: Worksheet, index: int, listed: int, column: Column) -> None:
    letter = get_column_letter(listed)
    choices.cell(row=1, column=listed, value=column.header).font = Font(bold=True)
    for row, name in enumerate(column.choices, start=2):
        choices.cell(row=row, column=listed, value=name)
    last = len(column.choices) + 1
    rule = DataValidation(
        type="list", formula1=f"'{_CHOICES_SHEET}'!${letter}$2:${letter}${last}", allow_blank=True
    )
    # Aliases and codes are understood as well, so the list only warns.
    rule.errorStyle = "warning"
    target = get_column_letter(index)
    rule.add(f"{target}2:{target}{_ROWS}")
    sheet.add_data_validation(rule)
