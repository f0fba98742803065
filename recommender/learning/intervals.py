"""Figures with their uncertainty: percentile bootstrap over clusters.

Needs taken from one page, and supplies graded for one demand, are not independent; resampling them one by one
gives intervals that are too narrow. So whole clusters are drawn, with replacement, and the mean is taken over
what they hold.

References
----------
Field and Welsh, Bootstrapping clustered data, JRSS-B 69 (2007).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import ndtri

RESAMPLES = 2_000
SEED = 20_260_301
_LEVEL = (2.5, 97.5)
#: Draws made at a time, in cells of the matrix clusters × resamples; bounds memory, not the result.
_CELLS = 4_000_000


class Figure(BaseModel):
    """A measured value with its 95 % interval, serialised as ``{"value": x, "ci95": [low, high]}``.

    Attributes
    ----------
    value : float, optional
        None when there was nothing to measure; never a zero in its place.
    ci95 : (float, float), each optional
        Bounds; both None when no interval can be had, which takes at least two clusters.
    warning : str, optional
        What a reader of the figure must know, in Chinese; not serialised with it.
    """

    model_config = ConfigDict(frozen=True)

    value: float | None
    ci95: tuple[float | None, float | None]
    warning: str | None = Field(default=None, exclude=True)


def missing(warning: str) -> Figure:
    """Return a figure that could not be measured, with the reason."""
    return Figure(value=None, ci95=(None, None), warning=warning)


def wilson(successes: float, trials: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's interval of a proportion; effective numbers need not be whole.

    References
    ----------
    Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
    """
    z = float(ndtri(0.5 + confidence / 2))
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * np.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2)) / (1 + z * z / trials)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def cluster_numbers(labels: Sequence[str]) -> NDArray[np.int64]:
    """Turn labels into numbers from 0, in order of the labels."""
    return np.asarray(np.unique(np.asarray(labels, dtype=str), return_inverse=True)[1], np.int64)


def resampled_means(
    values: ArrayLike, clusters: ArrayLike, *, resamples: int = RESAMPLES, seed: int = SEED
) -> NDArray[np.float64]:
    """Draw clusters with replacement and take the mean of what they hold.

    Parameters
    ----------
    values : array_like, shape (n,)
        No NaN.
    clusters : array_like of int, shape (n,)
        Cluster of each value.

    Returns
    -------
    ndarray of float64, shape (resamples,)
    """
    # Numbered anew: a cluster whose values were all left out must not be drawn as an empty one.
    numbers = np.unique(np.asarray(clusters, np.int64), return_inverse=True)[1]
    sums = np.bincount(numbers, weights=np.asarray(values, np.float64))
    sizes = np.bincount(numbers).astype(np.float64)
    count = len(sizes)
    generator = np.random.default_rng(seed)
    means = np.empty(resamples)
    step = max(1, _CELLS // count)
    for start in range(0, resamples, step):
        drawn = generator.integers(0, count, size=(min(step, resamples - start), count))
        means[start : start + len(drawn)] = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    return means


def mean_figure(
    values: ArrayLike, clusters: ArrayLike, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Figure:
    """Return the mean with its percentile bootstrap interval over clusters.

    Parameters
    ----------
    values : array_like, shape (n,)
        NaN for what could not be measured; left out, the caller says how many.
    clusters : array_like of int, shape (n,)
        What is drawn as one: the solution of a need, the demand of a grade.
    resamples : int, default 2000
        Bootstrap samples.
    seed : int
        Same seed, same interval.

    Returns
    -------
    Figure
        No value when nothing is left; no interval from a single cluster; both with a warning. When all values
        are equal the interval has no width and the warning says that this is no proof of certainty.
    """
    measured = np.asarray(values, np.float64)
    numbers = np.asarray(clusters, np.int64)
    told = ~np.isnan(measured)
    measured, numbers = measured[told], numbers[told]
    if not len(measured):
        return missing("没有可评估的数据，指标为空")
    value = float(measured.mean())
    if len(np.unique(numbers)) < 2:
        return Figure(value=value, ci95=(None, None), warning="只有一个独立样本，无法给出置信区间")
    if np.ptp(measured) == 0:
        text = "各样本取值完全相同，置信区间宽度为零，不代表没有误差"
        return Figure(value=value, ci95=(value, value), warning=text)
    means = resampled_means(measured, numbers, resamples=resamples, seed=seed)
    low, high = np.percentile(means, _LEVEL)
    return Figure(value=value, ci95=(float(low), float(high)))


def difference_figure(
    ours: ArrayLike, theirs: ArrayLike, clusters: ArrayLike, *, resamples: int = RESAMPLES, seed: int = SEED
) -> Figure:
    """Return the mean paired difference ``ours - theirs`` with its interval.

    Both must be measured on the same queries in the same order; a pair counts only where both have a value.
    The interval is narrower than two single ones suggest, because hard queries are hard for both.
    """
    return mean_figure(
        np.asarray(ours, np.float64) - np.asarray(theirs, np.float64),
        clusters,
        resamples=resamples,
        seed=seed,
    )
