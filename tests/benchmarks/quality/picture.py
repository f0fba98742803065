"""Bars of the headline figure with their intervals."""

from pathlib import Path

from tests.benchmarks.quality.table import Table

OURS, THEIRS = "#b3261e", "#6b7a8f"


def draw(table: Table, path: Path) -> bool:
    """Write a PNG or SVG by the name of `path`; False when matplotlib is not installed."""
    try:
        import matplotlib as mpl
    except ModuleNotFoundError:
        return False
    mpl.use("agg")
    from matplotlib import pyplot as plt

    # Text as text, and ids that do not change from run to run: a small file that compares well.
    plt.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "smematch"})
    metrics = [m for m in (table.headline, "recall@1") if any(m in row.figures for row in table.rows)]
    rows = [row for row in reversed(table.rows) if row.figures]
    figure, axes = plt.subplots(
        1,
        len(metrics),
        sharey=True,
        squeeze=False,
        figsize=(5.2 * len(metrics) + 2, 0.42 * len(rows) + 1.4),
        layout="constrained",
    )
    for axis, metric in zip(axes[0], metrics, strict=True):
        values = [row.figures[metric].value or 0.0 for row in rows]
        bounds = [row.figures[metric].ci95 for row in rows]
        below = [v - (v if low is None else low) for v, (low, _) in zip(values, bounds, strict=True)]
        above = [(v if high is None else high) - v for v, (_, high) in zip(values, bounds, strict=True)]
        axis.barh(
            [f"ours: {row.name}" if row.kind == "ours" else row.name for row in rows],
            values,
            xerr=[below, above],
            color=[OURS if row.kind == "ours" else THEIRS for row in rows],
            error_kw={"ecolor": "#222222", "capsize": 3},
        )
        for place, value in enumerate(values):
            axis.text(0.01, place, f"{value:.3f}", va="center", color="white", fontsize=9)
        axis.set_xlim(0, 1)
        axis.set_xlabel(f"{metric} (95 % interval)")
        axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"{table.title}: {table.queries} queries, {table.candidates} candidates", fontsize=11)
    undated = {"Date": None} if path.suffix == ".svg" else None
    figure.savefig(path, dpi=150, metadata=undated)
    plt.close(figure)
    return True
