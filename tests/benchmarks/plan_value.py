"""What planning is worth on the sample: ``python -m tests.benchmarks.plan_value HOME``.

HOME is an installation with the sample (``smematch init``). For every enterprise below level 2: is level 2
reachable within 100,000 / 300,000 / 600,000 yuan, and how much does the cheapest plan save against taking the
top-ranked products one after the other until the level is reached. The greedy side is given the same pool and
prices and the cheapest self-made measures; it stops at the first prefix of the ranking that suffices.

Shares have Wilson intervals, means bootstrap intervals (2,000 resamples over enterprises), both 95 %.
"""

import math
import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from recommender.diagnosis import load_instrument
from recommender.installation import open_installation
from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import find_solutions, order_solutions
from recommender.planning.candidates import Pool, make_pool
from recommender.planning.effect_rules import load_effect_rules, load_measures
from recommender.planning.effects import EffectReader
from recommender.planning.model import Model
from recommender.planning.problem import Limits, Problem, after
from recommender.planning.request import PlanRequest
from recommender.planning.robust import level_chance
from recommender.planning.selection import Requirement, meets
from recommender.planning.service import Subject, subject_of
from recommender.retrieval.situation import situation_of
from recommender.settings import Settings

INSTRUMENT = load_instrument()
TARGET = 2
BUDGETS = (100_000, 300_000, 600_000)


@dataclass(frozen=True)
class Case:
    """One enterprise: costs in yuan, None where the level is out of reach."""

    optimal: float | None
    greedy: float | None
    careful: float | None
    chance: float
    proven: bool


def wilson(successes: int, count: int) -> tuple[float, float]:
    """95 % Wilson interval of a share."""
    z = 1.959964
    share = successes / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return centre - half, centre + half


def bootstrap(values: Sequence[float]) -> tuple[float, float]:
    """95 % bootstrap interval of a mean."""
    rng = random.Random(0)
    means = sorted(statistics.fmean(rng.choices(values, k=len(values))) for _ in range(2_000))
    return means[50], means[1949]


def greedy_cost(problem: Problem, ranking: Sequence[str], *, careful: bool) -> float | None:
    """Cost of taking products in the order of the ranking until measures can do the rest.

    Parameters
    ----------
    careful : bool
        Leave out a product that changes neither a scenario at the target nor the points.
    """
    measures = [choice.id for choice in problem.choices if choice.is_measure]
    need = Requirement(TARGET)
    taken: list[str] = []
    for product in ranking:
        if careful and _standing(problem, [*taken, product]) == _standing(problem, taken):
            continue
        taken.append(product)
        if meets(problem, [*taken, *measures], need):
            break
    else:
        if not meets(problem, [*taken, *measures], need):
            return None
    kept = tuple(choice for choice in problem.choices if choice.is_measure or choice.id in taken)
    bought = replace(problem, choices=kept, limits=Limits(must=frozenset(taken)))
    found = Model(bought, (TARGET,)).least_cost(need)
    return None if found is None else found.cost_fen / 100


def _standing(problem: Problem, ids: Sequence[str]) -> tuple[int, object]:
    result = after(problem, ids).result
    return sum(grade.grade >= TARGET for grade in result.scenarios), result.total


def one_case(subject: Subject, pool: Pool, ranking: Sequence[str], reader: EffectReader) -> Case:
    """Compare the cheapest plan with the greedy ones."""
    problem = Problem(INSTRUMENT, reader.rules, subject.answers, subject.grades, pool.choices)
    found = Model(problem, (TARGET,)).least_cost(Requirement(TARGET))
    if found is None:
        return Case(None, None, None, 0.0, proven=True)
    usable = [product for product in ranking if product in pool.solutions]
    if meets(problem, [choice.id for choice in problem.choices if choice.is_measure], Requirement(TARGET)):
        usable = []
    return Case(
        found.cost_fen / 100,
        greedy_cost(problem, usable, careful=False),
        greedy_cost(problem, usable, careful=True),
        level_chance(problem, found.ids, TARGET).level,
        found.optimal,
    )


def main(home: Path, encoder: str) -> None:
    """Go through the sample and print the figures."""
    here = open_installation(Settings(home=home, encoder=encoder))
    reader = EffectReader(INSTRUMENT, load_effect_rules())
    cases: list[Case] = []
    above = 0
    try:
        snapshot = here.keeper.current
        engine = Engine.over(snapshot, here.encoder, INSTRUMENT)
        for uscc, diagnosis in snapshot.catalogue.diagnoses.items():
            subject = subject_of(snapshot.catalogue.enterprises[uscc], diagnosis, INSTRUMENT)
            if subject.result.level >= TARGET:
                above += 1
                continue
            situation = situation_of(subject.enterprise, subject.result, INSTRUMENT, target_level=TARGET)
            situation = replace(situation, budget_yuan=None)
            request = PlanRequest(enterprise=uscc, target_level=TARGET)
            pool = make_pool(snapshot.catalogue, situation, request, reader, load_measures())
            wishes = Wishes(k=1000)
            ordered, _ = order_solutions(engine, situation, wishes, find_solutions(engine, situation, wishes))
            cases.append(one_case(subject, pool, [candidate.owner for candidate in ordered], reader))
    finally:
        here.close()
    report(cases, above)


def report(cases: Sequence[Case], above: int) -> None:
    """Print shares and savings."""
    count = len(cases)
    print(f"enterprises {count + above}: level 2 or more already {above}, below {count}")
    print(f"proven optimal: {sum(case.proven for case in cases)} of {count}")
    for budget in (*BUDGETS, math.inf):
        within = sum(case.optimal is not None and case.optimal <= budget for case in cases)
        low, high = wilson(within, count)
        print(f"  <= {budget:>9,.0f} yuan: {within}/{count} = {within / count:.3f} [{low:.3f}, {high:.3f}]")
    costs = [case.optimal for case in cases if case.optimal is not None]
    print(f"cheapest plan: median {statistics.median(costs):,.0f}, mean {statistics.fmean(costs):,.0f} yuan")
    chances = [case.chance for case in cases if case.optimal is not None]
    print(f"chance of the cheapest plan: mean {statistics.fmean(chances):.3f}")
    for name in ("greedy", "careful"):
        both = [
            (case.optimal, greedy)
            for case in cases
            if case.optimal is not None and (greedy := getattr(case, name)) is not None
        ]
        saved = [greedy - optimal for optimal, greedy in both]
        share = [1 - optimal / greedy for optimal, greedy in both if greedy]
        low, high = bootstrap(saved)
        print(f"{name}: n={len(both)} mean cost {statistics.fmean(g for _, g in both):,.0f} yuan")
        print(f"  mean saving {statistics.fmean(saved):,.0f} yuan [{low:,.0f}, {high:,.0f}]")
        low, high = bootstrap(share)
        print(f"  mean saving in share {statistics.fmean(share):.3f} [{low:.3f}, {high:.3f}]")
        for budget in BUDGETS:
            within = sum(greedy <= budget for _, greedy in both)
            print(f"  within {budget:,}: {within}/{len(cases)} = {within / len(cases):.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "default")
