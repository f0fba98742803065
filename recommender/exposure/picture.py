"""Geometry of the two pictures, in units of their view boxes; the template draws them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from recommender.exposure.report import ExposureSlice, Month
from recommender.learning.intervals import Figure

WIDTH = 720.0
_LABELS = 190.0
_RIGHT = 70.0
_ROW = 34.0
_TOP = 8.0
_BAR = 14.0
_MOST_ROWS = 15
_LINE_HEIGHT = 200.0
_LINE_LEFT, _LINE_RIGHT, _LINE_TOP, _LINE_BOTTOM = 48.0, 12.0, 12.0, 30.0
_NAME_CHARACTERS = 14
#: At most so many months are written below the line.
_MOST_TICKS = 12


class Whisker(NamedTuple):
    """A 95 % interval."""

    low: float
    high: float


class Bar(NamedTuple):
    """One party: its share of impressions as a bar, of served places as a line, of merit as a mark."""

    y: float
    middle: float
    name: str
    full_name: str
    width: float
    whisker: Whisker | None
    served_x: float | None
    merit_x: float | None
    label: str


class Bars(NamedTuple):
    """The first picture."""

    width: float
    height: float
    left: float
    bar: float
    bars: tuple[Bar, ...]
    cap_x: float | None
    left_out: int


class Point(NamedTuple):
    """A month of the second picture; y runs down."""

    x: float
    y: float
    whisker: Whisker | None
    title: str
    tick: str


class Line(NamedTuple):
    """The second picture: HHI by month, with the value that equal shares would give."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    points: tuple[Point, ...]
    path: str
    equal_y: float | None
    ticks: tuple[tuple[float, str], ...]


def share_bars(part: ExposureSlice, cap: float | None) -> Bars:
    """Lay out the parties with most impressions."""
    shown = part.parties[:_MOST_ROWS]
    told = [f for p in shown for f in (p.share, p.merit_share, p.served_share)]
    largest = max([value for f in told for value in (f.value, f.ci95[1]) if value is not None] + [cap or 0.0])
    scale = (WIDTH - _LABELS - _RIGHT) / (largest * 1.02) if largest else 0.0

    def place(value: float | None) -> float | None:
        return None if value is None else round(_LABELS + value * scale, 1)

    bars = []
    for number, party in enumerate(shown):
        y = _TOP + number * _ROW
        low, high = place(party.share.ci95[0]), place(party.share.ci95[1])
        bars.append(
            Bar(
                y=y,
                middle=y + _BAR / 2,
                name=_short(party.name),
                full_name=party.name,
                width=round((party.share.value or 0.0) * scale, 1),
                whisker=None if low is None or high is None else Whisker(low, high),
                served_x=place(party.served_share.value),
                merit_x=place(party.merit_share.value),
                label="—" if party.share.value is None else f"{party.share.value:.1%}",
            )
        )
    return Bars(
        width=WIDTH,
        height=_TOP * 2 + _ROW * len(bars),
        left=_LABELS,
        bar=_BAR,
        bars=tuple(bars),
        cap_x=place(cap),
        left_out=len(part.parties) - len(bars),
    )


def hhi_line(months: Sequence[Month], equal: float | None) -> Line:
    """Lay out the months that have a value."""
    told = [month for month in months if month.hhi.value is not None]
    values = [v for month in told for v in (month.hhi.value, month.hhi.ci95[1]) if v is not None]
    top = min(1.0, max([*values, equal or 0.0, 0.1]) * 1.1)
    across = WIDTH - _LINE_LEFT - _LINE_RIGHT
    down = _LINE_HEIGHT - _LINE_TOP - _LINE_BOTTOM

    def height(value: float) -> float:
        return round(_LINE_TOP + down * (1 - value / top), 1)

    step = max(1, -(-len(told) // _MOST_TICKS))
    points = []
    for number, month in enumerate(told):
        x = _LINE_LEFT + across * (number + 0.5) / len(told)
        points.append(
            Point(
                x=round(x, 1),
                y=height(month.hhi.value or 0.0),
                whisker=_whisker(month.hhi, height),
                title=f"{month.month}：HHI {month.hhi.value:.3f}，{month.enterprises} 家企业",
                tick=month.month[2:] if number % step == 0 else "",
            )
        )
    return Line(
        width=WIDTH,
        height=_LINE_HEIGHT,
        left=_LINE_LEFT,
        right=WIDTH - _LINE_RIGHT,
        bottom=_LINE_HEIGHT - _LINE_BOTTOM,
        points=tuple(points),
        path=" ".join(f"{point.x},{point.y}" for point in points),
        equal_y=None if equal is None or equal > top else height(equal),
        ticks=tuple((height(top * part / 4), f"{top * part / 4:.2f}") for part in range(5)),
    )


def _whisker(told: Figure, height: Callable[[float], float]) -> Whisker | None:
    low, high = told.ci95
    return None if low is None or high is None else Whisker(height(low), height(min(1.0, high)))


def _short(name: str) -> str:
    return name if len(name) <= _NAME_CHARACTERS else f"{name[: _NAME_CHARACTERS - 1]}…"
