"""Measured figures: one row a channel or score, one column a metric, each with its 95 % interval."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from cli.views.text import heading, paragraph, table
from recommender.learning.intervals import Figure

_CHANNELS = {
    "lexical": "关键词",
    "dense": "语义",
    "runs": "句段",
    "pains": "逐条痛点",
    "hybrid": "融合",
    "ranked": "最终排序",
    "ranked_cold": "排序（首见）",
}
_SCORES = {
    "two_sided": "双方",
    "one_sided_a": "只看己方",
    "one_sided_b": "只看对方",
    "product": "两者乘积",
    "harmonic": "调和平均",
    "min": "较小者",
}


def show_figures(
    console: Console,
    title: str,
    channels: Mapping[str, Mapping[str, Figure]],
    warnings: Sequence[str],
) -> None:
    """Print a table of figures and what a reader of them must know."""
    heading(console, title)
    metrics = list(next(iter(channels.values()), {}))
    rows = table("通道", *metrics, numbers=frozenset(metrics))
    for name, figures in channels.items():
        rows.add_row(_CHANNELS.get(name, name), *(_shown(figures[metric]) for metric in metrics))
    console.print(rows)
    _close(console, "方括号内为 95% 置信区间。", warnings)


def show_scores(
    console: Console,
    title: str,
    scores: Mapping[str, Mapping[str, Figure]],
    differences: Mapping[str, Mapping[str, Figure]],
    warnings: Sequence[str],
) -> None:
    """Print one row a score: its figures, and by how much the first score is above it."""
    heading(console, title)
    metrics = list(next(iter(scores.values()), {}))
    headers = [*metrics, *(f"{metric} 之差" for metric in metrics)]
    rows = table("分数", *headers, numbers=frozenset(headers))
    for name, figures in scores.items():
        apart = differences.get(name, {})
        cells = [_shown(figures[metric]) for metric in metrics]
        cells += [_shown(apart[metric]) if metric in apart else "" for metric in metrics]
        rows.add_row(_SCORES.get(name, name), *cells)
    console.print(rows)
    best = _SCORES.get(next(iter(scores), ""), "")
    _close(console, f"方括号内为 95% 置信区间；“之差”为“{best}”减去该行，逐对相减。", warnings)


def _close(console: Console, note: str, warnings: Sequence[str]) -> None:
    console.print(note, style="quiet")
    for warning in warnings:
        paragraph(console, f"! {warning}", hang=2, style="note")


def _shown(figure: Figure) -> str:
    if figure.value is None:
        return "—"
    low, high = figure.ci95
    interval = f"\n[{_bound(low)}–{_bound(high)}]" if low is not None and high is not None else ""
    return f"{figure.value:.3f}{interval}"


def _bound(value: float) -> str:
    """Return a bound in four characters where it is from 0 to 1: five metrics then fit on eighty columns."""
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}".replace("0.", ".")
