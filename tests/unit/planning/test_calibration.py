"""Chances after simulated outcomes: near the truth, with intervals that hold it, for effects and plans."""

import random
import statistics

import pytest

from recommender.domain.solution import Provenance
from recommender.planning.chances import EffectChances, Observed, calibrated
from recommender.planning.effect_rules import load_effect_rules
from recommender.planning.effects import Cover, Earn, EffectReader, Effects, Raise
from recommender.planning.problem import Choice, Problem, after
from recommender.planning.reliability import reliability
from recommender.planning.robust import level_chance
from recommender.planning.selection import Selection
from tests.synthetic_records import solution
from tests.unit.planning.instances import INSTRUMENT

RULES = load_effect_rules()
EXPERT = EffectChances.of(RULES)
#: What really happens in the simulation, unlike what the experts guess.
TRUE_DECLARED, TRUE_FACTOR, CLAIMED = 0.6, 0.7, 0.8
CODES = [scenario.id for scenario in INSTRUMENT.scenarios]


def simulated(rng: random.Random, count: int) -> dict[Provenance, Observed]:
    def held(chance: float) -> int:
        return sum(rng.random() < chance for _ in range(count))

    return {
        Provenance.DECLARED: Observed(count, held(TRUE_DECLARED)),
        Provenance.INFERRED: Observed(count, held(TRUE_FACTOR * CLAIMED), CLAIMED),
    }


def test_chances_approach_the_truth_and_their_intervals_hold_it() -> None:
    rng = random.Random("calibration")
    inside = {"declared": 0, "inferred": 0}
    runs, count = 200, 400
    for _ in range(runs):
        moved = calibrated(EXPERT, simulated(rng, count), RULES)
        low, high = moved.quantile(0.025), moved.quantile(0.975)
        inside["declared"] += low.declared <= TRUE_DECLARED <= high.declared
        inside["inferred"] += low.inferred_factor <= TRUE_FACTOR <= high.inferred_factor
        assert moved.declared == pytest.approx(TRUE_DECLARED, abs=0.1)
        assert moved.observations == 2 * count
    # The expert prior, far from this truth, still weighs 20 of 420: some coverage is lost to it.
    assert all(share / runs >= 0.88 for share in inside.values()), inside


def test_intervals_narrow_with_outcomes_and_certainty_stays() -> None:
    widths = []
    for count in (0, 40, 400, 4000):
        seen = {Provenance.DECLARED: Observed(count, round(0.85 * count))} if count else {}
        moved = calibrated(EXPERT, seen, RULES)
        widths.append(moved.quantile(0.975).declared - moved.quantile(0.025).declared)
        assert moved.quantile(0.025).confirmed == 1.0
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 0.2
    assert widths[-1] < 0.03


def firm(rng: random.Random, reader: EffectReader) -> tuple[Problem, Selection]:
    """A firm with the points of level 2 and a few scenarios of it, and products that raise the rest."""
    answers = {
        item.id: (item.options[-1].letter,)
        if item.kind == "single"
        else tuple(option.letter for option in item.options[1:])
        for item in INSTRUMENT.items
    }
    present = rng.randint(2, 4)
    grades = {code: 2 if number < present else 1 for number, code in enumerate(CODES)}
    choices = []
    for number, code in enumerate(CODES[present : present + rng.randint(7 - present, 11 - present)]):
        said = {"provenance": "inferred", "confidence": CLAIMED} if rng.random() < 0.4 else {}
        record = solution(number, text="", scenarios=[{"scenario": code, "level": 2, **said}])
        effects = reader.of(record)
        choices.append(Choice(record.id, 100, 100, 100, effects, effects))
    problem = Problem(INSTRUMENT, RULES, answers, grades, tuple(choices))
    chosen = frozenset(problem.by_id)
    return problem, Selection(chosen, 100 * len(chosen), optimal=True, gap=0.0, seconds=0.0)


def happens(rng: random.Random, problem: Problem) -> bool:
    """Whether the level is found once each effect came about or not, by its true chance."""

    def left(choice: Choice) -> Effects:
        def kept(effect: Raise | Earn | Cover) -> bool:
            true = TRUE_DECLARED if effect.provenance is Provenance.DECLARED else TRUE_FACTOR * CLAIMED
            return rng.random() < true

        return Effects(raises=tuple(effect for effect in choice.effects.raises if kept(effect)))

    return after(problem, problem.by_id, left).result.level >= 2


def test_chances_of_whole_plans_are_calibrated_once_there_are_outcomes() -> None:
    rng = random.Random("plans")
    moved = calibrated(EXPERT, simulated(rng, 500), RULES)
    readers = {"expert": EffectReader(INSTRUMENT, RULES), "moved": EffectReader(INSTRUMENT, RULES, moved)}
    claimed: dict[str, list[float]] = {"expert": [], "moved": []}
    found = []
    for number in range(240):
        for name, reader in readers.items():
            problem, chosen = firm(random.Random(f"firm {number}"), reader)
            claimed[name].append(level_chance(problem, chosen.ids, 2).level)
        found.append(happens(rng, problem))
        told = reliability(problem, chosen, 2, moved, None)
        assert told.calibrated
        assert told.observations == 1000
        assert told.ci95 is not None
        assert told.ci95[0] < told.chance < told.ci95[1]
    share = statistics.fmean(found)
    assert abs(statistics.fmean(claimed["moved"]) - share) < 0.05
    assert abs(statistics.fmean(claimed["expert"]) - share) > 0.15

    def brier(name: str) -> float:
        return statistics.fmean((chance - hit) ** 2 for chance, hit in zip(claimed[name], found, strict=True))

    assert brier("moved") < brier("expert")
    # Those that claim more reach the level more often.
    ordered = sorted(zip(claimed["moved"], found, strict=True))
    thirds = [statistics.fmean(hit for _, hit in ordered[n * 80 : n * 80 + 80]) for n in range(3)]
    assert thirds == sorted(thirds)


def test_the_interval_of_a_plan_narrows_with_outcomes() -> None:
    widths = []
    for count in (0, 40, 400, 4000):
        seen = {
            Provenance.DECLARED: Observed(count, round(0.85 * count)),
            Provenance.INFERRED: Observed(count, round(0.75 * count), 0.75),
        }
        chances = calibrated(EXPERT, seen, RULES)
        problem, chosen = firm(random.Random(3), EffectReader(INSTRUMENT, RULES, chances))
        told = reliability(problem, chosen, 2, chances, None)
        assert told.calibrated == (count > 0)
        assert told.ci95 is not None
        widths.append(told.ci95[1] - told.ci95[0])
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < widths[0] / 3
