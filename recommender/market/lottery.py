"""Exposures as a lottery over rankings, with the true probability of every item at every rank."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.market.errors import NotAList
from recommender.market.permutahedron import Floats, Permutahedra

_STILL = 1e-10
_NEVER = 1e-12
#: Multiples of the golden ratio fall into the unit interval more evenly than those of any other number.
_GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class Lottery:
    """Rankings of one list and how often each is shown.

    Attributes
    ----------
    rankings : int (rankings, ranks)
        Item at each rank; ranks that are never examined are left out.
    weights : float (rankings,)
        Probability of each ranking; they add up to 1.
    items : int
        Items that could be shown.
    """

    rankings: NDArray[np.int64]
    weights: Floats
    items: int

    def propensities(self) -> Floats:
        """Return the probability (items, ranks) of each item at each rank.

        With all ranks shown and all items allowed the matrix is doubly stochastic.
        """
        chances = np.zeros((self.items, self.rankings.shape[1]))
        for ranking, weight in zip(self.rankings, self.weights, strict=True):
            chances[ranking, np.arange(len(ranking))] += weight
        return chances

    def drawn(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return one ranking by chance."""
        return self._at(rng.random())

    def on_day(self, day: int, offset: float = 0.0) -> NDArray[np.int64]:
        """Return the ranking of a day: no chance, but over the days each ranking comes as often as it should.

        Parameters
        ----------
        day : int
            Number of the day, such as ``date.toordinal()``. Over T days the share of a ranking is off by at
            most the order of log T / T.
        offset : float
            0–1, another one for each list, so that not all lists turn on the same day.
        """
        return self._at((offset + day * _GOLDEN) % 1.0)

    def _at(self, point: float) -> NDArray[np.int64]:
        number = np.searchsorted(np.cumsum(self.weights), point, side="right")
        ranking: NDArray[np.int64] = self.rankings[min(int(number), len(self.rankings) - 1)]
        return ranking


def lottery_of(exposures: Floats, examination: Floats, allowed: NDArray[np.bool_] | None = None) -> Lottery:
    """Return a lottery over at most as many rankings as items that gives exactly these exposures.

    Parameters
    ----------
    exposures : float (items,)
        A row of :class:`recommender.market.market.Exposures`.
    examination : float (items,)
        Probability that each rank is examined, not increasing.
    allowed : bool (items,), optional
        Items that may be shown; all by default.

    Raises
    ------
    NotAList
        If no lottery gives them, see :class:`recommender.market.permutahedron.Permutahedra`.

    Notes
    -----
    Carathéodory, constructively: from the ranking that sorts the point, go through the point to the boundary
    of the permutahedron; the point lies between the two ends, and the far end on a face, where some items
    share the first ranks and the others the rest. From there the same is done again within the face, until it
    is a ranking.
    """
    exposures = np.asarray(exposures, float)
    visible = np.ones(exposures.shape, bool) if allowed is None else allowed
    shown = np.flatnonzero(visible)
    possible = Permutahedra(visible[None], examination).contains(exposures[None])[0]
    if not shown.size or not np.isfinite(exposures).all() or not possible:
        raise NotAList("这组曝光不是任何名单组合能给出的", place={"field": "exposures"})
    steps, point = examination[: shown.size], exposures[shown]
    rankings, weights = [], []
    left = 1.0
    block = np.zeros(len(shown), int)  # first rank of the ranks that an item shares with others
    while True:
        ranking = np.lexsort((-point, block))
        corner = np.empty_like(point)
        corner[ranking] = steps
        reach, block = _to_the_boundary(point, point - corner, np.cumsum(steps), block)
        weight = left * reach / (1 + reach) if np.isfinite(reach) else left
        if weight > _NEVER:
            rankings.append(shown[ranking[steps > 0]])
            weights.append(weight)
        if not np.isfinite(reach):
            return Lottery(np.array(rankings), np.array(weights) / np.sum(weights), len(exposures))
        left /= 1 + reach
        point = point + reach * (point - corner)


def _to_the_boundary(
    point: Floats, away: Floats, most: Floats, block: NDArray[np.int64]
) -> tuple[float, NDArray[np.int64]]:
    """Return how far the point can go, infinity when it is at its ranking, and the blocks of items there.

    Notes
    -----
    The limit is reached when the largest items of some number hold as much as that many ranks can give. Which
    items these are changes on the way: the reach is the root of a concave function, found by Newton steps.
    """
    order = np.lexsort((-away, block))
    within = np.append(block[order][1:] == block[order][:-1], False)  # a next rank in the same block
    reach, split, cut = np.inf, 0, order
    while True:
        speed, room = np.cumsum(away[order]), most - np.cumsum(point[order])
        bounds = np.full(len(point), np.inf)
        moving = within & (speed > _STILL)
        bounds[moving] = np.maximum(room[moving], 0.0) / speed[moving]
        nearest = int(np.argmin(bounds))
        if not bounds[nearest] < reach * (1 - _STILL):
            break
        reach, split, cut = float(bounds[nearest]), nearest + 1, order
        order = np.lexsort((-(point + reach * away), block))
    parted = block.copy()
    if split:
        after = cut[split:]
        parted[after[block[after] == block[cut[split]]]] = split
    return reach, parted
