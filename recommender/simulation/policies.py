"""Policies to compare with: one that knows the truth, chance, expert weights, and greedy refitting."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from recommender.ranking.exploration import Exploration, explore, occasion
from recommender.ranking.priors import load_priors, weigh_pairs
from recommender.simulation.behaviour import best_order
from recommender.simulation.identity import moment, product_id
from recommender.simulation.policy import Known, Ranking, Visit
from recommender.simulation.settings import Floats
from recommender.simulation.world import World, feature_names

#: So many successes before a model is fitted at all; until then the expert's weights rank.
LEAST_SUCCESSES = 10


def ranked(scores: Floats, length: int) -> Ranking:
    """Rank by score alone."""
    places = best_order(scores, length)
    return Ranking(places, scores[places], np.ones(len(places)))


def explored(scores: Floats, visit: Visit, length: int, limits: Exploration) -> Ranking:
    """Rank by score and let the product's exploration change places among near-equals."""
    drawn = explore(
        best_order(scores, len(scores)).tolist(),
        limits,
        occasion(visit.enterprise, moment(visit.day).date()),
        score=lambda place: float(scores[place]),
        identity=lambda place: visit.items[place],
    )[:length]
    places = np.asarray([place for place, _ in drawn], np.int64)
    return Ranking(places, scores[places], np.asarray([share for _, share in drawn]))


def expert_scores(features: Floats) -> Floats:
    """Return the product's cold-start score, float64 (candidates,), 0–1."""
    columns = {name: features[None, :, column] for column, name in enumerate(feature_names())}
    every = {name: np.ones((1, 1), bool) for name in columns}
    return np.asarray(weigh_pairs(columns, every, load_priors().solution)[0])


class NoLesson:
    """For policies that never learn."""

    def learn(self, known: Known) -> None:
        """Take nothing from it."""


@dataclass(frozen=True)
class Oracle(NoLesson):
    """Knows the truth; its regret is 0."""

    world: World
    step: str = "contract"
    name: str = "oracle"
    version: str = "simulated:oracle"

    def rank(self, visit: Visit, length: int) -> Ranking:
        """Rank by true probability."""
        own = [product_id(one) for one in self.world.candidates[visit.number].tolist()]
        at = {item: place for place, item in enumerate(own)}
        return ranked(self._chances[visit.number, [at[item] for item in visit.items]], length)

    @cached_property
    def _chances(self) -> Floats:
        return self.world.chance(self.step)


@dataclass(frozen=True)
class Chance(NoLesson):
    """Ranks by lot."""

    seed: int = 0
    name: str = "chance"
    version: str = "simulated:chance"

    def rank(self, visit: Visit, length: int) -> Ranking:
        """Draw an order; the same visit, the same order."""
        count = len(visit.items)
        places = np.random.default_rng((self.seed, visit.number)).permutation(count)[:length]
        return Ranking(places, np.full(len(places), 0.5), np.full(len(places), 1.0 / count))


@dataclass(frozen=True)
class Expert(NoLesson):
    """Ranks by the expert's weights; the product before any outcome."""

    exploration: Exploration | None = None
    name: str = "expert"
    version: str = "simulated:expert"

    def rank(self, visit: Visit, length: int) -> Ranking:
        """Rank by weighted features."""
        scores = expert_scores(visit.features)
        if self.exploration is None:
            return ranked(scores, length)
        return explored(scores, visit, length, self.exploration)


class Greedy:
    """Refits a logistic regression and ranks by it alone: no prior from experts, no position, no exploration.

    Parameters
    ----------
    step : str
        Which outcome it learns.
    labels : str
        ``not_yet_is_no``: every line counts, success or not by now; ``decided``: only those that are decided.
    penalty : float
        Of the squared coefficients (ridge).
    """

    def __init__(self, step: str = "contract", labels: str = "decided", penalty: float = 1.0) -> None:
        if labels not in ("decided", "not_yet_is_no"):
            raise ValueError(f"no such labels: {labels}")
        self.name = f"greedy, {labels.replace('_', ' ')}"
        self._step, self._labels, self._penalty = step, labels, penalty
        self._coefficients: Floats | None = None
        self._fits = 0

    @property
    def version(self) -> str:
        """How often it was fitted."""
        return f"simulated:greedy-{self._labels};fits={self._fits}"

    def rank(self, visit: Visit, length: int) -> Ranking:
        """Rank by what was fitted, by the expert's weights before."""
        if self._coefficients is None:
            return ranked(expert_scores(visit.features), length)
        return ranked(design(visit.features) @ self._coefficients, length)

    def learn(self, known: Known) -> None:
        """Fit anew to all lines."""
        from sklearn.linear_model import LogisticRegression

        lines = known(self._step)
        if self._labels == "decided":
            lines = lines[lines["decided"]]
        reached = lines["reached"].to_numpy(bool)
        if min(reached.sum(), (~reached).sum()) < LEAST_SUCCESSES:
            return
        model = LogisticRegression(C=1.0 / self._penalty)
        model.fit(design(feature_matrix(lines)), reached)
        self._coefficients = model.coef_[0]
        self._fits += 1


def feature_matrix(lines: pd.DataFrame) -> Floats:
    """Return the features of labelled lines, float64 (lines, features), NaN unknown."""
    return np.asarray(lines[[f"item:{name}" for name in feature_names()]].to_numpy(np.float64))


def design(features: Floats) -> Floats:
    """Return features with unknown ones at the expert's value, then a flag for each unknown one."""
    priors = load_priors().solution
    unknown = np.isnan(features)
    filled = np.where(unknown, [priors[name].unknown for name in feature_names()], features)
    return np.hstack([filled, unknown.astype(np.float64)])
