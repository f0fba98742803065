"""A problem as the optimiser takes it: fixed enterprises gone, everyone in the order of a lot drawn."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.assignment.problem import NOBODY, Family, Floats, Ints, Problem, places

#: Enterprises looked at together, so that a dense block stays within tens of MB.
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Task:
    """What is left to decide.

    Attributes
    ----------
    rows, columns : int64
        Enterprises and units of the problem, in lot order; the lot breaks every tie, so that no id is
        favoured twice in a row.
    value : float32 (free, m)
        Match probability, ``-inf`` for pairs that may not be proposed.
    families : tuple of Family
        Limits on what is left; the first has one part, the whole batch.
    least : float64 (m,)
        What is missing to each unit's least.
    base : float64 (m,)
        Expected matches of the fixed enterprises.
    """

    rows: Ints
    columns: Ints
    value: NDArray[np.float32]
    families: tuple[Family, ...]
    least: Floats
    base: Floats

    @property
    def size(self) -> tuple[int, int]:
        """Number of free enterprises and of units."""
        return len(self.rows), len(self.columns)

    def blocks(self) -> Iterator[slice]:
        """Yield the enterprises in blocks."""
        for start in range(0, len(self.rows), _BLOCK):
            yield slice(start, start + _BLOCK)

    def sample(self, size: int) -> "Task":
        """Return the first ``size`` enterprises of the lot with limits in proportion."""
        share = size / len(self.rows)
        families = tuple(Family(f.labels[:size], f.most * share) for f in self.families)
        return Task(
            self.rows[:size], self.columns, self.value[:size], families, self.least * share, self.base * share
        )

    def within_limits(self, chosen: Ints) -> bool:
        """Whether an assignment of the free enterprises keeps every limit from above."""
        return all(np.all(counts(f, chosen) <= f.most) for f in self.families)

    def to_problem(self, chosen: Ints, problem: Problem) -> Ints:
        """Return the assignment of all enterprises of the problem, int64 (n,)."""
        assigned = problem.fixed.copy()
        assigned[self.rows] = np.where(chosen >= 0, self.columns[chosen], NOBODY)
        return assigned


def counts(family: Family, chosen: Ints) -> Ints:
    """How many enterprises of each part each unit has, int64 (parts, m)."""
    parts, m = family.most.shape
    counted = (chosen >= 0) & (family.labels >= 0)
    cells = family.labels[counted] * m + chosen[counted]
    return np.bincount(cells, minlength=parts * m).reshape(parts, m)


def task_of(problem: Problem, seed: int) -> Task:
    """Take out what is fixed and draw the lot."""
    n, m = problem.shape
    lot = np.random.default_rng(seed)
    columns = lot.permutation(m).astype(np.int64)
    everyone = lot.permutation(n).astype(np.int64)
    rows = everyone[problem.fixed[everyone] == NOBODY]
    held = places(problem.fixed, m)
    whole = Family(np.zeros(n, np.int64), problem.most[None].astype(float))
    families = tuple(_left(family, problem.fixed, rows, columns) for family in (whole, *problem.families))
    kept = np.flatnonzero(problem.fixed >= 0)
    unit = problem.fixed[kept]
    base = np.bincount(unit, problem.probability[kept, unit].astype(float), minlength=m)
    cells = np.ix_(rows, columns)
    return Task(
        rows=rows,
        columns=columns,
        value=np.where(problem.allowed[cells], problem.probability[cells], np.float32(-np.inf)),
        families=families,
        least=np.maximum(problem.least - held, 0)[columns].astype(float),
        base=base[columns].astype(float),
    )


def _left(family: Family, fixed: Ints, rows: Ints, columns: Ints) -> Family:
    left = np.maximum(family.most - counts(family, fixed), 0.0)
    return Family(family.labels[rows], left[:, columns])
