"""How long a plan takes: ``python -m tests.benchmarks.plan_speed [firms]``.

Two pools: the sample's 240 solutions, and 2,000 made from them with other prices and scenarios. Measured are
building the model and one least-cost solve to proven optimality (16 scenarios, 15 items, 15 measures) for the
level above each firm's present one; and the whole answer with prices of all levels, with and without the
alternatives (surer, next best, without each product). Searching the own needs is not in it.
"""

import random
import statistics
import sys
import time
from dataclasses import replace
from decimal import Decimal

from recommender.diagnosis import load_instrument
from recommender.domain import Solution
from recommender.domain.solution import PriceRange
from recommender.domain.taxonomy import Scenario
from recommender.index.catalogue import Catalogue
from recommender.planning.candidates import make_pool
from recommender.planning.effect_rules import load_effect_rules, load_measures
from recommender.planning.effects import EffectReader
from recommender.planning.model import Model
from recommender.planning.problem import Problem
from recommender.planning.request import PlanRequest
from recommender.planning.selection import Requirement
from recommender.planning.service import Subject, plan_for, subject_of
from recommender.retrieval.situation import situation_of
from recommender.sample import sample
from recommender.text.scenarios import complete_solution
from recommender.text.sub_industry import complete_enterprise

INSTRUMENT = load_instrument()


def sample_catalogue() -> Catalogue:
    """The sample as a catalogue."""
    made = sample()
    return Catalogue(
        1,
        {one.id: complete_solution(one) for one in made.solutions},
        {unit.id: unit for unit in made.lead_units},
        {firm.uscc: complete_enterprise(firm) for firm in made.enterprises},
        {one.uscc: one for one in made.diagnoses},
    )


def enlarged(solutions: list[Solution], count: int) -> dict[str, Solution]:
    """More solutions like these: prices drawn anew, one scenario in three moved to another."""
    rng = random.Random(count)
    made = {}
    for number in range(count):
        base = rng.choice(solutions)
        effects = {effect.scenario: effect for effect in base.scenarios}
        for effect in base.scenarios:
            if rng.random() < 1 / 3:
                other = rng.choice(list(Scenario))
                if other not in effects:
                    del effects[effect.scenario]
                    effects[other] = effect.model_copy(update={"scenario": other})
        low = Decimal(rng.randint(20, 1500) * 100)
        price = PriceRange(low_yuan=low, high_yuan=low * rng.randint(10, 30) / 10)
        fields = {"id": f"SYN-X{number:05d}", "scenarios": tuple(effects.values()), "price": price}
        made[str(fields["id"])] = base.model_copy(update=fields)
    return made


def one_solve(catalogue: Catalogue, subject: Subject, reader: EffectReader) -> tuple[float, bool]:
    """Seconds to build and solve one model, and whether it was proven."""
    situation = situation_of(subject.enterprise, subject.result, INSTRUMENT)
    request = PlanRequest(enterprise=subject.enterprise.uscc)
    pool = make_pool(catalogue, situation, request, reader, load_measures())
    started = time.perf_counter()
    problem = Problem(INSTRUMENT, reader.rules, subject.answers, subject.grades, pool.choices)
    level = situation.target_level or 2
    found = Model(problem, (level,)).least_cost(Requirement(level))
    return time.perf_counter() - started, found is None or found.optimal


def told(name: str, seconds: list[float]) -> None:
    """Print median, 95th percentile and maximum in milliseconds."""
    ordered = sorted(1000 * one for one in seconds)
    high = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    middle = statistics.median(ordered)
    print(f"{name}: n={len(ordered)} median {middle:.0f} ms, 95% {high:.0f}, max {ordered[-1]:.0f}")


def main(firms: int) -> None:
    """Measure both pools."""
    catalogue = sample_catalogue()
    reader = EffectReader(INSTRUMENT, load_effect_rules())
    subjects = [
        subject_of(firm, catalogue.diagnoses[uscc], INSTRUMENT)
        for uscc, firm in catalogue.enterprises.items()
    ]
    subjects = [one for one in subjects if one.result.level < 4][:firms]
    solved = [one_solve(catalogue, subject, reader) for subject in subjects]
    told("240 solutions, one solve", [seconds for seconds, _ in solved])
    print("  proven optimal:", sum(proven for _, proven in solved), "of", len(solved))
    large = replace(catalogue, solutions=enlarged(list(catalogue.solutions.values()), 2_000))
    solved = [one_solve(large, subject, reader) for subject in subjects[: max(1, firms // 4)]]
    told("2,000 solutions, one solve", [seconds for seconds, _ in solved])
    print("  proven optimal:", sum(proven for _, proven in solved), "of", len(solved))
    for count, name in ((3, "whole answer with alternatives"), (0, "whole answer without alternatives")):
        whole = []
        for subject in subjects[: max(1, firms // 4)]:
            request = PlanRequest(enterprise=subject.enterprise.uscc, alternatives=count)
            started = time.perf_counter()
            plan_for(catalogue, subject, request, reader, load_measures())
            whole.append(time.perf_counter() - started)
        told(f"240 solutions, {name}", whole)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 120)
