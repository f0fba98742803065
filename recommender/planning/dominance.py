"""Choices that no best plan needs, because another one does as much for no more."""

import math

import numpy as np
from numpy.typing import NDArray

from recommender.planning.problem import Limits, Problem


def dominance(problem: Problem, brings: NDArray[np.float32], usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which choice (row) makes which other (column) needless.

    It brings all that the other brings, from the same parties where their number is limited, for no more
    money, and in no more days where days are limited. Of two that are equal the first stands. Choices that
    stand in a conflict or a prerequisite, or that are asked for, are kept out of it.

    Parameters
    ----------
    brings : float32 (effects, choices)
        1 where a choice brings an effect.
    usable : bool (choices,)
        False where a choice cannot be chosen at all.
    """
    choices, limits = problem.choices, problem.limits
    cost = np.asarray([choice.cost_fen for choice in choices], np.float64)
    covers: NDArray[np.bool_] = ((brings.T @ (1.0 - brings)).T == 0) & (cost[:, None] <= cost[None, :])
    if limits.max_days is not None:
        days = np.asarray([math.inf if c.days is None else c.days for c in choices], np.float64)
        covers &= (days[:, None] <= days[None, :]) & usable[:, None]
    if limits.max_parties is not None:
        offers = [frozenset(choice.parties) for choice in choices]
        for one, other in np.argwhere(covers).tolist():
            covers[one, other] = offers[one] >= offers[other]
    equal = covers & covers.T
    covers &= ~equal | np.triu(np.ones_like(covers), k=1)
    entangled = _entangled(limits)
    apart = [number for number, choice in enumerate(choices) if choice.id in entangled]
    covers[apart, :] = False
    covers[:, apart] = False
    return covers


def _entangled(limits: Limits) -> frozenset[str]:
    return limits.must.union(*limits.conflicts, limits.prerequisites.keys(), *limits.prerequisites.values())
