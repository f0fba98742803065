"""Lists filled rank by rank, each rank by an assignment over the whole side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from recommender.market.market import Exposures, Market
from recommender.market.permutahedron import Floats


@dataclass(frozen=True)
class IteratedLP:
    """At each rank no one is shown twice before all are shown once, and mutual likes add up to the most.

    The linear program of a rank has whole-number solutions, so it is solved as an assignment. Members for
    whom a sitting has no one left are seated in another sitting with everyone free again. The published
    program leaves them to the rounding of an interior-point solver instead, which cannot be reproduced.

    Parameters
    ----------
    ranks : int, optional
        Ranks that are filled so, an assignment each; the rest follow by mutual likes. All by default.
    """

    ranks: int | None = None
    name = "iterated_lp"
    title = "逐位线性规划"

    def rank(self, market: Market) -> Exposures:
        """Return the lists."""
        return market.sorted_by(
            _seated(market.mutual, market.allowed, self._ranks(market.left.examination)),
            _seated(market.mutual.T, market.allowed.T, self._ranks(market.right.examination)),
        )

    def _ranks(self, examination: Floats) -> int:
        shown = int((examination > 0).sum())
        return shown if self.ranks is None else min(shown, self.ranks)


def _seated(mutual: Floats, allowed: NDArray[np.bool_], ranks: int) -> Floats:
    """Return a score that sorts the lists of the rows: the earlier the rank, the higher."""
    score = mutual / 2  # below that of every rank
    free = allowed.copy()
    for rank in range(ranks):
        waiting = np.flatnonzero(free.any(axis=1))
        while len(waiting):
            # Above 0 for whom a row may still see: as many rows as possible are seated, by mutual likes.
            rows, columns = linear_sum_assignment(np.where(free, mutual + 1.0, 0.0)[waiting], maximize=True)
            seated = free[waiting[rows], columns]
            score[waiting[rows[seated]], columns[seated]] = ranks - rank
            free[waiting[rows[seated]], columns[seated]] = False
            waiting = np.delete(waiting, rows[seated])
    return score
