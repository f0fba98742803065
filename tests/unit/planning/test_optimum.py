"""The solver against every selection tried one by one."""

import random

import pytest

from recommender.planning.model import Model
from recommender.planning.planner import Planner, relimited
from recommender.planning.problem import after
from recommender.planning.selection import Requirement
from tests.unit.planning.instances import BruteForce, as_points, random_problem

BATCHES = 10
IN_BATCH = 100


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_optimum_equals_brute_force(batch: int) -> None:
    rng = random.Random(f"optimum {batch}")
    reachable = 0
    for _ in range(IN_BATCH):
        problem, level = random_problem(rng)
        truth = BruteForce(problem)
        least = truth.least(level)
        found = Model(problem, (level,)).least_cost(Requirement(level))
        assert (None if found is None else found.cost_fen) == least
        if found is not None:
            reachable += 1
            assert found.optimal
            chosen = problem.selected(found.ids)
            assert chosen in truth.allowed
            result = after(problem, found.ids).result
            assert result.level >= level
            assert result.total == as_points(truth.points(chosen))
    # Otherwise the batch would show nothing.
    assert 20 <= reachable <= 95


def test_a_budget_just_enough_and_just_short() -> None:
    rng = random.Random("budget")
    seen = 0
    for _ in range(80):
        problem, level = random_problem(rng)
        found = Model(problem, (level,)).least_cost(Requirement(level))
        if found is None or not found.cost_fen:
            continue
        seen += 1
        model = Model(problem, (level,))
        exact = model.least_cost(Requirement(level), budget_fen=found.cost_fen)
        assert exact is not None
        assert exact.cost_fen == found.cost_fen
        assert model.least_cost(Requirement(level), budget_fen=found.cost_fen - 1) is None
    assert seen > 10


def test_a_larger_budget_never_lowers_the_level() -> None:
    rng = random.Random("larger")
    rose = 0
    for _ in range(40):
        problem, _ = random_problem(rng)
        levels = []
        for budget in (0, 100, 350, 700, 1500, 6000, 40_000):
            highest = Planner(relimited(problem, budget_fen=budget)).highest_level()
            levels.append(-1 if highest is None else highest[0])
            if highest is not None:
                assert highest[1].cost_fen <= budget
                assert after(problem, highest[1].ids).result.level >= highest[0]
        assert levels == sorted(levels)
        rose += levels[0] < levels[-1]
    assert rose > 5


def test_dropping_a_solution_never_makes_the_plan_cheaper_and_next_best_plans_are_exact() -> None:
    rng = random.Random("dropping")
    dropped = followed = 0
    for _ in range(160):
        problem, level = random_problem(rng, most=7)
        planner = Planner(problem)
        found = planner.cheapest(Requirement(level))
        if found is None or not found.ids:
            continue
        truth = BruteForce(problem)
        cuts = [found.ids]
        last = found.cost_fen
        for neighbour in planner.neighbours(Requirement(level), found, 3):
            other = neighbour.selection
            if neighbour.without is not None:
                dropped += 1
                costs = [
                    sum(one.cost_fen for one in chosen)
                    for chosen in truth.allowed
                    if neighbour.without not in {one.id for one in chosen} and truth.reaches(chosen, level)
                ]
                assert (None if other is None else other.cost_fen) == min(costs, default=None)
                assert other is None or other.cost_fen >= found.cost_fen
            elif other is not None:
                followed += 1
                costs = [
                    sum(one.cost_fen for one in chosen)
                    for chosen in truth.allowed
                    if not any(cut <= {one.id for one in chosen} for cut in cuts)
                    and truth.reaches(chosen, level)
                ]
                assert other.cost_fen == min(costs)
                assert other.cost_fen >= last
                assert not any(cut <= other.ids for cut in cuts)
                cuts.append(other.ids)
                last = other.cost_fen
    assert dropped > 20
    assert followed > 20


def test_present_answers_are_never_lowered() -> None:
    rng = random.Random("present")
    for _ in range(150):
        problem, _ = random_problem(rng)
        some = [one.id for one in problem.choices if rng.random() < 0.6]
        reached = after(problem, some)
        for scenario, grade in problem.grades.items():
            assert reached.grades[scenario] >= grade
        present = {item.id: item.points for item in problem.present.items}
        assert all(item.points >= present[item.id] for item in reached.result.items)
        for item in problem.instrument.items:
            held = set(problem.answers.get(item.id, ())) - {item.exclusive}
            if item.kind == "multi":
                assert held <= set(reached.answers.get(item.id, ()))


def test_most_value_equals_brute_force() -> None:
    rng = random.Random("value")
    weights = {True: 2000, False: 1200}
    for _ in range(60):
        problem, _ = random_problem(rng, most=7)
        problem = relimited(problem, budget_fen=rng.choice((300, 1200, 5000)))
        truth = BruteForce(problem)
        best: list[tuple[int, int]] = []
        for chosen in truth.allowed:
            cost = sum(one.cost_fen for one in chosen)
            if cost > (problem.limits.budget_fen or 0):
                continue
            worth = truth.points(chosen)
            for scenario in problem.instrument.scenarios:
                levels = [r.level for one in chosen for r in one.effects.raises if r.scenario == scenario.id]
                gained = max(0, max(levels, default=0) - problem.grades[scenario.id])
                worth += weights[scenario.required] * gained
            best.append((-worth, cost))
        found = Planner(problem).most_value()
        assert (found is None) == (not best)
        if found is not None:
            assert found.cost_fen == min(best)[1]
