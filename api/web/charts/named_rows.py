"""Rows of a drawing: the name with a figure at its right, and a bar below both."""

from collections.abc import Sequence
from typing import NamedTuple

from api.web.charts.chart import LETTER, Chart
from api.web.charts.lettering import text_width, wrapped

LEFT, RIGHT = 2.0, Chart.width - 2.0
BAR = 14.0
_LINE = 17.0
_BASELINE = 14.0
_GAP = 14.0


class NamedRow(NamedTuple):
    """Where a row stands.

    Attributes
    ----------
    lines : tuple of (float, str)
        Each line of the name with its height.
    figure : str
    figure_y : float
    bar_y : float
        Upper edge of the bar.
    """

    lines: tuple[tuple[float, str], ...]
    figure: str
    figure_y: float
    bar_y: float


def named_rows(named: Sequence[tuple[str, str]], *, below: float = 0.0) -> tuple[tuple[NamedRow, ...], float]:
    """Put rows under each other.

    Parameters
    ----------
    named : sequence of (str, str)
        Name and figure of each.
    below : float
        Room under each bar.

    Returns
    -------
    tuple of NamedRow, float
        The rows, and where they end.
    """
    rows: list[NamedRow] = []
    top = 0.0
    for name, figure in named:
        lines = wrapped(name, RIGHT - LEFT - text_width(figure) - LETTER)
        first = top + _BASELINE
        bar_y = first + _LINE * (len(lines) - 1) + 8
        rows.append(
            NamedRow(
                tuple((first + _LINE * number, line) for number, line in enumerate(lines)),
                figure,
                first,
                bar_y,
            )
        )
        top = bar_y + BAR + below + _GAP
    return tuple(rows), top - _GAP + 6
