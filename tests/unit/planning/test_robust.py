"""Chances against enumeration of every outcome, and plans that are sure enough."""

import itertools
import math
import random
from dataclasses import replace

import pytest

from recommender.planning.effects import Cover, Earn, Effects, Raise
from recommender.planning.planner import Planner
from recommender.planning.problem import Choice, Problem, after
from recommender.planning.robust import level_chance, robust_selection
from recommender.planning.selection import Requirement, meets
from tests.unit.planning.instances import INSTRUMENT, RULES, choice, raising, random_problem


def with_chances(problem: Problem, rng: random.Random) -> Problem:
    """Two choices with a chance at each effect; with more, not all outcomes could be tried."""

    def uncertain(one: Choice) -> Choice:
        effects = Effects(
            tuple(replace(raised, chance=rng.choice((0.3, 0.8, 1.0))) for raised in one.effects.raises),
            tuple(replace(earned, chance=rng.choice((0.3, 0.8, 1.0))) for earned in one.effects.earns),
            tuple(replace(cover, chance=rng.choice((0.5, 0.9))) for cover in one.effects.covers),
        )
        return replace(one, effects=effects, all_effects=effects)

    return replace(problem, choices=tuple(uncertain(one) for one in problem.choices[:2]))


def enumerated(problem: Problem, level: int) -> float:
    """Chance of a level by going through every outcome of every effect."""
    every = [
        (one.id, effect)
        for one in problem.choices
        for effect in (*one.effects.raises, *one.effects.earns, *one.effects.covers)
    ]
    total = 0.0
    for outcome in itertools.product((True, False), repeat=len(every)):
        weight = math.prod(
            effect.chance if happens else 1 - effect.chance
            for (_, effect), happens in zip(every, outcome, strict=True)
        )
        if weight == 0.0:
            continue
        happened = [pair for pair, happens in zip(every, outcome, strict=True) if happens]

        def left(one: Choice, happened: list[tuple[str, Raise | Earn | Cover]] = happened) -> Effects:
            own = [effect for key, effect in happened if key == one.id]
            return Effects(
                tuple(effect for effect in own if isinstance(effect, Raise)),
                tuple(effect for effect in own if isinstance(effect, Earn)),
                tuple(effect for effect in own if isinstance(effect, Cover)),
            )

        result = after(problem, problem.by_id, left).result
        step = INSTRUMENT.threshold(level)
        assert step is not None
        standing = next(one for one in result.standings if one.level == level)
        total += weight * standing.reached
    return total


def test_the_chance_is_exact() -> None:
    rng = random.Random("chance")
    between = 0
    while between < 6:
        problem, level = random_problem(rng)
        problem = with_chances(problem, rng)
        effects = [e for one in problem.choices for e in (*one.effects.raises, *one.effects.earns)]
        uncertain = sum(effect.chance < 1 for effect in effects)
        covers = sum(len(one.effects.covers) for one in problem.choices)
        reachable = problem.present.level < level and meets(problem, problem.by_id, Requirement(level))
        if not reachable or uncertain + covers > 7 or len(effects) + covers > 11:
            continue
        chance = level_chance(problem, problem.by_id, level).level
        assert chance == pytest.approx(enumerated(problem, level), abs=1e-9)
        between += 0 < chance < 1


def needing(count: int, *, spare: int) -> Problem:
    """A firm with the points of level 2 that lacks scenarios; each product lifts one for the same money."""
    answers = {
        item.id: (item.options[-1].letter,)
        if item.kind == "single"
        else tuple(option.letter for option in item.options[1:])
        for item in INSTRUMENT.items
    }
    codes = [scenario.id for scenario in INSTRUMENT.scenarios]
    present = 6 - count
    grades = {code: 2 if number < present else 1 for number, code in enumerate(codes)}
    choices = tuple(
        choice(f"S{number}", 100, Effects(raises=raising((code, 2), chance=0.8)))
        for number, code in enumerate(codes[present : present + count + spare])
    )
    return Problem(INSTRUMENT, RULES, answers, grades, choices)


def test_a_surer_plan_buys_spare_scenarios_and_says_what_it_costs() -> None:
    problem = needing(3, spare=5)
    nominal = Planner(problem).cheapest(Requirement(2))
    assert nominal is not None
    assert nominal.cost_fen == 300
    assert level_chance(problem, nominal.ids, 2).level == pytest.approx(0.8**3)
    robust = robust_selection(Planner(problem), 2, 0.9)
    assert robust is not None
    assert robust.met
    assert robust.chance >= 0.9
    # Of five at .8, at least three: .942; of four: .819.
    assert robust.selection.cost_fen == 500
    assert robust.least_fen == 300
    assert meets(problem, robust.selection.ids, Requirement(2))


def test_a_chance_out_of_reach_is_not_claimed() -> None:
    robust = robust_selection(Planner(needing(3, spare=0)), 2, 0.9)
    assert robust is not None
    assert not robust.met
    assert robust.chance == pytest.approx(0.8**3)
    assert robust_selection(Planner(needing(3, spare=-1)), 2, 0.9) is None


def test_a_surer_plan_never_costs_less() -> None:
    costs = []
    for wanted in (0.3, 0.6, 0.8, 0.9, 0.97):
        robust = robust_selection(Planner(needing(3, spare=7)), 2, wanted)
        assert robust is not None
        assert robust.met
        costs.append(robust.selection.cost_fen)
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]
