"""Counts over months: what was, what is forecast with its interval, and the target."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.web.charts.chart import Chart, Key, Table
from api.web.charts.figures import PLAIN, Measure, extremes, known_amount
from api.web.charts.lettering import text_width

_TOP, _BOTTOM, _HEIGHT = 22.0, 178.0, 202.0
_RIGHT, _GAP = 308.0, 6.0
_TICKS = 5


class Month(NamedTuple):
    """A month's count, None where not known."""

    name: str
    amount: float | None


class Forecast(NamedTuple):
    """A month to come with the ends of its interval."""

    name: str
    amount: float
    low: float
    high: float


class Tick(NamedTuple):
    """A line of the grid with its figure."""

    y: float
    figure: str


class Label(NamedTuple):
    """A name under the axis, or a figure beside the point that it tells of."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True, kw_only=True)
class LineChart(Chart):
    """The drawing.

    Attributes
    ----------
    marks, forecast_marks : tuple of (float, float)
        The known counts, and those forecast.
    path, forecast_path, band : str
        Empty where there is nothing to draw; ``path`` is broken where a month is not known.
    gaps : tuple of (float, float)
        Left edge and width of each month that is not known.
    target_y : float, optional
    """

    left: float
    right: float = _RIGHT
    top: float = _TOP
    bottom: float = _BOTTOM
    grid: tuple[Tick, ...]
    months: tuple[Label, ...]
    path: str
    marks: tuple[tuple[float, float], ...]
    gaps: tuple[tuple[float, float], ...]
    forecast_path: str
    forecast_marks: tuple[tuple[float, float], ...]
    band: str
    target_y: float | None
    said: tuple[Label, ...]


class _Frame(NamedTuple):
    """The scales: months to the right, counts upwards."""

    left: float
    step: float
    top: float

    def at(self, month: int, count: float) -> tuple[float, float]:
        return (
            round(self.left + self.step * month, 1),
            round(_BOTTOM - (_BOTTOM - _TOP) * count / self.top, 1),
        )


def line_chart(
    title: str,
    months: Sequence[Month],
    *,
    forecast: Sequence[Forecast] = (),
    target: float | None = None,
    measure: Measure = PLAIN,
    target_name: str = "目标",
) -> LineChart:
    """Draw the months and, dashed, those to come.

    Raises
    ------
    ValueError
        If there is no month, a count is below nought, or a forecast is outside of its interval.
    """
    if not months:
        raise ValueError("there is no month to draw")
    counts = [known_amount(month.amount) for month in months]
    target = known_amount(target)
    for ahead in forecast:
        if not 0 <= ahead.low <= ahead.amount <= ahead.high:
            raise ValueError(f"the forecast of {ahead.name} is outside of its interval")
    tick = _tick([*counts, target, *(ahead.high for ahead in forecast)])
    highest = max([target or 0.0, *(c or 0.0 for c in counts), *(ahead.high for ahead in forecast)])
    lines = max(math.ceil(round(highest / tick, 9)), 1)
    grid = [tick * number for number in range(lines + 1)]
    names = [*(month.name for month in months), *(ahead.name for ahead in forecast)]
    left = max(text_width(measure.figure(value)) for value in grid) + _GAP
    # The first mark stands clear of the axis.
    frame = _Frame(left + _GAP, (_RIGHT - left - 2 * _GAP) / max(len(names) - 1, 1), grid[-1])
    marks = [None if count is None else frame.at(n, count) for n, count in enumerate(counts)]
    ahead_marks = [frame.at(len(months) + n, ahead.amount) for n, ahead in enumerate(forecast)]
    joined = [marks[-1]] if marks[-1] is not None and forecast else []
    return LineChart(
        title=title,
        text=_text(months, counts, forecast, target, measure, target_name),
        table=_table(months, counts, forecast, measure),
        legend=_legend(bool(forecast), target, measure, target_name, None in counts),
        height=_HEIGHT,
        left=left,
        grid=tuple(Tick(frame.at(0, value)[1], measure.figure(value)) for value in grid),
        months=_named(names, frame),
        path=_path(marks),
        marks=tuple(mark for mark in marks if mark is not None),
        gaps=tuple(
            (round(frame.at(n, 0)[0] - frame.step / 2, 1), round(frame.step, 1))
            for n, mark in enumerate(marks)
            if mark is None
        ),
        forecast_path=_path([*joined, *ahead_marks]),
        forecast_marks=tuple(ahead_marks),
        band=_band(joined, forecast, len(months), frame),
        target_y=None if target is None else frame.at(0, target)[1],
        said=_said(marks, counts, ahead_marks, forecast, measure),
    )


def _tick(amounts: Sequence[float | None]) -> float:
    """Return a round distance of grid lines: 1, 2 or 5 times a power of ten, and whole."""
    highest = max((amount for amount in amounts if amount is not None), default=0.0)
    rough = max(highest, 1.0) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return max(next(power * times for times in (1, 2, 5, 10) if power * times >= rough), 1.0)


def _named(names: Sequence[str], frame: _Frame) -> tuple[Label, ...]:
    """Return as many names as stand beside each other, evenly from the first on."""
    widths = [text_width(name) for name in names]
    every = max(math.ceil((max(widths) + 2 * _GAP) / frame.step), 1)
    labels = []
    for n in range(0, len(names), every):
        x = frame.at(n, 0)[0]
        half = widths[n] / 2
        # At the edges of the view box a name leans inwards.
        anchor = "start" if x < half else "end" if x + half > Chart.width else "middle"
        labels.append(Label(x, _BOTTOM + 18, anchor, names[n]))
    return tuple(labels)


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    path, pen = "", "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        path += f"{pen}{point[0]} {point[1]}"
        pen = "L"
    return path


def _band(
    joined: Sequence[tuple[float, float]], forecast: Sequence[Forecast], first: int, frame: _Frame
) -> str:
    if not forecast:
        return ""
    upper = [frame.at(first + n, ahead.high) for n, ahead in enumerate(forecast)]
    lower = [frame.at(first + n, ahead.low) for n, ahead in enumerate(forecast)]
    return _path([*joined, *upper, *reversed(lower)]) + "Z"


def _said(
    marks: Sequence[tuple[float, float] | None],
    counts: Sequence[float | None],
    ahead_marks: Sequence[tuple[float, float]],
    forecast: Sequence[Forecast],
    measure: Measure,
) -> tuple[Label, ...]:
    """Return the figures of the last month that is known and of the last forecast."""
    told = []
    known = [(mark, count) for mark, count in zip(marks, counts, strict=True) if mark and count is not None]
    if known:
        (x, y), count = known[-1]
        told.append(Label(x, y - 9, "middle" if forecast else "end", measure.figure(count)))
    if forecast:
        x, y = ahead_marks[-1]
        told.append(Label(x + 5, y - 9, "end", measure.figure(forecast[-1].amount)))
    return tuple(told)


def _legend(
    forecast: bool, target: float | None, measure: Measure, target_name: str, missing: bool
) -> tuple[Key, ...]:
    return (
        Key(mark="own", name=f"实际（{measure.unit}）" if measure.unit else "实际"),
        *((Key(mark="forecast", name="预测"), Key(mark="band", name="预测区间")) if forecast else ()),
        *((Key(mark="level", name=f"{target_name} {measure.said(target)}"),) if target is not None else ()),
        *((Key(mark="unknown", name="没有数据"),) if missing else ()),
    )


def _table(
    months: Sequence[Month], counts: Sequence[float | None], forecast: Sequence[Forecast], measure: Measure
) -> Table:
    rows = [(month.name, measure.said(count)) for month, count in zip(months, counts, strict=True)]
    if not forecast:
        return Table(head=("月份", "实际"), rows=tuple(rows))
    return Table(
        head=("月份", "实际", "预测", "预测区间"),
        rows=(
            *((*row, "—", "—") for row in rows),
            *((a.name, "—", measure.said(a.amount), measure.span(a.low, a.high)) for a in forecast),
        ),
    )


def _text(
    months: Sequence[Month],
    counts: Sequence[float | None],
    forecast: Sequence[Forecast],
    target: float | None,
    measure: Measure,
    target_name: str,
) -> str:
    named = [(month.name, count) for month, count in zip(months, counts, strict=True)]
    told = f"折线图，{months[0].name}到{months[-1].name}。{extremes(named, measure)}"
    known = [(name, count) for name, count in named if count is not None]
    if len(known) > 1:
        (first, before), (last, after) = known[0], known[-1]
        change = after - before
        way = f"增加 {measure.said(change)}" if change > 0 else f"减少 {measure.said(-change)}"
        told += f"从{first}到{last}{way if change else '没有变化'}。"
    end: float | None = known[-1][1] if known else None
    if forecast:
        name, count, low, high = forecast[-1]
        told += f"预测到{name}是 {measure.said(count)}，区间 {measure.span(low, high)}。"
        end = count
    if target is not None and end is not None:
        gap = target - end
        reach = "达到" if gap <= 0 else f"还差 {measure.said(gap)}"
        told += f"{target_name}是 {measure.said(target)}，{'预计' if forecast else '现在'}{reach}。"
    return told
