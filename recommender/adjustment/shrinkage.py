"""What few projects of one can tell, given what is known of all: hierarchical models, each with its interval.

Every unit (a product, a vendor, a lead unit) has a true value of its own; the true values of all units come
from one distribution whose centre and width are learned from all units together. The prior of centre and
width is put on a grid, each point weighed by its marginal likelihood, and the posterior of a unit is the
mixture over the grid, so that not knowing how much units differ widens the intervals. Of shares and rates the
interval has the mixture's own quantiles, found by bisection; of means it is Student's with its variance.

References
----------
Gelman et al., Bayesian Data Analysis (3rd ed.): shares 5.3 (beta-binomial, rat tumours), means 5.4 (normal,
eight schools), rates 2.6 (gamma-Poisson). The prior is flat in the centre and in the spread of the units, as
in 5.4; for the weight w that is w^(-1/2) in its logarithm, the (a + b)^(-5/2) of 5.3.
Morris, Parametric empirical Bayes inference, JASA 78 (1983).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaln, expit, gammainc, gammaincinv, gammaln, logit, softmax
from scipy.stats import t

Floats = NDArray[np.float64]
_CENTRES = np.linspace(-4.0, 4.0, 61)
#: Projects that the common distribution is worth. No more than 50: units are never taken to be all the same.
_WEIGHTS = np.geomspace(0.5, 50.0, 34)
_BOUNDS = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Values of all units drawn towards the pool.

    Attributes
    ----------
    value, low, high : float64 (units,)
        Posterior mean and bounds of the 95 % interval; NaN for a unit without data, and for all where the
        model cannot be had.
    pool : float
        Mean of all data; NaN without any.
    """

    value: Floats
    low: Floats
    high: Floats
    pool: float


def shrunk_shares(good: ArrayLike, trials: ArrayLike) -> Shrunk:
    """Draw shares towards that of all: good of unit i ~ Binomial(trials, share), shares ~ Beta(m w, (1-m) w).

    Given m and w the posterior mean is ``(good + m w) / (trials + w)``.

    Parameters
    ----------
    good, trials : array_like of int, shape (units,)
    """
    hits, all_ = np.asarray(good, np.float64), np.asarray(trials, np.float64)
    told = all_ > 0
    if not told.any():
        return _nothing(len(all_))
    # Units with the same counts share one posterior.
    pairs, place, times = np.unique(
        np.column_stack([hits[told], all_[told]]), axis=0, return_inverse=True, return_counts=True
    )
    k, n = pairs[:, :1], pairs[:, 1:]
    middle = (hits.sum() + 0.5) / (all_.sum() + 1)
    spread = min(2.0, 1 / np.sqrt(told.sum() * middle * (1 - middle)))
    centre, weight = (
        grid.ravel() for grid in np.meshgrid(expit(logit(middle) + spread * _CENTRES), _WEIGHTS)
    )
    first, second = centre * weight, (1 - centre) * weight
    fits = betaln(k + first, n - k + second) - betaln(first, second)
    # Flat in the centre itself, of which the grid is made on the logit scale.
    share = softmax(times @ fits + np.log(centre * (1 - centre)) - 0.5 * np.log(weight))
    means = (k + first) / (n + weight)
    kept = _heaviest(share)
    first, second, points = k + first[kept], n - k + second[kept], share[kept] / share[kept].sum()
    bounds = [
        _quantile(lambda value: betainc(first, second, value[:, None]) @ points, bound, np.ones(len(pairs)))
        for bound in _BOUNDS
    ]
    return _spread_out(told, place, (means @ share, *bounds), float(hits.sum() / all_.sum()))


def shrunk_rates(counts: ArrayLike, exposures: ArrayLike) -> Shrunk:
    """Draw rates towards that of all: count of unit i ~ Poisson(rate * exposure), rates ~ Gamma(m w, w).

    Given m and w the posterior mean is ``(count + m w) / (exposure + w)``.

    Parameters
    ----------
    counts, exposures : array_like, shape (units,)
        How often it happened, and in how many projects it could have.
    """
    number, size = np.asarray(counts, np.float64), np.asarray(exposures, np.float64)
    told = size > 0
    if not told.any():
        return _nothing(len(size))
    pairs, place, times = np.unique(
        np.column_stack([number[told], size[told]]), axis=0, return_inverse=True, return_counts=True
    )
    k, e = pairs[:, :1], pairs[:, 1:]
    total, all_ = float(number[told].sum()), float(size.sum())
    spread = min(2.0, 1 / np.sqrt(min(total + 0.5, float(told.sum()))))
    rates = (total + 0.5) / all_ * np.exp(spread * _CENTRES)
    centre, weight = (grid.ravel() for grid in np.meshgrid(rates, _WEIGHTS))
    shape = centre * weight
    fits = gammaln(k + shape) - gammaln(shape) + shape * np.log(weight) - (k + shape) * np.log(e + weight)
    share = softmax(times @ fits + np.log(centre) - 0.5 * np.log(weight))
    means = (k + shape) / (e + weight)
    kept = _heaviest(share)
    shape, size_, points = k + shape[kept], e + weight[kept], share[kept] / share[kept].sum()
    highest = gammaincinv(shape, 0.9999) / size_
    bounds = [
        _quantile(lambda value: gammainc(shape, size_ * value[:, None]) @ points, bound, highest.max(axis=1))
        for bound in _BOUNDS
    ]
    return _spread_out(told, place, (means @ share, *bounds), total / all_)


def shrunk_means(values: Sequence[Sequence[float]]) -> Shrunk:
    """Draw means towards that of all: values of unit i ~ N(mean, s²), means ~ N(m, d²).

    Given m and d the posterior mean is ``b m + (1 - b) mean of the unit``, ``b = s² / (s² + n d²)``. s² is
    pooled from within the units, else, where no unit has two values, from all values. The interval is
    Student's with the degrees of freedom of s².

    Parameters
    ----------
    values : sequence of sequences of float
        Of each unit. All values NaN where there are fewer than two values, or all are the same: then nothing
        tells how much single projects differ.
    """
    sizes = np.array([len(own) for own in values], np.float64)
    told = sizes > 0
    every = np.array([value for own in values for value in own], np.float64)
    if len(every) < 2 or np.ptp(every) == 0:
        nothing = _nothing(len(sizes))
        return (
            nothing
            if not len(every)
            else Shrunk(nothing.value, nothing.low, nothing.high, float(every.mean()))
        )
    n = sizes[told]
    means = np.array([np.mean(own) for own in values if len(own)])
    freedom = float(len(every) - len(n))
    within = float(((every - np.repeat(means, n.astype(int))) ** 2).sum())
    if freedom < 1 or within == 0:
        freedom = float(len(every) - 1)
        within = float(((every - every.mean()) ** 2).sum())
    error = within / freedom / n
    widest = 2 * max(float(np.std(means)), float(np.sqrt(error.max())))
    between = np.linspace(0.0, widest, 81)[:, None] ** 2
    total = error + between
    known = (1 / total).sum(axis=1, keepdims=True)
    centre = (means / total).sum(axis=1, keepdims=True) / known
    fits = -0.5 * (np.log(total) + (means - centre) ** 2 / total).sum(axis=1) - 0.5 * np.log(known[:, 0])
    pull = error / total
    given = pull * centre + (1 - pull) * means
    mean, variance = _mixed(softmax(fits), given.T, ((1 - pull) * error + pull**2 / known).T)
    half = float(t.ppf(_BOUNDS[1], freedom)) * np.sqrt(variance)
    place = np.arange(len(n))
    return _spread_out(told, place, (mean, mean - half, mean + half), float(every.mean()))


def _heaviest(share: Floats) -> NDArray[np.int64]:
    """Return the points of the grid that hold all but a thousandth of the weight."""
    order = np.argsort(-share)
    return order[: int(np.searchsorted(np.cumsum(share[order]), 0.999)) + 1]


def _quantile(below: Callable[[Floats], Floats], share: float, highest: Floats) -> Floats:
    """Return where the distribution function of each unit, on 0 to ``highest``, reaches a share."""
    low, high = np.zeros_like(highest), highest
    for _ in range(30):
        middle = (low + high) / 2
        reached = below(middle) >= share
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return high


def _mixed(share: Floats, means: Floats, variances: Floats) -> tuple[Floats, Floats]:
    """Return mean and variance of the mixtures over the last axis."""
    mean = means @ share
    return mean, variances @ share + ((means - mean[:, None]) ** 2) @ share


def _spread_out(
    told: NDArray[np.bool_], place: NDArray[np.int64], found: Sequence[Floats], pool: float
) -> Shrunk:
    """Give each unit with data what was found for its place, NaN to the others."""
    columns = np.full((len(found), len(told)), np.nan)
    columns[:, told] = np.stack(found)[:, place.ravel()]
    return Shrunk(columns[0], columns[1], columns[2], pool)


def _nothing(units: int) -> Shrunk:
    missing = np.full(units, np.nan)
    return Shrunk(missing, missing, missing, float("nan"))
