"""Prices of places: the Lagrangian dual of an assignment, its smooth approximation, and the certificate.

With a price on every limited place an enterprise takes the unit where value minus price is highest, or none.
For any prices, what all enterprises gain so plus what all places cost is an upper bound on every assignment;
the lowest such bound equals the best fractional assignment (LP duality). The bound is convex in the prices
and has one variable for each limit, not one for each pair, so it can be lowered for 100,000 × 200 pairs by
smoothing the maximum (log-sum-exp at a temperature) and a quasi-Newton method. The prices found so are only a
guide; :func:`bound` evaluates the true one over all pairs, and that is the proof of an answer.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, minimize

from recommender.assignment.problem import Floats
from recommender.assignment.task import Task

#: Temperatures of the smoothing, in units of value; the last is repeated on the whole batch.
_TEMPERATURES = (0.05, 0.02, 0.005)
#: First prices come from so many enterprises drawn by lot.
_SAMPLE = 8000
_ITERATIONS = 80


@dataclass(frozen=True, slots=True)
class Welfare:
    """The concave worth of a unit's expected matches U, ``scale`` · log(``offset`` + U).

    The scale is about the mean U, so that the worth of one more match is about 1 and one set of temperatures
    and tolerances serves every objective.
    """

    scale: float
    offset: float

    def worth(self, matches: Floats) -> float:
        """Sum over the units."""
        return float(self.scale * np.log(self.offset + matches).sum())

    def slope(self, matches: Floats) -> Floats:
        """Worth of one more match."""
        return self.scale / (self.offset + matches)

    def matches_at(self, slope: Floats) -> Floats:
        """Where the slope is that."""
        return self.scale / slope - self.offset

    def conjugate(self, slope: Floats, base: Floats) -> float:
        """Sum over units of the largest worth(U) - slope · (U - base) for U from ``base`` up."""
        best = np.maximum(self.matches_at(slope), base)
        return self.worth(best) - float(slope @ (best - base))


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of the limits.

    Attributes
    ----------
    places : tuple of float64 (parts, m)
        Of one place, for each family; at least 0.
    least : float64 (m,)
        Reward for an enterprise that helps a unit to its least, 0 to ``penalty``.
    weights : float64 (m,)
        What a match is worth at the unit; 1 where matches are summed.
    """

    places: tuple[Floats, ...]
    least: Floats
    weights: Floats

    @classmethod
    def none(cls, task: Task) -> "Prices":
        """Everything is free."""
        m = task.size[1]
        return cls(tuple(np.zeros(f.most.shape) for f in task.families), np.zeros(m), np.ones(m))

    def gains(self, task: Task, block: slice) -> Floats:
        """Value minus price of every pair of a block, (block, m), in the precision of the prices."""
        gains = self.weights * task.value[block]
        # The first family has one part, the whole batch.
        gains += self.least - self.places[0][0]
        for family, prices in zip(task.families[1:], self.places[1:], strict=True):
            labels = family.labels[block]
            gains -= np.vstack([prices, np.zeros(prices.shape[1:], prices.dtype)])[labels]
        return gains

    def in_single_precision(self) -> "Prices":
        """Return the prices as float32, twice as fast and good enough where they only guide."""
        places = tuple(prices.astype(np.float32) for prices in self.places)
        return Prices(places, self.least.astype(np.float32), self.weights.astype(np.float32))  # type: ignore[arg-type]


def bound(task: Task, prices: Prices, penalty: float, welfare: Welfare | None = None) -> float:
    """Return the upper bound that the prices prove, over all pairs, in float64.

    Parameters
    ----------
    penalty : float
        Cost of each enterprise that is missing to a unit's least.
    welfare : Welfare, optional
        Of the units; without one matches are summed.
    """
    total = _fixed_part(task, prices, welfare)
    least = np.clip(prices.least, 0.0, penalty)
    for block in task.blocks():
        best = replace(prices, least=least).gains(task, block).max(axis=1, initial=0.0)
        total += float(best.sum())
    return total - float(least @ task.least)


def _fixed_part(task: Task, prices: Prices, welfare: Welfare | None) -> float:
    total = sum(
        float((p * np.where(np.isfinite(f.most), f.most, 0.0)).sum())
        for f, p in zip(task.families, prices.places, strict=True)
    )
    return total + (welfare.conjugate(prices.weights, task.base) if welfare else 0.0)


class _Smoothed:
    """The smoothed bound as a function of one vector, for the quasi-Newton method."""

    def __init__(self, task: Task, penalty: float, welfare: Welfare | None) -> None:
        self._task = task
        self._welfare = welfare
        self._limited = [np.flatnonzero(np.isfinite(f.most)) for f in task.families]
        self._needy = np.flatnonzero(task.least > 0)
        sizes = [*(len(cells) for cells in self._limited), len(self._needy)]
        self._cuts = np.cumsum(sizes)
        low = np.zeros(sum(sizes))
        high = np.concatenate([np.full(sum(sizes[:-1]), np.inf), np.full(sizes[-1], penalty)])
        if welfare is not None:
            best = np.where(np.isfinite(task.value), task.value, 0).sum(axis=0, dtype=float) + 1.0
            low = np.concatenate([low, welfare.slope(task.base + best)])
            high = np.concatenate([high, welfare.slope(task.base)])
        self.bounds = Bounds(low, high)

    def pack(self, prices: Prices) -> Floats:
        """Return the prices that count as one vector."""
        parts = [p.ravel()[cells] for p, cells in zip(prices.places, self._limited, strict=True)]
        parts.append(prices.least[self._needy])
        if self._welfare is not None:
            parts.append(prices.weights)
        return np.concatenate(parts)

    def unpack(self, vector: Floats) -> Prices:
        """Undo :meth:`pack`."""
        *parts, least, weights = np.split(vector, self._cuts)
        prices = Prices.none(self._task)
        for target, cells, part in zip(prices.places, self._limited, parts, strict=True):
            target.ravel()[cells] = part
        prices.least[self._needy] = least
        return replace(prices, weights=weights) if self._welfare is not None else prices

    def __call__(self, vector: Floats, temperature: float) -> tuple[float, Floats]:
        """Return the smoothed bound and its gradient, both per enterprise."""
        task, prices = self._task, self.unpack(vector)
        total = _fixed_part(task, prices, self._welfare) - float(prices.least @ task.least)
        used = [np.zeros(f.most.shape) for f in task.families]
        matches = np.zeros(task.size[1])
        fast = prices.in_single_precision()
        for block in task.blocks():
            worth, chance = _choices(fast.gains(task, block), temperature)
            total += worth
            for family, use in zip(task.families, used, strict=True):
                _add_by_part(use, family.labels[block], chance)
            if self._welfare is not None:
                matches += (chance * np.where(chance > 0, task.value[block], 0)).sum(axis=0, dtype=float)
        slope = [
            (f.most - use).ravel()[cells]
            for f, use, cells in zip(task.families, used, self._limited, strict=True)
        ]
        slope.append((used[0].sum(axis=0) - task.least)[self._needy])
        if self._welfare is not None:
            best = np.maximum(self._welfare.matches_at(prices.weights), task.base)
            slope.append(matches - (best - task.base))
        size = max(1, task.size[0])
        return total / size, np.concatenate(slope) / size


def _choices(gains: Floats, temperature: float) -> tuple[float, Floats]:
    """Soft maximum of each row and 0, summed, and the chance of each unit; overwrites ``gains``."""
    gains *= np.float32(1 / temperature)
    top = gains.max(axis=1, initial=0.0, keepdims=True)
    gains -= top
    chance = np.exp(gains, out=gains)
    total = chance.sum(axis=1, keepdims=True) + np.exp(-top)
    worth = temperature * float((np.log(total) + top).sum(dtype=float))
    chance /= total
    return worth, chance


def _add_by_part(use: Floats, labels: np.ndarray, chance: Floats) -> None:
    if len(use) == 1 and labels.min() == 0:
        use[0] += chance.sum(axis=0)
        return
    for part in np.unique(labels[labels >= 0]):
        use[part] += chance[labels == part].sum(axis=0)


def near_best_prices(task: Task, start: Prices, penalty: float, welfare: Welfare | None = None) -> Prices:
    """Lower the smoothed bound from ``start``: first on a sample, then on everyone."""
    if not task.size[0]:
        return start
    stages = [(task.sample(min(_SAMPLE, task.size[0])), t) for t in _TEMPERATURES]
    if task.size[0] > _SAMPLE:
        stages.append((task, _TEMPERATURES[-1]))
    prices = start
    for part, temperature in stages:
        share = part.size[0] / task.size[0]
        scaled = (
            replace(welfare, scale=welfare.scale * share, offset=welfare.offset * share) if welfare else None
        )
        smoothed = _Smoothed(part, penalty, scaled)
        first = np.clip(smoothed.pack(prices), smoothed.bounds.lb, smoothed.bounds.ub)
        found = minimize(
            smoothed,
            first,
            args=(temperature,),
            jac=True,
            method="L-BFGS-B",
            bounds=smoothed.bounds,
            options={"maxiter": _ITERATIONS, "maxfun": 2 * _ITERATIONS},
        )
        prices = smoothed.unpack(found.x)
    return prices
