"""What a group of projects came to, drawn towards the mean of all where there are few.

References
----------
Gelman et al., Bayesian Data Analysis (3rd ed.), 2.4–2.5.
The prior is the mean of all projects with the weight of ``shrinkage`` projects.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import beta, norm

from recommender.course.project import Project
from recommender.learning.intervals import Figure, missing
from recommender.outcomes.rules import Measure

_SIDE = float(norm.ppf(0.975))
_HIGHEST_GAIN, _LOWEST_RATING, _RATING_SPAN = 4.0, 1.0, 4.0


def gain(row: Project) -> float | None:
    """Return how many levels an accepted project brought, None while either level is unknown."""
    if row.accepted_on is None or row.level_before is None or row.level_after is None:
        return None
    return float(row.level_after - row.level_before)


@dataclass(frozen=True, slots=True)
class Overall:
    """All projects of the pilot: what single groups are drawn towards.

    Attributes
    ----------
    gain, rating : (float, float), optional
        Mean and spread of single projects; None with fewer than two.
    accepted : float, optional
        Share of the settled projects.
    """

    gain: tuple[float, float] | None
    rating: tuple[float, float] | None
    accepted: float | None
    shrinkage: float


def overall(rows: Iterable[Project], shrinkage: float) -> Overall:
    """Return what all projects came to."""
    rows = list(rows)
    accepted, settled = _settled(rows)
    return Overall(
        gain=_spread([one for row in rows if (one := gain(row)) is not None]),
        rating=_spread([row.rating for row in rows if row.rating is not None]),
        accepted=accepted / settled if settled else None,
        shrinkage=shrinkage,
    )


def measured(rows: Iterable[Project], repeated: int, whole: Overall) -> Mapping[Measure, Figure]:
    """Return the measures of a group; ``repeated`` is how often it was repeated elsewhere."""
    rows = list(rows)
    accepted, settled = _settled(rows)
    return {
        "level_gain": shrunk_mean([one for row in rows if (one := gain(row)) is not None], whole.gain, whole),
        "acceptance": shrunk_share(accepted, settled, whole),
        "satisfaction": shrunk_mean(
            [row.rating for row in rows if row.rating is not None], whole.rating, whole
        ),
        "replicability": Figure(value=float(repeated), ci95=(None, None)),
    }


def shrunk_mean(values: list[float], prior: tuple[float, float] | None, whole: Overall) -> Figure:
    """Return the mean with the prior's weight added, and its 95 % interval, where there is a prior."""
    if not values:
        return missing("没有数据")
    if prior is None:
        return Figure(value=float(np.mean(values)), ci95=(None, None), warning="全市数据太少，未作收缩")
    centre, spread = prior
    weight = whole.shrinkage + len(values)
    value = (whole.shrinkage * centre + sum(values)) / weight
    half = _SIDE * spread / sqrt(weight)
    return Figure(value=value, ci95=(value - half, value + half))


def shrunk_share(good: int, all_: int, whole: Overall) -> Figure:
    """Return a share with the prior's weight added, and its 95 % interval."""
    if whole.accepted is None or not all_:
        return missing("没有已有结果的项目")
    # Half a project on either side keeps the prior proper where all went well, or none.
    first = whole.shrinkage * whole.accepted + good + 0.5
    second = whole.shrinkage * (1 - whole.accepted) + all_ - good + 0.5
    low, high = beta.ppf(0.025, first, second), beta.ppf(0.975, first, second)
    return Figure(value=first / (first + second), ci95=(float(low), float(high)))


def score(figures: Mapping[Measure, Figure], weights: Mapping[Measure, float], half: float) -> float | None:
    """Return the weighted score from 0 to 100 of what is known; None where nothing is."""
    scaled = {name: _scaled(name, one.value, half) for name, one in figures.items() if one.value is not None}
    total = sum(weights.get(name, 0.0) for name in scaled)
    if total <= 0:
        return None
    return round(100 * sum(weights.get(name, 0.0) * value for name, value in scaled.items()) / total, 2)


def _scaled(name: Measure, value: float, half: float) -> float:
    part = {
        "level_gain": value / _HIGHEST_GAIN,
        "acceptance": value,
        "satisfaction": (value - _LOWEST_RATING) / _RATING_SPAN,
        "replicability": value / (value + half),
    }[name]
    return min(1.0, max(0.0, part))


def _settled(rows: Iterable[Project]) -> tuple[int, int]:
    states = [row.settled for row in rows if row.settled is not None]
    return sum(states), len(states)


def _spread(values: list[float]) -> tuple[float, float] | None:
    if len(values) < 2:
        return None
    return float(np.mean(values)), float(np.std(values, ddof=1))
