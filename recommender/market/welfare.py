"""Lists with the most expected matches, whoever gets them."""

from dataclasses import dataclass, field

import numpy as np

from recommender.market.capacity import served_at_the_margin, served_share
from recommender.market.market import Exposures, Market
from recommender.market.nash import Nash
from recommender.market.one_shot import Product
from recommender.market.outcome import CAP_TOLERANCE, Outcome, outcome_of
from recommender.market.permutahedron import Floats
from recommender.market.share_prices import SharePrices, within_caps
from recommender.market.transferable import Transferable


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
    gains: Floats = market.mutual * added
    return gains


@dataclass(frozen=True)
class SocialWelfare:
    """A local maximum of expected matches: the best from several starts.

    From each start (the Nash lists after an ascent of welfare, and fixed lists) the lists of the sides are
    sorted in turns by what they add, as long as matches rise; for fixed lists of one side a sort is the
    optimum of the other. Fixed lists keep no caps of share, so that with caps the ascent alone decides.

    Parameters
    ----------
    start : Nash
    step : float
        Step of the ascent, in exposure for each expected match.
    iterations : int
    """

    start: Nash = field(default_factory=Nash)
    step: float = 0.3
    iterations: int = 200
    name = "social_welfare"
    title = "匹配总数最大"

    def rank(self, market: Market) -> Exposures:
        """Return the lists."""
        starts = [self._ascended(market), Transferable().rank(market), Product().rank(market)]
        reached = [_sorted_in_turns(market, start) for start in starts]
        return max(reached, key=lambda lists: _merit(outcome_of(market, lists)))

    def _ascended(self, market: Market) -> Exposures:
        now = self.start.rank(market)
        lists, right_lists = market.left_lists, market.right_lists
        left_prices = SharePrices(lists, market.right.share_cap)
        right_prices = SharePrices(right_lists, market.left.share_cap)
        for _ in range(self.iterations):
            mutual = marginal_mutual(market, now)
            left = left_prices.charged(mutual * now.right.T, now.left, self.step)
            right = right_prices.charged(mutual.T * now.left.T, now.right, self.step)
            now = Exposures(
                lists.project(now.left + self.step * left), right_lists.project(now.right + self.step * right)
            )
        return within_caps(market, now)


def _sorted_in_turns(market: Market, best: Exposures) -> Exposures:
    merit, now = _merit(outcome_of(market, best)), best
    while True:
        left = market.left_lists.best(marginal_mutual(market, now) * now.right.T)
        halfway = Exposures(left, now.right)
        right = market.right_lists.best(marginal_mutual(market, halfway).T * left.T)
        now = Exposures(left, right)
        found = _merit(outcome_of(market, now))
        if found <= merit:
            return best
        best, merit = now, found


def _merit(outcome: Outcome) -> tuple[bool, float]:
    """Order outcomes: caps kept, then more matches."""
    return outcome.excess < CAP_TOLERANCE, outcome.matches
