"""The schedule as an Excel workbook: a sheet for each view, and one to fill in what came of it."""

import io
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from recommender.domain.enterprise import PARTNER_NAMES
from recommender.domain.matching_event import MatchingEvent
from recommender.domain.meeting_schedule import INTEREST_NAMES, Meeting, MeetingSchedule
from recommender.exchange.faults import MissingColumns
from recommender.exchange.rows import BadRow
from recommender.exchange.workbooks import escaped
from recommender.exchange.xlsx_rows import xlsx_rows
from recommender.meeting.results import OUTCOME_NAMES, Outcome

RESULT_SHEET = "结果登记"
_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="DDE8F3")
_INPUT_FILL = PatternFill("solid", fgColor="FFF8DC")
_LINE = Side(style="thin", color="B0B8C4")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_WRAPPED = Alignment(vertical="center", wrap_text=True)

#: Columns of the result sheet that a person fills in.
OUTCOME, ENTERPRISE_INTEREST, PARTY_INTEREST = "会面结果", "企业意向", "单位意向"
_USCC, _PARTY = "统一社会信用代码", "单位编号"
INTEREST_WORDS = {"有意向": True, "无意向": False}
_OUTCOME_WORDS = {word: outcome for outcome, word in OUTCOME_NAMES.items()}


class _Column(NamedTuple):
    header: str
    width: float


_SLOT, _TIME, _TABLE = _Column("场次", 6), _Column("时间", 14), _Column("桌号", 6)
_BASIS = _Column("依据", 10)
_BY_TABLE = (_TABLE, _Column("单位", 28), _SLOT, _TIME, _Column("企业", 32), _Column(_USCC, 22), _BASIS)
_BY_ENTERPRISE = (
    _Column("企业", 32),
    _Column(_USCC, 22),
    _SLOT,
    _TIME,
    _TABLE,
    _Column("单位", 28),
    _Column("单位类型", 10),
    _BASIS,
)
_RESULTS = (
    _SLOT,
    _TIME,
    _TABLE,
    _Column(_PARTY, 16),
    _Column("单位", 24),
    _Column(_USCC, 22),
    _Column("企业", 28),
    _Column(OUTCOME, 12),
    _Column(ENTERPRISE_INTEREST, 12),
    _Column(PARTY_INTEREST, 12),
)
_LEFT_OUT = (_Column("企业", 32), _Column(_USCC, 22), _Column("原因", 60))
_USES = (_TABLE, _Column("单位", 28), _Column("可用场次", 10), _Column("会面", 8), _Column("占比", 8))


def named(name: str, mark: str | None) -> str:
    """Return a name with its synthetic mark, unless it says so itself."""
    return f"{name}（{mark}）" if mark and mark not in name else name


def clock_time(meeting: Meeting) -> str:
    """Return the hours of a meeting, such as 09:00–09:15."""
    return f"{meeting.starts_at:%H:%M}–{meeting.ends_at:%H:%M}"


def schedule_workbook(event: MatchingEvent, schedule: MeetingSchedule) -> bytes:
    """Return the workbook; times are those of Guangzhou."""
    book = Workbook()
    book.remove(book.worksheets[0])
    meetings = schedule.meetings
    _grid(book.create_sheet("总表"), event, schedule)
    by_table = sorted(meetings, key=lambda m: (m.table, m.slot))
    _sheet(book.create_sheet("按桌次"), _BY_TABLE, map(_table_row, by_table))
    by_firm = sorted(meetings, key=lambda m: (m.enterprise_name, m.uscc, m.slot))
    _sheet(book.create_sheet("按企业"), _BY_ENTERPRISE, map(_enterprise_row, by_firm))
    _results(book.create_sheet(RESULT_SHEET), meetings)
    left_out = ((named(u.name, u.mark), u.uscc, u.text) for u in schedule.unplaced)
    _sheet(book.create_sheet("未排上的企业"), _LEFT_OUT, left_out)
    uses = (
        (u.table, named(u.party_name, u.party_mark), u.open_slots, u.meetings, _percent(u.share))
        for u in schedule.tables
    )
    _sheet(book.create_sheet("各桌占比"), _USES, uses)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"


def _table_row(m: Meeting) -> tuple[Any, ...]:
    party, firm = named(m.party_name, m.party_mark), named(m.enterprise_name, m.enterprise_mark)
    return m.table, party, m.slot, clock_time(m), firm, m.uscc, INTEREST_NAMES[m.interest]


def _enterprise_row(m: Meeting) -> tuple[Any, ...]:
    firm, party = named(m.enterprise_name, m.enterprise_mark), named(m.party_name, m.party_mark)
    kind = PARTNER_NAMES[m.party_kind]
    return firm, m.uscc, m.slot, clock_time(m), m.table, party, kind, INTEREST_NAMES[m.interest]


def _sheet(sheet: Worksheet, columns: Sequence[_Column], rows: Iterable[Sequence[Any]]) -> None:
    for number, column in enumerate(columns, start=1):
        _header(sheet, 1, number, column.header)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for at, row in enumerate(rows, start=2):
        for number, value in enumerate(row, start=1):
            _write(sheet, at, number, value)
    sheet.freeze_panes = "A2"
    _for_print(sheet)


def _grid(sheet: Worksheet, event: MatchingEvent, schedule: MeetingSchedule) -> None:
    """Write slots down and tables across."""
    cells = {(m.slot, m.table): m for m in schedule.meetings}
    _header(sheet, 1, 1, "场次")
    sheet.column_dimensions["A"].width = 16
    for column, use in enumerate(schedule.tables, start=2):
        _header(sheet, 1, column, f"{use.table}号桌\n{named(use.party_name, use.party_mark)}")
        sheet.column_dimensions[get_column_letter(column)].width = 22
    for row, slot in enumerate(event.timetable(), start=2):
        _header(sheet, row, 1, f"第{slot.number}场\n{slot.starts_at:%H:%M}–{slot.ends_at:%H:%M}")
        for column, use in enumerate(schedule.tables, start=2):
            meeting = cells.get((slot.number, use.table))
            text = named(meeting.enterprise_name, meeting.enterprise_mark) if meeting else None
            _write(sheet, row, column, text)
        sheet.row_dimensions[row].height = 34
    sheet.row_dimensions[1].height = 48
    sheet.freeze_panes = "B2"
    _for_print(sheet)


def _results(sheet: Worksheet, meetings: Sequence[Meeting]) -> None:
    rows = [
        (
            m.slot,
            clock_time(m),
            m.table,
            m.party,
            named(m.party_name, m.party_mark),
            m.uscc,
            named(m.enterprise_name, m.enterprise_mark),
        )
        for m in meetings
    ]
    _sheet(sheet, _RESULTS, rows)
    last = len(rows) + 1
    first_input = len(_RESULTS) - 2
    for offset, words in enumerate((tuple(_OUTCOME_WORDS), tuple(INTEREST_WORDS), tuple(INTEREST_WORDS))):
        letter = get_column_letter(first_input + offset)
        choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
        choice.error = f"请填写：{'、'.join(words)}"
        sheet.add_data_validation(choice)
        choice.add(f"{letter}2:{letter}{max(last, 2)}")
        for row in range(2, last + 1):
            sheet[f"{letter}{row}"].fill = _INPUT_FILL
            sheet[f"{letter}{row}"].border = _BOX


def _header(sheet: Worksheet, row: int, column: int, text: str) -> None:
    _write(sheet, row, column, text)
    cell = sheet.cell(row, column)
    cell.font, cell.fill = _HEADER_FONT, _HEADER_FILL


def _write(sheet: Worksheet, row: int, column: int, value: Any) -> None:  # noqa: ANN401 - any cell value
    cell = sheet.cell(row, column)
    cell.border, cell.alignment = _BOX, _WRAPPED
    if isinstance(value, str):
        cell.value = escaped(value)
        # Said to be a string, a name that begins like a formula is never run as one.
        cell.data_type = "s"
    else:
        cell.value = value


def _for_print(sheet: Worksheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def read_results(data: bytes, name: str) -> list[tuple[int, dict[str, Any]]]:
    """Return the filled-in rows of a result sheet: number of the row, fields of a meeting result.

    A row without a result and without any interest is one that nobody has filled in; it is left out. A word
    that is no choice is passed on as it stands, so that the row is refused with a reason.

    Raises
    ------
    recommender.exchange.faults.UnreadableWorkbook, UnreadableTable
        If the file cannot be read.
    recommender.exchange.faults.MissingColumns
        If it has no result sheet.
    """
    known = {column.header for column in _RESULTS}
    source = xlsx_rows(data, name, known.__contains__, (RESULT_SHEET,))
    if missing := [header for header in (_USCC, _PARTY, OUTCOME) if header not in (source.columns or ())]:
        raise MissingColumns(
            f"缺少列：{'、'.join(missing)}；请用导出的“{RESULT_SHEET}”表填写", place={"file": name}
        )
    rows: list[tuple[int, dict[str, Any]]] = []
    for row in source.rows:
        if isinstance(row, BadRow):
            rows.append((row.number, {}))
            continue
        told = {header: _text(row.values.get(header)) for header in known}
        if any(told[header] for header in (OUTCOME, ENTERPRISE_INTEREST, PARTY_INTEREST)):
            rows.append((row.number, _fields(told)))
    return rows


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()


def _fields(told: dict[str, str]) -> dict[str, Any]:
    outcome = told[OUTCOME]
    fields: dict[str, Any] = {
        "uscc": told[_USCC],
        "party": told[_PARTY],
        "outcome": _OUTCOME_WORDS.get(outcome, outcome),
    }
    if not outcome:
        # Who says how it went has met.
        fields["outcome"] = Outcome.HELD
    for field, header in (
        ("enterprise_interested", ENTERPRISE_INTEREST),
        ("party_interested", PARTY_INTEREST),
    ):
        if told[header]:
            fields[field] = INTEREST_WORDS.get(told[header], told[header])
    return fields
