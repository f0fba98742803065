"""A proposal as an Excel workbook: pairs, units, and who got nobody."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from recommender.assignment.answer import AssignedPair, Assignment
from recommender.exchange.workbooks import escaped

_HEADER_FONT = Font(bold=True)
_HEADER_FILL = PatternFill("solid", fgColor="DDE8F3")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
Cell = str | int | float | None

_PAIRS = (
    ("企业", 28),
    ("统一社会信用代码", 22),
    ("牵引单位", 28),
    ("单位编号", 14),
    ("性质", 10),
    ("撮合概率", 10),
    ("企业看单位", 11),
    ("单位看企业", 11),
    ("单位在企业心中第几", 16),
    ("企业在单位心中第几", 16),
    ("适合企业的理由", 50),
    ("适合单位的理由", 50),
    ("标记", 12),
)
_UNITS = (
    ("牵引单位", 28),
    ("单位编号", 14),
    ("安排家数", 10),
    ("其中已定", 10),
    ("最低", 8),
    ("最高", 8),
    ("占比", 8),
    ("预期撮合", 10),
    ("更想来的企业", 12),
    ("为什么没有更多", 50),
    ("标记", 12),
)
_REST = (("企业", 28), ("统一社会信用代码", 22), ("原因", 60), ("怎样可以安排", 50))


def assignment_workbook(answer: Assignment) -> bytes:
    """Return the workbook of a proposal."""
    book = Workbook(write_only=True)
    _sheet(book, "撮合建议", _PAIRS, map(_pair, answer.pairs))
    _sheet(
        book,
        "牵引单位",
        _UNITS,
        (
            (
                u.name,
                u.id,
                u.assigned,
                u.fixed,
                u.min,
                u.max,
                u.share,
                u.expected_matches,
                u.wanted,
                u.reason,
                u.synthetic_mark,
            )
            for u in answer.units
        ),
    )
    rest = (*answer.unassigned, *answer.left_out)
    _sheet(book, "未安排的企业", _REST, ((r.name, r.enterprise, r.reason, r.would_help) for r in rest))
    told = [answer.objective_text, answer.status_text, *(r.text for r in answer.relaxations)]
    if answer.difference is not None:
        told.append(answer.difference.text)
    _sheet(book, "说明", (("说明", 100),), ((line,) for line in (*told, *answer.notes)))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _pair(pair: AssignedPair) -> tuple[Cell, ...]:
    reasons = {
        side: "；".join(reason.text for reason in pair.reasons if reason.side == side)
        for side in ("enterprise", "unit")
    }
    return (
        pair.enterprise_name,
        pair.enterprise,
        pair.unit_name,
        pair.unit,
        "已定" if pair.fixed else "建议",
        pair.p_match,
        pair.forward,
        pair.reverse,
        pair.rank_for_enterprise,
        pair.rank_for_unit,
        reasons["enterprise"],
        reasons["unit"],
        pair.synthetic_mark,
    )


def _sheet(
    book: Workbook, title: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Cell]]
) -> None:
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    headers = [WriteOnlyCell(sheet, value=name) for name, _ in columns]
    for header in headers:
        header.font, header.fill = _HEADER_FONT, _HEADER_FILL
    sheet.append(headers)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=escaped(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                # Said to be a string, a text that begins like a formula is never run as one.
                cell.data_type = "s"
                cell.alignment = _WRAPPED
            cells.append(cell)
        sheet.append(cells)
