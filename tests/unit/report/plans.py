"""A plan written by hand, whose every figure is known."""

from decimal import Decimal
from typing import Any

from recommender.diagnosis import DiagnosisResult, load_instrument, score
from recommender.domain import Solution
from recommender.domain.solution import Provenance
from recommender.planning.plan import (
    Alternative,
    AlternativeKind,
    ClosedScenario,
    Cost,
    EarnedOption,
    Objective,
    Party,
    PartyKind,
    Plan,
    PlannedMeasure,
    PlannedSolution,
    Proof,
    Reliability,
    Solved,
    Standing,
)
from tests.synthetic_records import solution
from tests.unit.diagnosis.firms import complete, every_letter_but_a, grades

INSTRUMENT = load_instrument()

#: 20 + 8 + 6 + 3.75 = 37.75 points; five scenarios at level 2, two of them required.
BEFORE_ANSWERS = complete(
    {
        "network": every_letter_but_a("network"),
        "data_collection": every_letter_but_a("data_collection"),
        "information_systems": ["E"],
        "equipment_digitalised": ["E"],
        "network_security": ["B", "C", "D"],
    }
)
BEFORE_GRADES = grades(
    marketing=2, quality=2, process_design=2, after_sales=2, planning_scheduling=2, finance=1
)
AFTER_ANSWERS = {**BEFORE_ANSWERS, "mechanisms": ["B"], "talent": ["B"]}
AFTER_GRADES = {**BEFORE_GRADES, "finance": 2}

PRODUCT = solution(
    1,
    name="合成样本·账目通",
    text="## 账目通\n会计凭证自动生成。应收账款逐笔对账，回款到期提醒。不做库存。",
    scenarios=[{"scenario": "finance", "level": 2}],
)


def before() -> DiagnosisResult:
    return score(BEFORE_ANSWERS, BEFORE_GRADES, INSTRUMENT)


def _earned(item: str, name: str, adds: str) -> EarnedOption:
    return EarnedOption(
        item_id=item,
        item_name=name,
        letter="B",
        text="选项",
        adds=Decimal(adds),
        provenance=Provenance.INFERRED,
        confidence=0.9,
        rests_on="推断",
    )


def _cost(low: int, planned: int, high: int, *, estimated: bool = False) -> Cost:
    return Cost(
        low_yuan=Decimal(low),
        planned_yuan=Decimal(planned),
        high_yuan=Decimal(high),
        estimated=estimated,
    )


def _standing(result: DiagnosisResult) -> Standing:
    at_two = [grade for grade in result.scenarios if grade.grade >= 2]
    return Standing(
        level=result.level,
        level_name=result.level_name,
        points=result.total,
        scenarios=len(at_two),
        required=sum(grade.required for grade in at_two),
    )


def plan(product: Solution = PRODUCT, **changes: Any) -> Plan:
    """One product at 30,000 yuan and one measure at 6,000, which reach level 2."""
    values: dict[str, Any] = {
        "enterprise": None,
        "objective": Objective.LEAST_COST,
        "target_level": 2,
        "budget_yuan": None,
        "feasible": True,
        "summary": "",
        "before": _standing(before()),
        "after": _standing(score(AFTER_ANSWERS, AFTER_GRADES, INSTRUMENT)),
        "answers_after": AFTER_ANSWERS,
        "scenarios_after": AFTER_GRADES,
        "solutions": (
            PlannedSolution(
                id=product.id,
                name=product.name,
                provider="合成服务商",
                cost=_cost(20_000, 30_000, 40_000),
                days=10,
                party="SYN-V1",
                closes=(
                    ClosedScenario(
                        scenario="finance",
                        name="财务管理",
                        required=True,
                        present=1,
                        after=2,
                        counts=True,
                        provenance=Provenance.DECLARED,
                        confidence=0.85,
                    ),
                ),
                earns=(_earned("mechanisms", "管理机制", "1.875"),),
                covers=(),
                synthetic_mark="合成样本",
            ),
        ),
        "measures": (
            PlannedMeasure(
                id="part_time_officer",
                name="指定兼职数字化专员",
                text="发文指定一名员工兼任。",
                cost=_cost(6_000, 6_000, 6_000, estimated=True),
                days=3,
                earns=(_earned("talent", "人才建设", "1.5"),),
            ),
        ),
        "cost": _cost(26_000, 36_000, 46_000, estimated=True),
        "days": 10,
        "parties": (
            Party(id="SYN-V1", name="合成服务商", kind=PartyKind.VENDOR, solution_ids=(product.id,)),
        ),
        "proof": Proof(confirmed_level=0, declared_level=1, level=2, text="二级计入了推断的作用"),
        "reliability": Reliability(chance=0.7, method="精确计算"),
        "solved": Solved(optimal=True, gap=0.0, seconds=0.01, candidates=3),
        "alternatives": (
            Alternative(
                kind=AlternativeKind.NEXT_BEST,
                solution_ids=("SYN-S00002",),
                names=("合成样本·总账宝",),
                extra_yuan=Decimal(5_000),
                level=2,
            ),
            Alternative(kind=AlternativeKind.WITHOUT, without=product.id, possible=False),
        ),
    }
    return Plan.model_validate(values | changes)
