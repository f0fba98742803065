"""Lists in which each side maximises the Nash welfare of the other (Tomita and Yokoyama 2024)."""

from dataclasses import dataclass

import numpy as np

from recommender.market.market import Exposures, Market
from recommender.market.outcome import served_mutual
from recommender.market.permutahedron import Floats, Permutahedra
from recommender.market.share_prices import SharePrices, within_caps

_LEAST_MATCHES = 1e-9
_DISORDER = 0.01


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
        Step of the ascent, in exposure for each unit of relative gain.
    iterations : int
    seed : int
        Of the small disorder from which the lists start, without which members that are liked alike would
        never be told apart.
    tolerance : float
        Stop when no side could raise the other's mean log matches by more (Frank–Wolfe gap over members).
    """

    step: float = 0.5
    iterations: int = 200
    seed: int = 0
    tolerance: float = 1e-5
    name = "nash"
    title = "两侧纳什福利"

    def rank(self, market: Market) -> Exposures:
        """Return the lists."""
        lists, right_lists = market.left_lists, market.right_lists
        left_prices = SharePrices(lists, market.right.share_cap, self.step)
        right_prices = SharePrices(right_lists, market.left.share_cap, self.step)
        now = self._start(market)
        for iteration in range(self.iterations):
            gains = NashGains.at(market, now)
            left = left_prices.charged(gains.left, now.left)
            right = right_prices.charged(gains.right, now.right)
            if (
                iteration % 10 == 9
                and max(gap(lists, left, now.left), gap(right_lists, right, now.right)) < self.tolerance
            ):
                break
            now = Exposures(
                lists.project(now.left + self.step * left),
                right_lists.project(now.right + self.step * right),
            )
        return within_caps(market, now)

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
