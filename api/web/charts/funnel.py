"""Funnel: how many are left after each step, and what share of the step before that is."""

from collections.abc import Sequence
from typing import NamedTuple

from api.web.charts.bars import Bar, BarsChart, drawn_bars, known_bars
from api.web.charts.chart import Table
from api.web.charts.figures import PERCENT, Measure, share, without


class Step(NamedTuple):
    """A step and how many reached it, None where not known."""

    name: str
    amount: float | None


def funnel_chart(title: str, steps: Sequence[Step], *, measure: Measure) -> BarsChart:
    """Draw a bar a step.

    Raises
    ------
    ValueError
        If a count is below nought.
    """
    bars = known_bars([Bar(*step) for step in steps])
    counts = [bar.value for bar in bars]
    shares = [share(count, before) for before, count in zip([None, *counts[:-1]], counts, strict=True)]
    figures = [
        measure.said(count) + (f"（上一步的 {PERCENT.said(part)}）" if part is not None else "")
        for count, part in zip(counts, shares, strict=True)
    ]
    drawn, height = drawn_bars(bars, figures)
    return BarsChart(
        title=title,
        text=_text(bars, shares, measure),
        table=Table(
            head=("步骤", "数量", "占上一步"),
            rows=tuple(
                (bar.name, measure.said(bar.value), PERCENT.said(part) if number else "—")
                for number, (bar, part) in enumerate(zip(bars, shares, strict=True))
            ),
        ),
        height=height,
        bars=drawn,
    )


def _text(bars: Sequence[Bar], shares: Sequence[float | None], measure: Measure) -> str:
    listed = "，".join(f"{bar.name} {measure.said(bar.value)}" for bar in bars if bar.value is not None)
    told = f"漏斗图，{len(bars)} 步" + (f"：{listed}。" if listed else "。")
    kept = [(part, bar.name) for part, bar in zip(shares, bars, strict=True) if part is not None]
    if kept:
        least, name = min(kept)
        told += f"留下最少的一步是{name}（上一步的 {PERCENT.said(least)}）。"
        whole = share(bars[-1].value, bars[0].value)
        told += f"从第一步到最后一步留下 {PERCENT.said(whole)}。" if whole is not None else ""
    return told + without(bar.name for bar in bars if bar.value is None)
