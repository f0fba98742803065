"""Case files and worklists as Excel workbooks: a sheet for each part, Chinese headers, frozen."""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from recommender.course.case_file import CaseFile
from recommender.course.parts import Cell, case_parts
from recommender.course.worklist import WorkEntry
from recommender.domain.calendar import SHANGHAI
from recommender.exchange.workbooks import MAX_CELL, escaped

_HEADER_FONT = Font(bold=True)
_MARK_FONT = Font(bold=True, color="991B1B")
_HEADER_FILL = PatternFill("solid", fgColor="DDE8F3")
_LINE = Side(style="thin", color="B0B8C4")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_NARROWEST, _WIDEST = 8, 60
#: A file has one line; what Excel cannot hold of it is cut off, said so.
_CUT = "…（内容过长，此处截断）"


def case_workbook(file: CaseFile) -> bytes:
    """Return the case file as a workbook, a sheet for each part."""
    book = Workbook()
    book.remove(book.worksheets[0])
    cover = [
        ("企业", file.name),
        ("统一社会信用代码", file.uscc),
        ("档案截至（广州时间）", f"{file.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"),
        ("标记", file.mark or "正式数据"),
        *(("说明", note) for note in file.notes),
    ]
    _sheet(book.create_sheet("封面"), ("项目", "内容"), cover, mark=file.mark)
    for part in case_parts(file):
        sheet = book.create_sheet(part.title)
        rows = part.rows or [(part.empty, *[None] * (len(part.columns) - 1))]
        _sheet(sheet, part.columns, rows, mark=file.mark)
    return _bytes(book)


def worklist_workbook(entries: Iterable[WorkEntry]) -> bytes:
    """Return a worklist as a workbook of one sheet."""
    columns = (
        "企业名称",
        "标记",
        "统一社会信用代码",
        "区",
        "细分行业",
        "项目编号",
        "签约单位",
        "项目阶段",
        "流程状态",
        "自何日",
        "已停留（天）",
        "办理期限",
        "逾期（天）",
        "待谁办理",
        "下一步",
        "下一步还缺",
    )
    book = Workbook()
    book.remove(book.worksheets[0])
    rows = [
        (
            one.name,
            one.mark,
            one.enterprise,
            one.district_name,
            one.sub_industry_name,
            told.project,
            one.partner_name,
            told.stage_name,
            told.state_name,
            told.since,
            told.days,
            told.due_by,
            told.overdue_days or None,
            "、".join(told.waits_for),
            told.next,
            "；".join(missing.text for missing in told.missing),
        )
        for one in entries
        for told in [one.standing]
    ]
    _sheet(book.create_sheet("办理清单"), columns, rows, mark=None)
    return _bytes(book)


def _sheet(
    sheet: Worksheet, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]], *, mark: str | None
) -> None:
    for number, column in enumerate(columns, start=1):
        cell = sheet.cell(1, number)
        _write(sheet, 1, number, column)
        cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL
        longest = max((_width(row[number - 1]) for row in rows), default=0)
        width = min(max(_width(column), longest, _NARROWEST), _WIDEST) + 2
        sheet.column_dimensions[get_column_letter(number)].width = width
    for at, row in enumerate(rows, start=2):
        for number, value in enumerate(row, start=1):
            _write(sheet, at, number, value)
    sheet.freeze_panes = "A2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    if mark:
        # On every sheet and every printed page.
        header = sheet.oddHeader
        if header is not None:
            # Excel reads what follows an ampersand as a code.
            header.center.text = f"{mark}，内容虚构".replace("&", "＆")
        below = sheet.cell(len(rows) + 3, 1)
        below.value, below.font = f"{mark}，内容虚构", _MARK_FONT


def _width(value: Cell) -> int:
    """Return the columns that a value takes: two for a Chinese character."""
    text = f"{value:.2f}" if isinstance(value, Decimal) else "" if value is None else str(value)
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _write(sheet: Worksheet, row: int, column: int, value: Cell) -> None:
    cell = sheet.cell(row, column)
    cell.border, cell.alignment = _BOX, _WRAPPED
    if isinstance(value, str):
        text = value if len(value) <= MAX_CELL // 2 else value[: MAX_CELL // 2 - len(_CUT)] + _CUT
        cell.value = escaped(text)
        # Said to be a string, a name that begins like a formula is never run as one.
        cell.data_type = "s"
        return
    cell.value = value
    if isinstance(value, Decimal):
        cell.number_format = "#,##0.00"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def _bytes(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
