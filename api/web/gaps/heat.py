"""The gaps as a table: a row a scenario, a column a sub-industry, darker where more find nothing."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from recommender.gaps.report import Cell

_STEPS = 5


class Heat(NamedTuple):
    """Enterprises of one sub-industry that need a scenario, and those of them that find no product.

    ``step`` is 0 where all find one, up to 5 where none does.
    """

    needing: int
    without: int
    step: int


class HeatTable(NamedTuple):
    """Rows with most enterprises without a choice first; None where nobody needs it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Heat | None, ...]], ...]


def heat_table(cells: Iterable[Cell]) -> HeatTable:
    """Add up levels and budgets."""
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for cell in cells:
        both = sums[cell.scenario_name, cell.sub_industry_name]
        both[0] += cell.enterprises
        both[1] += cell.without
    rows = _by_without(sums, 0)
    columns = _by_without(sums, 1)
    heats = {key: _heat(*both) for key, both in sums.items()}
    return HeatTable(
        columns, tuple((row, tuple(heats.get((row, column)) for column in columns)) for row in rows)
    )


def _heat(needing: int, without: int) -> Heat:
    # Rounded upwards: whoever finds nothing is seen.
    return Heat(needing, without, -(-without * _STEPS // needing))


def _by_without(sums: dict[tuple[str, str], list[int]], part: int) -> tuple[str, ...]:
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for key, (needing, without) in sums.items():
        totals[key[part]][0] += without
        totals[key[part]][1] += needing
    return tuple(sorted(totals, key=lambda name: (-totals[name][0], -totals[name][1], name)))
