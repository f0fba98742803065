"""The core of a task: the pairs near enough to their enterprise's best to be in an optimal assignment."""

from dataclasses import dataclass

import numpy as np

from recommender.assignment.prices import Prices
from recommender.assignment.problem import NOBODY, Floats, Ints
from recommender.assignment.task import Task

#: Most units of one enterprise in the core; a limit on memory where many pairs are worth the same.
_MOST_UNITS = 16
_UNDECIDED = -2


@dataclass(frozen=True, slots=True)
class Core:
    """Candidate pairs, and the enterprises that have one choice only.

    Attributes
    ----------
    settled : int64 (n,)
        The only choice of an enterprise, -1 for none at all, -2 where the program has to choose.
    rows, units : int64 (k,)
        The pairs among which it chooses.
    value : float64 (k,)
        Their match probabilities.
    complete : bool
        Whether every pair within the width is in it.
    """

    settled: Ints
    rows: Ints
    units: Ints
    value: Floats
    complete: bool


def joined(task: Task, one: Core, other: Core) -> Core:
    """Return the pairs of both cores; an enterprise is settled where both settle it alike.

    The duals of a program are free where few pairs touch a limit, so pairs outside the core can look better
    than those in it. Joining the core at the program's own prices brings these in: column generation.
    """
    settled = np.where(one.settled == other.settled, one.settled, _UNDECIDED)
    pairs = [np.stack([core.rows, core.units]) for core in (one, other)]
    for core in (one, other):
        freed = np.flatnonzero((settled == _UNDECIDED) & (core.settled >= 0))
        pairs.append(np.stack([freed, core.settled[freed]]))
    rows, units = np.unique(np.concatenate(pairs, axis=1), axis=1)
    value = task.value[rows, units].astype(float)
    return Core(settled, rows, units, value, complete=one.complete and other.complete)


def core_of(task: Task, prices: Prices, width: float) -> Core:
    """Return the pairs that lose at most ``width`` against their enterprise's best at these prices.

    Notes
    -----
    An assignment that uses a pair with loss d is worth at most bound - d (see :mod:`.prices`). So once an
    assignment of worth v is known, a complete core of width bound - v holds every better one.
    """
    n, m = task.size
    settled = np.full(n, _UNDECIDED)
    rows, units = [], []
    complete = True
    for block in task.blocks():
        gains = prices.gains(task, block)
        best = gains.max(axis=1, initial=0.0)
        near = (gains >= (best - width)[:, None]) & np.isfinite(gains)
        idle = best <= width
        choices = near.sum(axis=1)
        first = np.arange(n)[block]
        alone = (choices + idle) == 1
        settled[first[alone]] = np.where(idle[alone], NOBODY, gains[alone].argmax(axis=1))
        crowded = choices > _MOST_UNITS if np.isfinite(width) else np.zeros(len(choices), bool)
        if crowded.any():
            complete = False
            kept = np.argpartition(-gains[crowded], _MOST_UNITS, axis=1)[:, :_MOST_UNITS]
            trimmed = np.zeros((int(crowded.sum()), m), bool)
            np.put_along_axis(trimmed, kept, True, axis=1)
            near[crowded] &= trimmed
        row, unit = np.nonzero(near & ~alone[:, None])
        rows.append(first[row])
        units.append(unit)
    row, unit = (
        np.concatenate([np.zeros(0, np.int64), *rows]),
        np.concatenate([np.zeros(0, np.int64), *units]),
    )
    return Core(settled, row, unit, task.value[row, unit].astype(float), complete)
