"""Lists in which each side maximises the Nash welfare of the other (Tomita and Yokoyama 2024)."""

from dataclasses import dataclass

import numpy as np

from recommender.market.market import Exposures, Market
from recommender.market.outcome import outcome_of, served_mutual
from recommender.market.permutahedron import Floats, Permutahedra
from recommender.market.share_prices import SharePrices, within_caps

_LEAST_MATCHES = 1e-9
_DISORDER = 0.01
_LOOK = 10
_EXACT = 1e-10


@dataclass(frozen=True)
class NashGains:
    """Gain in log matches of the other side for each unit of exposure, for the lists of either side."""

    left: Floats
    right: Floats

    @classmethod
    def at(cls, market: Market, exposures: Exposures) -> "NashGains":
        """Return the gains where the lists are now, at their chances of being served."""
        mutual = served_mutual(market, exposures)
        left_value, right_value = mutual * exposures.left, mutual * exposures.right.T
        matches = left_value * exposures.right.T
        left_matches = np.maximum(matches.sum(axis=1), _LEAST_MATCHES)
        right_matches = np.maximum(matches.sum(axis=0), _LEAST_MATCHES)
        return cls(right_value / right_matches, (left_value / left_matches[:, None]).T)


@dataclass(frozen=True)
class Nash:
    """The right side's lists maximise the product of the left side's matches, and the other way round.

    The lists of a side do not decide how often its own members see others, but how often they are seen: so
    the lists shown to one side share out exposure among the members of the other. For given lists of the
    other side that is a concave problem over permutahedra; both sides move by projected gradient at once
    until neither could gain. That point is near to what equal budgets would buy, and leaves no or hardly any
    envy.

    Parameters
    ----------
    step : float
        Step of the ascent, in units of the inverse curvature of the member served worst by a step.
    iterations : int
        Most steps.
    tolerance : float
        Stop when no side could raise the other's mean log matches by more (Frank–Wolfe gap over members), and
        no envy is left; at 1e-10 stop in any case.
    seed : int
        Of the small disorder from which the lists start, without which members that are liked alike would
        never be told apart.
    """

    step: float = 1.0
    iterations: int = 400
    tolerance: float = 1e-5
    seed: int = 0
    name = "nash"
    title = "两侧纳什福利"

    def rank(self, market: Market) -> Exposures:
        """Return the lists."""
        lists, right_lists = market.left_lists, market.right_lists
        left_prices = SharePrices(lists, market.right.share_cap)
        right_prices = SharePrices(right_lists, market.left.share_cap)
        now = self._start(market)
        for iteration in range(self.iterations):
            gains = NashGains.at(market, now)
            left_step = self.step / _curvature(gains.left)
            right_step = self.step / _curvature(gains.right)
            left = left_prices.charged(gains.left, now.left, left_step)
            right = right_prices.charged(gains.right, now.right, right_step)
            if iteration % _LOOK == _LOOK - 1:
                distance = max(gap(lists, left, now.left), gap(right_lists, right, now.right))
                if self._is_settled(market, now, distance):
                    break
            now = Exposures(
                lists.project(now.left + left_step * left),
                right_lists.project(now.right + right_step * right),
            )
        return within_caps(market, now)

    def _is_settled(self, market: Market, now: Exposures, distance: float) -> bool:
        if distance > self.tolerance:
            return False
        return distance < _EXACT or not outcome_of(market, within_caps(market, now)).envies

    def _start(self, market: Market) -> Exposures:
        draws = np.random.default_rng(self.seed)
        even = market.even()
        return Exposures(
            market.left_lists.project(even.left + _DISORDER * draws.random(even.left.shape)),
            market.right_lists.project(even.right + _DISORDER * draws.random(even.right.shape)),
        )


def gap(lists: Permutahedra, gains: Floats, exposures: Floats) -> float:
    """Return by how much other lists would do better at fixed gains, for each member gained from."""
    return float(((lists.best(gains) - exposures) * gains).sum() / gains.shape[1])


def _curvature(gains: Floats) -> float:
    """Return the largest curvature of a member's log matches: the squared length of its gains."""
    return max(float((gains * gains).sum(axis=0).max()), 1e-300)
