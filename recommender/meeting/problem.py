"""The planning problem in arrays: n enterprises, m tables, S slots."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MeetingProblem:
    """What is left to plan once fixed meetings have taken their places.

    Attributes
    ----------
    score : float (n, m)
        Two-sided score, 0–1.
    allowed : bool (n, m)
        Pairs that may still meet.
    interest : int (n, m)
        2 both sides asked for it, 1 one side, 0 none.
    enterprise_open : bool (n, S)
        Slots in which an enterprise is there and has no fixed meeting.
    table_open : bool (m, S)
        Likewise for tables.
    most : int (n,)
        Meetings that an enterprise may still get.
    covered : bool (n,)
        Enterprises that have a fixed meeting already.
    fixed_at : int (m,)
        Fixed meetings of each table; they count for its share.
    max_share : float, optional
        Largest share of all meetings that a table may have, rounded up to a whole meeting.
    """

    score: Floats
    allowed: Bools
    interest: Ints
    enterprise_open: Bools
    table_open: Bools
    most: Ints
    covered: Bools
    fixed_at: Ints
    max_share: float | None = None

    @property
    def slots(self) -> int:
        """Number of slots."""
        return int(self.table_open.shape[1])


@dataclass(frozen=True, slots=True)
class Blocks:
    """Slots grouped by availability: within a block everybody is open in all of its slots or in none.

    Attributes
    ----------
    members : tuple of int arrays
        Slot numbers from 0, by block.
    enterprise_open : bool (n, B)
    table_open : bool (m, B)
    """

    members: tuple[Ints, ...]
    enterprise_open: Bools
    table_open: Bools
    sizes: Ints = field(init=False)

    def __post_init__(self) -> None:
        sizes = np.array([len(slots) for slots in self.members], np.int64)
        object.__setattr__(self, "sizes", sizes)


def blocks_of(problem: MeetingProblem) -> Blocks:
    """Group the slots; those in which no table or no enterprise is open belong to no block."""
    columns = np.vstack([problem.enterprise_open, problem.table_open])
    usable = np.flatnonzero(problem.enterprise_open.any(axis=0) & problem.table_open.any(axis=0))
    if not len(usable):
        return Blocks((), problem.enterprise_open[:, :0], problem.table_open[:, :0])
    kinds, first, block = np.unique(columns[:, usable], axis=1, return_index=True, return_inverse=True)
    # In the order of their first slots, so that the day fills from the morning on.
    order = np.argsort(first)
    members = tuple(usable[np.flatnonzero(block.ravel() == kind)] for kind in order.tolist())
    kinds = kinds[:, order]
    n = len(problem.enterprise_open)
    return Blocks(members, kinds[:n], kinds[n:])
