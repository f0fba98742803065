"""Lists with the most expected matches, whoever gets them."""

from dataclasses import dataclass

import numpy as np

from recommender.market.capacity import served_at_the_margin, served_share
from recommender.market.market import Exposures, Market
from recommender.market.nash import Nash
from recommender.market.outcome import outcome_of
from recommender.market.permutahedron import Floats
from recommender.market.share_prices import SharePrices, within_caps


def marginal_mutual(market: Market, exposures: Exposures) -> Floats:
    """Return what one more unit of both exposures adds to all matches served (left, right).

    Without capacities that is the mutual like itself. With them a further match displaces others of the same
    member where places are short.
    """
    if not market.has_capacities:
        return market.mutual
    met = market.mutual * exposures.left * exposures.right.T
    left_load, right_load = met.sum(axis=1), met.sum(axis=0)
    left = served_share(left_load, market.left.capacity)
    right = served_share(right_load, market.right.capacity)
    left_change = served_at_the_margin(left_load, market.left.capacity) - left
    right_change = served_at_the_margin(right_load, market.right.capacity) - right
    # The mean chance at the other side's end, over the matches of a member.
    left_mean = np.divide(met @ right, left_load, out=np.ones_like(left), where=left_load > 0)
    right_mean = np.divide(left @ met, right_load, out=np.ones_like(right), where=right_load > 0)
    added = left[:, None] * right + (left_change * left_mean)[:, None] + right_change * right_mean
    return market.mutual * added


@dataclass(frozen=True)
class SocialWelfare:
    """A local maximum of expected matches, by ascent from the Nash lists and then by sorting in turns.

    Parameters
    ----------
    start : Nash
    step : float
        Step of the ascent, in exposure for each expected match.
    iterations : int
    """

    start: Nash = Nash()
    step: float = 0.3
    iterations: int = 200
    name = "social_welfare"
    title = "匹配总数最大"

    def rank(self, market: Market) -> Exposures:
        """Return the lists."""
        now = self._ascended(market, self.start.rank(market))
        best, most = now, outcome_of(market, now)
        while True:
            mutual = marginal_mutual(market, now)
            left = market.left_lists.best(mutual * now.right.T)
            now = Exposures(left, market.right_lists.best(mutual.T * left.T))
            found = outcome_of(market, now)
            if found.matches <= most.matches or found.excess > most.excess:
                return best
            best, most = now, found

    def _ascended(self, market: Market, now: Exposures) -> Exposures:
        lists, right_lists = market.left_lists, market.right_lists
        left_prices = SharePrices(lists, market.right.share_cap, self.step)
        right_prices = SharePrices(right_lists, market.left.share_cap, self.step)
        for _ in range(self.iterations):
            mutual = marginal_mutual(market, now)
            left = left_prices.charged(mutual * now.right.T, now.left)
            right = right_prices.charged(mutual.T * now.left.T, now.right)
            now = Exposures(
                lists.project(now.left + self.step * left), right_lists.project(now.right + self.step * right)
            )
        return within_caps(market, now)
