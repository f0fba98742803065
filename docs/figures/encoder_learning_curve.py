"""Draws encoder_learning_curve.svg from data/encoder_learning_curve.json; needs matplotlib."""

import json
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

HERE = Path(__file__).parent
COLOURS = {"dense": "#1b6ca8", "hybrid": "#c8553d"}
NAMES = {"dense": "encoder alone", "hybrid": "words + encoder"}


def main() -> None:
    """Read the figures and write the picture beside this file."""
    content = json.loads((HERE / "data" / "encoder_learning_curve.json").read_text(encoding="utf-8"))
    # Ids of an SVG are random otherwise, and every run would look like a change.
    plt.rcParams.update({"svg.hashsalt": "smematch", "svg.fonttype": "none", "font.size": 9})
    figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 3.2), sharey=True, layout="constrained")
    for name, colour in COLOURS.items():
        looks = content["minutes"]
        left.plot([one["minutes"] for one in looks], [one[name] for one in looks], color=colour, marker=".")
        sizes = content["needs"]
        right.plot([one["needs"] for one in sizes], [one[name] for one in sizes], color=colour, marker="o")
        left.annotate(
            NAMES[name], (looks[-1]["minutes"], looks[-1][name]), color=colour, xytext=(-4, -14),
            textcoords="offset points", ha="right",
        )  # fmt: skip
    words = content["lexical"]
    for axis, label in ((left, content["minutes_label"]), (right, content["needs_label"])):
        axis.axhline(words, color="#777777", linestyle=":", linewidth=1)
        axis.annotate("words alone", (0.02, words), xycoords=("axes fraction", "data"), va="bottom",
                      color="#777777")  # fmt: skip
        axis.set_xlabel(label)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(axis="y", color="#eeeeee")
    left.set_ylabel("nDCG@10, needs of held-out solutions")
    figure.savefig(HERE / "encoder_learning_curve.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
