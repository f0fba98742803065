"""Draws simulated_regret.svg from data/simulated_regret.json; needs matplotlib."""

import json
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
NAMES = {
    "chance": "by lot",
    "expert": "expert weights, no learning",
    "greedy_decided": "greedy, decided only",
    "greedy_not_yet_is_no": "greedy, not yet = no",
    "greedy_contacts": "greedy, contacts",
    "vowpalwabbit": "Vowpal Wabbit",
    "vowpalwabbit_contracts": "Vowpal Wabbit, contracts",
    "learner": "smematch",
    "learner_exploring": "smematch, exploring",
}
COLOURS = {
    "chance": "#bbbbbb",
    "expert": "#666666",
    "greedy_decided": "#b08d3c",
    "greedy_not_yet_is_no": "#7a9a52",
    "greedy_contacts": "#3f7f5f",
    "vowpalwabbit": "#8a5a9e",
    "vowpalwabbit_contracts": "#c9a3d8",
    "learner": "#c8553d",
    "learner_exploring": "#1b6ca8",
}


def main() -> None:
    """Read the figures and write the picture beside this file."""
    content = json.loads((HERE / "data" / "simulated_regret.json").read_text(encoding="utf-8"))
    # Ids of an SVG are random otherwise, and every run would look like a change.
    plt.rcParams.update({"svg.hashsalt": "smematch", "svg.fonttype": "none", "font.size": 9})
    worlds = content["worlds"]
    figure, axes = plt.subplots(
        1, len(worlds), figsize=(9.6, 4.0), layout="constrained", sharey=True, squeeze=False
    )
    for axis, (title, report) in zip(axes[0], worlds.items(), strict=True):
        at = [0, *report["curve_at"]]
        for name, result in report["policies"].items():
            curve = result["curve"]
            low, high = ([0.0, *(point["ci95"][side] for point in curve)] for side in (0, 1))
            axis.plot(at, [0.0, *(point["value"] for point in curve)], color=COLOURS[name], label=NAMES[name])
            axis.fill_between(at, low, high, color=COLOURS[name], alpha=0.12, linewidth=0)
        axis.set_title(f"{title} (synthetic, {len(report['seeds'])} worlds)", fontsize=9)
        axis.set_xlabel("lists served")
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", color="#eeeeee")
    axes[0][0].set_ylabel("cumulative regret, expected contracts")
    figure.legend(*axes[0][0].get_legend_handles_labels(), loc="outside upper center", ncols=4, frameon=False)
    figure.savefig(HERE / "simulated_regret.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
