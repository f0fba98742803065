"""Lists by the stable matching of a market in which utility can be transferred (Choo and Siow 2006)."""

from dataclasses import dataclass

import numpy as np

from recommender.market.market import Exposures, Market
from recommender.market.permutahedron import Floats


@dataclass(frozen=True)
class Transferable:
    """Each member's list by how often the pair would match in equilibrium (Tomita et al. 2023).

    Parameters
    ----------
    noise : float
        Scale of the taste that the likes do not tell.
    iterations : int
    tolerance : float
        Largest change of a root at which the fixed point counts as reached.
    """

    noise: float = 1.0
    iterations: int = 10_000
    tolerance: float = 1e-9
    name = "transferable"
    title = "可转移效用均衡"

    def rank(self, market: Market) -> Exposures:
        """Return the lists."""
        matching = self.matching(market)
        return market.sorted_by(matching, matching.T)

    def matching(self, market: Market) -> Floats:
        """Return the mass of matches of each pair (left, right).

        Notes
        -----
        The mass of a pair is ``exp((likes of both) / 2 noise)`` times the roots of the masses that stay
        single on either side; the roots are found in turns (iterative proportional fitting), a quadratic
        equation each. A member with capacity c has mass c, without one mass 1.
        """
        joint = (market.left_likes + market.right_likes.T) / (2 * self.noise)
        kernel = np.where(market.allowed, np.exp(joint), 0.0)
        left_mass = np.where(np.isfinite(market.left.capacity), market.left.capacity, 1.0)
        right_mass = np.where(np.isfinite(market.right.capacity), market.right.capacity, 1.0)
        left, right = np.sqrt(left_mass), np.sqrt(right_mass)
        for _ in range(self.iterations):
            before = left
            left = _root(kernel @ right, left_mass)
            right = _root(kernel.T @ left, right_mass)
            if np.abs(left - before).max() < self.tolerance:
                break
        return kernel * left[:, None] * right


def _root(others: Floats, mass: Floats) -> Floats:
    # The positive root of x² + x·others = mass, written so that large others cancel nothing.
    return 2 * mass / (others + np.sqrt(others * others + 4 * mass) + np.where(mass > 0, 0.0, 1.0))
