"""Serving: on disk before the answer, replayed to the byte, and never behind a revoked consent."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from recommender.diagnosis.instrument import Instrument, load_instrument
from recommender.diagnosis.scoring import DiagnosisResult
from recommender.domain.enterprise import PartnerKind
from recommender.encoder.hashing import HashingEncoder
from recommender.errors import Unavailable
from recommender.index.catalogue import Catalogue
from recommender.index.keeper import SnapshotKeeper
from recommender.index.snapshot import score_diagnoses
from recommender.index.storage import SnapshotStorage
from recommender.matching.request import ProspectRequest, RecommendationRequest
from recommender.matching.service import MatchingService
from recommender.matching.unknown import UnknownEnterprise, UnknownLeadUnit, UnknownRecommendation
from recommender.store import Store
from recommender.store.repositories.served_lists import ServedListRepository
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution, uscc

INSTRUMENT = load_instrument()
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHOWN = {"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}


@pytest.fixture
def service(store: Store, tmp_path: Path) -> Iterator[MatchingService]:
    with store.begin() as unit:
        unit.solutions.put_many([solution(n) for n in range(4)])
        unit.enterprises.put(enterprise(1, consents=[SHOWN], sub_industry="apparel"))
        unit.diagnoses.put(diagnosis(1))
        unit.lead_units.put(lead_unit(1))
    encoder = HashingEncoder()
    keeper = SnapshotKeeper(store, encoder, INSTRUMENT, SnapshotStorage(tmp_path / "snapshots"))
    keeper.refresh()
    store.clock = lambda: NOW
    yield MatchingService(store, keeper, encoder, INSTRUMENT)
    keeper.stop()


def _for_enterprise(number: int = 1, **fields: object) -> RecommendationRequest:
    return RecommendationRequest.model_validate({"enterprise": uscc(number)} | fields)


def test_what_was_shown_is_replayed_to_the_byte_with_its_features(service: MatchingService) -> None:
    answer = service.recommend(_for_enterprise(k=3))
    served = service.replay(answer.recommendation_id)
    assert served.response == answer.model_dump_json()
    assert [item.object_id for item in served.items] == [item.id for item in answer.items]
    assert all(item.propensity == 1.0 for item in served.items)
    assert served.items[0].features["gap_effect"] is not None
    assert served.index_version == answer.index_version
    assert served.served_at == NOW


def test_nothing_is_answered_that_is_not_on_disk(
    service: MatchingService, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: ServedListRepository, _served: object) -> None:
        raise Unavailable("磁盘已满")

    monkeypatch.setattr(ServedListRepository, "save", full)
    with pytest.raises(Unavailable):
        service.recommend(_for_enterprise())


def test_target_lead_unit_and_text(service: MatchingService) -> None:
    units = service.recommend(_for_enterprise(target="lead_unit"))
    assert [item.id for item in units.items] == ["SYN-L001"]
    text = service.recommend(RecommendationRequest.model_validate({"text": "交期预警"}))
    assert text.target == "solution"
    assert text.items[0].gap_effect is None


def test_a_profile_is_judged_without_being_stored(service: MatchingService, store: Store) -> None:
    request = RecommendationRequest.model_validate(
        {"profile": {"gb4754": "C1830", "needs": ["交期总延误"], "scenarios": {"quality": 2}}}
    )
    answer = service.recommend(request)
    assert answer.subject["level"] == 0
    assert any(reason.code == "gap_effect" for reason in answer.items[0].reasons)
    with store.read() as unit:
        assert unit.enterprises.count() == 1


def test_a_suspended_product_disappears_at_once(service: MatchingService, store: Store) -> None:
    with store.begin() as unit:
        unit.solutions.put(solution(2, audit_state="suspended"))
    answer = service.recommend(_for_enterprise())
    assert "SYN-S00002" not in [item.id for item in answer.items]
    assert "+" in answer.index_version


def test_a_revoked_consent_counts_at_once(service: MatchingService, store: Store) -> None:
    before = service.prospects(PartnerKind.LEAD_UNIT, "SYN-L001", ProspectRequest())
    assert [item.id for item in before.items] == [uscc(1)]
    with store.begin() as unit:
        revoked = SHOWN | {"revoked_on": "2026-11-23"}
        unit.enterprises.put(enterprise(1, consents=[revoked], sub_industry="apparel"))
    assert service.prospects(PartnerKind.LEAD_UNIT, "SYN-L001", ProspectRequest()).items == ()


def test_an_enterprise_stored_a_moment_ago_is_known(service: MatchingService, store: Store) -> None:
    with store.begin() as unit:
        unit.enterprises.put(enterprise(9))
        unit.diagnoses.put(diagnosis(9, of=9))
    assert service.recommend(_for_enterprise(9)).subject["level"] == 0


def test_unknown_subjects(service: MatchingService) -> None:
    with pytest.raises(UnknownEnterprise):
        service.recommend(_for_enterprise(77))
    with pytest.raises(UnknownLeadUnit):
        service.prospects(PartnerKind.LEAD_UNIT, "nobody", ProspectRequest())
    with pytest.raises(UnknownRecommendation):
        service.replay("nothing")


def test_a_request_names_exactly_one_subject() -> None:
    for fields in ({}, {"enterprise": uscc(1), "text": "排产"}, {"text": "  "}):
        with pytest.raises(ValueError, match=r"三项必须且只能填一项|at least 1 character"):
            RecommendationRequest.model_validate(fields)


def test_a_change_is_scored_once_however_many_requests_follow(
    service: MatchingService, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    scored: list[str] = []

    def counting(catalogue: Catalogue, instrument: Instrument) -> dict[str, DiagnosisResult]:
        scored.extend(catalogue.diagnoses)
        return score_diagnoses(catalogue, instrument)

    monkeypatch.setattr("recommender.matching.service.score_diagnoses", counting)
    for number in (2, 3):
        with store.begin() as unit:
            unit.enterprises.put(enterprise(number))
            unit.diagnoses.put(diagnosis(number, of=number))
        for known in range(2, number + 1):
            assert service.recommend(_for_enterprise(known)).subject["level"] == 0
    assert sorted(scored) == [uscc(2), uscc(3)]


def test_what_is_missing_from_a_list_is_told_by_rule_or_place(service: MatchingService) -> None:
    request = _for_enterprise(k=1, exclude_ids=[solution(2).id])
    shown = service.recommend(request).items[0]
    found = {one.id: one for one in service.absences(request, "", most=10)}
    assert sorted(found) == sorted(solution(n).id for n in range(4))
    assert found[solution(2).id].rule == "您已选择不再显示"
    assert found[solution(2).id].place is None
    assert (found[shown.id].place, found[shown.id].rule) == (1, None)
    assert found[shown.id].score == pytest.approx(shown.score, abs=1e-6)
    others = [one for one in found.values() if one.place is not None and one.place > 1]
    assert others
    assert all(one.score is not None and one.score <= shown.score for one in others)
    assert len(service.absences(request, solution(1).name, most=10)) == 1


def test_asking_why_serves_nothing(service: MatchingService, store: Store) -> None:
    service.absences(_for_enterprise(), "", most=10)
    with store.read() as unit:
        assert unit.served_lists.count() == 0
