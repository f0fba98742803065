"""The assignment with the most expected matches, proven over every pair.

Prices guide (:mod:`.prices`), a core of near-best pairs is solved exactly (:mod:`.program`), and the
program's own duals are priced out over all pairs; the core is widened until the bound meets the answer.
"""

from dataclasses import dataclass, replace

import numpy as np

from recommender.assignment.core import Core, core_of, joined
from recommender.assignment.prices import Prices, bound, near_best_prices
from recommender.assignment.problem import Floats, Ints
from recommender.assignment.program import Program, Solved
from recommender.assignment.task import Task

#: Up to so many pairs the whole task is the core.
SMALL = 20_000
#: First width of a core, in units of value: twice the last temperature of the prices.
WIDTH = 0.01
#: Two worths that differ by less, in proportion, are the same.
TOLERANCE = 1e-7
_ROUNDS = 12


@dataclass(frozen=True, slots=True)
class Optimum:
    """An assignment of the free enterprises and how good it can be at most.

    Attributes
    ----------
    chosen : int64 (n,)
    worth, limit : float
        Of the assignment, and of every assignment, in the objective's own unit.
    short : int64 (m,)
        Enterprises missing to each unit's least.
    prices : Prices
        Of the places; the price of a place is what one more would bring.
    """

    chosen: Ints
    worth: float
    limit: float
    short: Ints
    prices: Prices


def penalty_of(task: Task) -> float:
    """Cost of one enterprise missing to a least, in matches.

    An exchange that mends one passes each limit at most once and costs at most one match there, so more
    than the number of limits makes the shortfall the smallest possible one.
    """
    return 1.0 + sum(int(np.isfinite(f.most).sum()) for f in task.families)


def unit_matches(task: Task, core: Core, share: Floats) -> Floats:
    """Return the expected matches of each unit, fixed enterprises included, float64 (m,)."""
    m = task.size[1]
    served = np.flatnonzero(core.settled >= 0)
    unit = core.settled[served]
    settled = np.bincount(unit, task.value[served, unit].astype(float), minlength=m)
    return np.asarray(task.base + settled + np.bincount(core.units, share * core.value, minlength=m))


def shortfall(task: Task, chosen: Ints) -> Ints:
    """Return how many enterprises are missing to each unit's least, int64 (m,)."""
    held = np.bincount(chosen[chosen >= 0], minlength=task.size[1])
    return np.maximum(task.least - held, 0).astype(np.int64)


def most_matches(task: Task) -> Optimum:
    """Maximise the sum of match probabilities less the penalty for each missing enterprise."""
    n, m = task.size
    penalty = penalty_of(task)
    small = n * m <= SMALL
    guide = Prices.none(task)
    if not small:
        guide = near_best_prices(task, guide, penalty)
    core, solved, prices, limit = _relaxed(task, guide, np.inf if small else WIDTH, penalty)
    if not solved.whole:
        return _whole(task, core, prices, limit, penalty)
    worth = _worth(task, core, solved, penalty)
    return Optimum(solved.chosen, worth, max(limit, worth), shortfall(task, solved.chosen), prices)


def _worth(task: Task, core: Core, solved: Solved, penalty: float) -> float:
    matches = unit_matches(task, core, solved.share) - task.base
    return float(matches.sum() - penalty * solved.short.sum())


def _relaxed(task: Task, guide: Prices, width: float, penalty: float) -> tuple[Core, Solved, Prices, float]:
    """Widen the core until its optimum in shares is that of all pairs, or the rounds are over."""
    limit = bound(task, guide, penalty)
    core = core_of(task, guide, width)
    found: tuple[Core, Solved] | None = None
    rounds = 0
    while found is None or rounds < _ROUNDS:
        rounds += 1
        solved = Program(task, core, penalty, guide).relaxed()
        if solved is None or solved.prices is None:
            width *= 2
            core = core_of(task, guide, width)
            continue
        found = core, solved
        reached = bound(task, solved.prices, penalty)
        if reached < limit:
            guide, limit = solved.prices, reached
        worth = _worth(task, core, solved, penalty)
        if limit - worth <= TOLERANCE * max(1.0, abs(worth)):
            break
        core = joined(task, core, core_of(task, solved.prices, WIDTH))
    return *found, guide, limit


def _whole(task: Task, core: Core, prices: Prices, limit: float, penalty: float) -> Optimum:
    """Solve in whole enterprises; the second core is wide enough to prove it (see :func:`core_of`)."""
    first = Program(task, core, penalty, prices).whole()
    worth = _worth(task, core, _rounded(first), penalty)
    # A core as wide as the gap holds every better assignment.
    gap = limit - worth
    wide = core_of(task, prices, gap * (1 + 1e-6) + 1e-9) if np.isfinite(gap) else core
    second = Program(task, wide, penalty, prices).whole()
    better = _worth(task, wide, _rounded(second), penalty)
    chosen, worth = (second.chosen, better) if better >= worth else (first.chosen, worth)
    if wide.complete:
        settled = _worth(task, wide, replace(second, share=np.zeros_like(second.share)), 0.0)
        limit = min(limit, second.limit + settled)
    return Optimum(chosen, worth, max(limit, worth), shortfall(task, chosen), prices)


def _rounded(solved: Solved) -> Solved:
    return replace(solved, share=np.round(solved.share))
