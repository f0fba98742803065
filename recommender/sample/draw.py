"""Seeded draws that depend on nothing but the seed."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Draw:
    """Draws from one seeded stream.

    Parameters
    ----------
    seed : int
        The same seed gives the same draws in the same order.
    """

    def __init__(self, seed: int) -> None:
        self._generator = np.random.default_rng(seed)

    def share(self) -> float:
        """Return a number in [0, 1)."""
        return float(self._generator.random())

    def chance(self, probability: float) -> bool:
        """Return True with a probability."""
        return self.share() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return int(self._generator.integers(low, high + 1))

    def normal(self, mean: float = 0.0, deviation: float = 1.0) -> float:
        """Return a normal number."""
        return mean + deviation * float(self._generator.standard_normal())

    def pick(self, choices: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """Return one of the choices, by weight where weights are given."""
        if weights is None:
            return choices[self.between(0, len(choices) - 1)]
        edge = self.share() * sum(weights)
        for choice, weight in zip(choices, weights, strict=True):
            edge -= weight
            if edge < 0:
                return choice
        return choices[-1]

    def some(self, choices: Sequence[T], count: int, weights: Sequence[float] | None = None) -> list[T]:
        """Return up to ``count`` different choices in the order drawn."""
        left = list(choices)
        heavy = list(weights) if weights is not None else [1.0] * len(left)
        taken: list[T] = []
        while left and len(taken) < count:
            at = self.pick(range(len(left)), heavy)
            taken.append(left.pop(at))
            heavy.pop(at)
        return taken

    def spread(self, count: int, shares: Sequence[tuple[T, float]]) -> list[T]:
        """Return ``count`` choices, each as often as its share says, in random order.

        A quota instead of single draws keeps rare kinds present at every count; the last kind takes the rest.
        """
        filled = [choice for choice, share in shares for _ in range(round(count * share))][:count]
        filled += [shares[-1][0]] * (count - len(filled))
        order = self._generator.permutation(count)
        return [filled[int(at)] for at in order]

    def standard_normals(self, count: int) -> list[float]:
        """Return ``count`` normal numbers with one in each of ``count`` equally likely bands."""
        bands = [int(at) for at in self._generator.permutation(count)]
        return [NormalDist().inv_cdf((band + 0.02 + 0.96 * self.share()) / count) for band in bands]
