"""Fair lists of the product: who is in the market, what they do, and that nothing is served."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.domain import Enterprise
from recommender.encoder.hashing import HashingEncoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.market import METHODS, ShareCapTooTight
from recommender.matching.fair_answer import FairLists, FairListsRequest, FairMethod
from recommender.matching.fair_lists import MarketTooLarge, NoMarket, fair_lists, seen_by_both
from recommender.matching.prospects import rank_prospects
from recommender.matching.ranked import Engine, Wishes
from recommender.retrieval.partner import lead_unit_partner
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution

INSTRUMENT = load_instrument()
TODAY = date(2026, 11, 23)
SHOWN = {"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}
UNITS = [
    lead_unit(1, text="做服装排产的", scenarios=["planning_scheduling", "quality"], capacity={"total": 3}),
    lead_unit(2, text="只做财务", scenarios=["finance"], capacity=None),
    lead_unit(3, text="已经接满", capacity={"total": 5, "in_progress": 5}),
    lead_unit(4, text="做化妆品", sub_industries=["cosmetics"]),
]


def _firm(number: int, *consents: dict[str, Any], **changes: Any) -> Enterprise:
    values = {"sub_industry": "apparel", "district": "440113", "consents": consents}
    return enterprise(number, **values | changes)


FIRMS = [
    *(_firm(number, SHOWN, budget_yuan=Decimal(10_000 * number)) for number in range(1, 13)),
    _firm(13),
    _firm(14, SHOWN | {"lead_unit": "SYN-L003"}),
    _firm(15, SHOWN | {"lead_unit": "SYN-L002"}),
    _firm(16, SHOWN | {"revoked_on": "2026-11-23"}),
    _firm(17, SHOWN, sub_industry="cosmetics"),
]
CATALOGUE = Catalogue(
    1,
    solutions={"SYN-S00001": solution(1)},
    lead_units={unit.id: unit for unit in UNITS},
    enterprises={firm.uscc: firm for firm in FIRMS},
    diagnoses={firm.uscc: diagnosis(number, of=number + 1) for number, firm in enumerate(FIRMS[:9])},
)
ENGINE = Engine.over(build_snapshot(CATALOGUE, HashingEncoder(), INSTRUMENT), HashingEncoder(), INSTRUMENT)


def made(**fields: Any) -> FairLists:
    return fair_lists(ENGINE, FairListsRequest(**{"sub_industry": "apparel", "depth": 4} | fields), on=TODAY)


def test_the_market_is_who_agreed_and_who_has_places() -> None:
    answer = made()
    assert [unit.id for unit in answer.lead_units] == ["SYN-L001", "SYN-L002"]
    expected = {firm.uscc for firm in (*FIRMS[:12], FIRMS[14])}
    assert {firm.id for firm in answer.enterprises} == expected
    assert answer.enterprises_left_out == 3
    assert {firm.id for firm in made(sub_industry="cosmetics").enterprises} == {FIRMS[16].uscc}


def test_no_one_is_shown_without_consent() -> None:
    answer = made()
    one_unit_only = FIRMS[14].uscc
    for unit in answer.lead_units:
        listed = {key for ranking in unit.rankings for key in ranking.ids}
        assert (one_unit_only in listed) <= (unit.id == "SYN-L002")
    firm = next(firm for firm in answer.enterprises if firm.id == one_unit_only)
    assert {key for ranking in firm.rankings for key in ranking.ids} == {"SYN-L002"}


def test_fair_lists_leave_no_envy_where_todays_do() -> None:
    answer = made()
    assert answer.now.enterprise_envies > 0
    assert answer.fair.enterprise_envies == answer.fair.unit_envies == 0
    assert sum(firm.matches for firm in answer.enterprises) == pytest.approx(answer.fair.matches, abs=1e-4)
    assert sum(unit.matches_now for unit in answer.lead_units) == pytest.approx(answer.now.matches, abs=1e-4)
    assert all(unit.matches <= 3 for unit in answer.lead_units if unit.id == "SYN-L001")


def test_propensities_are_the_true_ones() -> None:
    for one in (*made().enterprises, *made().lead_units):
        assert sum(ranking.probability for ranking in one.rankings) == pytest.approx(1, abs=1e-6)
        for item in one.shown:
            at_rank = [r.probability for r in one.rankings if r.ids[item.rank - 1 : item.rank] == (item.id,)]
            assert item.propensity == pytest.approx(sum(at_rank), abs=1e-6)
            assert item.propensity > 0
        assert tuple(item.id for item in one.shown) in {ranking.ids for ranking in one.rankings}


def test_lists_turn_by_the_day_and_keep_to_it() -> None:
    request = FairListsRequest(depth=4)
    days = [fair_lists(ENGINE, request, on=date(2026, 11, day)).lead_units for day in (23, 23, 24, 25, 26)]
    assert days[0] == days[1]
    assert len({unit.shown for units in days for unit in units if unit.id == "SYN-L001"}) > 1


def test_the_market_is_of_those_who_are_listed() -> None:
    seen = seen_by_both(ENGINE, FIRMS, UNITS, on=TODAY)
    for column, unit in enumerate(UNITS):
        partner = lead_unit_partner(unit, CATALOGUE.solutions)
        listed = {item.id for item in rank_prospects(ENGINE, partner, Wishes(k=50), on=TODAY).items}
        assert seen.allowed[:, column].tolist() == [firm.uscc in listed for firm in FIRMS]
        assert (seen.forward[seen.allowed] > 0).all()
        assert (seen.reverse[seen.allowed] > 0).all()


def test_every_method_of_the_market_can_be_asked_for() -> None:
    assert set(FairMethod) == set(METHODS)


@pytest.mark.parametrize("method", list(FairMethod))
def test_every_method_makes_lists(method: FairMethod) -> None:
    answer = made(method=method)
    assert answer.policy_version == f"fair-{method}-1"
    assert answer.fair.matches > 0


def test_a_cap_that_cannot_be_kept_is_told() -> None:
    assert not any("上限" in warning for warning in made(share_cap=0.7).warnings)
    with pytest.raises(ShareCapTooTight):
        made(share_cap=0.3)


def test_without_anyone_to_meet_there_is_no_market() -> None:
    with pytest.raises(NoMarket):
        made(sub_industry="luggage")


def test_a_market_that_fills_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.matching.fair_lists._MOST_MEMBERS", 12)
    with pytest.raises(MarketTooLarge, match="13"):
        made()
