"""Templates: a workbook to fill in, with what each column is, and a drop-down for each code list."""

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from recommender.exchange.cells import shown
from recommender.exchange.columns import CellType, Column
from recommender.exchange.declared import columns_of
from recommender.exchange.faults import FileNotReadable
from recommender.exchange.guidance import EXAMPLE_MARK, comment_on, example_row, template_words
from recommender.exchange.kinds import Kind
from recommender.exchange.workbooks import FORMATS

_ROWS = 2_000
_CHOICES_SHEET = "选项"
GUIDE_SHEET = "填写说明"
_REQUIRED_FILL = PatternFill("solid", fgColor="FFE9C7")
_OPTIONAL_FILL = PatternFill("solid", fgColor="DDE8F3")
_EXAMPLE_FONT = Font(italic=True, color="808080")
_HEADER_LOOK = Alignment(vertical="center", wrap_text=True)
_WRAPPED = Alignment(vertical="top", wrap_text=True)
#: Excel shows no longer message beside a cell.
_LONGEST_PROMPT = 255


def template_bytes(kind: Kind) -> bytes:
    """Return the template of a kind as the content of an xlsx file."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = kind.label
    sheet.freeze_panes = "C2"
    sheet.row_dimensions[1].height = 32
    choices = book.create_sheet(_CHOICES_SHEET)
    columns = columns_of(kind).exported(with_contact=True)
    listed = 0
    for index, (column, example) in enumerate(zip(columns, example_row(kind), strict=True), start=1):
        _add_column(sheet, index, kind, column)
        _add_example(sheet, index, column, example)
        if column.choices:
            listed += 1
            _add_choices(sheet, choices, index, listed, column)
        elif column.cell is not CellType.TEXT:
            _add_number_rule(sheet, index, column)
    _protect_headers(sheet)
    _add_guide(book.create_sheet(GUIDE_SHEET), kind, columns)
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


def _add_column(sheet: Worksheet, index: int, kind: Kind, column: Column) -> None:
    letter = get_column_letter(index)
    header = sheet.cell(row=1, column=index, value=column.header)
    header.font = Font(bold=True)
    header.fill = _REQUIRED_FILL if column.required else _OPTIONAL_FILL
    header.alignment = _HEADER_LOOK
    note = comment_on(kind, column)
    header.comment = Comment(note, "", width=360, height=40 + 18 * (note.count("\n") + len(note) // 24))
    whole = sheet.column_dimensions[letter]
    whole.width = column.width
    # Set for the whole column, so that Excel keeps long digit strings as they are typed.
    whole.number_format = FORMATS[column.cell]
    whole.protection = Protection(locked=False)


def _add_example(sheet: Worksheet, index: int, column: Column, example: str) -> None:
    cell = sheet.cell(row=2, column=index)
    if column.cell is CellType.DATE:
        cell.value = datetime.fromisoformat(example)
    elif column.cell in {CellType.NUMBER, CellType.MONEY}:
        cell.value = int(example)
    else:
        cell.value = example
    cell.number_format = FORMATS[column.cell]
    cell.font = _EXAMPLE_FONT
    cell.alignment = _WRAPPED
    cell.protection = Protection(locked=False)


def _add_choices(sheet: Worksheet, choices: Worksheet, index: int, listed: int, column: Column) -> None:
    letter = get_column_letter(listed)
    choices.cell(row=1, column=listed, value=column.header).font = Font(bold=True)
    choices.column_dimensions[letter].width = 24
    for row, name in enumerate(column.choices, start=2):
        cell = choices.cell(row=row, column=listed)
        cell.value = int(name) if column.cell is CellType.NUMBER else name
    last = len(column.choices) + 1
    rule = DataValidation(
        type="list", formula1=f"'{_CHOICES_SHEET}'!${letter}$2:${letter}${last}", allow_blank=True
    )
    # Aliases and codes are understood as well, so the list only warns; of several, not even that.
    rule.errorStyle = "warning"
    rule.showErrorMessage = not (column.several or column.path.startswith("answers."))
    rule.errorTitle, rule.error = "不在下拉选项里", "导入时认不出的内容会留空并提醒，确定要这样填吗？"
    _prompt(rule, column)
    _apply(sheet, rule, index)


def _add_number_rule(sheet: Worksheet, index: int, column: Column) -> None:
    if column.cell is CellType.DATE:
        rule = DataValidation(type="date", operator="greaterThan", formula1="366", allow_blank=True)
    else:
        rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True)
        if column.cell is CellType.NUMBER:
            rule.type = "whole"
    rule.errorStyle = "warning"
    rule.showErrorMessage = True
    rule.errorTitle, rule.error = "格式不对", f"“{column.header}”：{column.note}"[:_LONGEST_PROMPT]
    _prompt(rule, column)
    _apply(sheet, rule, index)


def _prompt(rule: DataValidation, column: Column) -> None:
    if column.note:
        rule.showInputMessage = True
        rule.promptTitle = column.header[:32]
        rule.prompt = shown(column.note, _LONGEST_PROMPT)


def _apply(sheet: Worksheet, rule: DataValidation, index: int) -> None:
    letter = get_column_letter(index)
    rule.add(f"{letter}2:{letter}{_ROWS}")
    sheet.add_data_validation(rule)


def _protect_headers(sheet: Worksheet) -> None:
    """Keep the header from slips of the pen; there is no password, and all else may be changed."""
    protection = sheet.protection
    protection.sheet = True
    for allowed in (
        "formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "insertColumns",
        "deleteColumns", "sort", "autoFilter", "insertHyperlinks",
    ):  # fmt: skip
        setattr(protection, allowed, False)


def _add_guide(sheet: Worksheet, kind: Kind, columns: tuple[Column, ...]) -> None:
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 10
    sheet.column_dimensions["C"].width = 100
    for row, cells in enumerate(_guide(kind, columns), start=1):
        for place, text in enumerate(cells, start=1):
            cell = sheet.cell(row=row, column=place, value=text)
            cell.alignment = _WRAPPED
            if len(cells) == 1:
                cell.font = Font(bold=True)


def _guide(kind: Kind, columns: tuple[Column, ...]) -> Iterator[tuple[str, ...]]:
    words = template_words()
    yield (f"{kind.label}导入表填写说明（{words.version} 版）",)
    for title, text in (
        ("填哪里", f"填在“{kind.label}”表，从示例行下面开始，一行一条；橙色表头必填，蓝色选填。"),
        ("示例行", f"以“{EXAMPLE_MARK}”开头的一行不会导入，可以留着，也可以删去。"),
        ("下拉", "有下拉的列请从下拉中选；可填多项的列，用顿号分隔。"),
        ("多出的列", "可以加自己的列，导入时不读取，会提示。表头请不要改名。"),
        ("表头保护", "表头防误改，没有密码；需要时可在“审阅”里撤销工作表保护。"),
        ("检查", "导入前先试运行（--dry-run），每个有问题的单元格都会说明原因。"),
        ("报送", words.send_to),
    ):
        yield title, "", text
    yield ("各列说明",)
    for column in columns:
        need, _, told = comment_on(kind, column).partition("\n")
        yield column.header, need, told
