"""What an engine ranks with: one immutable object, so that a list is made by one model from end to end."""

from functools import lru_cache
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from recommender.ranking.feature_definitions import TARGETS, Target
from recommender.ranking.learned_score import ExpertScorer, LearnedScorer, LineScorer
from recommender.ranking.learned_weights import LearnedWeights
from recommender.ranking.priors import FeaturePrior, Priors, load_priors
from recommender.retrieval.fusion import FusionConfig, load_fusion


class RankingModel(BaseModel):
    """Weights of the features and of the text channels, under one version.

    Attributes
    ----------
    version : str
        Stands in the log of every list that it made.
    weights : Priors
        Of the features, by kind of ranking.
    fusion : FusionConfig
        Of the text channels.
    learned : LearnedWeights, optional
        What outcomes made of the weights of the features; None while the expert weights rank.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    weights: Priors
    fusion: FusionConfig
    learned: LearnedWeights | None = None

    @model_validator(mode="after")
    def _of_the_same_features(self) -> Self:
        for target in TARGETS:
            learned = self.learned.of(target) if self.learned else None
            if learned is not None and set(learned.features) != set(self.expert(target)):
                raise ValueError("学习得到的权重与专家权重的特征不一致")
        return self

    def expert(self, target: Target) -> dict[str, FeaturePrior]:
        """Return the expert weights of one kind of ranking."""
        weights = self.weights
        return {"solution": weights.solution, "lead_unit": weights.lead_unit, "prospect": weights.prospect}[
            target
        ]

    def scorer(self, target: Target) -> LineScorer:
        """Return what scores the lines of one kind of ranking."""
        learned = self.learned.of(target) if self.learned else None
        if learned is None:
            return ExpertScorer(self.expert(target))
        return LearnedScorer(target, self.expert(target), learned)

    def weighing(self, weights: Priors) -> "RankingModel":
        """Return a model that ranks by other expert weights, under a version that names them."""
        return RankingModel(version=version_of(weights, self.fusion), weights=weights, fusion=self.fusion)


def version_of(weights: Priors, fusion: FusionConfig) -> str:
    """Name a model that is nothing but two files of weights."""
    return f"{weights.version}+fusion-{fusion.version}"


@lru_cache(maxsize=1)
def shipped_model() -> RankingModel:
    """Return the expert weights of ``data/ranking``."""
    weights, fusion = load_priors(), load_fusion()
    return RankingModel(version=version_of(weights, fusion), weights=weights, fusion=fusion)
