"""Measures of concentration, and their intervals by drawing enterprises."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recommender.learning.intervals import SEED, Figure, missing

Floats = NDArray[np.float64]
RESAMPLES = 1_000
_LEVEL = (2.5, 97.5)
#: Cells of the matrix enterprises × resamples drawn at a time; bounds memory, not the result.
_CELLS = 4_000_000
_NOTHING = "没有可计算的数据，指标为空"


def shares(amounts: Floats) -> Floats:
    """Return each one's share along the last axis; NaN where there is nothing to share."""
    total = amounts.sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        return np.asarray(amounts / np.where(total > 0, total, np.nan), np.float64)


def gini(amounts: Floats) -> Floats:
    """Return the Gini coefficient along the last axis: 0 all alike, (m - 1)/m one has everything.

    Notes
    -----
    With amounts in ascending order, sum((2 i - m - 1) x_i) / (m sum(x)), i from 1.
    """
    ordered = np.sort(amounts, axis=-1)
    m = ordered.shape[-1]
    weights = 2.0 * np.arange(1, m + 1) - m - 1
    return np.asarray((shares(ordered) * weights).sum(axis=-1) / m, np.float64)


def hhi(amounts: Floats) -> Floats:
    """Return the Herfindahl–Hirschman index along the last axis: 1/m all alike, 1 one has everything."""
    return np.asarray((shares(amounts) ** 2).sum(axis=-1), np.float64)


class Drawn(NamedTuple):
    """A sum over enterprises, as observed and in every resample.

    Attributes
    ----------
    observed : float (m,)
    resampled : float (resamples, m)
        Empty when fewer than two enterprises are there to draw.
    """

    observed: Floats
    resampled: Floats


def draw(*amounts: Floats | csr_array, resamples: int = RESAMPLES, seed: int = SEED) -> list[Drawn]:
    """Sum rows over enterprises drawn with replacement, the same draw for every matrix.

    Parameters
    ----------
    *amounts : float (n, m), dense or sparse
        One row for each enterprise.
    """
    n = amounts[0].shape[0]
    observed = [np.asarray(matrix.sum(axis=0), np.float64) for matrix in amounts]
    if n < 2:
        return [Drawn(total, np.empty((0, len(total)))) for total in observed]
    generator = np.random.default_rng(seed)
    parts: list[list[Floats]] = [[] for _ in amounts]
    step = max(1, _CELLS // n)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        times = generator.multinomial(n, np.full(n, 1.0 / n), size=size).astype(np.float64)
        for part, matrix in zip(parts, amounts, strict=True):
            part.append(times @ matrix)
    return [Drawn(total, np.vstack(part)) for total, part in zip(observed, parts, strict=True)]


def figure(drawn: Drawn, measure: Callable[[Floats], Floats]) -> Figure:
    """Return a measure of all parties together, such as the Gini coefficient, with its interval.

    Such measures are larger in resamples than in what was resampled (uneven draws look like concentration),
    so the resamples are centred on the observed value.
    """
    if not drawn.observed.sum():
        return missing(_NOTHING)
    value = float(measure(drawn.observed))
    resampled = measure(drawn.resampled) if len(drawn.resampled) else np.empty(0)
    if np.isfinite(resampled).any():
        resampled = np.clip(resampled - np.nanmean(resampled) + value, 0.0, 1.0)
    return with_interval(value, resampled)


def share_figures(drawn: Drawn) -> list[Figure]:
    """Return each party's share with its interval."""
    observed, resampled = shares(drawn.observed), shares(drawn.resampled)
    return [with_interval(float(value), resampled[:, at]) for at, value in enumerate(observed)]


def ratio_figures(seen: Drawn, deserved: Drawn) -> list[Figure]:
    """Return each party's share of what is seen over its share of merit: 1 fair, above 1 seen too much."""
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = shares(seen.observed) / shares(deserved.observed)
        resampled = shares(seen.resampled) / shares(deserved.resampled)
    return [with_interval(float(value), resampled[:, at]) for at, value in enumerate(observed)]


def with_interval(value: float, resampled: Floats) -> Figure:
    """Return a value with the percentile interval of its resamples, those without it (NaN) left out."""
    if not np.isfinite(value):
        return missing(_NOTHING)
    usable = resampled[np.isfinite(resampled)]
    # A resample without any of it says nothing; where that happens often, an interval would mislead.
    if len(usable) < len(resampled) * 0.9 or not len(usable):
        return Figure(value=value, ci95=(None, None), warning="独立样本太少，无法给出置信区间")
    low, high = np.percentile(usable, _LEVEL)
    return Figure(value=value, ci95=(float(low), float(high)))
