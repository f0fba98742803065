"""Synthetic workbooks of every kind in which every tenth row is wrong, each in a known cell."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from recommender.exchange import Kind
from recommender.exchange.columns import Column
from recommender.exchange.declared import columns_of
from recommender.exchange.merging import value_at
from recommender.exchange.workbooks import Sheet, book_bytes, sheet_columns
from recommender.exchange.xlsx_rows import BrokenCell
from tests.synthetic_records import diagnosis, enterprise, lead_unit, need, notice, solution, uscc

MAKERS: dict[Kind, Callable[[int], Any]] = {
    Kind.ENTERPRISES: enterprise,
    Kind.DIAGNOSES: lambda number: diagnosis(number % 3_000, of=number, id=f"SYN-D{number:06d}"),
    Kind.SOLUTIONS: solution,
    Kind.LEAD_UNITS: lead_unit,
    Kind.NEEDS: need,
    Kind.NOTICES: notice,
}
#: Cells that refuse a row: field path, what is typed there.
FAULTS: dict[Kind, tuple[tuple[str, object], ...]] = {
    Kind.ENTERPRISES: (
        ("uscc", "123"),
        ("uscc", 9.1440101e17),
        ("name", None),
        ("employees", "很多"),
        ("employees", -3),
        ("revenue_yuan", "约一千"),
        ("registered_on", "去年春天"),
        ("revenue_yuan", BrokenCell("#REF!")),
        ("consents", "随便|2026-01-05"),
        ("budget_yuan", "1.234"),
    ),
    Kind.DIAGNOSES: (
        ("uscc", "123"),
        ("uscc", uscc(999_999)),
        ("assessed_on", "昨天"),
        ("answers.network", "有"),
        ("answers.network", "Z"),
        ("scenarios.quality", 9),
        ("answers.planning", "B,C"),
        ("synthetic", "也许"),
        ("scenarios.finance", BrokenCell("#N/A")),
    ),
    Kind.SOLUTIONS: (
        ("id", "含 空格"),
        ("id", None),
        ("name", None),
        ("audit_state", "审查中"),
        ("price.low_yuan", "面议"),
        ("price.low_yuan", 99_999_999),
        ("days_to_deploy", 4000),
        ("payback_months", "半年"),
        ("scenarios", "生产管控:9"),
        ("price.basis", "看情况"),
    ),
    Kind.LEAD_UNITS: (
        ("id", "a/b"),
        ("id", None),
        ("name", None),
        ("mode", "随便"),
        ("mode", None),
        ("capacity.total", "若干"),
        ("capacity.total", -1),
        ("preferences.least_budget_yuan", "不限"),
    ),
    Kind.NEEDS: (
        ("id", "含 空格"),
        ("text", None),
        ("uscc", "123"),
        ("solution_id", "a b"),
        ("text", "长" * 5_001),
        ("synthetic", "也许"),
    ),
    Kind.NOTICES: (
        ("id", "含 空格"),
        ("id", None),
        ("name", None),
        ("kind", "随便"),
        ("published_on", "上个月"),
        ("districts", "火星区"),
        ("sub_industries", "航天"),
        ("levels", "九级"),
        ("sizes", "巨型"),
        ("scenarios", "飞行"),
    ),
}


class FaultyTable(NamedTuple):
    """A workbook with its wrong cells: row number to header; the other rows are good."""

    data: bytes
    wrong: dict[int, str]
    good: int


def faulty_table(kind: Kind, count: int) -> FaultyTable:
    """Make a workbook of ``count`` rows, every tenth of them wrong."""
    columns = columns_of(kind).exported(with_contact=False)
    faults = FAULTS[kind]
    wrong: dict[int, str] = {}
    rows = []
    for number in range(1, count + 1):
        row = _row(columns, MAKERS[kind](number))
        if number % 10 == 0:
            path, typed = faults[number // 10 % len(faults)]
            place = next(index for index, column in enumerate(columns) if column.path == path)
            row[place] = typed
            wrong[number + 1] = columns[place].header
        rows.append(row)
    data = book_bytes((Sheet(kind.label, sheet_columns(columns), rows),))
    return FaultyTable(data, wrong, count - len(wrong))


def _row(columns: Sequence[Column], record: Any) -> list[Any]:
    document = record.model_dump(mode="json")
    return [column.show(value_at(document, column.path)) or None for column in columns]
