"""Texts too long for one Excel cell go on in further columns, and come back as one."""

from collections.abc import Sequence

from recommender.exchange.columns import Column
from recommender.exchange.workbooks import SheetColumn, sheet_columns, too_long


def spread(
    columns: Sequence[Column], rows: Sequence[Sequence[str]]
) -> tuple[tuple[SheetColumn, ...], list[tuple[str, ...]]]:
    """Return columns and rows in which every cell fits: ``详情`` goes on in ``详情（续）``."""
    plain = sheet_columns(columns)
    longest = {
        index: max(len(_pieces(row[index])) for row in rows)
        for index in range(len(columns))
        if any(too_long(row[index]) for row in rows)
    }
    if not longest:
        return plain, [tuple(row) for row in rows]
    shaped: list[SheetColumn] = []
    for index, column in enumerate(plain):
        further = range(1, longest.get(index, 1))
        shaped += [column]
        shaped += [column._replace(header=f"{column.header}（续{n if n > 1 else ''}）") for n in further]
    return tuple(shaped), [_spread_row(row, longest) for row in rows]


def _spread_row(row: Sequence[str], longest: dict[int, int]) -> tuple[str, ...]:
    cells: list[str] = []
    for index, text in enumerate(row):
        pieces = _pieces(text)
        cells += pieces + [""] * (longest.get(index, 1) - len(pieces))
    return tuple(cells)


def _pieces(text: str) -> list[str]:
    """Cut a text into pieces that fit; none of them is blank, for a blank cell says nothing."""
    if not too_long(text):
        return [text]
    middle = len(text) // 2
    while middle < len(text) and text[middle].isspace():
        middle += 1
    if middle == len(text):
        middle = len(text.rstrip()) - 1
    return _pieces(text[:middle]) + _pieces(text[middle:])
