"""The product's own learner as a policy: the posterior around the expert weights, from the whole ladder."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from recommender.learning.posterior_scales import load_posterior_scales
from recommender.learning.ranking_posterior import RankingPosterior
from recommender.ranking.exploration import Exploration
from recommender.ranking.learned_score import Line
from recommender.ranking.learned_weights import LearnedWeights
from recommender.ranking.ranking_model import RankingModel, shipped_model
from recommender.simulation.policies import explored, ranked
from recommender.simulation.policy import Known, Ranking, Visit
from recommender.simulation.settings import Floats
from recommender.simulation.world import feature_names

#: Adds ``chance_seen``, ``chance_told`` and ``chance_trusted`` to the labelled lines of each step.
Chances = Callable[[Mapping[str, pd.DataFrame]], dict[str, pd.DataFrame]]
_LEAST_LINES = 50


class Learner:
    """Learns as ``smematch train ranker`` does, and ranks by the model that comes of it.

    Parameters
    ----------
    chances : callable
        What is made of delays and examination.
    exploration : Exploration, optional
        Lets near-equals change places.
    """

    def __init__(
        self, chances: Chances, exploration: Exploration | None = None, name: str = "learner"
    ) -> None:
        self.name = name
        self._chances = chances
        self._exploration = exploration
        self._lessons = 0
        self.model: RankingModel = shipped_model()

    @property
    def version(self) -> str:
        """How often it learned."""
        return f"simulated:{self.name};lessons={self._lessons}"

    def rank(self, visit: Visit, length: int) -> Ranking:
        """Rank by the model's scores."""
        scores = learned_scores(self.model, visit)
        if self._exploration is None:
            return ranked(scores, length)
        return explored(scores, visit, length, self._exploration)

    def learn(self, known: Known) -> None:
        """Fit anew to all lines."""
        frames = {step: known(step) for step in load_posterior_scales().ladder}
        if min(len(frame) for frame in frames.values()) < _LEAST_LINES:
            return
        fitted = RankingPosterior("solution").fit(self._chances(frames))
        shipped = shipped_model()
        self._lessons += 1
        self.model = RankingModel(
            version=self.version,
            weights=shipped.weights,
            fusion=shipped.fusion,
            learned=LearnedWeights(solution=fitted.learned_),
        )


def lines_of(visit: Visit) -> list[Line]:
    """Return the candidates of a visit as the product scores them."""
    names = feature_names()
    applicable = frozenset(names)
    return [
        Line(
            {name: None if np.isnan(value) else value for name, value in zip(names, values, strict=True)},
            applicable,
            sub_industry=visit.sub_industry,
            item=item,
            provider=provider,
        )
        for values, item, provider in zip(visit.features.tolist(), visit.items, visit.providers, strict=True)
    ]


def learned_scores(model: RankingModel, visit: Visit) -> Floats:
    """Return the model's score of each candidate, float64 (candidates,), 0–1."""
    scorer = model.scorer("solution")
    return np.asarray([scorer.score(line).score for line in lines_of(visit)])
