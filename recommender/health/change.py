"""Has a number changed between two periods? Effect sizes, and a test that knows that lines come in clusters.

Lines of one list, and lists of one enterprise, are alike. A test that takes them for independent finds drift
every day, so the Kolmogorov–Smirnov distance is judged by the effective numbers of lines: each number is
divided by its design effect, from how alike the ranks of one enterprise are.

References
----------
Kish, Survey Sampling (1965), design effect. Rao and Scott, JASA 76 (1981), tests on clustered samples.
Yurdakul and Naranjo, Statistical properties of the population stability index, J. Risk Model Valid. (2020).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]
#: Bins of the population stability index: deciles of the reference.
BINS = 10


@dataclass(frozen=True, slots=True)
class TwoPeriods:
    """A number on the lines of both periods.

    Attributes
    ----------
    values : float64 (n,)
        NaN where unknown.
    recent : bool (n,)
        Whether a line is of the recent period; else it is of the reference.
    clusters : sequence of int64 (n,)
        What is alike, from 0: enterprises, and whoever asked where that is another. The more cautious counts.
    """

    values: Floats
    recent: Bools
    clusters: Sequence[Codes]

    def known(self) -> "TwoPeriods":
        """Return the lines with a value."""
        told = ~np.isnan(self.values)
        return TwoPeriods(self.values[told], self.recent[told], [codes[told] for codes in self.clusters])


@dataclass(frozen=True, slots=True)
class Change:
    """A change of distribution.

    Attributes
    ----------
    psi : float
        Population stability index.
    excess_psi : float
        The same less its expectation without any change, (bins - 1)(1/n + 1/m) with effective numbers; at
        least 0.
    ks : float
        Kolmogorov–Smirnov distance.
    p_value : float
        Of the distance, without any correction for many tests.
    """

    psi: float
    excess_psi: float
    ks: float
    p_value: float


def intraclass_correlation(values: Floats, recent: Bools, clusters: Codes) -> float:
    """Return how alike two lines of one cluster and period are, 0–1.

    Notes
    -----
    Mean product of the residuals of two such lines, each about the mean of its period, over their variance.
    With it the variance of a period's mean is that of independent lines times 1 + (b - 1) rho, where b is
    the sum of squared cluster sizes over the number of lines.
    """
    sizes = np.bincount(recent, minlength=2)
    means = np.bincount(recent, weights=values, minlength=2) / np.maximum(sizes, 1)
    residuals = values - means[recent.astype(np.int64)]
    square = float((residuals**2).sum())
    cells = clusters * 2 + recent
    lines = np.bincount(cells).astype(np.float64)
    sums, lines = np.bincount(cells, weights=residuals)[lines > 0], lines[lines > 0]
    pairs = float((lines * (lines - 1)).sum())
    if square <= 0 or pairs == 0:
        return 0.0
    # The means are estimated: k/(k-1) makes up for the residuals being too small.
    k = len(sums)
    together = float((sums**2).sum()) * k / max(k - 1, 1) - square
    return float(np.clip(together / pairs / (square / len(values)), 0.0, 1.0))


def effective_numbers(values: Floats, recent: Bools, clusters: Sequence[Codes]) -> tuple[float, float]:
    """Return how many independent lines of the reference and of the recent period would say as much."""
    found = []
    for codes in clusters:
        likeness = intraclass_correlation(values, recent, codes)
        for period in (False, True):
            sizes = np.bincount(codes[recent == period]).astype(np.float64)
            lines = sizes.sum()
            mean_size = float((sizes**2).sum() / lines)
            found.append(lines / (1.0 + (mean_size - 1.0) * likeness))
    return float(min(found[::2])), float(min(found[1::2]))


def psi(reference: Floats, recent: Floats, *, bins: int = BINS) -> tuple[float, int]:
    """Return the population stability index and how many bins held anything.

    Notes
    -----
    The sum over bins of (p - q) ln(p / q), bins at the quantiles of the reference (fewer where values
    repeat). Half a line is added to each bin, so that an empty one has no infinite logarithm.
    """
    cuts = np.unique(np.quantile(reference, np.linspace(0, 1, bins + 1)[1:-1]))
    counts = [
        np.bincount(np.searchsorted(cuts, values, side="left"), minlength=len(cuts) + 1)
        for values in (reference, recent)
    ]
    used = (counts[0] + counts[1]) > 0
    old, new = ((count[used] + 0.5) / (count.sum() + 0.5 * used.sum()) for count in counts)
    return float(((new - old) * np.log(new / old)).sum()), int(used.sum())


def distribution_change(told: TwoPeriods) -> Change:
    """Compare the known values of two periods; neither may be without any."""
    known = told.known()
    old, new = known.values[~known.recent], known.values[known.recent]
    n, m = effective_numbers(stats.rankdata(known.values), known.recent, known.clusters)
    distance = float(stats.ks_2samp(old, new, method="asymp").statistic)
    index, used = psi(old, new)
    expected = (used - 1) * (1 / n + 1 / m)
    return Change(
        psi=index,
        excess_psi=max(0.0, index - expected),
        ks=distance,
        p_value=float(stats.kstwo.sf(distance, max(1, round(n * m / (n + m))))),
    )


def unknown_change(told: TwoPeriods) -> float:
    """Return the p-value of the change of the share of unknown values (two-proportion z test)."""
    missing = np.isnan(told.values).astype(np.float64)
    n, m = effective_numbers(missing, told.recent, told.clusters)
    old, new = missing[~told.recent].mean(), missing[told.recent].mean()
    pooled = (n * old + m * new) / (n + m)
    spread = pooled * (1 - pooled) * (1 / n + 1 / m)
    return float(2 * stats.norm.sf(abs(new - old) / np.sqrt(spread))) if spread > 0 else 1.0
