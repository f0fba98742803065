"""Random small problems, and what trying everything says of them."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from recommender.assignment.problem import Family, Ints, Problem, consistent, places
from recommender.assignment.task import counts


def draw(
    seed: int,
    enterprises: int = 5,
    units: int = 3,
    *,
    families: int = 0,
    least: bool = False,
    fixed: bool = False,
) -> Problem:
    """Scores of two digits, so that ties are common; some pairs forbidden, some capacities 0."""
    rng = np.random.default_rng(seed)
    shape = (enterprises, units)
    stays = np.full(enterprises, -1)
    if fixed:
        stays[0] = rng.integers(units)
    return Problem(
        probability=rng.random(shape).round(2).astype(np.float32),
        forward=rng.random(shape).round(1).astype(np.float32),
        reverse=rng.random(shape).round(1).astype(np.float32),
        allowed=rng.random(shape) < 0.8,
        most=rng.integers(0, 4, units),
        least=rng.integers(0, 3, units) if least else np.zeros(units, int),
        fixed=stays,
        families=tuple(
            Family(
                rng.integers(-1, 2, enterprises),
                np.where(rng.random((2, units)) < 0.6, rng.integers(0, 3, (2, units)), np.inf),
            )
            for _ in range(families)
        ),
    )


def everything(problem: Problem) -> Iterator[Ints]:
    """Every assignment that keeps the limits from above, what is fixed and who may go where."""
    n, m = problem.shape
    for chosen in product(range(-1, m), repeat=n):
        assigned = np.array(chosen)
        free = (problem.fixed < 0) & (assigned >= 0)
        kept = problem.fixed >= 0
        if (
            np.all(assigned[kept] == problem.fixed[kept])
            and problem.allowed[np.flatnonzero(free), assigned[free]].all()
            and np.all(places(assigned, m) <= problem.most)
            and all(
                np.all(counts(f, assigned) <= np.maximum(f.most, counts(f, problem.fixed)))
                for f in problem.families
            )
        ):
            yield assigned


def unit_sums(problem: Problem, assigned: Ints) -> np.ndarray:
    """Expected matches of each unit."""
    who = np.flatnonzero(assigned >= 0)
    weights = problem.probability[who, assigned[who]].astype(float)
    return np.bincount(assigned[who], weights, minlength=problem.shape[1])


def missing(problem: Problem, assigned: Ints) -> int:
    """Enterprises missing to the units' leasts."""
    sound, _ = consistent(problem)
    return int(np.maximum(sound.least - places(assigned, problem.shape[1]), 0).sum())
