"""Measured figures: one row a metric, one column a channel, each with its 95 % interval."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from cli.views.text import heading, paragraph, table
from recommender.learning.intervals import Figure

_CHANNELS = {
    "lexical": "关键词",
    "dense": "语义",
    "runs": "语义·句段",
    "pains": "语义·逐条痛点",
    "hybrid": "融合",
    "ranked": "最终排序",
}


def show_figures(
    console: Console,
    title: str,
    channels: Mapping[str, Mapping[str, Figure]],
    warnings: Sequence[str],
) -> None:
    """Print a table of figures and what a reader of them must know."""
    heading(console, title)
    names = [_CHANNELS.get(channel, channel) for channel in channels]
    rows = table("指标", *names, numbers=frozenset(names))
    for metric in next(iter(channels.values()), {}):
        rows.add_row(metric, *(_shown(figures[metric]) for figures in channels.values()))
    console.print(rows)
    console.print("方括号内为 95% 置信区间。", style="quiet")
    for warning in warnings:
        paragraph(console, f"! {warning}", hang=2, style="note")


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return "—"
    low, high = figure.ci95
    interval = f"\n[{low:.3f}–{high:.3f}]" if low is not None and high is not None else ""
    return f"{figure.value:.3f}{interval}"
