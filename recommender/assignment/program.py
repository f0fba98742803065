"""The linear or integer program over a core, solved by HiGHS through SciPy."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from recommender.assignment.core import Core
from recommender.assignment.prices import Prices, Welfare
from recommender.assignment.problem import NOBODY, Floats, Ints
from recommender.assignment.task import Task, counts
from recommender.planning.model import SolverTimeout

#: Longest integer solve, in seconds; past it the best assignment found is given with its gap.
TIME_LIMIT = 20.0
_WHOLE = 1e-6
_INFEASIBLE = 2


@dataclass(frozen=True, slots=True)
class Solved:
    """An optimum of the program.

    Attributes
    ----------
    share : float64 (k,)
        How much of each pair of the core is used.
    chosen : int64 (n,)
        The assignment, where every share is whole.
    short : float64 (m,)
        Enterprises missing to each unit's least.
    prices : Prices, optional
        The duals; None for an integer program.
    limit : float
        Upper bound on what the program can be worth; the pairs that are settled do not count in it, except
        through a welfare.
    """

    share: Floats
    chosen: Ints
    short: Floats
    prices: Prices | None
    limit: float

    @property
    def whole(self) -> bool:
        """Whether nothing is split."""
        return bool(np.all(np.minimum(self.share, 1 - self.share) < _WHOLE))


class Program:
    """Rows and columns of one core.

    Columns: a share 0–1 of each pair, the shortfall of each unit with a least, and for a welfare the matches
    U and the worth t of each unit. Every row has the form A x <= b.

    Parameters
    ----------
    guide : Prices
        Kept for limits that no pair of the core touches: the program cannot price them.
    tangents : sequence of float64 (m,)
        Points U at which the worth of the units is bounded by its tangent.
    """

    def __init__(
        self,
        task: Task,
        core: Core,
        penalty: float,
        guide: Prices,
        welfare: Welfare | None = None,
        tangents: Sequence[Floats] = (),
    ) -> None:
        self._task, self._core, self._guide = task, core, guide
        m = task.size[1]
        self._pairs = len(core.rows)
        self._needy = np.flatnonzero(task.least > 0)
        self._width = self._pairs + len(self._needy) + (2 * m if welfare else 0)
        self._parts: list[sparse.csr_matrix] = []
        self._right: list[Floats] = []
        self._cost = np.zeros(self._width)
        self._cost[self._pairs : self._pairs + len(self._needy)] = penalty
        self._families()
        self._welfare_start = sum(len(right) for right in self._right)
        if welfare is None:
            self._cost[: self._pairs] = -core.value
        else:
            self._add_welfare(welfare, tangents)
        self._has_welfare = welfare is not None

    def _add(self, rows: Ints, columns: Ints, values: Floats, right: Floats) -> None:
        shape = (len(right), self._width)
        self._parts.append(sparse.csr_matrix((values, (rows, columns)), shape=shape))
        self._right.append(right)

    def _families(self) -> None:
        task, core = self._task, self._core
        pairs = np.arange(self._pairs)
        own, row = np.unique(core.rows, return_inverse=True)
        self._add(row, pairs, np.ones(self._pairs), np.ones(len(own)))
        self._priced: list[Ints] = []
        m = task.size[1]
        for family in task.families:
            label = family.labels[core.rows]
            cell = label * m + core.units
            limited = (label >= 0) & np.isfinite(family.most.ravel()[np.maximum(cell, 0)])
            cells, row = np.unique(cell[limited], return_inverse=True)
            left = (family.most - counts(family, core.settled)).ravel()[cells]
            self._add(row, pairs[limited], np.ones(int(limited.sum())), left)
            self._priced.append(cells)
        settled = counts(task.families[0], core.settled)[0]
        needs = np.isin(core.units, self._needy)
        rows = np.r_[np.searchsorted(self._needy, core.units[needs]), np.arange(len(self._needy))]
        columns = np.r_[pairs[needs], self._pairs + np.arange(len(self._needy))]
        self._add(rows, columns, -np.ones(len(rows)), (settled - task.least)[self._needy].astype(float))

    def _add_welfare(self, welfare: Welfare, tangents: Sequence[Floats]) -> None:
        task, core = self._task, self._core
        m = task.size[1]
        matches = self._width - 2 * m + np.arange(m)
        worth = self._width - m + np.arange(m)
        self._cost[worth] = -1.0
        served = np.flatnonzero(core.settled >= 0)
        unit = core.settled[served]
        base = task.base + np.bincount(unit, task.value[served, unit].astype(float), minlength=m)
        rows = np.r_[np.arange(m), core.units]
        columns = np.r_[matches, np.arange(self._pairs)]
        self._add(rows, columns, np.r_[np.ones(m), -core.value], base)
        for point in tangents:
            slope = welfare.slope(point)
            at = welfare.scale * np.log(welfare.offset + point)
            both = np.r_[np.arange(m), np.arange(m)]
            self._add(both, np.r_[worth, matches], np.r_[np.ones(m), -slope], at - slope * point)

    def _bounds(self) -> tuple[Floats, Floats]:
        low, high = np.zeros(self._width), np.full(self._width, np.inf)
        high[: self._pairs] = 1.0
        if self._has_welfare:
            low[self._width - self._task.size[1] :] = -np.inf
        return low, high

    def relaxed(self) -> Solved | None:
        """Solve with shares; None when what is settled leaves no way to keep the limits."""
        if self._width == 0:
            return Solved(np.zeros(0), self._core.settled, np.zeros(self._task.size[1]), self._guide, 0.0)
        low, high = self._bounds()
        found = linprog(
            self._cost,
            A_ub=sparse.vstack(self._parts, format="csc"),
            b_ub=np.concatenate(self._right),
            bounds=list(zip(low.tolist(), high.tolist(), strict=True)),
            method="highs-ds",
        )
        if found.status == _INFEASIBLE:
            return None
        if found.status or found.x is None or found.fun is None:
            raise SolverTimeout(f"分配求解未完成：{found.message}")
        return self._solved(found.x, self._prices(-np.asarray(found.ineqlin.marginals)), -float(found.fun))

    def whole(self) -> Solved:
        """Solve in whole enterprises.

        Raises
        ------
        SolverTimeout
            If nothing was found in the time given.
        """
        low, high = self._bounds()
        integrality = np.zeros(self._width, np.int64)
        integrality[: self._pairs] = 1
        right = np.concatenate(self._right)
        found = milp(
            self._cost,
            integrality=integrality,
            bounds=Bounds(low, high),
            constraints=LinearConstraint(sparse.vstack(self._parts, format="csc"), -np.inf, right),
            options={"time_limit": TIME_LIMIT, "mip_rel_gap": 1e-7},
        )
        if found.x is None:
            raise SolverTimeout(f"{TIME_LIMIT:.0f} 秒内没有找到可行的分配，请缩小本批范围")
        # Without whole columns HiGHS solves a linear program and names no bound beside the value.
        limit = found.fun if found.mip_dual_bound is None else found.mip_dual_bound
        return self._solved(found.x, None, -float(limit))

    def _solved(self, x: Floats, prices: Prices | None, limit: float) -> Solved:
        core = self._core
        share = x[: self._pairs]
        chosen = np.where(core.settled >= 0, core.settled, NOBODY)
        used = share > 0.5
        chosen[core.rows[used]] = core.units[used]
        short = np.zeros(self._task.size[1])
        short[self._needy] = x[self._pairs : self._pairs + len(self._needy)]
        return Solved(share, chosen, short, prices, limit)

    def _prices(self, duals: Floats) -> Prices:
        starts = np.cumsum([len(right) for right in self._right])
        places = tuple(prices.copy() for prices in self._guide.places)
        for number, (target, cells) in enumerate(zip(places, self._priced, strict=True), start=1):
            target.ravel()[cells] = np.maximum(duals[starts[number - 1] : starts[number]], 0.0)
        after = len(self._priced) + 1
        least = self._guide.least.copy()
        least[self._needy] = np.maximum(duals[starts[after - 1] : starts[after]], 0.0)
        weights = np.ones(self._task.size[1])
        if self._has_welfare:
            start = self._welfare_start
            weights = np.maximum(duals[start : start + len(weights)], 1e-12)
        return Prices(places, least, weights)
