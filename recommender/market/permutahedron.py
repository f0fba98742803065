"""Exposures that lotteries over rankings can give: a permutahedron for each list.

The expected exposure of the items of one list is a doubly stochastic matrix times the examination vector.
Such products are exactly the vectors majorised by the examination vector (Hardy, Littlewood and Pólya 1934;
Rado 1952), so that a list of m items has m numbers to choose, not m². Over this set the best list for given
gains is a sort, and the nearest point is a sort and an isotonic regression (Negrinho and Martins 2014).
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Permutahedra:
    """The lists of one side, a row each; all operations work on all rows at once.

    Parameters
    ----------
    allowed : bool (rows, items)
        Items that a list may show; the others have no exposure.
    examination : float (items,)
        Probability that rank k is examined, not increasing; 0 beyond the ranks that are shown.

    Attributes
    ----------
    steps : float (rows, items)
        Examination of each rank of each list; 0 beyond the last allowed item.
    filled : bool (rows, items)
        Ranks for which a list has an item.
    """

    allowed: NDArray[np.bool_]
    examination: Floats
    steps: Floats = field(init=False)
    filled: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        """Cut the examination vector where a list has no more items."""
        filled = np.arange(self.allowed.shape[1]) < self.allowed.sum(axis=1)[:, None]
        object.__setattr__(self, "filled", filled)
        object.__setattr__(self, "steps", np.where(filled, self.examination, 0.0))

    def best(self, gains: Floats) -> Floats:
        """Return the exposures of the lists sorted by gain, the best for linear gains; ties by position."""
        order = np.argsort(np.where(self.allowed, -gains, np.inf), axis=1, kind="stable")
        exposures = np.empty_like(self.steps)
        np.put_along_axis(exposures, order, self.steps, axis=1)
        return exposures

    def even(self) -> Floats:
        """Return the exposures of lists in random order."""
        counts = self.allowed.sum(axis=1, keepdims=True)
        each = self.steps.sum(axis=1, keepdims=True) / np.maximum(counts, 1)
        return np.where(self.allowed, each, 0.0)

    def project(self, points: Floats) -> Floats:
        """Return the nearest exposures to each row of points, in the Euclidean sense.

        Notes
        -----
        One isotonic regression serves all rows: each row is shifted below the one before it, so that none is
        pooled with another. Steps between neighbours wider than the first examination separate them for good;
        they are narrowed to that first, which changes no result and keeps the shifts small.
        """
        rows, items = points.shape
        order = np.argsort(np.where(self.allowed, -points, np.inf), axis=1)
        places = (order + np.arange(0, rows * items, items)[:, None]).ravel()
        sorted_points = points.ravel()[places].reshape(rows, items)
        falls = np.minimum(sorted_points[:, :-1] - sorted_points[:, 1:], self.examination[0])
        level = np.zeros_like(points)
        np.cumsum(np.where(self.filled[:, 1:], -falls, 0.0), axis=1, out=level[:, 1:])
        excess = level - self.steps
        low = float(excess.min(initial=0.0))
        excess[~self.filled] = low - 1.0
        shifts = (2.0 - low) * np.arange(rows)[:, None]
        pooled = isotonic_regression((excess - shifts).ravel(), increasing=False).x
        nearest = np.where(self.filled, level - (pooled.reshape(rows, items) + shifts), 0.0)
        exposures = np.empty(rows * items)
        exposures[places] = np.maximum(nearest, 0.0).ravel()
        return exposures.reshape(rows, items)

    def contains(self, exposures: Floats, *, tolerance: float = 1e-8) -> NDArray[np.bool_]:
        """Say of each row whether a lottery over rankings gives it."""
        inside = -np.sort(-np.where(self.allowed, exposures, 0.0), axis=1)
        room = np.cumsum(self.steps, axis=1) - np.cumsum(inside, axis=1)
        hidden = np.abs(np.where(self.allowed, 0.0, exposures)).max(axis=1)
        fits: NDArray[np.bool_] = (
            (room > -tolerance).all(axis=1) & (np.abs(room[:, -1]) < tolerance) & (hidden < tolerance)
        )
        return fits
