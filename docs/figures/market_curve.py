"""Draws market_curve.svg from data/market_curve.json; needs matplotlib."""

import json
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
NAMES = {
    "product": "product",
    "transferable": "TU",
    "iterated_lp": "iterated LP",
    "social_welfare": "welfare",
    "nash": "Nash",
    "envy_free": "envy-free",
}
COLOURS = {
    "product": "#999999",
    "transferable": "#b08d3c",
    "iterated_lp": "#7a9a52",
    "social_welfare": "#8a5a9e",
    "nash": "#1b6ca8",
    "envy_free": "#c8553d",
}
PANELS = (
    ("matches_per_member", "expected matches / member", "linear"),
    ("envies", "envies, both sides", "symlog"),
    ("cpu_seconds", "seconds of one core", "log"),
)


def main() -> None:
    """Read the figures and write the picture beside this file."""
    content = json.loads((HERE / "data" / "market_curve.json").read_text(encoding="utf-8"))
    # Ids of an SVG are random otherwise, and every run would look like a change.
    plt.rcParams.update({"svg.hashsalt": "smematch", "svg.fonttype": "none", "font.size": 9})
    figure, axes = plt.subplots(1, 3, figsize=(9.6, 3.2), layout="constrained")
    for axis, (field, label, scale) in zip(axes, PANELS, strict=True):
        for name, title in NAMES.items():
            rows = [row for row in content["curve"] if row["method"] == name]
            axis.plot([row["size"] for row in rows], [row[field] for row in rows], color=COLOURS[name],
                      marker="o", markersize=3, label=title)  # fmt: skip
        axis.set_xscale("log")
        axis.set_yscale(scale)
        axis.set_xlabel("members of each side")
        axis.set_ylabel(label)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", color="#eeeeee")
    axes[1].set_ylim(bottom=-0.2)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=6, frameon=False)
    figure.savefig(HERE / "market_curve.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
