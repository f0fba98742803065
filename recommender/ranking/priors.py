"""Expert weights that rank before there is any feedback, from ``data/ranking/priors.json``."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommender.domain.validation_text import explain, summary
from recommender.errors import InvalidInput
from recommender.ranking.mutual import MatchProbability
from recommender.settings import data_dir


class FeaturePrior(BaseModel):
    """Weight of a feature, and what an item counts for that does not tell it.

    Attributes
    ----------
    weight : float
        At least 0; only proportions matter.
    unknown : float
        0–1.
    """

    model_config = ConfigDict(frozen=True)

    weight: float = Field(ge=0)
    unknown: float = Field(ge=0, le=1)


class Thresholds(BaseModel):
    """Numbers behind 小快轻准 and the price and time features; none is published, all are configuration."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    light_price_yuan: Decimal
    light_days: int
    light_payback_months: int
    days_zero: int
    price_zero_yuan: Decimal


class Priors(BaseModel):
    """Weights for each kind of ranking, and the probability of a match until outcomes tell it.

    Attributes
    ----------
    lead_unit, prospect : dict
        Of an enterprise's view of a lead unit or vendor, and of their view of an enterprise.
    notice : dict
        Of an enterprise's view of a policy, course, activity or case.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    solution: dict[str, FeaturePrior]
    lead_unit: dict[str, FeaturePrior]
    prospect: dict[str, FeaturePrior]
    notice: dict[str, FeaturePrior]
    match: MatchProbability
    thresholds: Thresholds


@lru_cache(maxsize=1)
def load_priors() -> Priors:
    """Read the shipped weights once."""
    return Priors.model_validate_json((data_dir() / "ranking" / "priors.json").read_text(encoding="utf-8"))


class UnusableWeights(InvalidInput):
    """A file that is no set of ranking weights."""

    code = "unusable_weights"
    title = "权重文件有误"


def read_weights(path: Path) -> Priors:
    """Read a file like ``data/ranking/priors.json``.

    Raises
    ------
    UnusableWeights
        If it is none.
    """
    try:
        return Priors.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnusableWeights(f"无法读取权重文件“{path}”", place={"file": str(path)}) from error
    except ValidationError as error:
        problems = explain(error)
        raise UnusableWeights(
            f"权重文件“{path.name}”：{summary(problems)}",
            place={"file": path.name, "field": problems[0].field},
        ) from error


class Scored(BaseModel):
    """A score and what each feature gave to it; contributions add up to the score."""

    model_config = ConfigDict(frozen=True)

    score: float
    contributions: dict[str, float]


Features = Mapping[str, float | None]


def weigh(features: Features, applicable: frozenset[str], priors: Mapping[str, FeaturePrior]) -> Scored:
    """Score one item.

    Parameters
    ----------
    features : mapping of str to float or None
        Values 0–1; None where the item does not tell.
    applicable : frozenset of str
        Features that the request gives anything to judge by; the others count for no candidate, so that
        nothing is ranked by a deployment nobody asked for.
    priors : mapping of str to FeaturePrior
        Weights.

    Returns
    -------
    Scored
        Weighted mean 0–1 of the applicable features; 0 when none applies.
    """
    used = {name: prior for name, prior in priors.items() if name in applicable}
    total = sum(prior.weight for prior in used.values())
    if total <= 0:
        return Scored(score=0.0, contributions={})
    contributions = {}
    for name, prior in used.items():
        value = features.get(name)
        contributions[name] = prior.weight / total * (prior.unknown if value is None else value)
    return Scored(score=sum(contributions.values()), contributions=contributions)


def weigh_pairs(
    features: Mapping[str, NDArray[np.float64]],
    applicable: Mapping[str, NDArray[np.bool_]],
    priors: Mapping[str, FeaturePrior],
) -> NDArray[np.float64]:
    """Score all pairs as :func:`weigh` scores one.

    Parameters
    ----------
    features : mapping of str to float64 (n, m)
        NaN where unknown.
    applicable : mapping of str to bool, broadcasting to (n, m)
        What is not named applies nowhere.

    Returns
    -------
    float64 (n, m)
    """
    shape = next(iter(features.values())).shape
    score, total = np.zeros(shape), np.zeros(shape)
    for name, flags in applicable.items():
        if (prior := priors.get(name)) is None:
            continue
        weight = np.broadcast_to(np.where(flags, prior.weight, 0.0), shape)
        score += weight * np.where(np.isnan(features[name]), prior.unknown, features[name])
        total += weight
    return np.divide(score, total, out=np.zeros(shape), where=total > 0)
