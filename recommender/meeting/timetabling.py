"""From the problem to meetings in slots: choose, colour, and leave nobody idle who could meet."""

import time
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from recommender.domain.meeting_schedule import Solved
from recommender.meeting.choosing import SOLVER, choose, share_limit
from recommender.meeting.colouring import colour
from recommender.meeting.problem import Bools, Ints, MeetingProblem, blocks_of

TIME_LIMIT_SECONDS = 30.0


class Placed(NamedTuple):
    """A meeting by the numbers of its enterprise, table and slot, all from 0."""

    enterprise: int
    table: int
    slot: int


class Timetable(NamedTuple):
    """Placed meetings and how they were found."""

    placed: tuple[Placed, ...]
    solved: Solved


def timetable(problem: MeetingProblem, *, seconds: float = TIME_LIMIT_SECONDS) -> Timetable:
    """Plan.

    Returns
    -------
    Timetable
        Nobody is in two places at once. **No idle table**: in no slot is a table open and unused while an
        enterprise is there and free that it is allowed to meet, has not met, and that has meetings left -
        unless the table has reached its largest share. For a proven optimum this follows from the last aim
        (one more meeting would be worth more); one cut off by time, and a table that fixed meetings took over
        its largest share, are filled up until it holds.
    """
    started = time.perf_counter()
    blocks = blocks_of(problem)
    chosen = choose(problem, blocks, seconds=seconds)
    placed: list[Placed] = []
    for number, members in enumerate(blocks.members):
        here = np.flatnonzero(chosen.blocks == number)
        edges = list(zip(chosen.enterprises[here].tolist(), chosen.tables[here].tolist(), strict=True))
        slots = colour(edges, len(members))
        placed += [Placed(*edge, int(members[slot])) for edge, slot in zip(edges, slots, strict=True)]
    placed = fill(problem, placed)
    solved = Solved(
        solver=SOLVER,
        optimal=chosen.optimal,
        blocks=len(blocks.members),
        seconds=round(time.perf_counter() - started, 3),
        stages=chosen.stages,
    )
    return Timetable(tuple(sorted(placed, key=lambda one: (one.slot, one.table))), solved)


class _Free:
    """What a timetable leaves free."""

    def __init__(self, problem: MeetingProblem, placed: Iterable[Placed]) -> None:
        self._problem = problem
        self.enterprises = problem.enterprise_open.copy()
        self.tables = problem.table_open.copy()
        self.left = problem.most.copy()
        self.pairs = problem.allowed.copy()
        self._at_table = problem.fixed_at.copy()
        for one in placed:
            self.take(one)

    def take(self, one: Placed) -> None:
        """Place a meeting."""
        self.enterprises[one.enterprise, one.slot] = self.tables[one.table, one.slot] = False
        self.pairs[one.enterprise, one.table] = False
        self.left[one.enterprise] -= 1
        self._at_table[one.table] += 1

    @property
    def full(self) -> Bools:
        """Tables that one more meeting would take above the largest share."""
        return np.asarray(self._at_table + 1 > share_limit(self._problem, int(self._at_table.sum()) + 1))


def could_be_added(problem: MeetingProblem, placed: Iterable[Placed]) -> Bools:
    """Return, as bool (n, m, S), the single meetings that could be added to a timetable as it is."""
    free = _Free(problem, placed)
    able = free.pairs & (free.left > 0)[:, None] & ~free.full[None, :]
    return able[:, :, None] & free.enterprises[:, None, :] & free.tables[None, :, :]


def fill(problem: MeetingProblem, placed: list[Placed]) -> list[Placed]:
    """Add the best pairs that still fit, until none does.

    One pass in the order of worth finds them all, since places only become fewer; a largest share alone grows
    with the number of meetings, so passes go on until one adds nothing.
    """
    filled = list(placed)
    worth = problem.interest + problem.score
    while (able := could_be_added(problem, filled)).any():
        pairs = np.argwhere(able.any(axis=2))
        best_first = np.argsort(-worth[pairs[:, 0], pairs[:, 1]], kind="stable")
        filled += _greedy(problem, filled, pairs[best_first])
    return filled


def _greedy(problem: MeetingProblem, placed: list[Placed], pairs: Ints) -> list[Placed]:
    free = _Free(problem, placed)
    added = []
    for enterprise, table in pairs.tolist():
        slots = np.flatnonzero(free.enterprises[enterprise] & free.tables[table])
        if len(slots) and free.left[enterprise] and not free.full[table]:
            one = Placed(enterprise, table, int(slots[0]))
            free.take(one)
            added.append(one)
    return added
