"""Whole plans on a small pool: words, proof, prices, alternatives, relaxations that hold."""

from decimal import Decimal
from typing import Any

import pytest

from recommender.diagnosis import score
from recommender.domain import Consortium, Diagnosis, Enterprise, LeadUnit, Solution
from recommender.index.catalogue import Catalogue
from recommender.planning.effect_rules import load_effect_rules, load_measures
from recommender.planning.effects import EffectReader
from recommender.planning.plan import AlternativeKind, Objective, PartyKind, Plan
from recommender.planning.planner import fewest_parties
from recommender.planning.request import PlanRequest
from recommender.planning.service import BudgetMissing, DiagnosisMissing, UnknownProduct, plan_for, subject_of
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution
from tests.unit.planning.instances import INSTRUMENT

READER = EffectReader(INSTRUMENT, load_effect_rules())
FIRM = enterprise(1, sub_industry="apparel", district="440113", budget_yuan=Decimal(50000))
#: 33.5 points; one scenario (约束性) at level 2, so five more with two required are missing.
ANSWERS = {
    "network": ["B", "C"],
    "equipment_digitalised": ["C"],
    "equipment_connected": ["C"],
    "data_collection": ["G"],
    "information_systems": ["B"],
    "planning": ["C"],
    "energy_use": ["B"],
    "quality_rate": ["C"],
    "revenue_per_head": ["C"],
    "cost_ratio": ["B"],
}
GRADES = {"finance": 2, "quality": 1, "production_control": 1}


def product(number: int, low: int, *scenarios: tuple[str, int], **changes: Any) -> Solution:
    return solution(
        number,
        scenarios=[{"scenario": code, "level": level} for code, level in scenarios],
        **{
            "price": {"low_yuan": str(low), "high_yuan": str(low), "basis": "one_off"},
            "provider": {"id": f"SYN-V{number}", "name": f"合成服务商{number}"},
            "days_to_deploy": 20,
            **changes,
        },
    )


POOL = (
    product(1, 10_000, ("quality", 2), ("production_control", 2)),
    product(2, 8_000, ("warehouse_logistics", 2), ("procurement", 2)),
    product(3, 5_000, ("human_resources", 2)),
    product(4, 6_000, ("marketing", 2)),
    product(5, 30_000, ("production_control", 3), ("quality", 3), ("equipment", 3)),
    product(6, 1_000, ("energy", 2), audit_state="suspended"),
    product(7, 900, ("energy", 2), sub_industries=["luggage"]),
    product(8, 900, ("safety", 2), price=None),
)
UNIT = lead_unit(1, sub_industries=["apparel"], solution_ids=["SYN-S00001", "SYN-S00002", "SYN-S00003"])


def planned(
    pool: tuple[Solution, ...] = POOL, firm: Enterprise = FIRM, unit: LeadUnit = UNIT, **asked: Any
) -> Plan:
    assessed = diagnosis(1, of=1, answers=ANSWERS, scenarios=GRADES)
    catalogue = Catalogue(1, {one.id: one for one in pool}, {unit.id: unit}, {firm.uscc: firm})
    request = PlanRequest.model_validate({"enterprise": firm.uscc, "target_level": 2, **asked})
    plan = plan_for(catalogue, subject_of(firm, assessed, INSTRUMENT), request, READER, load_measures())
    # Whatever is claimed is what the diagnosis module makes of the answers after the plan.
    again = score(plan.answers_after, plan.scenarios_after, INSTRUMENT)
    assert (plan.after.level, plan.after.points) == (again.level, again.total)
    assert plan.feasible == (again.level >= plan.target_level)
    assert plan.cost.planned_yuan == sum(
        (one.cost.planned_yuan for one in (*plan.solutions, *plan.measures)), start=Decimal(0)
    )
    if plan.budget_yuan is not None:
        assert plan.cost.planned_yuan <= plan.budget_yuan
    return plan


def ids(plan: Plan) -> set[str]:
    return {one.id for one in plan.solutions}


def test_the_cheapest_plan_says_what_each_item_closes_and_points_add_up() -> None:
    plan = planned()
    assert plan.feasible
    assert plan.solved.optimal
    assert ids(plan) == {"SYN-S00001", "SYN-S00002", "SYN-S00003"}
    closed = [closing for one in plan.solutions for closing in one.closes if closing.counts]
    assert plan.before.scenarios + len(closed) == plan.after.scenarios == 6
    gained = sum(
        (option.adds for one in (*plan.solutions, *plan.measures) for option in one.earns), start=Decimal(0)
    )
    # The digital plan's letter is replaced by the one that any product earns, so nothing is counted twice.
    assert plan.before.points + gained == plan.after.points
    assert "二级" in plan.summary
    assert all(one.synthetic_mark for one in plan.solutions)


def test_inferred_effects_are_told_and_can_be_left_out() -> None:
    plan = planned()
    assert plan.proof.level == 2
    assert plan.proof.confirmed_level < 2
    strict = planned(allow_inferred=False)
    assert strict.feasible
    assert strict.proof.declared_level == 2
    assert strict.cost.planned_yuan >= plan.cost.planned_yuan
    options = [option for one in strict.solutions for option in one.earns]
    assert not [option for option in options if option.provenance == "inferred"]


def test_what_cannot_be_used_is_told_with_its_rule() -> None:
    plan = planned(exclude_ids=["SYN-S00004"], has=["SYN-S00003"])
    counts = {entry.rule: entry.count for entry in plan.excluded}
    assert counts == {
        "not_admitted": 1,
        "other_sub_industry": 1,
        "already_has": 1,
        "excluded_by_you": 1,
        "unknown_price": 1,
    }
    assert not ids(plan) & {f"SYN-S0000{n}" for n in (3, 4, 6, 7, 8)}


def test_an_assumed_price_is_marked() -> None:
    plan = planned(assumed_price_yuan="1000", must=["SYN-S00008"])
    assumed = next(one for one in plan.solutions if one.id == "SYN-S00008")
    assert assumed.cost.estimated
    assert assumed.cost.planned_yuan == 1000
    assert any("估算" in note for note in plan.notes)


def test_the_smallest_relaxation_of_a_budget_holds_to_the_fen() -> None:
    free = planned()
    short = planned(budget_yuan=str(free.cost.planned_yuan - 5000))
    assert not short.feasible
    first = short.relaxations[0]
    assert (first.code, first.extra_yuan) == ("budget", Decimal(5000))
    assert first.text.startswith("再加 5,000 元可达到二级")
    assert first.text in short.summary
    assert planned(budget_yuan=str(short.budget_yuan + first.extra_yuan)).feasible  # type: ignore[operator]
    less = short.budget_yuan + first.extra_yuan - Decimal("0.01")  # type: ignore[operator]
    assert not planned(budget_yuan=str(less)).feasible


@pytest.mark.parametrize(
    ("asked", "code", "without"),
    [
        ({"max_days": 5}, "days", {"max_days": None}),
        ({"exclude_ids": ["SYN-S00001", "SYN-S00005"]}, "excluded", {"exclude_ids": []}),
        ({"allow_measures": False}, "measures", {"allow_measures": True}),
        (
            {"conflicts": [["SYN-S00001", "SYN-S00002", "SYN-S00005"], ["SYN-S00003", "SYN-S00005"]]},
            "conflicts",
            {"conflicts": []},
        ),
        ({"max_parties": 1, "exclude_ids": ["SYN-S00003"]}, "parties", {"max_parties": None}),
    ],
)
def test_a_named_relaxation_makes_the_level_reachable(
    asked: dict[str, Any], code: str, without: dict[str, Any]
) -> None:
    plan = planned(**asked)
    assert not plan.feasible
    named = next(entry for entry in plan.relaxations if entry.code == code)
    relaxed = planned(**{**asked, **without})
    assert relaxed.feasible
    assert relaxed.cost.planned_yuan == named.cost_yuan


def test_what_is_out_of_reach_says_what_is_missing() -> None:
    plan = planned(target_level=4)
    (only,) = plan.relaxations
    assert only.code == "out_of_reach"
    assert "四级" in only.text
    # The plan itself is the highest level that can be had.
    assert plan.after.level == 2


def test_few_contract_parties_go_through_the_lead_unit() -> None:
    one = planned(max_parties=1)
    assert one.feasible
    (party,) = one.parties
    assert (party.id, party.kind) == (UNIT.id, PartyKind.LEAD_UNIT)
    assert set(party.solution_ids) == ids(one)
    direct = planned(max_parties=2, must=["SYN-S00004"])
    assert {party.kind for party in direct.parties} == {PartyKind.LEAD_UNIT, PartyKind.VENDOR}
    assert fewest_parties([("a", "b"), ("b", "c"), ("d",)], {}) == ["b", "d"]
    assert fewest_parties([], {}) == []


def test_a_lead_unit_delivers_what_its_consortium_makes() -> None:
    apart = planned(max_parties=1, must=["SYN-S00004"])
    assert not apart.feasible
    members = {"integrators": [{"name": "合成服务商4"}], "ecosystem": [{"name": "别家"}]}
    joined = planned(
        unit=UNIT.model_copy(update={"consortium": Consortium.model_validate(members)}),
        max_parties=1,
        must=["SYN-S00004"],
    )
    assert joined.feasible
    (party,) = joined.parties
    assert (party.id, set(party.solution_ids)) == (UNIT.id, ids(joined))


def test_conflicts_prerequisites_and_wished_products() -> None:
    apart = planned(conflicts=[["SYN-S00001", "SYN-S00002"]])
    assert not {"SYN-S00001", "SYN-S00002"} <= ids(apart)
    needing = planned(prerequisites={"SYN-S00001": ["SYN-S00004"]})
    assert "SYN-S00001" not in ids(needing) or "SYN-S00004" in ids(needing)
    assert "SYN-S00004" in ids(planned(must=["SYN-S00004"]))
    # What the firm has already satisfies a prerequisite.
    has = planned(prerequisites={"SYN-S00001": ["SYN-S00009"]}, has=["SYN-S00009"])
    assert "SYN-S00001" in ids(has)
    # And bars what cannot stand beside it.
    beside = planned(conflicts=[["SYN-S00009", "SYN-S00001"]], has=["SYN-S00009"])
    assert "SYN-S00001" not in ids(beside)
    assert "conflicts_with_present" in {entry.rule for entry in beside.excluded}
    with pytest.raises(UnknownProduct):
        planned(must=["SYN-S00006"])


def test_alternatives_are_other_plans_for_the_same_level() -> None:
    plan = planned()
    kinds = [other.kind for other in plan.alternatives]
    assert AlternativeKind.NEXT_BEST in kinds
    assert {other.without for other in plan.alternatives if other.without} == ids(plan)
    last = Decimal(0)
    for other in plan.alternatives:
        if other.possible:
            assert other.level == 2
            assert other.extra_yuan is not None
            assert other.cost is not None
            assert other.cost.planned_yuan == plan.cost.planned_yuan + other.extra_yuan
            assert other.without not in other.solution_ids
        if other.kind is AlternativeKind.NEXT_BEST:
            assert other.extra_yuan is not None
            assert other.extra_yuan >= last
            last = other.extra_yuan
    assert not planned(alternatives=0).alternatives


def test_the_price_of_each_level() -> None:
    plan = planned(budget_yuan="60000")
    prices = {price.level: price for price in plan.level_prices}
    assert list(prices) == [1, 2, 3, 4]
    assert prices[2].cost_yuan == plan.cost.planned_yuan
    assert prices[2].within_budget
    assert prices[1].cost_yuan is not None
    assert prices[2].extra_yuan == plan.cost.planned_yuan - prices[1].cost_yuan
    assert prices[4].cost_yuan is None
    assert not prices[4].within_budget


def test_the_highest_level_within_a_budget_and_most_value() -> None:
    highest = planned(target_level=None, budget_yuan="60000")
    assert highest.objective is Objective.HIGHEST_LEVEL
    assert highest.after.level == highest.target_level == 2
    value = planned(target_level=None, objective="most_value", budget_yuan="40000", max_days=30)
    assert value.value is not None
    assert value.value > 0
    assert value.days is not None
    assert value.days <= 30
    own = planned(target_level=None, objective="most_value")
    assert own.budget_yuan == FIRM.budget_yuan
    with pytest.raises(BudgetMissing):
        planned(firm=FIRM.model_copy(update={"budget_yuan": None}), objective="highest_level")


def test_days_side_by_side_or_one_after_the_other() -> None:
    assert planned().days == max(one.days or 0 for one in (*planned().solutions, *planned().measures))
    after_each_other = planned(schedule="sequential")
    assert after_each_other.days == sum(
        one.days or 0 for one in (*after_each_other.solutions, *after_each_other.measures)
    )
    assert not planned(schedule="sequential", max_days=40).feasible


def test_a_surer_plan() -> None:
    plain = planned()
    assert plain.reliability.wanted is None
    surer = planned(probability=0.6)
    assert surer.reliability.met
    assert surer.reliability.chance >= 0.6 > plain.reliability.chance
    assert surer.cost.planned_yuan > plain.cost.planned_yuan
    assert not surer.reliability.calibrated


def test_a_level_that_is_reached_costs_nothing() -> None:
    done = planned(target_level=1)
    assert done.feasible == (done.after.level >= 1)
    rich = diagnosis(1, of=1, answers=planned().answers_after, scenarios=planned().scenarios_after)
    catalogue = Catalogue(1, {one.id: one for one in POOL}, {}, {FIRM.uscc: FIRM})
    request = PlanRequest(enterprise=FIRM.uscc, target_level=2)
    plan = plan_for(catalogue, subject_of(FIRM, rich, INSTRUMENT), request, READER, load_measures())
    assert plan.feasible
    assert plan.cost.planned_yuan == 0
    assert "无需投入" in plan.summary


def test_without_a_diagnosis_there_is_nothing_to_plan_from() -> None:
    empty = Diagnosis.model_validate(
        {"id": "d", "uscc": FIRM.uscc, "assessed_on": "2026-01-01", "answers": {}, "scenarios": {}}
    )
    for missing in (None, empty):
        with pytest.raises(DiagnosisMissing):
            subject_of(FIRM, missing, INSTRUMENT)
