"""How often the learner's 95 % intervals hold the truth, in simulated worlds (synthetic).

    python -m tests.benchmarks.simulated_learner_coverage [--runs 500] [--write FILE]

Each run is another world, whose log was served by the expert's ranking with exploration. Two kinds: worlds
such as the learner's prior expects, and those of the comparison of regrets, further from the expert. Scores:
the interval ``score_ci95`` that is served, on candidates of later visits, against the score by the true
weights and effects. Weights: share of each feature's weight among all, by sub-industry. Neither kind is of
the learner's form: vendors sign with different probabilities, enterprises and pairs differ by what no feature
shows, unknown features have values.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from recommender.learning.examination import estimated_chances
from recommender.learning.posterior_scales import load_posterior_scales
from recommender.ranking.exploration import load_exploration
from recommender.ranking.learned_reasons import score_interval
from recommender.ranking.learned_weights import LearnedTarget
from recommender.simulation import Expert, World, WorldSettings, across_seeds, draw_world, run
from recommender.simulation.identity import moment
from recommender.simulation.learner import Learner, lines_of
from recommender.simulation.policies import design
from recommender.simulation.running import visit_of
from recommender.simulation.world import SUB_INDUSTRIES, expert_weights, feature_names

#: The last visits are not in the log.
LISTS, LATER = 600, 60


def expected() -> WorldSettings:
    """A world such as ``data/ranking/learning.json`` expects."""
    scales = load_posterior_scales()
    weight = float(expert_weights().mean())
    return WorldSettings(
        lists=LISTS,
        steepness=scales.slope.mean,
        taste_sd=scales.weights * weight,
        sub_industry_sd=scales.sub_industries * weight,
        product_sd=scales.effects.solution.items,
        vendor_sd=scales.effects.solution.providers,
    )


SCENES = {"as the prior expects": expected, "worlds of the comparison": lambda: WorldSettings(lists=LISTS)}
#: Days after the last list of the log: many outcomes are still to come.
WAITED = 30.0
NORMAL_95 = 1.959963984540054


def true_scores(world: World, visit: int) -> np.ndarray:
    """Scores by the true weights and effects, in the unit of the served score, not cut to 0–1."""
    names = feature_names()
    sub = SUB_INDUSTRIES.index(world.people.sub_industry[int(world.enterprise[visit])])
    weights = world.truth.weights[sub]
    filled = design(world.features[visit])[:, : len(names)]
    effect = world.truth.product[world.candidates[visit]]
    return (filled @ weights + effect / world.settings.steepness) / weights.sum()


def shares(learned: LearnedTarget, sub_industry: str) -> tuple[np.ndarray, np.ndarray]:
    """Share of each weight among the simulated features, and its standard deviation (delta method)."""
    block = learned.by_sub_industry.get(sub_industry, learned.pooled)
    own = [learned.features.index(name) for name in feature_names()]
    weights = np.asarray(block.weights)[own]
    covariance = np.asarray(block.covariance)[np.ix_(own, own)]
    total = weights.sum()
    slope = (np.eye(len(own)) - (weights / total)[:, None]) / total
    return weights / total, np.sqrt(np.diag(slope @ covariance @ slope.T))


def learned_in(world: World) -> Learner:
    """Let the learner see the log of all but the last visits."""
    history = run(world, Expert(exploration=load_exploration())).history
    cut = float(world.day[LISTS - LATER])

    def known(step: str) -> pd.DataFrame:
        frame = history.labelled_lines(step, cut + WAITED)
        return frame[frame["served_at"] < pd.Timestamp(moment(cut))].reset_index(drop=True)

    learner = Learner(estimated_chances)
    learner.learn(known)
    return learner


def once(settings: WorldSettings, seed: int) -> dict[str, tuple[float, bool]]:
    """Share of all intervals of a world that held, and whether one drawn by lot did."""
    world = draw_world(settings, seed)
    model = learned_in(world).model
    if model.learned is None or model.learned.solution is None:
        raise RuntimeError("nothing was learned")
    scorer = model.scorer("solution")
    held: list[bool] = []
    for visit in range(LISTS - LATER, LISTS):
        seen = visit_of(world, visit, np.arange(world.settings.candidates))
        for line, truth in zip(lines_of(seen), true_scores(world, visit).tolist(), strict=True):
            low, high = score_interval(scorer.score(line).score, scorer.deviation(line)) or (1.0, 0.0)
            held.append(low <= min(max(truth, 0.0), 1.0) <= high)
    within: list[bool] = []
    for number, name in enumerate(SUB_INDUSTRIES):
        weights = world.truth.weights[number]
        value, deviation = shares(model.learned.solution, name)
        within += (np.abs(weights / weights.sum() - value) <= NORMAL_95 * deviation).tolist()
    lot = np.random.default_rng((seed, 11))
    return {
        "scores": (float(np.mean(held)), held[lot.integers(len(held))]),
        "weights": (float(np.mean(within)), within[lot.integers(len(within))]),
    }


def told(rows: list[tuple[float, bool]]) -> dict[str, Any]:
    """Coverage of one interval a world (binomial), and of all of them (Student over worlds)."""
    share, drawn = zip(*rows, strict=True)
    bounds = stats.binomtest(sum(drawn), len(drawn)).proportion_ci(method="wilson")
    return {
        "n": len(rows),
        "one_a_world": {"value": sum(drawn) / len(drawn), "ci95": [bounds.low, bounds.high]},
        "all": across_seeds(share).model_dump(mode="json"),
    }


def main() -> None:
    """Run all worlds, print and keep the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    print(f"synthetic, {LISTS - LATER} lists a world, {WAITED:g} days after the last")
    document: dict[str, Any] = {}
    for title, settings in SCENES.items():
        found = [once(settings(), seed) for seed in range(1, chosen.runs + 1)]
        document[title] = {name: told([row[name] for row in found]) for name in ("scores", "weights")}
        print(title, json.dumps(document[title]), flush=True)
    if chosen.write:
        chosen.write.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
