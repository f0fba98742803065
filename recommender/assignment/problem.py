"""What is to be decided: who may go where, how much each unit takes, what is fixed already."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: In ``fixed`` and in every assignment: no unit.
NOBODY = -1


class Objective(StrEnum):
    """What the best assignment is.

    ``expected_matches``
        Largest sum of match probabilities.
    ``nash``
        Largest Nash welfare over the units: the sum over units of log(.01 + expected matches of the unit).
    ``stable``
        No enterprise and unit would rather have each other than what they got (deferred acceptance).
    """

    EXPECTED_MATCHES = "expected_matches"
    NASH = "nash"
    STABLE = "stable"


class UnusableProblem(InvalidInput):
    """Scores or limits that contradict themselves."""

    code = "unusable_assignment"
    title = "分配条件有误"


@dataclass(frozen=True, slots=True)
class Family:
    """A partition of the batch, such as sub-industries, and how many of each part a unit takes at most.

    Attributes
    ----------
    labels : int64 (n,)
        Part of each enterprise, -1 for none.
    most : float64 (parts, m)
        Most enterprises of the part for the unit; ``inf`` where there is no limit.
    """

    labels: Ints
    most: Floats


@dataclass(frozen=True, slots=True)
class Problem:
    """A batch of n enterprises and m units.

    Attributes
    ----------
    probability : float32 (n, m)
        Chance of a match, 0–1.
    forward, reverse : float32 (n, m)
        The pair as the enterprise and as the unit sees it; only their order counts.
    allowed : bool (n, m)
        Pairs that may be proposed. A fixed pair need not be among them.
    most, least : int64 (m,)
        Most and least enterprises of a unit, fixed ones included.
    families : tuple of Family
        Further limits.
    fixed : int64 (n,)
        Unit that an enterprise stays with, -1 where it is free.
    """

    probability: NDArray[np.float32]
    forward: NDArray[np.float32]
    reverse: NDArray[np.float32]
    allowed: NDArray[np.bool_]
    most: Ints
    least: Ints
    fixed: Ints
    families: tuple[Family, ...] = field(default=())

    def __post_init__(self) -> None:
        n, m = self.allowed.shape
        shapes = {self.probability.shape, self.forward.shape, self.reverse.shape}
        if shapes != {(n, m)} or self.most.shape != (m,) or self.least.shape != (m,):
            raise UnusableProblem("得分、名额与企业、单位的数目不一致")
        if self.fixed.shape != (n,) or np.any((self.fixed < NOBODY) | (self.fixed >= m)):
            raise UnusableProblem("已定的合作指向不存在的单位")
        if np.any(self.most < 0) or np.any(self.least < 0):
            raise UnusableProblem("名额不能为负数")
        known = self.probability[self.allowed]
        if known.size and not (known.min() >= 0 and known.max() <= 1):
            raise UnusableProblem("撮合概率应在 0 到 1 之间")
        for family in self.families:
            if family.labels.shape != (n,) or family.most.shape[1:] != (m,):
                raise UnusableProblem("分组名额与企业、单位的数目不一致")

    @property
    def shape(self) -> tuple[int, int]:
        """Number of enterprises and of units."""
        n, m = self.allowed.shape
        return int(n), int(m)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A limit that could not be kept, and the nearest one that can.

    Attributes
    ----------
    unit : int
        Position of the unit.
    kind : str
        ``least`` or ``most``.
    wanted, possible : int
        The limit asked for, and the one that was applied.
    """

    unit: int
    kind: str
    wanted: int
    possible: int


def places(fixed: Ints, units: int) -> Ints:
    """How many enterprises each unit has, int64 (m,)."""
    return np.bincount(fixed[fixed >= 0], minlength=units).astype(np.int64)


def share_limit(share: float, batch: int) -> int:
    """Most enterprises of one unit under a cap on its share of the batch; one place is always left."""
    return max(1, int(np.floor(share * batch + 1e-9)))


def consistent(problem: Problem) -> tuple[Problem, tuple[Relaxation, ...]]:
    """Resolve limits that contradict each other, by as little as possible.

    What is fixed stays, so a unit's ``most`` is raised to what it has; ``least`` is lowered to ``most``.
    """
    held = places(problem.fixed, problem.shape[1])
    most = np.maximum(problem.most, held)
    least = np.minimum(problem.least, most)
    changed = [
        *(("most", u, problem.most[u], most[u]) for u in np.flatnonzero(most != problem.most)),
        *(("least", u, problem.least[u], least[u]) for u in np.flatnonzero(least != problem.least)),
    ]
    relaxations = tuple(Relaxation(int(u), kind, int(a), int(b)) for kind, u, a, b in changed)
    return replace(problem, most=most, least=least), relaxations
