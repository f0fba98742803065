"""Rows of a constraint matrix as they are collected."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import LinearConstraint


@dataclass
class Rows:
    """Constraints ``low <= sum(value * column) <= high``, one a row."""

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)

    def add(self, terms: Mapping[int, float], low: float = -math.inf, high: float = math.inf) -> None:
        """Add one row."""
        self.rows += [len(self.low)] * len(terms)
        self.columns += terms.keys()
        self.values += terms.values()
        self.low.append(low)
        self.high.append(high)

    def constraint(self, width: int) -> LinearConstraint:
        """Return all rows as SciPy takes them."""
        matrix = sparse.csr_matrix(
            (self.values, (self.rows, self.columns)), shape=(len(self.low), width), dtype=np.float64
        )
        return LinearConstraint(matrix, np.asarray(self.low), np.asarray(self.high))

    def touched(self, count: int) -> NDArray[np.float32]:
        """Return 1 where a row has one of the first ``count`` columns, as float32 (rows, count)."""
        found = np.zeros((len(self.low), count), np.float32)
        rows, columns = np.asarray(self.rows, np.int64), np.asarray(self.columns, np.int64)
        inside = columns < count
        found[rows[inside], columns[inside]] = 1.0
        return found
