"""Geometry of the pictures of the health report, in units of their view boxes; the template draws them."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from recommender.exposure.report import SliceKind
from recommender.health.report import Bin, CalibrationLine, DriftLine, Verdict

_SIDE, _LEFT, _BOTTOM, _TOP = 300.0, 52.0, 44.0, 10.0
_ROW, _LABELS, _HEAD, _WIDTH, _RIGHT = 24.0, 104.0, 78.0, 760.0, 24.0
_NAME_CHARACTERS = 7
_MARKS = {Verdict.ALARM: "▲", Verdict.NOTICE: "△"}


class Dot(NamedTuple):
    """A bin of the reliability diagram with its interval; y runs down."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    title: str


class Diagram(NamedTuple):
    """Predictions against what came; ``diagonal`` is where they agree."""

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    ticks: tuple[tuple[float, float, str], ...]
    dots: tuple[Dot, ...]


class Cell(NamedTuple):
    """A feature in a slice."""

    x: float
    y: float
    style: str
    text: str
    title: str


class HeatRow(NamedTuple):
    """A feature."""

    y: float
    name: str


class Heat(NamedTuple):
    """Drift of all features of a target over all slices."""

    width: float
    height: float
    left: float
    head: float
    row: float
    column: float
    columns: tuple[tuple[float, str], ...]
    rows: tuple[HeatRow, ...]
    cells: tuple[Cell, ...]


def reliability_diagram(line: CalibrationLine) -> Diagram | None:
    """Lay out the bins of a prediction, None where there are too few to draw."""
    bins = [one for one in line.bins if one.happened.value is not None]
    if len(bins) < 2:
        return None
    top = min(1.0, _rounded_up(max(max(one.predicted, one.happened.ci95[1] or 0.0) for one in bins)))
    most = max(one.lines for one in bins)

    def across(value: float) -> float:
        return round(_LEFT + _SIDE * value / top, 1)

    def down(value: float) -> float:
        return round(_TOP + _SIDE * (1 - min(value, top) / top), 1)

    return Diagram(
        width=_LEFT + _SIDE + 14,
        height=_TOP + _SIDE + _BOTTOM,
        left=_LEFT,
        top=_TOP,
        right=_LEFT + _SIDE,
        bottom=_TOP + _SIDE,
        ticks=tuple(
            (across(top * part / 4), down(top * part / 4), f"{top * part / 4:.0%}") for part in range(5)
        ),
        dots=tuple(_dot(one, across(one.predicted), down, most) for one in bins),
    )


def _dot(one: Bin, x: float, down: Callable[[float], float], most: int) -> Dot:
    share = one.happened.value or 0.0
    low, high = (share if bound is None else bound for bound in one.happened.ci95)
    return Dot(
        x=x,
        y=down(share),
        low=down(low),
        high=down(high),
        radius=round(3 + 3 * (one.lines / most) ** 0.5, 1),
        title=f"预测 {one.predicted:.1%}，实际 {share:.1%}（{low:.1%}–{high:.1%}），{one.lines} 条",
    )


def _rounded_up(value: float) -> float:
    """Round up to a whole fifth, so that the ticks are round as well."""
    return max(1, math.ceil(value * 5 - 1e-9)) / 5


def drift_heat(lines: Sequence[DriftLine]) -> Heat:
    """Lay out the drift of one target."""
    columns: dict[tuple[SliceKind, str | None], str] = {}
    rows: dict[str, str] = {}
    for line in lines:
        columns.setdefault((line.kind, line.code), line.name)
        rows.setdefault(line.feature, line.title)
    width = min(60.0, (_WIDTH - _LABELS - _RIGHT) / max(len(columns), 1))
    places = {key: _LABELS + width * number for number, key in enumerate(columns)}
    heights = {feature: _HEAD + _ROW * number for number, feature in enumerate(rows)}
    return Heat(
        width=_WIDTH,
        height=_HEAD + _ROW * len(rows) + 4,
        left=_LABELS,
        head=_HEAD,
        row=_ROW,
        column=width,
        columns=tuple((places[key] + width / 2, _short(name)) for key, name in columns.items()),
        rows=tuple(HeatRow(heights[feature], title) for feature, title in rows.items()),
        cells=tuple(
            Cell(
                x=places[line.kind, line.code],
                y=heights[line.feature],
                style=line.verdict.value,
                text=_cell_text(line),
                title=f"{line.title}·{line.name}：{line.advice or _moved(line)}",
            )
            for line in lines
        ),
    )


def _moved(line: DriftLine) -> str:
    index = "—" if line.psi is None else f"{line.psi:.2f}"
    return f"PSI {index}，没有值的比例 {line.reference_unknown:.0%}→{line.unknown:.0%}"


def _cell_text(line: DriftLine) -> str:
    mark = _MARKS.get(line.verdict, "")
    if mark and "没有值" in line.advice:
        return f"{mark}缺值"
    return "·" if line.psi is None else f"{mark}{line.psi:.2f}".replace("0.", ".")


def _short(name: str) -> str:
    return name if len(name) <= _NAME_CHARACTERS else f"{name[: _NAME_CHARACTERS - 1]}…"
