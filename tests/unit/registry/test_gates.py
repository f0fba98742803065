"""Gates on catalogues whose answer is known: what is worse, unfair or slow is refused, and says why."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.null import NullEncoder
from recommender.exposure.caps import Cap, Caps, Market
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.learning.labelled_files import LabelledNeed
from recommender.matching.ranked import Engine
from recommender.ranking.priors import FeaturePrior
from recommender.ranking.ranking_model import RankingModel, shipped_model
from recommender.registry.fairness_gate import fairness_gate
from recommender.registry.gate import (
    FairnessRule,
    GateResult,
    GateRules,
    GateStatus,
    OfflineRule,
    OffPolicyRule,
    UnusableGates,
    read_gate_rules,
)
from recommender.registry.gates import Gates
from recommender.registry.latency_gate import _judge, latency_gate
from recommender.registry.off_policy_gate import off_policy_gate
from recommender.registry.offline_gate import offline_gate
from recommender.settings import data_dir
from recommender.store import Store
from recommender.text.sub_industry import complete_enterprise
from tests.synthetic_records import enterprise, lead_unit, solution, uscc

INSTRUMENT = load_instrument()
ON = date(2026, 11, 25)
SHOWN = [{"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}]
RULES = read_gate_rules()
#: Pages that share no word, and a need for each.
WORDS = ("排产插单交期", "仓库盘点条码", "电表能耗峰谷", "检验追溯不合格", "点检保养停机", "报价客户回款")
DEAR, CHEAP = ("90000", "120000"), ("1000", "2000")


def catalogue() -> Catalogue:
    """Products told apart by words; every answer is dear, a cheap stranger answers nothing."""
    products = [
        solution(n, text=word * 9, provider={"id": f"SYN-V{n}", "name": f"合成服务商{n}"}, price=_price(DEAR))
        for n, word in enumerate(WORDS)
    ]
    products += [
        solution(
            50 + n, text="综合平台" * 9, provider={"id": "SYN-V50", "name": "合成大商"}, price=_price(CHEAP)
        )
        for n in range(3)
    ]
    firms = [
        complete_enterprise(
            enterprise(
                n,
                district="440113",
                sub_industry="apparel",
                needs=(WORDS[n % len(WORDS)],),
                consents=SHOWN,
                employees=30 if n % 2 else 700,
                revenue_yuan="90000000",
            )
        )
        for n in range(30)
    ]
    units = [
        lead_unit(1, capacity={"total": 100, "in_progress": 0}, text="综合平台"),
        *(
            lead_unit(n, capacity={"total": 10, "in_progress": 8}, text=WORDS[n] * 5, districts=["440113"])
            for n in range(2, 6)
        ),
    ]
    return Catalogue(
        version=1,
        solutions={one.id: one for one in products},
        lead_units={one.id: one for one in units},
        enterprises={one.uscc: one for one in firms},
    )


def _price(bounds: tuple[str, str]) -> dict[str, str]:
    return {"low_yuan": bounds[0], "high_yuan": bounds[1], "basis": "per_year"}


SNAPSHOT = build_snapshot(catalogue(), NullEncoder(), INSTRUMENT)
SERVED = Engine.over(SNAPSHOT, NullEncoder(), INSTRUMENT)


def only(kind: str, **weights: float) -> RankingModel:
    """A model that weighs nothing else in one kind of ranking."""
    shipped = shipped_model()
    own = {
        name: FeaturePrior(weight=weights.get(name, 0.0), unknown=prior.unknown)
        for name, prior in getattr(shipped.weights, kind).items()
    }
    return shipped.model_copy(
        update={"version": f"{kind}-only", "weights": shipped.weights.model_copy(update={kind: own})}
    )


def needs() -> list[LabelledNeed]:
    return [
        LabelledNeed(id=f"n{turn}-{n}", text=f"{word}第{turn}次", solution_id=f"SYN-S{n:05d}")
        for turn in range(4)
        for n, word in enumerate(WORDS)
    ]


# -- offline -----------------------------------------------------------------------------------------

OFFLINE = RULES.offline.model_copy(update={"least_needs": 20})


def offline(model: RankingModel, rule: OfflineRule = OFFLINE, known: Any = None) -> GateResult:
    return offline_gate(rule, SERVED.ranking_with(model), SERVED, needs() if known is None else known)


def test_the_same_model_under_another_name_passes() -> None:
    found = offline(shipped_model().model_copy(update={"version": "twin"}))
    assert (found.status, found.lets_pass) == (GateStatus.PASSED, True)
    differences = [figure for figure in found.figures if figure.name.endswith("difference")]
    assert [(one.value, one.n) for one in differences] == [(0.0, 6), (0.0, 6)]


def test_a_model_that_goes_by_price_alone_is_refused() -> None:
    found = offline(only("solution", price=1.0))
    assert (found.status, found.lets_pass) == (GateStatus.FAILED, False)
    figures = {figure.name: figure for figure in found.figures}
    # As bare words there is no price to go by: nothing applies and the text alone breaks the tie.
    assert figures["enterprise_served"].value == 1.0
    # Three cheap strangers come first; among the dear ones, which tie, the text decides.
    assert figures["enterprise_candidate"].value == pytest.approx(1 / np.log2(5))
    assert "只有文字" in found.text
    assert "结合企业情况" in found.text


def test_few_needs_are_too_little_and_the_rule_says_what_that_means() -> None:
    for lets_pass in (True, False):
        rule = OFFLINE.model_copy(update={"pass_without_evidence": lets_pass})
        gone = [need.model_copy(update={"solution_id": "gone"}) for need in needs()]
        for known in ([], needs()[:19], gone):
            found = offline(only("solution", price=1.0), rule, known)
            assert (found.status, found.lets_pass) == (GateStatus.TOO_LITTLE_EVIDENCE, lets_pass)
            assert ("不放行" in found.text) != lets_pass


# -- fairness ----------------------------------------------------------------------------------------

CAPS = Caps(
    version="test",
    least_impressions=1,
    least_enterprises=5,
    caps=(
        Cap(market=Market.LEAD_UNIT, sub_industry=None, max_share=0.5),
        Cap(market=Market.LEAD_UNIT, sub_industry="*", max_share=0.6),
        Cap(market=Market.VENDOR, sub_industry=None, max_share=0.4),
    ),
)
FAIRNESS = RULES.fairness.model_copy(update={"depth": 2})


def fairness(
    model: RankingModel, rule: FairnessRule = FAIRNESS, new: frozenset[str] = frozenset(), caps: Caps = CAPS
) -> GateResult:
    return fairness_gate(rule, SERVED.ranking_with(model), SERVED, new, ON, caps=caps)


def test_the_served_model_is_no_more_unfair_than_itself() -> None:
    found = fairness(shipped_model())
    assert found.status is GateStatus.PASSED
    rises = [figure for figure in found.figures if figure.name.endswith("_rise")]
    assert {figure.value for figure in rises} == {0.0}


def test_a_model_that_favours_one_lead_unit_is_refused() -> None:
    """By free places alone one unit comes first in every list: 1 of 1 + 1/2, two thirds."""
    found = fairness(only("lead_unit", capacity=1.0))
    assert (found.status, found.lets_pass) == (GateStatus.FAILED, False)
    assert "合成牵引单位1" in found.text
    share = next(figure for figure in found.figures if figure.name == "lead_unit_all_share")
    assert share.value == pytest.approx(2 / 3)
    assert share.n == 30


def test_a_model_that_favours_one_vendor_is_refused() -> None:
    found = fairness(only("solution", price=1.0))
    assert found.status is GateStatus.FAILED
    assert "合成大商" in found.text


def test_new_products_and_small_firms_keep_their_share() -> None:
    lenient = CAPS.model_copy(update={"caps": ()})
    # Only the cheap strangers are old: a model that goes by price pushes every new product out.
    new = frozenset(key for key in SNAPSHOT.catalogue.solutions if key < "SYN-S00050")
    found = fairness(only("solution", price=1.0), new=new, caps=lenient)
    assert found.status is GateStatus.FAILED
    assert "新入池产品在候选模型下占 0%" in found.text
    everything = frozenset(SNAPSHOT.catalogue.solutions)
    kept = fairness(only("solution", price=1.0), new=everything, caps=lenient)
    assert kept.status is GateStatus.PASSED
    assert any("全部是新入池产品" in note for note in kept.notes)
    assert any("小微企业" in note for note in kept.notes)


def test_few_enterprises_are_too_little() -> None:
    rule = FAIRNESS.model_copy(update={"least_lists": 31})
    assert fairness(only("lead_unit", capacity=1.0), rule).status is GateStatus.TOO_LITTLE_EVIDENCE


# -- latency -----------------------------------------------------------------------------------------


def test_a_model_that_takes_twice_as_long_is_refused() -> None:
    rule = RULES.latency
    base = np.linspace(0.010, 0.012, 30)
    for factor, status in ((1.0, GateStatus.PASSED), (1.4, GateStatus.PASSED), (2.0, GateStatus.FAILED)):
        found = _judge(rule, np.stack([base * factor, base]))
        assert found.status is status
        assert {figure.name: figure.value for figure in found.figures}["ratio"] == pytest.approx(factor)
    uneven = base.copy()
    uneven[-2:] = 0.030
    assert _judge(rule, np.stack([uneven, base])).status is GateStatus.TOO_LITTLE_EVIDENCE


def test_the_same_model_is_as_fast_as_itself() -> None:
    rule = RULES.latency.model_copy(update={"enterprises": 10, "most_ratio": 5.0})
    found = latency_gate(rule, SERVED, SERVED)
    assert found.status is GateStatus.PASSED
    assert all(figure.n == 10 for figure in found.figures)


# -- together ----------------------------------------------------------------------------------------


def test_an_empty_log_is_too_little(store: Store) -> None:
    rule = OffPolicyRule(title="日志", on=True, pass_without_evidence=True, outcome="contact")
    found = off_policy_gate(rule, shipped_model(), store, store.clock())
    assert (found.status, found.lets_pass) == (GateStatus.TOO_LITTLE_EVIDENCE, True)


def quick(**changes: Any) -> GateRules:
    rules = json.loads((data_dir() / "registry" / "gates.json").read_text(encoding="utf-8"))
    rules["offline"]["least_needs"] = 20
    rules["latency"] |= {"enterprises": 3, "repeats": 1, "most_ratio": 50}
    for gate, values in changes.items():
        rules[gate] |= values
    return GateRules.model_validate(rules)


def test_one_gate_is_enough_to_hold_a_model_back(store: Store) -> None:
    fair = {"fairness": {"on": False}}
    stages: set[str] = set()
    for model, passed in ((shipped_model(), True), (only("solution", price=1.0), False)):
        gates = Gates(store, lambda: SERVED, rules=lambda: quick(**fair))
        report = gates.measure(
            model, shipped_model(), needs=needs(), progress=lambda stage, *_: stages.add(stage)
        )
        assert report.passed is passed
        assert [result.gate for result in report.gates] == ["offline", "off_policy", "latency"]
        assert ("离线质量——" in report.text) is not passed
    assert stages == {"gate_offline", "gate_latency"}
    closed = {name: {"on": False} for name in ("offline", "off_policy", "fairness", "latency")}
    gates = Gates(store, lambda: SERVED, rules=lambda: quick(**closed))
    report = gates.measure(shipped_model(), shipped_model())
    assert (report.passed, report.gates) == (True, ())


def test_an_installation_may_have_gates_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "gates.json"
    assert read_gate_rules(own) == read_gate_rules()
    own.write_text(quick(offline={"on": False}).model_dump_json(), encoding="utf-8")
    assert not read_gate_rules(own).offline.on
    for broken in ("", "{}", '{"version": "x"}'):
        own.write_text(broken)
        with pytest.raises(UnusableGates):
            read_gate_rules(own)


def test_an_engine_keeps_what_outcomes_taught() -> None:
    other = only("solution", price=1.0)
    fitted = replace(SERVED, match=SERVED.match.model_copy(update={"source": "fitted"}))
    assert fitted.ranking_with(other).match is fitted.match
    assert SERVED.ranking_with(other).match is other.weights.match
    assert uscc(0) in SNAPSHOT.catalogue.enterprises
