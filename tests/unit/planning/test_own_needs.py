"""The enterprise's own needs in a plan: as many as can be had, most value, and against every selection."""

import itertools
import random
from dataclasses import replace
from decimal import Decimal

import pytest

from recommender.planning.alternatives import SURE, alternatives
from recommender.planning.candidates import Pool
from recommender.planning.effects import Effects
from recommender.planning.model import Model
from recommender.planning.own_needs import LEAST_MATCH, OwnNeed
from recommender.planning.plan import AlternativeKind
from recommender.planning.planner import Planner, relimited
from recommender.planning.problem import Problem, after
from recommender.planning.robust import level_chance, robust_selection
from recommender.planning.selection import Requirement, meets
from tests.synthetic_records import solution
from tests.unit.planning.instances import INSTRUMENT, RULES, BruteForce, choice, random_problem
from tests.unit.planning.test_robust import needing


def with_needs(problem: Problem, rng: random.Random) -> Problem:
    ids = [one.id for one in problem.choices]
    needs = tuple(
        OwnNeed(f"问题{number}", {key: round(rng.random(), 3) for key in rng.sample(ids, min(3, len(ids)))})
        for number in range(rng.randint(1, 3))
    )
    return replace(problem, needs=needs)


def test_the_cheapest_plan_that_answers_all_needs_equals_brute_force() -> None:
    rng = random.Random("needs")
    reachable = 0
    for _ in range(100):
        problem, level = random_problem(rng, most=7)
        problem = with_needs(problem, rng)
        need = Requirement(level, needs=problem.answerable)
        costs = [
            sum(one.cost_fen for one in chosen)
            for chosen in BruteForce(problem).allowed
            if meets(problem, {one.id for one in chosen}, need)
        ]
        found = Model(problem, (level,), needs=True).least_cost(need)
        assert (None if found is None else found.cost_fen) == min(costs, default=None)
        reachable += found is not None
    assert reachable >= 20


def test_most_value_within_budget_and_time_equals_brute_force() -> None:
    rng = random.Random("value")
    weights = RULES.value
    within = 0

    def worth(problem: Problem, ids: set[str]) -> Decimal:
        reached = after(problem, ids)
        steps = sum(
            (reached.grades[one.id] - problem.grades[one.id])
            * (weights.required_step if one.required else weights.guiding_step)
            for one in INSTRUMENT.scenarios
        )
        matched = sum(max((need.matches.get(key, 0) for key in ids), default=0) for need in problem.needs)
        return reached.result.total - problem.present.total + steps + weights.need * Decimal(matched)

    for _ in range(80):
        problem, _level = random_problem(rng, most=6)
        problem = relimited(with_needs(problem, rng), budget_fen=rng.choice((200, 600, 1500)))
        budget = problem.limits.budget_fen or 0
        worths = [
            (worth(problem, {one.id for one in chosen}), -sum(one.cost_fen for one in chosen))
            for chosen in BruteForce(problem).allowed
            if sum(one.cost_fen for one in chosen) <= budget
        ]
        found = Planner(problem).most_value()
        if not worths:
            assert found is None
            continue
        assert found is not None
        within += bool(found.ids)
        best = max(worths)
        assert float(worth(problem, set(found.ids))) == pytest.approx(float(best[0]), abs=1e-3)
        assert found.cost_fen <= budget
    assert within >= 25


def pool_of(problem: Problem) -> Pool:
    records = {one.id: solution(number, id=one.id) for number, one in enumerate(problem.choices)}
    return Pool(problem.choices, records, {}, {}, ())


def test_a_surer_plan_and_one_for_the_own_needs_stand_beside_the_cheapest() -> None:
    base = needing(3, spare=5)
    extra = choice("N1", 1_000, Effects())
    needs = (OwnNeed("电费高", {"N1": 0.9}), OwnNeed("没人懂", {"N1": LEAST_MATCH - 0.01}))
    problem = replace(base, choices=(*base.choices, extra), needs=needs)
    planner = Planner(problem)
    plan = planner.cheapest(Requirement(2))
    assert plan is not None
    found = {one.kind: one for one in alternatives(planner, pool_of(problem), plan, 2, 3)}
    surer, own = found[AlternativeKind.SURER], found[AlternativeKind.OWN_NEEDS]
    assert surer.chance is not None
    assert surer.chance >= SURE > level_chance(problem, plan.ids, 2).level
    assert (own.extra_yuan, own.needs) == (Decimal(10), ("电费高",))
    assert "N1" in own.solution_ids
    assert own.level == 2
    # With a budget for the cheapest plan alone neither can be had, and that is said.
    tight = relimited(problem, budget_fen=plan.cost_fen)
    short = {one.kind: one for one in alternatives(Planner(tight), pool_of(tight), plan, 2, 3)}
    assert not short[AlternativeKind.SURER].possible
    assert not short[AlternativeKind.OWN_NEEDS].possible


def test_what_the_plan_does_already_is_no_alternative() -> None:
    base = needing(1, spare=0)
    problem = replace(base, needs=(OwnNeed("检验慢", {base.choices[0].id: 0.9}),))
    planner = Planner(problem)
    plan = planner.cheapest(Requirement(2))
    assert plan is not None
    assert level_chance(problem, plan.ids, 2).level >= SURE
    assert [one.kind for one in alternatives(planner, pool_of(problem), plan, 2, 3)] == [
        AlternativeKind.WITHOUT
    ]
    assert alternatives(planner, pool_of(problem), plan, 2, 0) == ()


def test_needs_that_cannot_all_be_had_are_answered_in_their_order() -> None:
    base = needing(1, spare=0)
    dear = tuple(choice(f"N{number}", 1_000, Effects()) for number in range(2))
    needs = tuple(OwnNeed(f"问题{number}", {f"N{number}": 0.9}) for number in range(2))
    problem = relimited(replace(base, choices=(*base.choices, *dear), needs=needs), budget_fen=1_500)
    found = Planner(problem).answering_needs(Requirement(2))
    assert found is not None
    assert "N0" in found.ids
    assert "N1" not in found.ids
    with pytest.raises(ValueError, match="without needs"):
        Model(problem, (2,)).least_cost(Requirement(2, needs=frozenset({0})))


def test_surer_plans_on_small_instances_are_never_false_and_mostly_the_cheapest() -> None:
    rng = random.Random("surer")
    met = cheapest = 0
    while met < 30:
        problem = needing(rng.randint(1, 4), spare=rng.randint(1, 4))
        priced = tuple(replace(one, cost_fen=rng.choice((50, 100, 130, 300))) for one in problem.choices)
        problem = replace(problem, choices=priced)
        robust = robust_selection(Planner(problem), 2, SURE)
        costs = [
            sum(one.cost_fen for one in chosen)
            for size in range(len(priced) + 1)
            for chosen in itertools.combinations(priced, size)
            if level_chance(problem, {one.id for one in chosen}, 2).level >= SURE
        ]
        if robust is None or not robust.met:
            assert not costs
            met += 1
            continue
        assert level_chance(problem, robust.selection.ids, 2).level >= SURE
        assert robust.least_fen <= min(costs) <= robust.selection.cost_fen
        met += 1
        cheapest += robust.selection.cost_fen == min(costs)
    assert cheapest >= 20
