"""Horizontal bars: a value each, with its target and its interval where there are any."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.web.charts.chart import Chart, Key, Table
from api.web.charts.figures import PLAIN, Measure, extremes, known_amount
from api.web.charts.named_rows import BAR, LEFT, RIGHT, NamedRow, named_rows


class Bar(NamedTuple):
    """A value with its target and the ends of its interval, None where not known or not set."""

    name: str
    value: float | None
    target: float | None = None
    low: float | None = None
    high: float | None = None


class DrawnBar(NamedTuple):
    """A bar as it is drawn.

    Attributes
    ----------
    width : float, optional
        None where nothing is known.
    tone : str
        ``plain``; ``bad`` where the words of its row say that it is.
    """

    row: NamedRow
    width: float | None
    target_x: float | None
    whisker: tuple[float, float] | None
    tone: str


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
    measure: Measure = PLAIN,
    highest: float | None = None,
    target_name: str = "目标",
    interval_name: str = "95% 区间",
) -> BarsChart:
    """Draw a bar each, in the order given.

    Parameters
    ----------
    highest : float, optional
        End of the scale; by default the largest of all values, targets and ends of intervals.

    Raises
    ------
    ValueError
        If a value is below nought or beyond the end of the scale, or an interval has one end only.
    """
    bars = known_bars(bars)
    drawn, height = drawn_bars(bars, [measure.said(bar.value) for bar in bars], highest=highest)
    targets = (target_name,) if any(bar.target is not None for bar in bars) else ()
    intervals = (interval_name,) if any(bar.low is not None for bar in bars) else ()
    return BarsChart(
        title=title,
        text=_text(bars, measure, target_name),
        table=Table(
            head=("名称", "数值", *targets, *intervals),
            rows=tuple(
                (
                    bar.name,
                    measure.said(bar.value),
                    *(measure.said(bar.target) for _ in targets),
                    *(measure.span(bar.low, bar.high) for _ in intervals),
                )
                for bar in bars
            ),
        ),
        legend=(
            *(Key(mark="target", name=name) for name in targets),
            *(Key(mark="whisker", name=name) for name in intervals),
        ),
        height=height,
        bars=drawn,
    )


def known_bars(bars: Sequence[Bar]) -> list[Bar]:
    """Return the bars with None for NaN.

    Raises
    ------
    ValueError
        If a value is below nought, or an interval has one end only.
    """
    read = [Bar(bar.name, *(known_amount(amount) for amount in bar[1:])) for bar in bars]
    for bar in read:
        if (bar.low is None) != (bar.high is None):
            raise ValueError(f"the interval of {bar.name} has one end only")
    return read


def drawn_bars(
    bars: Sequence[Bar],
    figures: Sequence[str],
    *,
    highest: float | None = None,
    bad: Collection[int] = (),
) -> tuple[tuple[DrawnBar, ...], float]:
    """Lay out known bars under each other.

    Parameters
    ----------
    figures : sequence of str
        What stands at the right of each name.
    bad : collection of int
        Places of the bars in a tone of warning.

    Returns
    -------
    tuple of DrawnBar, float
        The bars, and how high they are together.

    Raises
    ------
    ValueError
        If one is beyond the end of the scale.
    """
    largest = max((amount for bar in bars for amount in bar[1:] if amount is not None), default=0.0)
    if highest is not None and largest > highest:
        raise ValueError("a value is beyond the end of the scale")
    scale = (RIGHT - LEFT) / (highest or largest or 1.0)
    rows, height = named_rows([(bar.name, figure) for bar, figure in zip(bars, figures, strict=True)])
    drawn = tuple(
        DrawnBar(
            row=row,
            width=None if bar.value is None else round(bar.value * scale, 1),
            target_x=None if bar.target is None else round(LEFT + bar.target * scale, 1),
            whisker=None
            if bar.low is None or bar.high is None
            else (round(LEFT + bar.low * scale, 1), round(LEFT + bar.high * scale, 1)),
            tone="bad" if place in bad else "plain",
        )
        for place, (bar, row) in enumerate(zip(bars, rows, strict=True))
    )
    return drawn, height


def _text(bars: Sequence[Bar], measure: Measure, target_name: str) -> str:
    told = f"条形图，{len(bars)} 项。" + extremes([(bar.name, bar.value) for bar in bars], measure)
    aimed = [(b.name, b.value, b.target) for b in bars if b.value is not None and b.target is not None]
    if aimed:
        short = [name for name, value, target in aimed if value < target]
        told += f"没有达到{target_name}的有 {len(short)} 项" + (f"：{'、'.join(short)}。" if short else "。")
    return told
