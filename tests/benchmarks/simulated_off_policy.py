"""How often the off-policy intervals hold the truth on simulated lists (synthetic; nothing of real quality).

    python -m tests.benchmarks.simulated_off_policy [--runs 500] [--write FILE]

Each run is another world. The expert's ranking is served with exploration; the log is turned into rounds as
``smematch evaluate policy --from-log`` does it; the target puts each block of near-equals in the order of
other weights. The truth is the expected contacts a line of exactly those lists under the target.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy import stats

from recommender.off_policy import LoggedRounds, TargetPolicy, evaluate_policy
from recommender.ranking.exploration import Exploration, blocks_of_list, load_exploration
from recommender.simulation import Expert, WorldSettings, draw_world, run
from recommender.simulation.history import History
from recommender.simulation.policies import design, feature_matrix
from recommender.simulation.world import World

#: The shipped limits, wide ones, and lists that are drawn as a whole.
SCENES = {
    "shipped exploration": load_exploration(),
    "wide exploration": Exploration(version="wide", epsilon=0.1, floor=0.0, most=5),
    "whole list by chance": Exploration(version="whole", epsilon=1.0, floor=0.0, most=5),
}
SETTINGS = WorldSettings(lists=400, enterprises=100, products=30, candidates=5, list_length=5)
ESTIMATORS = ("ips", "snips", "dr")


def truth_of(world: World, history: History, wanted: np.ndarray) -> float:
    """Expected contacts a line: ``wanted`` is the line of the same list that stands at each line's rank."""
    lines, settings = history.lines, world.settings
    suitable = world.truth.suitable[lines.visit, lines.place][wanted]
    rank = lines.rank - 1
    acts = suitable + (1.0 - suitable) * settings.trusted[rank]
    return float((settings.examination[rank] * acts).mean())


def target_of(history: History, seed: int) -> np.ndarray:
    """Order each block by made-up weights; return which line stands at each place."""
    frame = history.labelled_lines("contact", np.inf)
    features = design(feature_matrix(frame))
    weights = np.random.default_rng((seed, 7)).normal(1.0, 1.0, features.shape[1])
    scores, lines = features @ weights, history.lines
    wanted = np.arange(history.count)
    starts = np.flatnonzero(lines.rank == 1)
    for start, stop in zip(starts, np.append(starts[1:], history.count), strict=True):
        for first, last in blocks_of_list(lines.propensity[start:stop].tolist()):
            block = np.arange(start + first, start + last)
            wanted[block] = block[np.argsort(-scores[block], kind="stable")]
    return wanted


def once(limits: Exploration, seed: int) -> dict[str, tuple[float, float, float, float]]:
    """Return value, bounds and truth of each estimate in one world."""
    world = draw_world(SETTINGS, seed)
    history = run(world, Expert(exploration=limits), "contact").history
    frame = history.labelled_lines("contact", 1e6)
    rounds = LoggedRounds.from_frame(
        frame.assign(click=frame["reached"].astype(int))[
            ["list_id", "item_id", "position", "click", "propensity_score"]
        ]
    )
    wanted = target_of(history, seed)
    probability = np.zeros((len(rounds), len(rounds.items)))
    probability[np.arange(len(rounds)), rounds.item[wanted]] = 1.0
    target = TargetPolicy.of_rounds(probability, np.zeros(len(rounds)))
    report = evaluate_policy(rounds, target, seed=seed)
    truth, logged = truth_of(world, history, wanted), truth_of(world, history, np.arange(len(rounds)))
    found = {name: (report.estimates[name], truth) for name in ESTIMATORS}
    found |= {f"lift {name}": (figure, truth - logged) for name, figure in report.lift.items()}
    return {name: (figure.value, *figure.ci95, known) for name, (figure, known) in found.items()}


def coverage(rows: list[tuple[float, float, float, float]]) -> dict[str, object]:
    """Return the share of intervals that held the truth, with its own Wilson interval."""
    value, low, high, truth = np.array(rows).T
    held = (low <= truth) & (truth <= high)
    bounds = stats.binomtest(int(held.sum()), len(held)).proportion_ci(method="wilson")
    return {
        "n": len(held),
        "coverage": {"value": float(held.mean()), "ci95": [bounds.low, bounds.high]},
        "truth_below": float((truth < low).mean()),
        "truth_above": float((truth > high).mean()),
        "width": float((high - low).mean()),
        "bias": float((value - truth).mean()),
        "truth": float(truth.mean()),
    }


def main() -> None:
    """Run all scenes, print a table and keep the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    document: dict[str, dict[str, object]] = {}
    for title, limits in SCENES.items():
        found: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
        for seed in range(chosen.runs):
            for name, row in once(limits, seed).items():
                found[name].append(row)
        document[title] = {name: coverage(rows) for name, rows in found.items()}
        print(f"\n{title} (synthetic, {SETTINGS.lists} lists of {SETTINGS.list_length})")
        for name, told in document[title].items():
            print(f"  {name:12s} {json.dumps(told)}", flush=True)
    if chosen.write:
        chosen.write.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
