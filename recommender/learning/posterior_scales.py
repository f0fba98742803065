"""How far outcomes may move the expert weights: the learner's prior, from ``data/ranking/learning.json``."""

from functools import lru_cache
from itertools import pairwise
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from recommender.domain.event import load_funnel
from recommender.ranking.feature_definitions import Target
from recommender.settings import data_dir


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Assumed(_Part):
    """A normal prior.

    Attributes
    ----------
    doubt : float
        Its standard deviation; of the slope, as a share of the mean.
    """

    mean: float
    doubt: float = Field(gt=0)


class EffectScales(_Part):
    """Standard deviations of what products and providers do better or worse than their features tell.

    Attributes
    ----------
    items, providers : float
        In log-odds; 0 for none, so that nothing of the kind is learned.
    """

    items: float = Field(default=0.0, ge=0)
    providers: float = Field(default=0.0, ge=0)


class TargetEffects(_Part):
    """Effects of each kind of ranking; an enterprise has no record that partners are told of."""

    solution: EffectScales
    lead_unit: EffectScales
    prospect: EffectScales


class CountsAs(_Part):
    """Observations that the assumed scales and the dispersion count as when data corrects them."""

    scales: float = Field(gt=0)
    dispersion: float = Field(gt=0)


class PosteriorScales(_Part):
    """Prior of the learner.

    Attributes
    ----------
    ladder : tuple of str
        Steps of the funnel that count, each at least as far as the one before.
    slope : Assumed
        Log-odds between an expert score of 0 and of 1.
    intercepts : dict of str to Assumed
        Log-odds of each step at a score of 0.
    weights : float
        Standard deviation of a weight around the expert's, in mean expert weights.
    sub_industries : float
        The same of a sub-industry's weight around that of all.
    """

    version: str
    ladder: tuple[str, ...] = Field(min_length=1)
    slope: Assumed
    intercepts: dict[str, Assumed]
    weights: float = Field(gt=0)
    sub_industries: float = Field(gt=0)
    effects: TargetEffects
    counts_as: CountsAs

    @model_validator(mode="after")
    def _climbing(self) -> Self:
        worth = [step.weight if (step := load_funnel().find(name)) else 0.0 for name in self.ladder]
        if worth[0] <= 0 or any(later <= earlier for earlier, later in pairwise(worth)):
            raise ValueError("ladder 中各步须在漏斗中，且分量逐步增加")
        if missing := [name for name in self.ladder if name not in self.intercepts]:
            raise ValueError(f"intercepts 缺少 {'、'.join(missing)}")
        if self.slope.mean <= 0:
            raise ValueError("slope 须大于 0")
        if self.effects.prospect != EffectScales():
            raise ValueError("企业作为推荐对象不记录个别成绩，prospect 须为 0")
        return self

    def of(self, target: Target) -> EffectScales:
        """Return the effects of one kind of ranking."""
        effects = self.effects
        return {"solution": effects.solution, "lead_unit": effects.lead_unit, "prospect": effects.prospect}[
            target
        ]

    def step_weights(self) -> list[float]:
        """Return what each step of the ladder adds to the worth of the one before; they add up to 1."""
        worth = [0.0] + [step.weight for name in self.ladder if (step := load_funnel().find(name))]
        return [(later - earlier) / worth[-1] for earlier, later in pairwise(worth)]


@lru_cache(maxsize=1)
def load_posterior_scales() -> PosteriorScales:
    """Read the shipped prior once."""
    file = data_dir() / "ranking" / "learning.json"
    return PosteriorScales.model_validate_json(file.read_text(encoding="utf-8"))
