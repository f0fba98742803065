"""Choosing who meets: a b-matching over blocks of interchangeable slots, aim by aim, proven by HiGHS.

Within a block everybody is open in all slots or in none, so a set of meetings fits into the block exactly
when nobody has more of them than the block has slots (König, see :mod:`recommender.meeting.colouring`). The
model therefore only decides *in which block* a pair meets. With one block it is a flow problem: every vertex
of its linear relaxation is integral, also on the face that an earlier aim leaves, so the simplex method
proves the optimum. Late arrivals and fixed meetings add blocks; where a vertex is then fractional, branch and
bound follows.
"""

import time
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

from recommender.domain.meeting_schedule import Stage
from recommender.meeting.problem import Blocks, Floats, Ints, MeetingProblem

SOLVER = "HiGHS"
#: A share is rounded up: this much below one more meeting.
_ROUND_UP = 0.999
_SLACK = 1e-6
#: Every meeting is worth a little, so that an optimum leaves no table idle beside someone it may meet.
_LEAST_WORTH = 1e-3


class _Rows(NamedTuple):
    """Rows of the model: matrix @ x <= limits."""

    matrix: Any
    limits: Floats


@dataclass(frozen=True, slots=True)
class Chosen:
    """Chosen meetings, without their slots yet.

    Attributes
    ----------
    enterprises, tables, blocks : int (k,)
    stages : tuple of Stage
        Each aim with its value and whether it is a proven optimum.
    """

    enterprises: Ints
    tables: Ints
    blocks: Ints
    stages: tuple[Stage, ...]

    @property
    def optimal(self) -> bool:
        """Whether every aim is a proven optimum."""
        return all(stage.optimal for stage in self.stages)


def choose(problem: MeetingProblem, blocks: Blocks, *, seconds: float) -> Chosen:
    """Choose the meetings.

    The aims, in this order: as many enterprises as possible get a meeting; as many meetings as possible that
    both sides asked for; then that one side asked for; then the largest sum of two-sided scores.

    Parameters
    ----------
    seconds : float
        Time for all aims together; what is not proven by then says so.
    """
    ends = time.monotonic() + seconds
    model = _Model(problem, blocks)
    chosen = model.solve(ends)
    # A bound that the unbounded optimum keeps anyway changes nothing.
    if within_share(problem, np.bincount(chosen.tables, minlength=len(problem.fixed_at))):
        return chosen
    model.bound_shares()
    return model.solve(ends)


def share_limit(problem: MeetingProblem, meetings: int) -> float:
    """Return the most meetings of one table out of ``meetings``, by the largest share rounded up."""
    if problem.max_share is None:
        return float(meetings)
    return float(np.floor(problem.max_share * meetings + _ROUND_UP + _SLACK))


def within_share(problem: MeetingProblem, at_table: Ints) -> bool:
    """Whether new meetings keep the bound; a table that fixed meetings alone took over it does."""
    everything = at_table + problem.fixed_at
    limit = share_limit(problem, int(everything.sum()))
    return bool(np.all((everything <= limit) | (at_table == 0)))


class _Model:
    """Columns: one for each possible (enterprise, table, block), then one for each enterprise to cover."""

    def __init__(self, problem: MeetingProblem, blocks: Blocks) -> None:
        self.problem = problem
        self.blocks = blocks
        able = problem.allowed & (problem.most > 0)[:, None]
        open_to = blocks.enterprise_open[:, None, :] & blocks.table_open[None, :, :]
        self.enterprise, self.table, self.block = np.nonzero(able[:, :, None] & open_to)
        self.pairs = len(self.enterprise)
        waiting = np.zeros(len(problem.covered), bool)
        waiting[self.enterprise] = True
        self.waiting = np.flatnonzero(waiting & ~problem.covered)
        self.width = self.pairs + len(self.waiting)
        self.rows: list[_Rows] = []
        self._limits()
        self._coverage()
        self._aim_rows: list[_Rows] = []

    def _limits(self) -> None:
        n, m = self.problem.score.shape
        count = len(self.blocks.members)
        sizes = self.blocks.sizes
        self._at_most(self.enterprise, self.problem.most.astype(float), n)
        self._at_most(self.enterprise * count + self.block, np.tile(sizes, n).astype(float), n * count)
        self._at_most(self.table * count + self.block, np.tile(sizes, m).astype(float), m * count)
        if count > 1:
            self._at_most(self.enterprise * m + self.table, np.ones(n * m), n * m)

    def _at_most(self, group: Ints, limits: Floats, groups: int) -> None:
        """Bound the meetings of each group; a group that cannot exceed its bound needs no row."""
        needed = np.flatnonzero(np.bincount(group, minlength=groups) > limits)
        row_of = np.full(groups, -1)
        row_of[needed] = np.arange(len(needed))
        columns = np.flatnonzero(row_of[group] >= 0)
        if len(needed):
            matrix = csr_array(
                (np.ones(len(columns)), (row_of[group[columns]], columns)), shape=(len(needed), self.width)
            )
            self.rows.append(_Rows(matrix, limits[needed]))

    def _coverage(self) -> None:
        if not len(self.waiting):
            return
        row_of = np.full(len(self.problem.covered), -1)
        row_of[self.waiting] = np.arange(len(self.waiting))
        columns = np.flatnonzero(row_of[self.enterprise] >= 0)
        own = np.arange(len(self.waiting))
        values = np.concatenate([-np.ones(len(columns)), np.ones(len(own))])
        rows = np.concatenate([row_of[self.enterprise[columns]], own])
        places = np.concatenate([columns, self.pairs + own])
        matrix = csr_array((values, (rows, places)), shape=(len(own), self.width))
        self.rows.append(_Rows(matrix, np.zeros(len(own))))

    def bound_shares(self) -> None:
        """Bound each table's share of all meetings; the rows are dense, so they come only where needed."""
        share = self.problem.max_share
        if share is None:
            return
        fixed = self.problem.fixed_at
        dense = np.zeros((len(fixed), self.width))
        dense[:, : self.pairs] = -share
        dense[self.table, np.arange(self.pairs)] += 1.0
        room = share * fixed.sum() + _ROUND_UP - fixed
        # A table that fixed meetings took over the bound gets no more; nothing fixed is undone.
        dense[room < 0] = np.maximum(dense[room < 0], 0.0)
        self.rows.append(_Rows(csr_array(dense), np.maximum(room, 0.0)))

    def solve(self, ends: float) -> Chosen:
        """Solve aim after aim, each on what the ones before left, until ``ends`` of the monotonic clock."""
        self._aim_rows = []
        best = np.zeros(self.width)
        stages = []
        for name, text, worth, counted in self._aims():
            left = max(0.1, ends - time.monotonic())
            found, proven = self._best(worth, best, left)
            best = found
            value = float(worth @ best)
            stages.append(Stage(name=name, text=text, value=round(value, 6), optimal=proven))
            if counted:
                # Counts are whole numbers: written as an upper bound like all the other rows.
                self._aim_rows.append(_Rows(csr_array(-worth[None, :]), np.array([-value])))
        taken = np.flatnonzero(best[: self.pairs] > 0.5)
        return Chosen(self.enterprise[taken], self.table[taken], self.block[taken], tuple(stages))

    def _aims(self) -> list[tuple[str, str, Floats, bool]]:
        interest = self.problem.interest[self.enterprise, self.table]
        covering = np.concatenate([np.zeros(self.pairs), np.ones(len(self.waiting))])
        score = np.maximum(self.problem.score[self.enterprise, self.table], _LEAST_WORTH)
        aims = [("covered", "至少有一次会面的企业最多", covering, True)]
        if (interest == 2).any():
            aims.append(("mutual", "双方互选的会面最多", self._padded(interest == 2), True))
        if (interest == 1).any():
            aims.append(("wished", "有一方选择的会面最多", self._padded(interest >= 1), True))
        aims.append(("score", "双向匹配分之和最大", self._padded(score), False))
        return aims

    def _padded(self, values: object) -> Floats:
        return np.concatenate([np.asarray(values, np.float64), np.zeros(len(self.waiting))])

    def _best(self, worth: Floats, before: Floats, seconds: float) -> tuple[Floats, bool]:
        """Return the best selection and whether that is proven; never worse than the one before."""
        if not worth.any():
            return before, True
        rows = self.rows + self._aim_rows
        if not rows:
            return np.ones(self.width), True
        matrix: Any = vstack([part.matrix for part in rows], format="csr")
        limits = np.concatenate([part.limits for part in rows])
        started = time.monotonic()
        relaxed = linprog(
            -worth,
            A_ub=matrix,
            b_ub=limits,
            bounds=(0.0, 1.0),
            method="highs-ds",
            options={"time_limit": seconds},
        )
        if relaxed.status == 0 and relaxed.x is not None:
            vertex = np.asarray(relaxed.x, np.float64)
            if np.abs(vertex - np.round(vertex)).max() < _SLACK:
                return np.round(vertex), True
        answer = milp(
            -worth,
            integrality=np.ones(self.width, np.int64),
            bounds=Bounds(0.0, 1.0),
            constraints=LinearConstraint(matrix, -np.inf, limits),
            options={"mip_rel_gap": 0.0, "time_limit": max(0.1, seconds - time.monotonic() + started)},
        )
        # What the earlier aims settled is feasible here too, so a solver cut off loses nothing.
        if answer.x is None or worth @ answer.x < worth @ before:
            return before, False
        return np.round(answer.x), answer.status == 0
