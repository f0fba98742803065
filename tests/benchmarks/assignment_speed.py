"""How long an assignment takes: ``python -m tests.benchmarks.assignment_speed [largest] [units]``.

Drawn markets (seed 0) with popular units, tastes in 8 dimensions and places for four enterprises in five;
every pair may be proposed, so the market is dense. Told for each size and objective: seconds, peak memory of
the process so far, expected matches, proven gap. Each stable assignment is checked for blocking pairs.
"""

import resource
import sys
import time
from dataclasses import replace

import numpy as np

from recommender.assignment.problem import Family, Objective, Problem
from recommender.assignment.solving import solve

_SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
_PARTS = 8


def drawn(enterprises: int, units: int, seed: int = 0) -> Problem:
    """A market; the two sides' views agree in part, the chance of a match is their product's root."""
    rng = np.random.default_rng(seed)
    taste = rng.normal(size=(enterprises, 8)).astype(np.float32)
    offer = rng.normal(size=(units, 8)).astype(np.float32)
    common = taste @ offer.T / np.float32(2.8) + rng.normal(size=units).astype(np.float32) - 1
    shape = (enterprises, units)
    views = [
        1 / (1 + np.exp(-common - rng.normal(size=shape).astype(np.float32) * np.float32(0.5)))
        for _ in range(2)
    ]
    size = rng.lognormal(0, 0.7, units)
    return Problem(
        probability=np.sqrt(views[0] * views[1]),
        forward=views[0],
        reverse=views[1],
        allowed=np.ones(shape, bool),
        most=np.floor(size / size.sum() * enterprises * 0.8).astype(np.int64) + 1,
        least=np.zeros(units, np.int64),
        fixed=np.full(enterprises, -1),
    )


def with_limits(problem: Problem, seed: int = 0) -> Problem:
    """The same with a least of 3, a share cap of 2 %, and limits on a third of the (unit, part) pairs."""
    rng = np.random.default_rng(seed)
    n, m = problem.shape
    most = np.minimum(problem.most, max(3, n // 50))
    limits = np.where(rng.random((_PARTS, m)) < 1 / 3, np.ceil(most * 0.2), np.inf)
    family = Family(rng.integers(0, _PARTS, n), limits)
    return replace(problem, most=most, least=np.minimum(most, 3), families=(family,))


def told(name: str, problem: Problem, objective: Objective) -> None:
    """Solve and print one line."""
    started = time.perf_counter()
    solution = solve(problem, objective)
    seconds = time.perf_counter() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    n, m = problem.shape
    print(
        f"{n:>7,} x {m}  {name:<24} {seconds:>7.1f} s  {memory:>5.2f} GB  "
        f"{solution.expected:>10.2f} matches  {solution.status}  gap {solution.gap:.1e}",
        flush=True,
    )


def main() -> None:
    """Print the curve up to the largest size."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else _SIZES[-1]
    units = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    for size in (s for s in _SIZES if s <= largest):
        problem = drawn(size, units)
        for objective in Objective:
            told(objective.value, problem, objective)
        told("expected_matches, limits", with_limits(problem), Objective.EXPECTED_MATCHES)


if __name__ == "__main__":
    main()
