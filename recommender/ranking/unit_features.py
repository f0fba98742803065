"""Features between an enterprise and a lead unit, seen from either side, each 0–1, None where unknown."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from recommender.diagnosis.gap import Gap
from recommender.domain import LeadUnit, Solution
from recommender.domain.solution import AuditState
from recommender.domain.taxonomy import Scenario
from recommender.ranking.priors import Thresholds
from recommender.retrieval.conditions import Candidate, Condition
from recommender.retrieval.situation import Situation


def wanted_scenarios(situation: Situation) -> frozenset[Scenario]:
    """Scenarios below the target level; empty without a diagnosis."""
    return (
        frozenset(Scenario(below.id) for below in situation.gap.scenarios_below)
        if situation.gap
        else frozenset()
    )


def covered_scenarios(unit: LeadUnit, situation: Situation) -> frozenset[Scenario]:
    """Wanted scenarios that the unit or its consortium covers."""
    return wanted_scenarios(situation) & unit.coverage


def coverage(unit: LeadUnit, situation: Situation) -> float | None:
    """Share of the scenarios to be raised that the consortium covers, 约束性 ones counted twice."""
    if situation.gap is None or not situation.gap.scenarios_below:
        return None
    weights = {Scenario(below.id): 2.0 if below.required else 1.0 for below in situation.gap.scenarios_below}
    covered = sum(weight for scenario, weight in weights.items() if scenario in unit.coverage)
    return covered / sum(weights.values())


def offered(unit: LeadUnit, solutions: Mapping[str, Solution]) -> list[Solution]:
    """Admitted products of the pool that the unit offers."""
    own = (solutions[key] for key in unit.solution_ids if key in solutions)
    return [solution for solution in own if solution.audit_state is AuditState.ADMITTED]


def product_share(solutions: Iterable[Solution], situation: Situation) -> float | None:
    """Share of the wanted scenarios that some admitted product of the unit raises to the target level."""
    wanted = wanted_scenarios(situation)
    if not wanted or situation.target_level is None:
        return None
    raised = {
        effect.scenario
        for solution in solutions
        for effect in solution.scenarios
        if effect.level >= situation.target_level
    }
    return len(wanted & raised) / len(wanted)


def _industry_fit(unit: LeadUnit, situation: Situation) -> float | None:
    enterprise = situation.enterprise
    if enterprise is None or enterprise.sub_industry is None:
        return None
    return 1.0 if enterprise.sub_industry in unit.sub_industries else 0.5


def _district_fit(unit: LeadUnit, situation: Situation) -> float | None:
    if situation.enterprise is None or situation.enterprise.district is None:
        return None
    return 1.0 if situation.enterprise.district in unit.districts else 0.7


def _wishes(record: Candidate, should: tuple[Condition, ...]) -> float | None:
    return sum(condition.holds(record) for condition in should) / len(should) if should else None


def lead_unit_features(
    unit: LeadUnit,
    situation: Situation,
    match: float | None,
    solutions: Mapping[str, Solution],
    should: tuple[Condition, ...],
) -> dict[str, float | None]:
    """Features of a lead unit for an enterprise."""
    capacity = unit.capacity
    return {
        "coverage": coverage(unit, situation),
        "products": product_share(offered(unit, solutions), situation),
        "text_match": match,
        "sub_industry": _industry_fit(unit, situation),
        "capacity": capacity.free / capacity.total if capacity and capacity.total else None,
        "district": _district_fit(unit, situation),
        "should": _wishes(unit, should),
    }


def _nearness(gap: Gap) -> float:
    return 0.0 if gap.closed else 1.0 / (1.0 + gap.scenarios_to_raise / 3.0)


def prospect_features(
    unit: LeadUnit,
    situation: Situation,
    match: float | None,
    should: tuple[Condition, ...],
    thresholds: Thresholds,
) -> dict[str, float | None]:
    """Features of an enterprise for a lead unit.

    ``nearness`` is high where few scenarios are left to the target: such a firm reaches the level, and the
    subsidy, soon; it is 0 where the highest level is reached already.
    """
    enterprise = situation.enterprise
    gap = situation.gap
    budget = situation.budget_yuan
    return {
        "coverage": coverage(unit, situation),
        "text_match": match,
        "sub_industry": _industry_fit(unit, situation),
        "nearness": None if gap is None else _nearness(gap),
        "budget": None
        if budget is None
        else float(min(Decimal(1), budget / (thresholds.light_price_yuan * 3))),
        "district": _district_fit(unit, situation),
        "should": _wishes(enterprise, should) if enterprise else None,
    }
