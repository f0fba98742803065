"""Area under the ROC curve, with its bootstrap over clusters.

Drawing clusters and sorting all pairs anew costs a sort a draw. A pair of a relevant and an irrelevant case
belongs to a pair of clusters, so one table of concordant pairs by cluster serves every draw.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.learning.intervals import RESAMPLES, SEED, Figure, missing

Floats = NDArray[np.float64]
_LEVEL = (2.5, 97.5)
_NOTHING = "没有可比较的正负样本，指标为空"


@dataclass(frozen=True, slots=True)
class Concordance:
    """Concordant pairs of one score.

    Attributes
    ----------
    won : float64 (clusters, clusters)
        Pairs of a relevant case of the first and an irrelevant one of the second cluster in which the
        relevant one scores higher; an equal score counts half.
    all : float64 (clusters, clusters)
        All such pairs.
    """

    won: Floats
    all: Floats

    @classmethod
    def of(cls, scores: Floats, relevant: NDArray[np.bool_], clusters: NDArray[np.int64]) -> "Concordance":
        """Count the pairs; ``clusters`` are numbered from 0."""
        count = int(clusters.max()) + 1 if len(clusters) else 0
        won, total = np.zeros((count, count)), np.zeros((count, count))
        for other in range(count):
            against = np.sort(scores[(clusters == other) & ~relevant])
            below = np.searchsorted(against, scores[relevant], side="left")
            tied = np.searchsorted(against, scores[relevant], side="right") - below
            won[:, other] = np.bincount(clusters[relevant], below + tied / 2, minlength=count)
            total[:, other] = np.bincount(clusters[relevant], minlength=count) * float(len(against))
        return cls(won, total)

    def auc(self) -> float | None:
        """Area over all pairs, None without a pair."""
        total = self.all.sum()
        return float(self.won.sum() / total) if total else None

    def within(self) -> "Concordance":
        """Return the table with the pairs inside each cluster only."""
        return Concordance(np.diag(np.diag(self.won)), np.diag(np.diag(self.all)))

    def drawn(self, *, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
        """Return the area of each draw of clusters with replacement, NaN for a draw without a pair.

        The same seed draws the same clusters, so that draws of two scores can be subtracted.
        """
        count = len(self.all)
        drawn = np.random.default_rng(seed).integers(0, count, size=(resamples, count))
        times = np.stack([np.bincount(draw, minlength=count) for draw in drawn]).astype(np.float64)
        won = np.einsum("ri,ij,rj->r", times, self.won, times, optimize=True)
        total = np.einsum("ri,ij,rj->r", times, self.all, times, optimize=True)
        return np.asarray(np.divide(won, total, out=np.full(resamples, np.nan), where=total > 0))


def auc_figure(table: Concordance) -> Figure:
    """Return the area with its percentile interval."""
    value = table.auc()
    return missing(_NOTHING) if value is None else Figure(value=value, ci95=_bounds(table.drawn()))


def auc_difference(ours: Concordance, theirs: Concordance) -> Figure:
    """Return the paired difference ``ours - theirs`` with its interval, from the same draws."""
    first, second = ours.auc(), theirs.auc()
    if first is None or second is None:
        return missing(_NOTHING)
    return Figure(value=first - second, ci95=_bounds(ours.drawn() - theirs.drawn()))


def _bounds(drawn: Floats) -> tuple[float | None, float | None]:
    told = drawn[~np.isnan(drawn)]
    if not len(told) or np.ptp(told) == 0:
        return None, None
    low, high = np.percentile(told, _LEVEL)
    return float(low), float(high)
