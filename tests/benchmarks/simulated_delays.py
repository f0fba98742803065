"""What is made of outcomes that have not come yet: the delay model against naive labels (synthetic).

    python -m tests.benchmarks.simulated_delays [--seeds 40] [--write FILE]

In each world the expert's ranking is served; at several ages of the log the contract rate a line is estimated
and the ranking is learned, by the labels of each way:

* ``delay model``: reached over the share that will have come by now (``OutcomeDelay``); the product's learner
* ``not yet is no``: every line counts, reached or not
* ``decided only``: lines that are reached, refused or past the horizon
* ``old enough only``: lines past the horizon, whatever came of them

Where a way keeps no line there is no rate, and the expert's weights rank.

The learner is the same each time (the product's posterior, with the product's examination); only the labels
differ. Rankings are judged on later visits: nDCG@10 by true chances, and expected contracts lost a list.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recommender.learning.examination import Examination, estimated_chances, with_chances
from recommender.learning.outcome_delay import OutcomeDelay
from recommender.simulation import Expert, World, WorldSettings, across_seeds, draw_world, run
from recommender.simulation.behaviour import best_order, list_value
from recommender.simulation.history import History
from recommender.simulation.learner import Learner, learned_scores
from recommender.simulation.policies import expert_scores
from recommender.simulation.running import visit_of

STEP = "contract"
AGES = (60.0, 120.0, 240.0, 480.0)
WAYS = ("delay model", "not yet is no", "decided only", "old enough only")
#: 480 days of log, then the visits that rankings are judged on.
SETTINGS = WorldSettings(lists=2_300)
JUDGED = 300


def kept(lines: pd.DataFrame, way: str) -> pd.DataFrame:
    """The lines that a way of labelling learns from."""
    if way == "decided only":
        lines = lines[lines["decided"]]
    if way == "old enough only":
        lines = lines[lines["elapsed_days"] >= lines["horizon_days"]]
    return lines.reset_index(drop=True)


def rate(lines: pd.DataFrame, way: str) -> float:
    """Estimated contracts a line; NaN where the way keeps no line."""
    if way == "delay model":
        told = OutcomeDelay().fit(lines).share_told_by(lines["elapsed_days"].to_numpy())
        return float(lines["reached"].sum() / np.asarray(told).sum())
    own = kept(lines, way)
    return float(own["reached"].mean()) if len(own) else float("nan")


def true_rate(world: World, history: History, day: float) -> float:
    """Expected contracts a line served by a day."""
    lines = history.lines
    served = world.day[lines.visit] <= day
    chance = world.chance(STEP)[lines.visit, lines.place] * world.settings.examination[lines.rank - 1]
    return float(chance[served].mean())


def learned(history: History, day: float, way: str) -> Learner:
    """Fit the product's learner to the labels of a way."""

    def labels(frames: Any) -> dict[str, pd.DataFrame]:
        if way == "delay model":
            return estimated_chances(frames)
        examination = Examination().fit(next(iter(frames.values())))
        return {
            step: with_chances(frame, _Told(), examination).assign(chance_told=1.0, decided=True)
            for step, frame in frames.items()
        }

    def known(step: str) -> pd.DataFrame:
        frame = history.labelled_lines(step, day)
        if way in ("delay model", "not yet is no"):
            return frame
        # The steps of the ladder are learned on the same lines: those that the judged step keeps.
        own = history.labelled_lines(STEP, day)
        keep = own["decided"] if way == "decided only" else own["elapsed_days"] >= own["horizon_days"]
        return frame[keep.to_numpy()].reset_index(drop=True)

    learner = Learner(labels)
    learner.learn(known)
    return learner


class _Told:
    """Everything is told at once."""

    def share_told_by(self, days: np.ndarray) -> np.ndarray:
        return np.ones(len(days))


def judged(world: World, learner: Learner | None) -> tuple[float, float]:
    """NDCG@10 and expected contracts lost a list on the last visits."""
    truth = world.chance(STEP)
    discount = 1.0 / np.log2(np.arange(2, 12))
    ndcg, lost = [], []
    for number in range(SETTINGS.lists - JUDGED, SETTINGS.lists):
        visit = visit_of(world, number, np.arange(SETTINGS.candidates))
        scores = expert_scores(visit.features) if learner is None else learned_scores(learner.model, visit)
        found = truth[number][best_order(scores, 10)]
        best = truth[number][best_order(truth[number], 10)]
        ndcg.append(float(found @ discount / (best @ discount)))
        lost.append(list_value(best, SETTINGS) - list_value(found, SETTINGS))
    return float(np.mean(ndcg)), float(np.mean(lost))


def main() -> None:
    """Run all worlds, print and keep the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    found: dict[str, list[float]] = defaultdict(list)
    for seed in range(1, chosen.seeds + 1):
        world = draw_world(SETTINGS, seed)
        history = run(world, Expert(), STEP).history
        for name, value in zip(("ndcg@10", "lost"), judged(world, None), strict=True):
            found[f"expert weights|all|{name}"].append(value)
        for age in AGES:
            lines, truth = history.labelled_lines(STEP, age), true_rate(world, history, age)
            for way in WAYS:
                found[f"{way}|{age:g}|relative bias"].append(rate(lines, way) / truth - 1.0)
                ndcg, lost = judged(world, learned(history, age, way))
                found[f"{way}|{age:g}|ndcg@10"].append(ndcg)
                found[f"{way}|{age:g}|lost"].append(lost)
    document: dict[str, Any] = {"synthetic": True, "worlds": chosen.seeds}
    for key, values in found.items():
        usable = [value for value in values if not np.isnan(value)]
        figure = across_seeds(usable)
        way, age, name = key.split("|")
        document.setdefault(way, {}).setdefault(age, {})[name] = {
            **figure.model_dump(mode="json"),
            "n": len(usable),
        }
        print(f"{way:16} {age:>4} {name:14} {figure.value} {figure.ci95} n={len(usable)}", flush=True)
    if chosen.write:
        chosen.write.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
