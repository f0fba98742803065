"""The reviewers' sheet, the form, and what each finding rests on."""

import re
from datetime import date
from decimal import Decimal

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.null import NullEncoder
from recommender.index.keeper import SnapshotKeeper
from recommender.pool.claims import claims_without_evidence
from recommender.pool.form import check_form
from recommender.pool.indicators import lightness_of
from recommender.pool.rules import load_form
from recommender.pool.service import PoolService
from recommender.ranking.priors import load_priors
from recommender.store import Store
from tests.synthetic_records import enterprise
from tests.unit.pool.handing_in import FIRST, PAGE, VENDOR, Clock, product, request

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("changes", "code", "severity"),
    [
        ({"provider": None}, "missing", "error"),
        ({"text": "太短"}, "too_short", "error"),
        ({"summary": "长" * 300}, "too_long", "error"),
        ({"url": None}, "missing", "suggestion"),
        ({"price": {"low_yuan": "1", "high_yuan": "50"}}, "price_implausible", "error"),
        ({"price": {"low_yuan": "1000", "high_yuan": "9000000"}}, "price_implausible", "error"),
        ({"price": {"low_yuan": "0", "high_yuan": "5000"}}, "price_free", "warning"),
        ({"price": {"low_yuan": "1000", "high_yuan": "50000"}}, "price_wide", "warning"),
        ({"days_to_deploy": 400}, "days_implausible", "error"),
        ({"payback_months": 90}, "payback_long", "warning"),
        ({"evidence": [{"kind": "case", "text": "合成案例：一家好工厂"}]}, "effect_unsupported", "warning"),
        ({"item_options": [{"item": "network", "letter": "Z"}]}, "unknown_option", "error"),
        ({"audit_state": "admitted"}, "audit_state", "error"),
        (
            {"customers": [{"name": "合成客户", "employees": 20, "since": "2027-01-01"}]},
            "customer_in_future",
            "error",
        ),
    ],
)
def test_what_the_form_finds(changes: dict[str, object], code: str, severity: str) -> None:
    found = check_form(request(**changes), load_form(), load_instrument(), TODAY)
    assert (code, severity) in {(finding.code, finding.severity) for finding in found}
    assert all(re.search("[\u4e00-\u9fff]", finding.text) for finding in found)


def test_a_good_form_has_only_the_suggestion_of_customers() -> None:
    found = check_form(request(), load_form(), load_instrument(), TODAY)
    assert [(finding.code, finding.severity) for finding in found] == [("few_customers", "suggestion")]
    told = [{"name": f"合成客户{n}", "employees": 300, "since": "2026-05-20"} for n in range(5)]
    assert check_form(request(customers=told), load_form(), load_instrument(), TODAY) == ()
    late = [{**customer, "since": "2026-06-01"} for customer in told]
    assert len(check_form(request(customers=late), load_form(), load_instrument(), TODAY)) == 1


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("效率提升30%。", "30%"),
        ("库存降低了三成，", "三成"),
        ("停机减少一半。", "一半"),
        ("交期缩短 2 倍", "2倍"),
        ("不良率下降百分之二十", "百分之二十"),
        ("能把错误减少2.5个百分点", "2.5个百分点"),
        ("三天上线，价格不提升。", None),
        ("提升管理水平，有30%的客户来自注塑行业。", "30%"),
    ],
)
def test_results_without_evidence(sentence: str, figures: str | None) -> None:
    found = [
        one
        for one in claims_without_evidence(product(text=PAGE + sentence), 5)
        if one.code == "result_unsupported"
    ]
    assert [figures in one.text for one in found] == ([] if figures is None else [True])
    if figures is not None:
        proved = product(
            text=PAGE + sentence, evidence=[{"kind": "test", "text": f"车间报工实测：{figures}"}]
        )
        assert claims_without_evidence(proved, 5) == ()


def test_a_page_that_lists_everything_looks_stuffed() -> None:
    stuffed = product(text=PAGE + "还支持排产、质检、设备点检、能耗监测、采购、仓储、财务、考勤、审批。")
    assert "keyword_stuffing" in {one.code for one in claims_without_evidence(stuffed, 5)}
    assert "keyword_stuffing" not in {one.code for one in claims_without_evidence(product(), 5)}


def test_indicators_stand_among_products_with_a_scenario_in_common() -> None:
    pool = [
        product(
            f"SYN-X{n}",
            price={"low_yuan": str(1000 * n), "high_yuan": "90000", "basis": "per_year"},
            days_to_deploy=n,
        )
        for n in range(1, 11)
    ]
    elsewhere = product("SYN-X90", scenarios=[{"scenario": "finance", "level": 2}])
    suspended = product("SYN-X91", audit_state="suspended")
    light = lightness_of(
        product(payback_months=None), [*pool, elsewhere, suspended], load_priors().thresholds, 5
    )
    by_name = {one.name: one for one in light.indicators}
    assert (by_name["price"].value, by_name["price"].percentile, by_name["price"].n) == (
        Decimal(6000),
        55.0,
        10,
    )
    assert (by_name["days"].percentile, by_name["days"].meets) == (25.0, True)
    assert light.missing == ("回本月数",)
    assert light.prices is not None
    assert (light.prices.n, light.prices.median_yuan) == (10, Decimal(5500))
    few = lightness_of(product(), pool[:4], load_priors().thresholds, 5)
    assert all(one.percentile is None for one in few.indicators)


def test_the_sheet_brings_duplicates_relations_and_changes(
    pool: PoolService, store: Store, clock: Clock
) -> None:
    with store.begin() as work:
        work.solutions.put_many(
            [
                product("SYN-P1"),
                product("SYN-P2", text="合成样本。" + "财务总账凭证报表，月底结账不求人。" * 8),
            ]
        )
        work.enterprises.put(enterprise(1, name="合成服务商·试航软件"))
    pool.submit(request("SYN-P7", name="合成样本·换名", days_to_deploy=8))
    sheet = pool.sheet("SYN-P7")
    assert [other.id for other in sheet.near_duplicates] == ["SYN-P1"]
    (other,) = sheet.near_duplicates
    assert other.same_provider
    assert other.score > 0.95
    assert {"price", "evidence", "scenarios"} <= set(other.same_fields)
    assert other.passages[0].ours == other.passages[0].theirs
    assert {party.code for party in sheet.related} == {"offered_by_lead_unit", "provider_is_enterprise"}
    assert sheet.waiting is not None
    assert sheet.waiting.waiting_for == 2
    assert sheet.degraded is None
    clock.pass_days(21)
    assert pool.queue(overdue=True).total == 1
    pool.submit(request("SYN-P1", days_to_deploy=5, text=PAGE + "\n新增多语言界面，越南语和泰语都有。"))
    changes = {change.field: change for change in pool.sheet("SYN-P1").changes}
    assert (changes["days_to_deploy"].before, changes["days_to_deploy"].after) == (3, 5)
    assert changes["text"].lines[-1] == "+新增多语言界面，越南语和泰语都有。"


def test_without_vectors_the_sheet_says_so(store: Store, keeper: SnapshotKeeper, pool: PoolService) -> None:
    with store.begin() as work:
        work.solutions.put(product("SYN-P1"))
    blind = PoolService(store, keeper, NullEncoder(), load_instrument())
    blind.submit(request("SYN-P7"))
    sheet = blind.sheet("SYN-P7")
    assert sheet.degraded == "dense_unavailable"
    assert [other.id for other in sheet.near_duplicates] == ["SYN-P1"]
    assert [frozenset((pair.id, pair.other.id)) for pair in blind.duplicates()] == []


def test_pending_submissions_of_others_are_compared_too(pool: PoolService, store: Store) -> None:
    pool.submit(request("SYN-P1"))
    pool.submit(request("SYN-P2", actor="SYN-V8", provider={"id": "SYN-V8", "name": "合成服务商·抄录"}))
    assert [other.id for other in pool.sheet("SYN-P2").near_duplicates] == ["SYN-P1"]


def test_history_keeps_every_version_and_hides_what_was_never_shown(pool: PoolService, store: Store) -> None:
    with store.begin() as work:
        work.solutions.put(product("SYN-P1"))
    pool.submit(request("SYN-P1", days_to_deploy=30, note="改了工期"))
    pool.review("SYN-P1", "reject", "工期与合同不符", FIRST)
    pool.submit(request("SYN-P1", days_to_deploy=10))
    pool.review("SYN-P1", "admit", "属实", FIRST)
    full = pool.history("SYN-P1", submissions=True)
    assert [entry.kind for entry in full.entries] == [
        "record",
        "pool_submitted",
        "pool_opinion",
        "pool_rejected",
        "pool_submitted",
        "pool_opinion",
        "pool_admitted",
        "record",
    ]
    days = [
        change.after for entry in full.entries for change in entry.changes if change.field == "days_to_deploy"
    ]
    assert days == [30, 10, 10]
    public = pool.history("SYN-P1")
    assert [entry.kind for entry in public.entries] == ["record", "pool_admitted", "record"]
    assert VENDOR not in {entry.actor for entry in public.entries}
    assert "30" not in public.model_dump_json(include={"entries": {"__all__": {"changes"}}})
