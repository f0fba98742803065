"""Small random problems, and an evaluator of its own that tries every selection."""

import itertools
import random
from dataclasses import replace
from decimal import Decimal

from recommender.diagnosis import load_instrument
from recommender.domain.solution import Provenance
from recommender.planning.effect_rules import load_effect_rules
from recommender.planning.effects import Cover, Earn, Effects, Raise
from recommender.planning.problem import Choice, Limits, Problem, Schedule

INSTRUMENT = load_instrument()
RULES = load_effect_rules()
SCENARIOS = tuple(scenario.id for scenario in INSTRUMENT.scenarios)
REQUIRED = frozenset(scenario.id for scenario in INSTRUMENT.scenarios if scenario.required)
LINKS = tuple(code for code in SCENARIOS if code not in {"collaboration", "decision_support"})
_MULTI = [item for item in INSTRUMENT.items if item.kind == "multi"]
_POINTS = {
    (item.id, option.letter): int(option.points * 1000)
    for item in INSTRUMENT.items
    for option in item.options
}
_NEED = {
    step.level: (int(step.min_points * 1000), step.min_scenarios, step.min_required)
    for step in INSTRUMENT.level_rule.levels
}


def choice(key: str, cost_fen: int, effects: Effects, **changes: object) -> Choice:
    values: dict[str, object] = {"days": 10, "parties": (f"v-{key}",)}
    return Choice(key, cost_fen, cost_fen, cost_fen, effects, effects, **{**values, **changes})  # type: ignore[arg-type]


def raising(*raised: tuple[str, int], chance: float = 1.0) -> tuple[Raise, ...]:
    return tuple(Raise(scenario, level, Provenance.DECLARED, chance) for scenario, level in raised)


def earning(*earned: tuple[str, str], chance: float = 1.0) -> tuple[Earn, ...]:
    return tuple(Earn(item, letter, Provenance.INFERRED, chance, "测试") for item, letter in earned)


def covering(*links: str, chance: float = 1.0) -> tuple[Cover, ...]:
    return tuple(Cover(link, Provenance.INFERRED, chance) for link in links)


def random_problem(rng: random.Random, *, most: int = 8) -> tuple[Problem, int]:
    """A firm a little below a level and a few choices, with limits that sometimes bind."""
    level = rng.randint(1, 4)
    answers: dict[str, tuple[str, ...]] = {}
    for item in INSTRUMENT.items:
        letters = [option.letter for option in item.options]
        if rng.random() < 0.1:
            continue
        if item.kind == "single":
            answers[item.id] = (rng.choice(letters[min(level - 1, len(letters) - 1) :]),)
        else:
            ticked = [letter for letter in letters[1:] if rng.random() < 0.2 + 0.18 * level]
            answers[item.id] = tuple(ticked) or ("A",)
    grades = {code: min(4, max(0, level - rng.choice((0, 0, 1, 2)))) for code in SCENARIOS}
    choices: list[Choice] = []
    for number in range(rng.randint(2, most)):
        fresh = _random_choice(rng, f"S{number}", level)
        if choices and rng.random() < 0.35:
            # A rival with the same effects: dearer or not, from others, sooner or later.
            rival = rng.choice(choices)
            cost = rival.cost_fen + rng.choice((0, 50, 400))
            fresh = replace(
                fresh,
                effects=rival.effects,
                all_effects=rival.effects,
                cost_fen=cost,
                low_fen=cost,
                high_fen=cost,
            )
        choices.append(fresh)
    ids = [one.id for one in choices]
    limits = Limits(
        max_parties=rng.choice((None, None, 1, 2, 3)),
        max_days=rng.choice((None, None, 20, 40)),
        schedule=rng.choice((Schedule.PARALLEL, Schedule.SEQUENTIAL)),
        must=frozenset(ids[:1]) if rng.random() < 0.1 else frozenset(),
        conflicts=(frozenset(rng.sample(ids, 2)),) if rng.random() < 0.3 else (),
        prerequisites={ids[-1]: (ids[0],)} if rng.random() < 0.3 else {},
    )
    return Problem(INSTRUMENT, RULES, answers, grades, tuple(choices), limits), level


def _random_choice(rng: random.Random, key: str, level: int) -> Choice:
    codes = rng.sample(SCENARIOS, rng.randint(1, 4))
    raises = raising(*((code, min(4, max(1, level + rng.choice((-1, 0, 0, 1))))) for code in codes))
    earned = [
        (item.id, rng.choice(item.options[1:]).letter) for item in rng.sample(_MULTI, rng.randint(0, 3))
    ]
    if rng.random() < 0.3:
        earned.append(("planning", rng.choice("BCD")))
    covers = covering(*(code for code in codes if code in LINKS and rng.random() < 0.7))
    return choice(
        key,
        rng.choice((0, 100, 100, 250, 300, 999, 4001)),
        Effects(raises, earning(*earned), covers),
        days=rng.choice((None, 5, 10, 20, 30)),
        parties=tuple(rng.sample(("u1", "u2", "v1", "v2", "v3"), rng.randint(1, 2))),
    )


class BruteForce:
    """Every selection of a problem, judged without the model and without the diagnosis module."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.allowed = [
            chosen
            for size in range(len(problem.choices) + 1)
            for chosen in itertools.combinations(problem.choices, size)
            if self._within(chosen)
        ]

    def least(self, level: int, budget: int | None = None) -> int | None:
        """Cost of the cheapest selection that reaches a level."""
        costs = [
            cost
            for chosen in self.allowed
            if (cost := sum(one.cost_fen for one in chosen)) is not None
            and (budget is None or cost <= budget)
            and self.reaches(chosen, level)
        ]
        return min(costs, default=None)

    def reaches(self, chosen: tuple[Choice, ...], level: int) -> bool:
        points, scenarios, required = _NEED[level]
        grades = dict(self.problem.grades)
        for one in chosen:
            for raised in one.effects.raises:
                grades[raised.scenario] = max(grades[raised.scenario], raised.level)
        held = {code for code, grade in grades.items() if grade >= level}
        if len(held) < scenarios or len(held & REQUIRED) < required:
            return False
        return self.points(chosen) >= points

    def points(self, chosen: tuple[Choice, ...]) -> int:
        """Thousandths of points with a selection."""
        ticked = {(item, letter) for item, letters in self.problem.answers.items() for letter in letters}
        ticked |= {(earned.item_id, earned.letter) for one in chosen for earned in one.effects.earns}
        total = 0
        for item in INSTRUMENT.items:
            worth = [_POINTS[pair] for pair in ticked if pair[0] == item.id]
            if item.id == "information_systems":
                worth.append(self._systems(chosen, max(worth, default=0)))
            total += sum(worth) if item.kind == "multi" else max(worth, default=0)
        return total

    def _systems(self, chosen: tuple[Choice, ...], present: int) -> int:
        held = {code for code in LINKS if self.problem.grades[code] >= 2}
        new = {cover.scenario for one in chosen for cover in one.effects.covers} - held
        steps = ((1, 2500), (2, 5000), (12, 7500), (14, 10000))
        # The present answer is taken at its word: no more links are held than it can hold.
        most = min([least - 1 for least, worth in steps if worth > present] + [14])
        count = min(len(held), most) + len(new)
        return max([worth for least, worth in steps if new and count >= least], default=0)

    def _within(self, chosen: tuple[Choice, ...]) -> bool:
        limits = self.problem.limits
        ids = {one.id for one in chosen}
        if not limits.must <= ids or any(len(group & ids) > 1 for group in limits.conflicts):
            return False
        if any(key in ids and not ids.issuperset(needed) for key, needed in limits.prerequisites.items()):
            return False
        return self._in_time(chosen) and self._from_few(chosen)

    def _in_time(self, chosen: tuple[Choice, ...]) -> bool:
        most = self.problem.limits.max_days
        if most is None:
            return True
        days = [one.days for one in chosen]
        if any(one is None or one > most for one in days):
            return False
        known = [one for one in days if one is not None]
        return self.problem.limits.schedule is Schedule.PARALLEL or sum(known) <= most

    def _from_few(self, chosen: tuple[Choice, ...]) -> bool:
        most = self.problem.limits.max_parties
        if most is None or not chosen:
            return True
        parties = sorted({party for one in chosen for party in one.parties})
        return any(
            all(set(one.parties) & set(group) for one in chosen)
            for group in itertools.combinations(parties, min(most, len(parties)))
        )


def as_points(thousandths: int) -> Decimal:
    return Decimal(thousandths) / 1000
