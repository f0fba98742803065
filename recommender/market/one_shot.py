"""Lists from one sort: by own preference, and by the preference of both."""

from dataclasses import dataclass

from recommender.market.market import Exposures, Market


@dataclass(frozen=True)
class Naive:
    """Each member's list by its own likes, whoever else asks for the same."""

    name = "naive"
    title = "各按己方偏好"

    def rank(self, market: Market) -> Exposures:
        """Return the lists."""
        return market.sorted_by(market.left_likes, market.right_likes)


@dataclass(frozen=True)
class Product:
    """Each member's list by the probability that both like each other."""

    name = "product"
    title = "双方偏好相乘"

    def rank(self, market: Market) -> Exposures:
        """Return the lists."""
        return market.sorted_by(market.mutual, market.mutual.T)
