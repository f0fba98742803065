"""From the problem to meetings in slots: choose, colour, and leave nobody idle who could meet."""

import time
from typing import NamedTuple

import numpy as np

from recommender.domain.meeting_schedule import Solved
from recommender.meeting.choosing import SOLVER, choose, share_limit
from recommender.meeting.colouring import colour
from recommender.meeting.problem import Bools, MeetingProblem, blocks_of

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
        (one more meeting would be worth more); one cut off by time is filled up until it holds.
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
    if not chosen.optimal:
        placed = fill(problem, placed)
    solved = Solved(
        solver=SOLVER,
        optimal=chosen.optimal,
        blocks=len(blocks.members),
        seconds=round(time.perf_counter() - started, 3),
        stages=chosen.stages,
    )
    return Timetable(tuple(sorted(placed, key=lambda one: (one.slot, one.table))), solved)


def could_be_added(problem: MeetingProblem, placed: list[Placed]) -> Bools:
    """Return, as bool (n, m, S), the single meetings that could be added to a timetable as it is."""
    m = problem.score.shape[1]
    enterprise_free = problem.enterprise_open.copy()
    table_free = problem.table_open.copy()
    left = problem.most.copy()
    pairs = problem.allowed.copy()
    at_table = problem.fixed_at.copy()
    for enterprise, table, slot in placed:
        enterprise_free[enterprise, slot] = table_free[table, slot] = pairs[enterprise, table] = False
        left[enterprise] -= 1
        at_table[table] += 1
    full = np.zeros(m, bool)
    if problem.max_share is not None:
        full = at_table >= share_limit(problem, int(at_table.sum()) + 1)
    able = pairs & (left > 0)[:, None] & ~full[None, :]
    return able[:, :, None] & enterprise_free[:, None, :] & table_free[None, :, :]


def fill(problem: MeetingProblem, placed: list[Placed]) -> list[Placed]:
    """Add the best meeting that fits, again and again, until none does."""
    filled = list(placed)
    while (able := could_be_added(problem, filled)).any():
        worth = np.where(able.any(axis=2), problem.interest + problem.score, -np.inf)
        enterprise, table = np.unravel_index(int(np.argmax(worth)), worth.shape)
        slot = int(np.argmax(able[enterprise, table]))
        filled.append(Placed(int(enterprise), int(table), slot))
    return filled
