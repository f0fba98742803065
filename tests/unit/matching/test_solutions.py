"""Solutions for an enterprise: reasons with evidence, exclusions with counts, filters that hold."""

from decimal import Decimal
from typing import Any

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.diagnosis.scoring import score
from recommender.domain import Solution
from recommender.encoder.hashing import HashingEncoder
from recommender.encoder.null import NullEncoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.matching.ranked import Engine, FilterNotApplicable, Ranked, UnknownExample, Wishes
from recommender.matching.solutions import rank_solutions
from recommender.retrieval.conditions import Filter
from recommender.retrieval.situation import Situation, situation_of, situation_of_text
from tests.synthetic_records import enterprise

INSTRUMENT = load_instrument()
PAGES: dict[str, dict[str, Any]] = {
    "plan": {
        "name": "排产通",
        "text": "自动排产，插单后十分钟重排。\n交期预警发到老板手机。",
        "scenarios": [{"scenario": "planning_scheduling", "level": 2}],
        "price": {"low_yuan": "20000", "high_yuan": "40000"},
        "days_to_deploy": 20,
        "payback_months": 8,
        "deployment": ["saas"],
    },
    "quality": {
        "name": "质检通",
        "text": "来料检、首件检验录入，追溯到批次。",
        "scenarios": [{"scenario": "quality", "level": 2}, {"scenario": "production_control", "level": 2}],
        "sub_industries": ["apparel"],
        "price": {"low_yuan": "60000", "high_yuan": "90000"},
        "days_to_deploy": 60,
    },
    "store": {
        "name": "仓管通",
        "text": "扫码出入库，盘点不停工，账实相符。",
        "scenarios": [{"scenario": "warehouse_logistics", "level": 2}],
    },
    "dear": {"name": "贵价通", "text": "排产排产", "price": {"low_yuan": "900000", "high_yuan": "900000"}},
    "furniture": {"name": "拆单通", "text": "家具拆单排产", "sub_industries": ["custom_furniture"]},
    "waiting": {"name": "待审通", "text": "排产", "audit_state": "submitted"},
    "outside": {"name": "园区通", "text": "排产", "in_scope": False},
    "basic": {"name": "记账通", "text": "电子表格记账", "scenarios": [{"scenario": "finance", "level": 1}]},
    "bare": {"name": "只有名字"},
}
SOLUTIONS = {key: Solution.model_validate({"id": key} | fields) for key, fields in PAGES.items()}
ENGINE = Engine.over(
    build_snapshot(Catalogue(1, SOLUTIONS), HashingEncoder(), INSTRUMENT), HashingEncoder(), INSTRUMENT
)


def _situation(**changes: Any) -> Situation:
    firm = enterprise(1, needs=("插单一多交期就乱，排产全靠老师傅",), budget_yuan=Decimal(200_000), **changes)
    return situation_of(firm, score({"network": ["B"]}, {"finance": 2, "quality": 1}, INSTRUMENT), INSTRUMENT)


def _ids(ranked: Ranked) -> list[str]:
    return [item.id for item in ranked.items]


def _rules(ranked: Ranked) -> dict[str, int]:
    return {exclusion.rule: exclusion.count for exclusion in ranked.excluded}


def test_the_answer_to_the_need_leads_and_says_why() -> None:
    ranked = rank_solutions(ENGINE, _situation(), Wishes())
    first = ranked.items[0]
    assert first.id == "plan"
    reasons = {reason.code: reason for reason in first.reasons}
    assert reasons["text_match"].evidence == "自动排产，插单后十分钟重排。"
    assert "计划排程从未开展到二级" in reasons["gap_effect"].text
    assert "2～4 万元" in reasons["price"].text
    assert first.gap_effect is not None
    assert first.gap_effect.scenarios_short_before - first.gap_effect.scenarios_short_after == 1


def test_everything_left_out_is_counted_under_one_rule() -> None:
    ranked = rank_solutions(ENGINE, _situation(), Wishes(k=200))
    assert _rules(ranked) == {
        "not_admitted": 1,
        "out_of_scope": 1,
        "other_sub_industry": 1,
        "over_budget": 1,
        "already_reached": 1,
    }
    assert len(ranked.items) + sum(_rules(ranked).values()) == len(SOLUTIONS)
    assert {"id": "dear", "name": "贵价通"} in [dict(e) for x in ranked.excluded for e in x.examples]


def test_a_page_with_nothing_but_a_name_is_ranked_with_warnings() -> None:
    ranked = rank_solutions(ENGINE, _situation(), Wishes())
    bare = next(item for item in ranked.items if item.id == "bare")
    assert {"未公布价格，请先询价", "未说明能改进哪些场景", "未说明上线时间"} <= set(bare.warnings)
    assert 0 < bare.score < ranked.items[0].score


def test_contributions_never_exceed_the_score() -> None:
    for item in rank_solutions(ENGINE, _situation(), Wishes()).items:
        assert sum(reason.contribution for reason in item.reasons) <= item.score + 1e-3


def test_filters_hold_before_the_search_and_are_told() -> None:
    conditions = Filter.model_validate(
        {
            "must": [{"field": "scenario", "any": ["quality", "warehouse_logistics"]}],
            "must_not": [{"field": "price_yuan", "gte": 50000}],
        }
    )
    ranked = rank_solutions(ENGINE, situation_of_text("盘点"), Wishes(filter=conditions))
    assert _ids(ranked) == ["store"]
    texts = {exclusion.rule: exclusion.text for exclusion in ranked.excluded}
    assert texts["filter:scenario"] == "不符合您的筛选：场景为质量管理、仓储物流"
    assert texts["filter_not:price_yuan"] == "您选择不看：价格（元）不低于 50,000"


def test_should_lifts_and_leaves_nothing_out() -> None:
    wish = Filter.model_validate({"should": [{"field": "deployment", "any": ["saas"]}]})
    plain = rank_solutions(ENGINE, situation_of_text("车间管理"), Wishes())
    wished = rank_solutions(ENGINE, situation_of_text("车间管理"), Wishes(filter=wish))
    assert set(_ids(plain)) == set(_ids(wished))
    assert _ids(wished).index("plan") <= _ids(plain).index("plan")
    assert any(
        reason.code == "should" for item in wished.items if item.id == "plan" for reason in item.reasons
    )


def test_examples_pull_and_push() -> None:
    empty = situation_of_text("管理")
    like = rank_solutions(ENGINE, empty, Wishes(positive=("store",)))
    unlike = rank_solutions(ENGINE, empty, Wishes(negative=("store",)))
    assert _ids(like).index("store") < _ids(unlike).index("store")


def test_excluded_ids_do_not_come_back() -> None:
    ranked = rank_solutions(ENGINE, situation_of_text("排产"), Wishes(exclude_ids=("plan",)))
    assert "plan" not in _ids(ranked)
    assert _rules(ranked)["excluded_by_you"] == 1


def test_unknown_examples_and_foreign_attributes_are_refused_with_their_place() -> None:
    with pytest.raises(UnknownExample) as example:
        rank_solutions(ENGINE, situation_of_text("排产"), Wishes(positive=("absent",)))
    assert example.value.place == {"field": "positive.0"}
    foreign = Filter.model_validate({"must": [{"field": "free_capacity", "gte": 1}]})
    with pytest.raises(FilterNotApplicable) as refused:
        rank_solutions(ENGINE, situation_of_text("排产"), Wishes(filter=foreign))
    assert refused.value.place == {"field": "filter.must.0.field"}


def test_without_an_encoder_the_answer_says_so() -> None:
    lexical = build_snapshot(Catalogue(1, SOLUTIONS), NullEncoder(), INSTRUMENT)
    ranked = rank_solutions(
        Engine.over(lexical, NullEncoder(), INSTRUMENT), situation_of_text("排产"), Wishes()
    )
    assert ranked.degraded == "dense_unavailable"
    assert ranked.items
    assert rank_solutions(ENGINE, situation_of_text("排产"), Wishes()).degraded is None


def test_the_probability_is_logged_and_not_weighed() -> None:
    ranked = rank_solutions(ENGINE, situation_of_text("插单多，排产靠经验"), Wishes(k=5))
    told = [features["match_probability"] for features in ranked.features]
    assert all(probability is not None and 0 <= probability <= 1 for probability in told)
    assert told == sorted(told, key=lambda probability: -(probability or 0.0))
    assert all("match_probability" not in {r.code for r in item.reasons} for item in ranked.items)


def test_lists_are_stable() -> None:
    first = rank_solutions(ENGINE, _situation(), Wishes())
    assert first == rank_solutions(ENGINE, _situation(), Wishes())


def test_without_needs_the_weak_scenarios_speak() -> None:
    firm = enterprise(1, needs=(), business_scope=None)
    situation = situation_of(firm, score({}, {}, INSTRUMENT), INSTRUMENT)
    assert not situation.text_is_own
    assert "产品设计" in situation.text
    assert rank_solutions(ENGINE, situation, Wishes()).items
