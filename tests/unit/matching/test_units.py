"""Lead units for an enterprise, and the enterprises that agreed to be shown to a lead unit."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.domain import Enterprise
from recommender.encoder.hashing import HashingEncoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.matching.lead_units import rank_lead_units
from recommender.matching.prospects import rank_prospects
from recommender.matching.ranked import Engine, Ranked, Wishes
from recommender.retrieval.partner import lead_unit_partner
from recommender.retrieval.situation import situation_of
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution

INSTRUMENT = load_instrument()
TODAY = date(2026, 11, 23)
SHOWN = {"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}
UNITS = [
    lead_unit(1, text="做服装排产的", scenarios=["planning_scheduling", "quality", "production_control"]),
    lead_unit(2, text="只做财务", scenarios=["finance"], districts=["440113"]),
    lead_unit(3, capacity={"total": 5, "in_progress": 5}),
    lead_unit(4, sub_industries=["cosmetics"]),
    lead_unit(5, districts=["440115"]),
    lead_unit(6, capacity=None, solution_ids=["SYN-S00001"]),
]


def _firm(number: int, *consents: dict[str, Any], **changes: Any) -> Enterprise:
    values = {"sub_industry": "apparel", "district": "440113", "consents": consents, "address": "某路1号"}
    return enterprise(number, **values | changes)


FIRMS = [
    _firm(1, SHOWN, budget_yuan=Decimal(90_000)),
    _firm(2),
    _firm(3, SHOWN | {"revoked_on": "2026-11-23"}),
    _firm(4, SHOWN | {"lead_unit": "SYN-L002"}),
    _firm(5, SHOWN, sub_industry="cosmetics"),
    _firm(6, SHOWN | {"granted_on": "2026-11-24"}),
    _firm(7, SHOWN, needs=("财务月底才知道盈亏",)),
    _firm(8, {"purpose": "share_contact", "granted_on": "2026-01-01"}),
]
CATALOGUE = Catalogue(
    1,
    solutions={"SYN-S00001": solution(1)},
    lead_units={unit.id: unit for unit in UNITS},
    enterprises={firm.uscc: firm for firm in FIRMS},
    diagnoses={firm.uscc: diagnosis(number, of=number + 1) for number, firm in enumerate(FIRMS[:6])},
)
PARTNERS = [lead_unit_partner(unit, CATALOGUE.solutions) for unit in UNITS]
ENGINE = Engine.over(build_snapshot(CATALOGUE, HashingEncoder(), INSTRUMENT), HashingEncoder(), INSTRUMENT)


def _ids(ranked: Ranked) -> list[str]:
    return [item.id for item in ranked.items]


def _rules(ranked: Ranked) -> dict[str, int]:
    return {exclusion.rule: exclusion.count for exclusion in ranked.excluded}


def test_lead_units_by_coverage_with_the_full_and_the_foreign_left_out() -> None:
    situation = situation_of(FIRMS[0], ENGINE.snapshot.results[FIRMS[0].uscc], INSTRUMENT)
    ranked = rank_lead_units(ENGINE, situation, Wishes())
    assert _ids(ranked)[0] == "SYN-L001"
    assert _rules(ranked) == {"no_capacity": 1, "other_sub_industry": 1, "other_district": 1}
    coverage = next(reason for reason in ranked.items[0].reasons if reason.code == "coverage")
    assert "联合体覆盖 3 个：计划排程、生产管控、质量管理" in coverage.text


def test_a_product_of_the_pool_speaks_for_its_lead_unit() -> None:
    situation = situation_of(FIRMS[0], ENGINE.snapshot.results[FIRMS[0].uscc], INSTRUMENT)
    ranked = rank_lead_units(ENGINE, situation, Wishes())
    unit = next(item for item in ranked.items if item.id == "SYN-L006")
    assert any(reason.code == "products" and reason.evidence == "合成样本方案1" for reason in unit.reasons)


def test_an_undiagnosed_enterprise_is_told_what_could_not_be_judged() -> None:
    ranked = rank_lead_units(ENGINE, situation_of(FIRMS[7], None, INSTRUMENT), Wishes())
    assert all("您还没有诊断记录，覆盖场景未计入" in item.warnings for item in ranked.items)


def test_only_consenting_prospects_are_shown_and_the_others_are_only_counted() -> None:
    ranked = rank_prospects(ENGINE, PARTNERS[0], Wishes(k=200), on=TODAY)
    assert set(_ids(ranked)) == {FIRMS[0].uscc, FIRMS[6].uscc}
    assert _rules(ranked) == {"no_consent": 5, "other_sub_industry": 1}
    hidden = next(exclusion for exclusion in ranked.excluded if exclusion.rule == "no_consent")
    assert hidden.examples == ()


def test_a_consent_for_one_unit_is_for_that_unit() -> None:
    assert FIRMS[3].uscc in _ids(rank_prospects(ENGINE, PARTNERS[1], Wishes(k=200), on=TODAY))
    assert FIRMS[3].uscc not in _ids(rank_prospects(ENGINE, PARTNERS[0], Wishes(k=200), on=TODAY))


def test_a_consent_begins_and_ends_on_its_day() -> None:
    earlier = rank_prospects(ENGINE, PARTNERS[0], Wishes(k=200), on=date(2026, 11, 22))
    later = rank_prospects(ENGINE, PARTNERS[0], Wishes(k=200), on=date(2026, 11, 24))
    assert FIRMS[2].uscc in _ids(earlier)
    assert FIRMS[2].uscc not in _ids(later)
    assert FIRMS[5].uscc in _ids(later)


def test_prospects_show_no_address_and_no_contact() -> None:
    shown = rank_prospects(ENGINE, PARTNERS[0], Wishes(), on=TODAY).items[0]
    assert "某路1号" not in shown.model_dump_json()
    assert shown.facts["contact"] == "企业发起联系后可见"
    assert shown.forward is not None
    assert shown.reverse is not None
    both = 2 * shown.forward * shown.reverse / (shown.forward + shown.reverse)
    assert shown.score == pytest.approx(both, abs=1e-5)
