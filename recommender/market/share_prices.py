"""Prices that keep members within their share of the exposure."""

import numpy as np

from recommender.market.market import Exposures, Market
from recommender.market.permutahedron import Floats, Permutahedra


class SharePrices:
    """A price on exposure for each member with a cap, raised while the member is above it.

    Parameters
    ----------
    lists : Permutahedra
        Lists on which the members are shown.
    share_cap : float (members,)
        Largest share of all exposure.
    """

    def __init__(self, lists: Permutahedra, share_cap: Floats) -> None:
        self._room = share_cap * lists.steps.sum()
        self._binding = bool((share_cap < 1).any())
        self._prices = np.zeros(len(share_cap))

    def charged(self, gains: Floats, exposures: Floats, step: float) -> Floats:
        """Raise or lower the prices by what the lists show, and return the gains less the prices.

        Parameters
        ----------
        step : float
            Step of the ascent that follows: the prices take back half of an excess in it.
        """
        if not self._binding:
            return gains
        change = 0.5 / (step * len(exposures)) * (exposures.sum(axis=0) - self._room)
        self._prices = np.maximum(0.0, self._prices + 0.3 * change)
        charged: Floats = gains - np.maximum(0.0, self._prices + change)
        return charged


def within_caps(market: Market, exposures: Exposures) -> Exposures:
    """Return lists within the caps of share, by drawing lists in random order as rarely as that needs.

    Lists in random order keep every cap that is not below an equal share, unless forbidden pairs prevent it;
    what remains above a cap then shows in :attr:`recommender.market.outcome.Outcome.excess`.
    """
    return Exposures(
        _within(market.left_lists, exposures.left, market.right.share_cap),
        _within(market.right_lists, exposures.right, market.left.share_cap),
    )


def _within(lists: Permutahedra, exposures: Floats, share_cap: Floats) -> Floats:
    total = lists.steps.sum()
    even = lists.even()
    above = exposures.sum(axis=0) - share_cap * total
    relief = exposures.sum(axis=0) - even.sum(axis=0)
    needed = np.divide(above, relief, out=np.zeros_like(above), where=(above > 0) & (relief > above))
    share = float(needed.max())
    return exposures if share == 0 else exposures + share * (even - exposures)
