"""The assignment with the largest Nash welfare over the units.

Maximised is the sum over units of log(.01 + U), U the expected matches of the unit, fixed ones included; the
hundredth keeps the worth of a unit that can be given nothing finite. It is concave in U, so the worth is
bounded by its tangents (outer approximation): each program gives the best U under the tangents so far, and a
new tangent is laid there. The bound of :mod:`.prices` with the slope of the worth as weights holds over every
pair and every assignment in shares; what is lost by taking whole enterprises is in the reported gap.
"""

from dataclasses import replace

import numpy as np

from recommender.assignment.core import Core, core_of, joined
from recommender.assignment.matches import (
    SMALL,
    TOLERANCE,
    WIDTH,
    Optimum,
    penalty_of,
    shortfall,
    unit_matches,
)
from recommender.assignment.prices import Prices, Welfare, bound, near_best_prices
from recommender.assignment.problem import Floats, Ints
from recommender.assignment.program import Program, Solved
from recommender.assignment.task import Task

OFFSET = 0.01
_FIRST_TANGENTS = 12
_ROUNDS = 12
#: Up to so many pairs the integer program sees all of them; above, only those of split enterprises.
_WHOLE_PAIRS = 400
_WHOLE_ROUNDS = 12


def most_welfare(task: Task, start: Optimum) -> Optimum:
    """Maximise the Nash welfare; ``worth`` and ``limit`` of the answer are means of logs over the units.

    Parameters
    ----------
    start : Optimum
        The assignment with the most matches, which sets the scale; every least must be within reach.
    """
    n, m = task.size
    mean = (start.worth + penalty_of(task) * float(start.short.sum()) + float(task.base.sum())) / m
    welfare = Welfare(scale=max(mean, OFFSET), offset=OFFSET)
    penalty = penalty_of(task) * welfare.scale / OFFSET
    small = n * m <= SMALL
    guide = replace(start.prices, weights=np.full(m, float(welfare.slope(np.asarray(mean)))))
    guide = near_best_prices(task, guide, penalty, welfare)
    search = _Search(task, welfare, penalty, guide)
    core, solved = search.relaxed(np.inf if small else WIDTH)
    chosen, worth = search.whole(core, solved)
    unit = 1.0 / (welfare.scale * m)
    limit = max(search.limit, worth)
    return Optimum(chosen, worth * unit, limit * unit, shortfall(task, chosen), search.guide)


class _Search:
    """Tangents, prices and the bound as they grow."""

    def __init__(self, task: Task, welfare: Welfare, penalty: float, guide: Prices) -> None:
        self._task, self._welfare, self._penalty = task, welfare, penalty
        self.guide = guide
        self.limit = bound(task, guide, penalty, welfare)
        self._tangents = self._first_tangents()

    def _first_tangents(self) -> list[Floats]:
        task = self._task
        possible = np.where(np.isfinite(task.value), task.value, 0).sum(axis=0, dtype=float)
        top = task.base + np.minimum(possible, task.families[0].most[0]) + 1e-9
        low = OFFSET + task.base
        steps = [low * ((OFFSET + top) / low) ** s - OFFSET for s in np.linspace(0, 1, _FIRST_TANGENTS)]
        return [*steps, np.maximum(self._welfare.matches_at(self.guide.weights), task.base)]

    def _program(self, core: Core) -> Program:
        return Program(self._task, core, self._penalty, self.guide, self._welfare, self._tangents)

    def _worth(self, matches: Floats, short: Floats | Ints) -> float:
        return self._welfare.worth(matches) - self._penalty * float(short.sum())

    def _same(self, worth: float) -> bool:
        return self.limit - worth <= TOLERANCE * self._welfare.scale * self._task.size[1]

    def relaxed(self, width: float) -> tuple[Core, Solved]:
        """Lay tangents until the best in shares is known, or the rounds are over."""
        core = core_of(self._task, self.guide, width)
        found: tuple[Core, Solved] | None = None
        rounds = 0
        while found is None or rounds < _ROUNDS:
            rounds += 1
            solved = self._program(core).relaxed()
            if solved is None or solved.prices is None:
                width *= 2
                core = core_of(self._task, self.guide, width)
                continue
            found = core, solved
            matches = unit_matches(self._task, core, solved.share)
            reached = bound(self._task, solved.prices, self._penalty, self._welfare)
            if reached < self.limit:
                self.guide, self.limit = solved.prices, reached
            if self._same(self._worth(matches, solved.short)):
                break
            self._tangents.append(matches)
            if not self._same(solved.limit):
                # The core, not the tangents, keeps the program from what the bound allows.
                core = joined(self._task, core, core_of(self._task, solved.prices, WIDTH))
        return found

    def whole(self, core: Core, solved: Solved) -> tuple[Ints, float]:
        """Take whole enterprises: of all pairs when they are few, else of those that are split."""
        if len(core.rows) > _WHOLE_PAIRS:
            return self._mend_split(core, solved)
        best, top = solved.chosen, -np.inf
        for _ in range(_WHOLE_ROUNDS):
            found = self._program(core).whole()
            matches = unit_matches(self._task, core, np.round(found.share))
            worth = self._worth(matches, shortfall(self._task, found.chosen))
            self.limit = min(self.limit, found.limit)
            if worth > top:
                best, top = found.chosen, worth
            if self._same(top):
                break
            self._tangents.append(matches)
        return best, top

    def _mend_split(self, core: Core, solved: Solved) -> tuple[Ints, float]:
        """Keep what is whole and give the few split enterprises where the slope of the worth is best."""
        slope = self._welfare.slope(unit_matches(self._task, core, solved.share))
        split = np.zeros(len(core.settled), bool)
        split[core.rows[np.minimum(solved.share, 1 - solved.share) > 1e-6]] = True
        kept = split[core.rows]
        rows, units = core.rows[kept], core.units[kept]
        settled = np.where(split, core.settled, solved.chosen)
        part = Core(settled, rows, units, slope[units] * core.value[kept], complete=False)
        mended = Program(self._task, part, self._penalty, self.guide).relaxed()
        if mended is None or not mended.whole:
            mended = Program(self._task, part, self._penalty, self.guide).whole()
        share = np.round(mended.share)
        matches = unit_matches(self._task, replace(part, value=core.value[kept]), share)
        return mended.chosen, self._worth(matches, shortfall(self._task, mended.chosen))
