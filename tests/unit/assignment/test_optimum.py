"""The best assignment against trying everything, limits that contradict each other, ties, and scale."""

from dataclasses import replace

import numpy as np
import pytest

from recommender.assignment.matches import most_matches
from recommender.assignment.prices import bound
from recommender.assignment.problem import (
    Family,
    Objective,
    Problem,
    Relaxation,
    UnusableProblem,
    consistent,
    places,
    share_limit,
)
from recommender.assignment.solving import Status, solve
from recommender.assignment.task import task_of
from tests.unit.assignment.drawing import draw, everything, missing, unit_sums

_KINDS = [
    {"families": f, "least": least, "fixed": fixed} for f in range(3) for least, fixed in ((0, 0), (1, 1))
]


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_optimum_equals_trying_everything(seed: int, kind: dict[str, int]) -> None:
    problem = draw(seed, families=kind["families"], least=bool(kind["least"]), fixed=bool(kind["fixed"]))
    sound, _ = consistent(problem)
    tried = list(everything(sound))
    least_missing = min(missing(problem, one) for one in tried)
    fair = [unit_sums(problem, one) for one in tried if missing(problem, one) == least_missing]

    most = solve(problem, Objective.EXPECTED_MATCHES, seed=seed)
    assert most.status is Status.OPTIMAL
    assert missing(problem, most.assigned) == least_missing
    assert most.expected == pytest.approx(max(sums.sum() for sums in fair), abs=1e-6)

    nash = solve(problem, Objective.NASH, seed=seed)
    assert nash.status is Status.OPTIMAL
    assert missing(problem, nash.assigned) == least_missing
    assert nash.worth == pytest.approx(max(np.log(0.01 + sums).mean() for sums in fair), abs=1e-6)


def spread(n: int, m: int, seed: int = 0) -> Problem:
    """A market with popular units, places for four in five."""
    rng = np.random.default_rng(seed)
    taste = rng.normal(size=(n, 4)) @ rng.normal(size=(4, m)) / 2 + rng.normal(size=m) - 1
    chance = (1 / (1 + np.exp(-taste - 0.5 * rng.normal(size=(n, m))))).astype(np.float32)
    most = np.maximum(1, (rng.lognormal(0, 0.5, m) * n / m * 0.7).astype(int))
    return Problem(chance, chance, chance, np.ones((n, m), bool), most, np.zeros(m, int), np.full(n, -1))


def test_prices_and_core_find_the_optimum_of_the_whole_program() -> None:
    problem = spread(1200, 30)
    parts = Family(np.arange(1200) % 4, np.tile(np.ceil(problem.most / 3.5), (4, 1)))
    problem = replace(problem, families=(parts,), least=np.minimum(problem.most, 5))
    task = task_of(problem, seed=3)
    found = most_matches(task)
    # 36,000 pairs: solved over a core; the bound over all pairs proves it.
    assert found.limit - found.worth <= 1e-6 * found.worth
    assert found.limit >= found.worth
    assert not found.short.any()
    solution = solve(problem, Objective.EXPECTED_MATCHES, seed=3)
    assert solution.status is Status.OPTIMAL
    assert np.all(places(solution.assigned, 30) <= problem.most)


def test_any_prices_bound_every_assignment() -> None:
    for seed in range(10):
        problem, _ = consistent(draw(seed, families=1))
        task = task_of(problem, seed)
        found = most_matches(task)
        rng = np.random.default_rng(seed)
        prices = replace(
            found.prices,
            places=tuple(np.where(np.isfinite(f.most), rng.random(f.most.shape), 0) for f in task.families),
        )
        best = max(unit_sums(problem, one).sum() for one in everything(problem))
        assert bound(task, prices, 10.0) >= best - 1e-9


def test_nash_gives_a_weak_unit_its_share_and_tells_its_gap() -> None:
    strong_and_weak = np.tile(np.array([0.9, 0.3], np.float32), (4, 1))
    problem = Problem(
        strong_and_weak,
        strong_and_weak,
        strong_and_weak,
        np.ones((4, 2), bool),
        np.array([4, 4]),
        np.zeros(2, int),
        np.full(4, -1),
    )
    assert places(solve(problem, Objective.EXPECTED_MATCHES).assigned, 2).tolist() == [4, 0]
    nash = solve(problem, Objective.NASH)
    assert places(nash.assigned, 2).tolist() == [2, 2]
    large = solve(spread(900, 25), Objective.NASH)
    assert 0 <= large.gap < 1e-3
    assert large.worth <= large.limit


def test_smallest_relaxation_is_told() -> None:
    problem = replace(
        draw(0, 3, 2), allowed=np.ones((3, 2), bool), most=np.array([3, 3]), least=np.array([2, 3])
    )
    solution = solve(problem, Objective.EXPECTED_MATCHES)
    assert sum(r.wanted - r.possible for r in solution.relaxations) == 2
    assert {r.kind for r in solution.relaxations} == {"least"}
    assert places(solution.assigned, 2).sum() == 3


def test_what_is_fixed_stays_although_it_exceeds_the_limits() -> None:
    problem = replace(
        draw(1, 3, 2), most=np.array([1, 0]), least=np.array([0, 3]), fixed=np.array([0, 0, -1])
    )
    solution = solve(problem, Objective.EXPECTED_MATCHES)
    assert solution.assigned.tolist() == [0, 0, -1]
    assert solution.relaxations == (Relaxation(0, "most", 1, 2), Relaxation(1, "least", 3, 0))


def test_ties_fall_by_lot_and_not_by_position() -> None:
    n = 40
    same = np.full((n, 2), 0.5, np.float32)
    problem = Problem(
        same, same, same, np.ones((n, 2), bool), np.array([5, 5]), np.zeros(2, int), np.full(n, -1)
    )
    for objective in (Objective.EXPECTED_MATCHES, Objective.STABLE):
        won = np.zeros(n)
        for seed in range(60):
            once = solve(problem, objective, seed=seed).assigned
            assert once.tolist() == solve(problem, objective, seed=seed).assigned.tolist()
            won += once >= 0
        # 15 expected each; the first half would have all 600 if positions decided.
        assert 240 < won[: n // 2].sum() < 360


def test_share_limit_leaves_a_place() -> None:
    assert share_limit(0.3, 10) == 3
    assert share_limit(0.3, 9) == 2
    assert share_limit(0.1, 4) == 1


def test_nobody_and_nowhere() -> None:
    empty = draw(0, 3, 2)
    nowhere = replace(empty, allowed=np.zeros((3, 2), bool))
    for objective in Objective:
        assert solve(nowhere, objective).assigned.tolist() == [-1, -1, -1]
        assert solve(draw(0, 0, 2), objective).assigned.tolist() == []


def test_contradictions_are_refused() -> None:
    with pytest.raises(UnusableProblem, match="0 到 1"):
        replace(draw(0), probability=np.full((5, 3), np.nan, np.float32), allowed=np.ones((5, 3), bool))
    with pytest.raises(UnusableProblem, match="不存在的单位"):
        replace(draw(0), fixed=np.array([7, -1, -1, -1, -1]))
    with pytest.raises(UnusableProblem, match="数目不一致"):
        replace(draw(0), most=np.array([1]))
    with pytest.raises(UnusableProblem, match="一种"):
        solve(draw(0, families=2), Objective.STABLE)
