"""The most expected matches that leave no envy."""

from dataclasses import dataclass

import numpy as np

from recommender.market.iterated_lp import IteratedLP
from recommender.market.market import Exposures, Market
from recommender.market.method import RankingMethod
from recommender.market.nash import Nash
from recommender.market.outcome import CAP_TOLERANCE, Outcome, envy, outcome_of, served_mutual
from recommender.market.permutahedron import Floats
from recommender.market.share_prices import SharePrices, within_caps
from recommender.market.welfare import marginal_mutual


class EnvyPrices:
    """A multiplier for each envy that would arise, raised while it is felt (augmented Lagrangian).

    Parameters
    ----------
    members : int
        Of the side that could feel envy.
    penalty : float
        Price of an envy beside the multiplier, for each expected match.
    """

    def __init__(self, members: int, penalty: float) -> None:
        self._multipliers = np.zeros((members, members))
        self._penalty = penalty

    def prices(self, wishes: Floats, places: Floats, margin: float, *, keep: bool) -> Floats:
        """Return the price of each envy (i of k), and keep it as the multiplier when asked to.

        Parameters
        ----------
        wishes, places : float (members, others)
            See :func:`recommender.market.outcome.envy`.
        margin : float
            Envy is priced from this much below none, in expected matches.
        """
        felt = envy(wishes, places) + margin
        prices = np.maximum(0.0, self._multipliers + self._penalty * felt)
        np.fill_diagonal(prices, 0.0)
        if keep:
            self._multipliers = prices
        return prices


@dataclass(frozen=True)
class EnvyFree:
    """Maximise matches from several starts on, pricing every envy; keep the best lists that leave none.

    Envies are linear in the lists of either side while those of the other are fixed. The result is a local
    maximum: the set of lists without envy is not convex. If no lists without envy are met, those with the
    least are returned, and :func:`recommender.market.outcome.outcome_of` says so.

    Parameters
    ----------
    starts : tuple of RankingMethod
        Nash lists leave hardly any envy; those of the iterated LP none and more matches where the sides are
        of one size, and much in lopsided markets.
    step : float
        Step of the ascent, in exposure for each expected match.
    penalty : float
        See :class:`EnvyPrices`.
    margin : float
        First distance that is kept from envy, in expected matches; wider after a round that leaves envy,
        narrower after one that leaves none.
    rounds, steps : int
        Updates of the multipliers, and steps of the ascent before each.
    """

    starts: tuple[RankingMethod, ...] = (Nash(), IteratedLP(ranks=30))
    step: float = 0.5
    penalty: float = 3.0
    margin: float = 2e-4
    rounds: int = 16
    steps: int = 25
    name = "envy_free"
    title = "无嫉妒下匹配最多"

    def rank(self, market: Market) -> Exposures:
        """Return the lists."""
        reached = [self._improved(market, start.rank(market)) for start in self.starts]
        return max(reached, key=lambda lists: _merit(outcome_of(market, lists)))

    def _improved(self, market: Market, now: Exposures) -> Exposures:
        best, merit = now, _merit(outcome_of(market, now))
        ascent = _Ascent(market, self.step, self.penalty)
        margin = self.margin
        for _ in range(self.rounds):
            now = ascent.moved(now, margin, self.steps)
            kept = within_caps(market, now)
            outcome = outcome_of(market, kept)
            if (found := _merit(outcome)) > merit:
                best, merit = kept, found
            margin *= 1.5 if outcome.envies else 0.7
        return best


class _Ascent:
    """Steps towards more matches, less priced envies and priced shares above the caps."""

    def __init__(self, market: Market, step: float, penalty: float) -> None:
        self._market = market
        self._step = step
        self._penalty = penalty
        self._left_envy = EnvyPrices(market.shape[0], penalty)
        self._right_envy = EnvyPrices(market.shape[1], penalty)
        self._left_shares = SharePrices(market.left_lists, market.right.share_cap)
        self._right_shares = SharePrices(market.right_lists, market.left.share_cap)

    def moved(self, now: Exposures, margin: float, steps: int) -> Exposures:
        """Take some steps; the prices of the last become the multipliers."""
        lists, right_lists = self._market.left_lists, self._market.right_lists
        for number in range(1, steps + 1):
            left, right, step = self._gains(now, margin, keep=number == steps)
            left = self._left_shares.charged(left, now.left, step)
            right = self._right_shares.charged(right, now.right, step)
            now = Exposures(
                lists.project(now.left + step * left), right_lists.project(now.right + step * right)
            )
        return now

    def _gains(self, now: Exposures, margin: float, *, keep: bool) -> tuple[Floats, Floats, float]:
        """Return what exposure adds to matches less priced envies, for both sides' lists, and a step."""
        mutual, added = served_mutual(self._market, now), marginal_mutual(self._market, now)
        left, right = now.left, now.right.T
        left_wish, right_wish = mutual * left, mutual * right
        left_prices = self._left_envy.prices(left_wish, right, margin, keep=keep)
        right_prices = self._right_envy.prices(right_wish.T, left.T, margin, keep=keep)
        left_paid, right_paid = left_prices.sum(axis=1)[:, None], right_prices.sum(axis=1)
        # An envy of k by i rises with i's own list where k is shown more than i, and with k's places where i
        # looks; it falls with i's places. Both lists of a pair enter: own list of one, places of the other.
        left_cost = mutual * (left_prices @ right - left_paid * right)
        left_cost += right_wish @ right_prices - right_paid * right_wish
        right_cost = mutual * (left @ right_prices.T - right_paid * left)
        right_cost += left_prices.T @ left_wish - left_paid * left_wish
        stiffness = self._penalty * (
            _busiest(left_prices) * _longest(left_wish) + _busiest(right_prices) * _longest(right_wish.T)
        )
        step = 1 / (1 / self._step + stiffness)
        return added * right - left_cost, (added * left - right_cost).T, step


def _busiest(prices: Floats) -> int:
    """Return the most envies that one member feels or meets at a price."""
    priced = prices > 0
    return int(max(priced.sum(axis=0).max(), priced.sum(axis=1).max()))


def _longest(wishes: Floats) -> float:
    """Return the largest squared length of a member's wishes."""
    return float((wishes * wishes).sum(axis=1).max())


def _merit(outcome: Outcome) -> tuple[bool, int, float]:
    """Order outcomes: caps kept, then fewer envies, then more matches."""
    return outcome.excess < CAP_TOLERANCE, -outcome.envies, outcome.matches
