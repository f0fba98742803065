"""What a plan is told to be, against a plan whose figures are known."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from recommender.diagnosis import DiagnosisResult, score
from recommender.domain import Solution
from recommender.errors import InvalidInput
from recommender.planning.plan import (
    Alternative,
    AlternativeKind,
    LevelPrice,
    NeedAnswered,
    Plan,
    Relaxation,
)
from recommender.planning.spend import plan_spend
from recommender.policy import Statements, check_eligibility, estimate_subsidy
from recommender.report import PlanContext, PlanExplanation, explain_plan
from recommender.report.choices import not_chosen
from recommender.report.pains import pain_answers
from tests.synthetic_records import diagnosis, enterprise, solution
from tests.unit.report.plans import BEFORE_ANSWERS, BEFORE_GRADES, INSTRUMENT, PRODUCT, before, plan

TODAY = date(2026, 11, 23)


def explain(
    made: Plan | None = None,
    result: DiagnosisResult | None = None,
    context: PlanContext | None = None,
    products: tuple[Solution, ...] = (PRODUCT,),
    **changes: Any,
) -> PlanExplanation:
    return explain_plan(
        enterprise(1, **{"needs": ("应收账款对不上，回款总是拖", "电费涨了两成"), **changes}),
        result or before(),
        made or plan(),
        solutions={product.id: product for product in products},
        instrument=INSTRUMENT,
        on=TODAY,
        context=context,
    )


def context(made: Plan, city: str = "guangzhou", discount: str = "0.00", **said: bool) -> PlanContext:
    spend = plan_spend(made, Decimal(discount))
    return PlanContext(
        subsidy=estimate_subsidy(spend, made.after.level, city, TODAY, platform_discount=Decimal(discount)),
        eligibility=check_eligibility(
            enterprise(1, gb4754="C1811"), diagnosis(1), on=TODAY, statements=Statements(**said)
        ),
    )


def test_three_sentences() -> None:
    made = plan()
    assert (made.before.level, made.after.level) == (1, 2)
    where, what, money = explain(made, context=context(made, discount="2000.00")).sentences
    assert "总分 37.75 分" in where
    assert "2.25 分、1 个达到二级的应用场景（其中约束性至少 1 个）" in where
    assert what.startswith(
        "用 1 个产品、自己办 1 件事，大约 10 天，合计 36,000 元（报价 26,000 至 46,000 元）"
    )
    assert "可以到二级；把握约 70%，凭经验估计" in what
    # (30,000 - 2,000) / 2 = 14,000 from the city; 14,000 and the measure's 6,000 stay with the enterprise.
    assert "政府补 14,000 元，平台让 2,000 元，企业出 20,000 元；要先付 34,000 元" in money
    assert money.endswith("以官方通知为准。")


def test_an_unknown_rate_is_no_zero() -> None:
    made = plan()
    money = explain(made, context=context(made, "zhongshan")).sentences[2]
    assert "无法估算金额" in money
    assert "政府补" not in money
    assert "没有估算补贴" in explain(made).sentences[2]


def test_who_may_not_apply_is_told_before_the_money() -> None:
    made = plan()
    told = explain(made, context=context(made, not_listed=False))
    assert told.sentences[2].startswith("目前看不符合申报条件；假如符合")
    assert any("不能申报就没有补贴" in line for line in told.would_change)


def test_what_closes_what_is_recomputed() -> None:
    points, scenarios, required = explain().requirements
    assert (points.now, points.needed, points.after, points.met) == (
        Decimal("37.75"),
        40,
        Decimal("41.125"),
        True,
    )
    assert [(part.number, part.amount) for part in points.parts] == [
        (1, Decimal("1.875")),
        (2, Decimal("1.5")),
    ]
    assert (scenarios.now, scenarios.after, required.now, required.after) == (5, 6, 2, 3)
    assert [(part.number, part.amount) for part in required.parts] == [(1, 1)]
    assert "合成样本·账目通加 1" in required.text


def test_what_no_single_line_brings_is_said_to_be_joint() -> None:
    made = plan()
    more = {**made.answers_after, "equipment_connected": ("B",)}
    points = explain(made.model_copy(update={"answers_after": more})).requirements[0]
    assert [(part.number, part.name) for part in points.parts][-1] == (0, "几项合起来")
    assert points.parts[-1].amount == Decimal("1.5")


def test_a_scenario_that_two_products_raise_is_told_once() -> None:
    made = plan()
    (first,) = made.solutions
    other = solution(2, scenarios=[{"scenario": "finance", "level": 2}])
    twice = made.model_copy(
        update={"solutions": (first, first.model_copy(update={"id": other.id, "name": "乙", "earns": ()}))}
    )
    scenarios = explain(twice, products=(PRODUCT, other)).requirements[1]
    assert [(part.number, part.amount) for part in scenarios.parts] == [(1, 1)]


def test_a_plan_that_claims_too_much_is_not_explained() -> None:
    made = plan().model_copy(update={"answers_after": BEFORE_ANSWERS})
    with pytest.raises(ValueError, match="claim"):
        explain(made)


def need(text: str, *inside: str, others: tuple[str, ...] = ()) -> NeedAnswered:
    return NeedAnswered(text=text, solution_ids=inside, others=others, available=len(inside) + len(others))


def test_pains_are_answered_in_the_product_s_own_words() -> None:
    made = plan(needs=(need("应收账款对不上，回款总是拖", PRODUCT.id), need("电费涨了两成")))
    owed, power = explain(made).pains
    assert (owed.solution_id, owed.in_plan) == (PRODUCT.id, True)
    assert owed.passage == "应收账款逐笔对账，回款到期提醒。"
    assert (power.product, power.passage) == (None, None)
    assert "能耗管理" in power.text


def test_only_the_part_of_a_need_that_names_a_scenario_is_looked_for() -> None:
    told = need("不到十个人，做箱包起家。应收账款对不上，总拖。", PRODUCT.id)
    (answer,) = pain_answers([told], {PRODUCT.id: PRODUCT})
    assert answer.need.startswith("不到十个人")
    assert answer.passage == "应收账款逐笔对账，回款到期提醒。"


def test_an_answer_without_a_quote_or_a_scenario_says_so() -> None:
    page = solution(3, text="门店里的灯光会按天色自动调节亮度。")
    known = {page.id: page}
    (same, other) = pain_answers([need("灯光要能按天色自动调节", page.id), need("甲乙丙丁", page.id)], known)
    assert same.passage == "门店里的灯光会按天色自动调节亮度。"
    assert "请向服务商核实" in same.text
    assert other.passage is None
    assert "没有直接对应的原话" in other.text


def test_a_product_outside_the_plan_is_said_to_be_outside() -> None:
    meter = solution(
        4, text="电费分时统计，哪台设备费电一目了然。", scenarios=[{"scenario": "energy", "level": 2}]
    )
    power = need("电费涨了两成，不知道哪台设备费电", others=("SYN-GONE", meter.id))
    (answer,) = pain_answers([power], {meter.id: meter})
    assert (answer.solution_id, answer.in_plan) == (meter.id, False)
    assert answer.passage == "电费分时统计，哪台设备费电一目了然。"
    assert answer.text.endswith("可以另买这个产品，每年 1.8～3.6 万元")


def test_nothing_to_spend_is_nothing_to_pay() -> None:
    made = plan(solutions=(), measures=(), answers_after=BEFORE_ANSWERS, scenarios_after=BEFORE_GRADES)
    found = explain(made, context=context(made)).sentences[2]
    assert found == "没有要花的钱，也就不涉及补贴。"
    own = plan(solutions=(), scenarios_after=BEFORE_GRADES, alternatives=())
    assert "政府补 0 元（没有可以核定的投入）" in explain(own, context=context(own)).sentences[2]


def test_why_the_next_candidate_is_not_in() -> None:
    swap, needed = not_chosen(plan())
    assert swap == "用“合成样本·总账宝”换掉“合成样本·账目通”，也能到二级，但要多花 5,000 元"
    assert "省不掉" in needed
    cases = [
        ({"solution_ids": (PRODUCT.id, "B"), "names": (PRODUCT.name, "乙"), "extra_yuan": 1}, "再加上“乙”"),
        ({"solution_ids": (), "names": (), "extra_yuan": 0}, "去掉“合成样本·账目通”"),
        ({"solution_ids": (PRODUCT.id,), "names": (PRODUCT.name,), "extra_yuan": 0}, "产品不变"),
    ]
    for fields, expected in cases:
        other = Alternative.model_validate({"kind": AlternativeKind.NEXT_BEST, "level": 2, **fields})
        (line,) = not_chosen(plan(alternatives=(other,)))
        assert line.startswith(expected)
        assert ("费用相同" in line) == (fields["extra_yuan"] == 0)


def test_what_would_change_the_answer() -> None:
    made = plan(
        budget_yuan=Decimal(40_000),
        level_prices=(
            LevelPrice(
                level=3,
                name="三级",
                reached_now=False,
                cost_yuan=Decimal(90_000),
                extra_yuan=Decimal(54_000),
                within_budget=False,
            ),
        ),
    )
    partial = score({k: v for k, v in BEFORE_ANSWERS.items() if k != "funding"}, BEFORE_GRADES, INSTRUMENT)
    told = explain(made, partial, context(made)).would_change
    expected = (
        "最少要 90,000 元，比本方案多 54,000 元",
        "合计 46,000 元，超出预算 6,000 元",
        "作用如果落空，只能到一级",
        "把握约 70%",
        "1道题未作答",
        "就没有补贴",
        "项要核实",
    )
    for part in expected:
        assert any(part in line for line in told), part


def test_a_target_out_of_reach_says_what_would_help() -> None:
    short = plan(
        feasible=False,
        target_level=3,
        relaxations=(Relaxation(code="budget", text="预算再加 38,000 元可以到三级"),),
    )
    told = explain(short)
    assert "到不了三级" in told.sentences[1]
    assert told.would_change[0] == "预算再加 38,000 元可以到三级"
    assert not told.requirements[0].met
    empty = plan(
        feasible=False,
        solutions=(),
        measures=(),
        answers_after=BEFORE_ANSWERS,
        scenarios_after=BEFORE_GRADES,
        alternatives=(),
    )
    assert "凑不出" in explain(empty).sentences[1]


def test_the_spend_of_a_plan() -> None:
    product, own = plan_spend(plan(), Decimal("2000.50"))
    assert (product.contract_yuan, own.contract_yuan) == (Decimal("27999.50"), 6_000)
    assert own.category == "self_made"
    with pytest.raises(InvalidInput):
        plan_spend(plan(), Decimal("30000.01"))
