"""What outcomes made of the expert weights: the posterior that lines are scored by, as plain data.

:mod:`recommender.learning.ranking_posterior` fits it, :mod:`recommender.ranking.learned_score` scores by it.
"""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from recommender.ranking.feature_definitions import Target


class WeightBlock(BaseModel):
    """Weights of all features with their covariance.

    Attributes
    ----------
    weights : tuple of float
        At least 0, in the unit of the expert weights and in the order of ``LearnedTarget.features``.
    covariance : tuple of tuple of float
        Square, of the same order.
    """

    model_config = ConfigDict(frozen=True)

    weights: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]

    @model_validator(mode="after")
    def _square(self) -> Self:
        size = len(self.weights)
        if any(weight < 0 for weight in self.weights):
            raise ValueError("权重不得为负")
        if len(self.covariance) != size or any(len(row) != size for row in self.covariance):
            raise ValueError("协方差与权重的个数不一致")
        return self


class Record(BaseModel):
    """What became of the recommendations of one product or partner, against what its features let expect.

    Attributes
    ----------
    step : str
        Step of the funnel that is counted.
    enterprises, reached : int
        Enterprises that it was recommended to and of which the outcome is known, and those that got there.
    expected : float
        How many were to be expected of any other with the same features at the same places.
    """

    model_config = ConfigDict(frozen=True)

    step: str
    enterprises: int = Field(ge=0)
    reached: int = Field(ge=0)
    expected: float = Field(ge=0)


class Effect(BaseModel):
    """By how much one product or partner does better than its features tell, shrunk by what is known of it.

    Attributes
    ----------
    mean : float
        In log-odds; its own part, without that of its provider.
    variance : float
        Of its own part and that of its provider together.
    with_weights : dict of str to tuple of float
        Covariance of the same sum with the weights: by sub-industry, ``""`` for the pooled ones.
    record : Record, optional
        What it rests on, None while nothing is decided.
    """

    model_config = ConfigDict(frozen=True)

    mean: float
    variance: float = Field(ge=0)
    with_weights: dict[str, tuple[float, ...]]
    record: Record | None = None


class LearnedTarget(BaseModel):
    """Posterior of one kind of ranking.

    Attributes
    ----------
    features : tuple of str
        Names, in the order of all weights.
    slope : float
        Log-odds between an expert score of 0 and of 1.
    intercepts : dict of str to float
        Log-odds of each step of the ladder at a score of 0.
    pooled : WeightBlock
        For an enterprise whose sub-industry is not known, or of which nothing was learned.
    by_sub_industry : dict of str to WeightBlock
        Only those with lines.
    items, providers : dict of str to Effect
        Of what is recommended, and of who offers it.
    item_variance, provider_variance : float
        Of one of which nothing is known; 0 where the ranking has no such effects.
    lines, enterprises : int
        What it was learned from.
    outcomes : dict of str to int
        Lines that reached each step of the ladder.
    data_share : float
        0–1: how much of the doubt about the weights the outcomes removed.
    """

    model_config = ConfigDict(frozen=True)

    features: tuple[str, ...]
    slope: float = Field(gt=0)
    intercepts: dict[str, float]
    pooled: WeightBlock
    by_sub_industry: dict[str, WeightBlock] = Field(default_factory=dict)
    items: dict[str, Effect] = Field(default_factory=dict)
    providers: dict[str, Effect] = Field(default_factory=dict)
    item_variance: float = Field(default=0.0, ge=0)
    provider_variance: float = Field(default=0.0, ge=0)
    lines: int = Field(ge=0)
    enterprises: int = Field(ge=0)
    outcomes: dict[str, int]
    data_share: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _of_one_size(self) -> Self:
        blocks = (self.pooled, *self.by_sub_industry.values())
        covariances = [
            own
            for effect in (*self.items.values(), *self.providers.values())
            for own in effect.with_weights.values()
        ]
        sizes = {len(block.weights) for block in blocks} | {len(own) for own in covariances}
        if sizes != {len(self.features)}:
            raise ValueError("权重与特征的个数不一致")
        return self


class LearnedWeights(BaseModel):
    """Posteriors of the kinds of ranking that were learned; None where the expert weights still rank."""

    model_config = ConfigDict(frozen=True)

    solution: LearnedTarget | None = None
    lead_unit: LearnedTarget | None = None
    prospect: LearnedTarget | None = None

    def of(self, target: Target) -> LearnedTarget | None:
        """Return the posterior of one kind of ranking."""
        return {"solution": self.solution, "lead_unit": self.lead_unit, "prospect": self.prospect}[target]
