"""What an engine ranks with: one immutable object, so that a list is made by one model from end to end."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from recommender.ranking.priors import Priors, load_priors
from recommender.retrieval.fusion import FusionConfig, load_fusion

#: Code of an answer that another model ranked than the promoted one.
MODEL_FALLBACK = "model_fallback"


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
    stands_in : str, optional
        Why it ranks in the place of the model that was promoted, in Chinese; no part of what is stored.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    weights: Priors
    fusion: FusionConfig
    stands_in: str | None = Field(default=None, exclude=True)

    def weighing(self, weights: Priors) -> "RankingModel":
        """Return the same model with other weights of the features, under a version that names them."""
        return self.model_copy(update={"weights": weights, "version": version_of(weights, self.fusion)})


def version_of(weights: Priors, fusion: FusionConfig) -> str:
    """Name a model that is nothing but two files of weights."""
    return f"{weights.version}+fusion-{fusion.version}"


@lru_cache(maxsize=1)
def shipped_model() -> RankingModel:
    """Return the expert weights of ``data/ranking``."""
    weights, fusion = load_priors(), load_fusion()
    return RankingModel(version=version_of(weights, fusion), weights=weights, fusion=fusion)
