r"""The log posterior of weights and effects, given lines and their outcomes.

For line :math:`i` and step :math:`k` of the ladder

.. math::
    P(y_{ik} = 1) = c_{ik}\,(t_{ik} + (1 - t_{ik})\,\sigma(a_k + \eta_i)), \qquad
    \eta_i = s \sum_j w_{g(i)j}\, x_{ij} + u_{item(i)} + v_{provider(i)}

with the chance :math:`c` that an outcome would be known by now, the trust :math:`t` in the position, the
applicable features :math:`x` (over the expert weights that apply) and the weights :math:`w_g` of the
enterprise's sub-industry. The steps share :math:`\eta`; each counts by what it adds to the worth of the one
before (a composite likelihood), so that contacts teach soon and acceptances correct later.

References
----------
Chapelle, Modeling delayed feedback in display advertising, KDD (2014): outcomes that may still come.
Agarwal, Wang, Li, Bendersky, Najork, Addressing trust bias for unbiased learning-to-rank, WWW (2019).
Varin, Reid, Firth, An overview of composite likelihood methods, Statistica Sinica 21 (2011).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from recommender.learning.bounded_newton import Curve
from recommender.learning.ladder_lines import LadderLines

Floats = NDArray[np.float64]
_EDGE = 1e-12


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each parameter stands: intercepts, pooled weights, weights by sub-industry, items, providers."""

    steps: int
    features: int
    groups: int
    items: int
    providers: int

    @property
    def size(self) -> int:
        """Number of parameters."""
        return self.steps + self.features * (1 + self.groups) + self.items + self.providers

    @property
    def intercepts(self) -> slice:
        """Place of the intercepts."""
        return slice(0, self.steps)

    def weights(self, group: int) -> slice:
        """Place of the weights of a sub-industry, of the pooled ones for -1."""
        start = self.steps + self.features * (group + 1)
        return slice(start, start + self.features)

    @property
    def item_effects(self) -> slice:
        """Place of the items' effects."""
        start = self.steps + self.features * (1 + self.groups)
        return slice(start, start + self.items)

    @property
    def provider_effects(self) -> slice:
        """Place of the providers' effects."""
        return slice(self.item_effects.stop, self.size)

    @property
    def bounded(self) -> NDArray[np.bool_]:
        """Which parameters may not fall below 0: the weights."""
        found = np.zeros(self.size, bool)
        found[self.steps : self.item_effects.start] = True
        return found


def layout_of(lines: LadderLines, *, items: bool, providers: bool) -> Layout:
    """Return the parameters that lines call for."""
    return Layout(
        steps=len(lines.steps),
        features=lines.shares.shape[1],
        groups=len(lines.names["sub_industry"]),
        items=len(lines.names["item"]) if items else 0,
        providers=len(lines.names["provider"]) if providers else 0,
    )


class LadderPosterior:
    """Log posterior with slope and expected information; made once for all steps of a fit.

    Parameters
    ----------
    lines : LadderLines
    layout : Layout
    slope : float
        Log-odds between an expert score of 0 and of 1.
    step_weights : array of float (steps,)
    """

    def __init__(self, lines: LadderLines, layout: Layout, slope: float, step_weights: Floats) -> None:
        # Lines of one sub-industry stand together, so that its features are one view of the array.
        lines = lines.only(np.argsort(lines.sub_industry, kind="stable"))
        self.layout = layout
        self._lines = lines
        self._slope = slope
        self._step_weights = step_weights
        edges = np.searchsorted(lines.sub_industry, np.arange(-1, layout.groups + 1))
        self._groups = [
            (group, slice(start, stop))
            for group, (start, stop) in enumerate(pairwise(edges), start=-1)
            if stop > start
        ]
        self._items = (lines.item, layout.item_effects) if layout.items else None
        self._providers = (lines.provider, layout.provider_effects) if layout.providers else None

    def present(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Return the sub-industries, items and providers that have lines, by number."""
        lines = self._lines
        # Without such effects nobody's is present.
        effects = [own[0] if own else np.zeros(0, np.int64) for own in (self._items, self._providers)]
        groups, items, providers = (np.unique(own[own >= 0]) for own in (lines.sub_industry, *effects))
        return groups, items, providers

    def log_odds(self, parameters: Floats) -> Floats:
        """Return the log-odds of each line without the intercept of a step, in the order kept inside."""
        lines, layout = self._lines, self.layout
        odds = np.empty(len(lines))
        for group, rows in self._groups:
            odds[rows] = self._slope * (lines.shares[rows] @ parameters[layout.weights(group)])
        for numbers, place in self._effects:
            # -1, unknown, finds the 0 that is added at the end.
            odds += np.append(parameters[place], 0.0)[numbers]
        return odds

    def loss(self, parameters: Floats) -> float:
        """Return the negative composite log-likelihood."""
        odds = self.log_odds(parameters)
        total = 0.0
        for step, weight in enumerate(self._step_weights):
            chance, _ = self._chance(parameters[step] + odds, step)
            total -= weight * float(np.log(np.where(self._lines.reached[:, step], chance, 1 - chance)).sum())
        return total

    def curve(self, parameters: Floats) -> Curve:
        """Return the loss with its slope and its expected information."""
        layout, steps = self.layout, self.layout.steps
        odds = self.log_odds(parameters)
        slopes, informations, total = [], [], 0.0
        for step, weight in enumerate(self._step_weights):
            chance, rise = self._chance(parameters[step] + odds, step)
            reached = self._lines.reached[:, step]
            total -= weight * float(np.log(np.where(reached, chance, 1 - chance)).sum())
            spread = chance * (1 - chance)
            slopes.append(weight * rise * (chance - reached) / spread)
            informations.append(weight * rise**2 / spread)
        slope = np.zeros(layout.size)
        slope[:steps] = [own.sum() for own in slopes]
        self._add_slope(slope, np.sum(slopes, axis=0))
        curvature = np.zeros((layout.size, layout.size))
        for step, own in enumerate(informations):
            curvature[step, step] = own.sum()
            self._add_slope(curvature[step], own)
        self._add_information(curvature, np.sum(informations, axis=0))
        # Only the upper triangle was filled.
        return Curve(total, slope, np.triu(curvature) + np.triu(curvature, 1).T)

    def cluster_slopes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return slopes by enterprise, and the information, both for what all lines share.

        Returns
        -------
        slopes : float64 (clusters, features)
            Of the weights, as if they were the same in all sub-industries.
        information : float64 (features,)
            Diagonal, in all clusters.
        """
        lines, odds = self._lines, self.log_odds(parameters)
        slope, information = np.zeros(len(lines)), np.zeros(len(lines))
        for step, weight in enumerate(self._step_weights):
            chance, rise = self._chance(parameters[step] + odds, step)
            spread = chance * (1 - chance)
            slope += weight * rise * (chance - lines.reached[:, step]) / spread
            information += weight * rise**2 / spread
        clusters = int(lines.cluster.max(initial=-1)) + 1
        columns = [self._slope * lines.shares[:, column] for column in range(self.layout.features)]
        return (
            np.stack([np.bincount(lines.cluster, slope * own, clusters) for own in columns], axis=1),
            np.asarray([float(information @ own**2) for own in columns]),
        )

    @property
    def _effects(self) -> list[tuple[NDArray[np.int64], slice]]:
        return [own for own in (self._items, self._providers) if own is not None]

    def _chance(self, odds: Floats, step: int) -> tuple[Floats, Floats]:
        """Return the chance that the step is known to be reached, and its derivative by the log-odds."""
        known, trusted = self._lines.chance[:, step], self._lines.trusted[:, step]
        inner = expit(odds)
        chance = known * (trusted + (1 - trusted) * inner)
        return np.clip(chance, _EDGE, 1 - _EDGE), known * (1 - trusted) * inner * (1 - inner)

    def _add_slope(self, row: Floats, by_odds: Floats) -> None:
        """Add the sum over lines of a value by log-odds times the derivatives of the log-odds."""
        for group, rows in self._groups:
            row[self.layout.weights(group)] += self._slope * (by_odds[rows] @ self._lines.shares[rows])
        for numbers, place in self._effects:
            row[place] += _summed(numbers, by_odds, place.stop - place.start)

    def _add_information(self, curvature: Floats, by_odds: Floats) -> None:
        lines, layout = self._lines, self.layout
        for group, rows in self._groups:
            place = layout.weights(group)
            shares = self._slope * lines.shares[rows]
            weighed = shares * by_odds[rows, None]
            curvature[place, place] += shares.T @ weighed
            for numbers, effects in self._effects:
                size = effects.stop - effects.start
                for column in range(layout.features):
                    curvature[place.start + column, effects] += _summed(
                        numbers[rows], weighed[:, column], size
                    )
        for numbers, effects in self._effects:
            diagonal = np.arange(effects.start, effects.stop)
            curvature[diagonal, diagonal] += _summed(numbers, by_odds, len(diagonal))
        if self._items is not None and self._providers is not None:
            both = (lines.item >= 0) & (lines.provider >= 0)
            cells = lines.item[both] * layout.providers + lines.provider[both]
            crossed = np.bincount(cells, by_odds[both], layout.items * layout.providers)
            curvature[layout.item_effects, layout.provider_effects] += crossed.reshape(layout.items, -1)


def _summed(numbers: NDArray[np.int64], values: Floats, size: int) -> Floats:
    """Sum values by number; -1 is nobody's."""
    return np.asarray(np.bincount(numbers + 1, values, size + 1)[1:], np.float64)
