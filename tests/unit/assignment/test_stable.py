"""Stable assignment against trying everything and against the package ``matching``."""

from itertools import product

import numpy as np
import pytest
from matching.games import HospitalResident

from recommender.assignment.problem import Ints, Objective, Problem, places
from recommender.assignment.solving import solve
from recommender.assignment.stable import (
    Market,
    Proposing,
    blocking_pairs,
    deferred_acceptance,
    market_of,
)
from recommender.assignment.task import task_of
from tests.unit.assignment.drawing import draw


def fits(market: Market, unit: int, members: list[int]) -> bool:
    """Whether a unit may hold these enterprises."""
    labels = market.part.labels[members]
    per_part = np.bincount(labels[labels >= 0], minlength=len(market.part.most))
    return len(members) <= market.most[unit] and bool(np.all(per_part <= market.part.most[:, unit]))


def blocks(market: Market, assigned: Ints, who: int, unit: int) -> bool:
    """Whether both would rather have each other, told by the definition."""
    m = market.forward.shape[1]
    if not np.isfinite(market.forward[who, unit]) or assigned[who] == unit:
        return False
    liking = [(market.forward[who, u], -u) for u in range(m)]
    if assigned[who] >= 0 and liking[assigned[who]] > liking[unit]:
        return False
    held = np.flatnonzero(assigned == unit).tolist()
    lower = [one for one in held if market.rank[one, unit] > market.rank[who, unit]]
    return fits(market, unit, [*held, who]) or any(
        fits(market, unit, [*(o for o in held if o != one), who]) for one in lower
    )


def stable_ones(market: Market) -> list[Ints]:
    """Every stable assignment, by trying all."""
    n, m = market.forward.shape
    found = []
    for chosen in product(range(-1, m), repeat=n):
        assigned = np.array(chosen)
        held = assigned >= 0
        possible = np.isfinite(market.forward[np.flatnonzero(held), assigned[held]]).all() and all(
            fits(market, u, np.flatnonzero(assigned == u).tolist()) for u in range(m)
        )
        if possible and not any(blocks(market, assigned, i, u) for i in range(n) for u in range(m)):
            found.append(assigned)
    return found


def liked(market: Market, assigned: Ints) -> list[tuple[float, int]]:
    """What each enterprise has, comparable: higher is better for it."""
    return [
        (float(market.forward[i, u]), -int(u)) if u >= 0 else (-np.inf, 0) for i, u in enumerate(assigned)
    ]


@pytest.mark.parametrize("families", [0, 1])
@pytest.mark.parametrize("seed", range(12))
def test_both_directions_are_the_best_of_all_stable_ones(seed: int, families: int) -> None:
    problem = draw(seed, 5, 3, families=families)
    market = market_of(task_of(problem, seed), problem)
    stable = stable_ones(market)
    assert stable
    for proposing in Proposing:
        found = deferred_acceptance(market, proposing)
        assert any(np.array_equal(found, one) for one in stable)
        ours = liked(market, found)
        for other in stable:
            pairs = list(zip(ours, liked(market, other), strict=True))
            if proposing is Proposing.ENTERPRISE:
                assert all(mine >= theirs for mine, theirs in pairs)
            else:
                assert all(mine <= theirs for mine, theirs in pairs)


@pytest.mark.parametrize("families", [0, 1])
def test_blocking_pairs_are_told_by_the_definition(families: int) -> None:
    rng = np.random.default_rng(0)
    for seed in range(40):
        problem = draw(seed, 6, 3, families=families)
        market = market_of(task_of(problem, seed), problem)
        assigned = np.full(6, -1)
        for who in rng.permutation(6):
            unit = int(rng.integers(3))
            held = np.flatnonzero(assigned == unit).tolist()
            if np.isfinite(market.forward[who, unit]) and fits(market, unit, [*held, int(who)]):
                assigned[who] = unit
        told = blocking_pairs(market, assigned)
        expected = [[blocks(market, assigned, i, u) for u in range(3)] for i in range(6)]
        assert told.tolist() == expected


def strict(seed: int) -> Problem:
    """A market of 4–30 enterprises and 2–8 units without ties; mutual partial lists."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(4, 31)), int(rng.integers(2, 9))
    allowed = rng.random((n, m)) < 0.7
    # The package knows nobody with an empty list.
    allowed[np.arange(n), rng.integers(0, m, n)] = True
    allowed[rng.integers(0, n, m), np.arange(m)] = True
    forward = rng.permuted(np.tile(np.arange(m, dtype=np.float32), (n, 1)), axis=1)
    reverse = rng.permuted(np.tile(np.arange(n, dtype=np.float32), (m, 1)), axis=1).T.copy()
    score = rng.random((n, m)).astype(np.float32)
    return Problem(score, forward, reverse, allowed, rng.integers(1, 6, m), np.zeros(m, int), np.full(n, -1))


def by_package(problem: Problem, optimal: str) -> Ints:
    n, m = problem.shape
    residents = {
        i: sorted(np.flatnonzero(problem.allowed[i]).tolist(), key=lambda u, i=i: -problem.forward[i, u])
        for i in range(n)
    }
    hospitals = {
        u: sorted(np.flatnonzero(problem.allowed[:, u]).tolist(), key=lambda i, u=u: -problem.reverse[i, u])
        for u in range(m)
    }
    game = HospitalResident.create_from_dictionaries(
        residents, hospitals, {u: int(problem.most[u]) for u in range(m)}
    )
    assigned = np.full(n, -1)
    for hospital, held in game.solve(optimal=optimal).items():
        for resident in held:
            assigned[resident.name] = hospital.name
    return assigned


@pytest.mark.parametrize(("proposing", "optimal"), [("enterprise", "resident"), ("unit", "hospital")])
def test_equals_the_package_on_200_markets(proposing: str, optimal: str) -> None:
    for seed in range(200):
        problem = strict(seed)
        ours = solve(problem, Objective.STABLE, seed=seed, proposing=Proposing(proposing))
        assert ours.assigned.tolist() == by_package(problem, optimal).tolist()
        assert np.all(places(ours.assigned, problem.shape[1]) <= problem.most)
