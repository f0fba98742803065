"""Horizontal bars: a value each, with its target and its interval where there are any."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.web.charts.chart import Chart, Key, Table
from api.web.charts.figures import NO_DATA, Measure, extremes, known_amount
from api.web.charts.named_rows import BAR, LEFT, RIGHT, NamedRow, named_rows


class Bar(NamedTuple):
    """A value with its target and the ends of its interval, None where not known or not set."""

    name: str
    value: float | None
    target: float | None = None
    low: float | None = None
    high: float | None = None


class DrawnBar(NamedTuple):
    """A bar as it is drawn; ``width`` None where nothing is known."""

    row: NamedRow
    width: float | None
    target_x: float | None
    whisker: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class BarsChart(Chart):
    """The drawing; all bars are to one scale that begins at ``left``."""

    bars: tuple[DrawnBar, ...]
    left: float = LEFT
    track: float = RIGHT - LEFT
    bar_height: float = BAR


def bars_chart(
    title: str,
    bars: Sequence[Bar],
    *,
    measure: Measure = Measure(),
    highest: float | None = None,
    target_name: str = "目标",
    interval_name: str = "95% 区间",
) -> BarsChart:
    """Draw a bar each, in the order given.

    Parameters
    ----------
    highest : float, optional
        End of the scale; by default a little more than the largest of all.

    Raises
    ------
    ValueError
        If a value is below nought or beyond the end of the scale, or an interval has one end only.
    """
    bars = [Bar(bar.name, *(known_amount(amount) for amount in bar[1:])) for bar in bars]
    largest = max((amount for bar in bars for amount in bar[1:] if amount is not None), default=0.0)
    if highest is not None and largest > highest:
        raise ValueError("a value is beyond the end of the scale")
    scale = (RIGHT - LEFT) / (highest or largest or 1.0)
    rows, height = named_rows([(bar.name, measure.said(bar.value)) for bar in bars])
    targets = any(bar.target is not None for bar in bars)
    intervals = any(bar.low is not None for bar in bars)
    legend = (Key(mark="target", name=target_name),) * targets + (
        Key(mark="whisker", name=interval_name),
    ) * intervals
    return BarsChart(
        title=title,
        text=_text(bars, measure, target_name),
        table=_table(bars, measure, (target_name,) * targets, (interval_name,) * intervals),
        legend=legend,
        height=height,
        bars=tuple(_drawn(bar, row, scale) for bar, row in zip(bars, rows, strict=True)),
    )


def _drawn(bar: Bar, row: NamedRow, scale: float) -> DrawnBar:
    if (bar.low is None) != (bar.high is None):
        raise ValueError(f"the interval of {bar.name} has one end only")
    return DrawnBar(
        row=row,
        width=None if bar.value is None else round(bar.value * scale, 1),
        target_x=None if bar.target is None else round(LEFT + bar.target * scale, 1),
        whisker=None
        if bar.low is None or bar.high is None
        else (round(LEFT + bar.low * scale, 1), round(LEFT + bar.high * scale, 1)),
    )


def _table(
    bars: Sequence[Bar], measure: Measure, target_name: tuple[str, ...], interval_name: tuple[str, ...]
) -> Table:
    return Table(
        head=("名称", "数值", *target_name, *interval_name),
        rows=tuple(
            (
                bar.name,
                measure.said(bar.value),
                *(measure.said(bar.target) for _ in target_name),
                *(_interval(bar, measure) for _ in interval_name),
            )
            for bar in bars
        ),
    )


def _interval(bar: Bar, measure: Measure) -> str:
    return NO_DATA if bar.low is None else f"{measure.said(bar.low)} 至 {measure.said(bar.high)}"


def _text(bars: Sequence[Bar], measure: Measure, target_name: str) -> str:
    told = f"条形图，{len(bars)} 项。" + extremes([(bar.name, bar.value) for bar in bars], measure)
    aimed = [
        (bar.name, bar.value, bar.target) for bar in bars if bar.value is not None and bar.target is not None
    ]
    if aimed:
        short = [name for name, value, target in aimed if value < target]
        told += f"没有达到{target_name}的有 {len(short)} 项" + (f"：{'、'.join(short)}。" if short else "。")
    return told
