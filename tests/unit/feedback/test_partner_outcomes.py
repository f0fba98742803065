"""Outcomes of pairs and of projects, as the log tells them."""

from datetime import datetime, timedelta
from functools import partial

import pytest

from recommender.domain import Event
from recommender.domain.served_list import ServedItem, ServedList
from recommender.domain.taxonomy import SubIndustry
from recommender.feedback.partner_outcomes import pair_outcomes, track_record
from recommender.learning.experience import ExperienceKeeper
from recommender.ranking.ranking_model import shipped_model
from recommender.ranking.track_record import Ended, TrackRecord
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, enterprise, event_body, lead_unit, served_list, solution, uscc

LATER = SERVED_AT + timedelta(days=90)


def _list(number: int, subject: str, objects: list[str], target: str = "lead_unit") -> ServedList:
    items = tuple(
        ServedItem(
            rank=rank,
            object_id=key,
            score=0.5,
            propensity=1.0,
            features={"forward": 0.1 * rank, "reverse": 0.6},
        )
        for rank, key in enumerate(objects, start=1)
    )
    return served_list(number, subject=subject, target=target, items=items)


def _event(number: int, type_: str, obj: str, days: float, list_: int | None = 1, **more: str) -> Event:
    at = SERVED_AT + timedelta(hours=list_ or 0, days=days)
    body = event_body(
        number, type=type_, object=obj, occurred_at=at.isoformat(), attributes={"reason": "太远"}, **more
    )
    named = {} if list_ is None else {"recommendation_id": f"rec-{list_:04d}"}
    return Event.model_validate(body | named)


def _log(store: Store, lists: list[ServedList], events: list[Event]) -> None:
    with store.begin() as work:
        for served in lists:
            work.served_lists.save(served)
        work.events.append(events)


def _matched(store: Store, now: datetime = LATER) -> dict[tuple[str, str], bool]:
    with store.read() as work:
        return {(o.enterprise, o.partner): o.matched for o in pair_outcomes(work, now)}


def test_what_says_something_and_what_does_not(store: Store) -> None:
    units = ["L1", "L2", "L3", "L4", "L5"]
    events = [
        _event(1, "contact", "L1", 3),
        _event(2, "dismiss", "L2", 1),
        # Seen, and nothing came of it.
        _event(3, "impression", "L3", 0),
        # Never seen: L4. A contact after its horizon, never seen either: L5.
        _event(4, "contact", "L5", 80),
    ]
    _log(store, [_list(1, uscc(1), units)], events)
    assert _matched(store) == {(uscc(1), "L1"): True, (uscc(1), "L2"): False, (uscc(1), "L3"): False}
    # While a contact may still come, having been seen says nothing.
    assert (uscc(1), "L3") not in _matched(store, SERVED_AT + timedelta(days=30))


def test_a_contact_before_a_failed_project_is_a_match(store: Store) -> None:
    events = [
        _event(1, "contact", "L1", 1),
        _event(2, "rejected", "L1", 200),
        _event(3, "withdrawn", "L2", 9),
    ]
    _log(store, [_list(1, uscc(1), ["L1", "L2"])], events)
    assert _matched(store) == {(uscc(1), "L1"): True, (uscc(1), "L2"): False}


def test_either_side_s_list_is_of_the_same_pair_and_the_newest_counts(store: Store) -> None:
    lists = [_list(1, uscc(1), ["L1"]), _list(2, "L1", [uscc(1)], target="prospect")]
    events = [_event(1, "dismiss", "L1", 1), _event(2, "contact", uscc(1), 2, list_=2, subject="L1")]
    _log(store, lists, events)
    assert _matched(store) == {(uscc(1), "L1"): True}


def test_projects_count_once_by_their_last_decision_and_a_product_counts_for_its_vendor(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put_many([enterprise(1, sub_industry="apparel"), enterprise(2, sub_industry=None)])
        work.lead_units.put(lead_unit(1))
        work.solutions.put(solution(1))
    events = [
        _event(1, "rejected", "SYN-L001", 1, None),
        _event(2, "accepted", "SYN-L001", 2, None),
        _event(3, "withdrawn", "SYN-L001", 3, None, subject=uscc(2)),
        _event(4, "accepted", "SYN-S00001", 3, None),
        # Told from the unit's side; of an enterprise that is not stored.
        _event(5, "accepted", uscc(2), 4, None, subject="SYN-L009"),
        _event(6, "accepted", "SYN-L001", 4, None, subject=uscc(77)),
    ]
    _log(store, [], events)
    with store.read() as work:
        record = track_record(work)
    assert record.ended == {
        "SYN-L001": {SubIndustry.APPAREL: Ended(1, 1), None: Ended(0, 1)},
        "SYN-V1": {SubIndustry.APPAREL: Ended(1, 1)},
        "SYN-L009": {None: Ended(1, 1)},
    }


def test_few_projects_are_no_record() -> None:
    many, one, none = Ended(90, 100), Ended(1, 1), Ended()
    record = TrackRecord({"many": {None: many}, "one": {SubIndustry.APPAREL: one}, "none": {None: none}})
    pooled = pytest.approx(91 / 101)
    assert record.rate("none", None) == pooled
    assert record.rate("unheard-of", None) == pooled
    one_rate = record.rate("one", None)
    assert one_rate is not None
    assert 91 / 101 < one_rate < 0.92
    here = record.rate("one", SubIndustry.APPAREL)
    assert here is not None
    assert one_rate < here < 0.93
    assert TrackRecord().rate("one", None) is None


def test_experience_follows_the_log_but_not_on_every_request(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However busy the machine is, this log is a small one.
    monkeypatch.setattr("recommender.learning.experience._AT_ONCE", 60.0)
    with store.begin() as work:
        work.enterprises.put(enterprise(1))
    slow, quick = (partial(ExperienceKeeper(store, seconds=s), shipped_model()) for s in (1000, 0))
    assert (slow().record.ended, quick().record.ended) == ({}, {})
    _log(store, [], [_event(1, "accepted", "SYN-L001", 1, None)])
    assert slow().record.ended == {}
    assert list(quick().record.ended) == ["SYN-L001"]
    assert quick().match is None


def test_a_large_log_is_read_beside_the_requests(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.learning.experience._AT_ONCE", -1.0)
    monkeypatch.setattr("recommender.learning.experience._SHARE", 1e9)
    keeper = ExperienceKeeper(store, seconds=0)
    with store.begin() as work:
        work.enterprises.put(enterprise(1))
    _log(store, [], [_event(1, "accepted", "SYN-L001", 1, None)])
    keeper(shipped_model())
    keeper.wait()
    assert list(keeper(shipped_model()).record.ended) == ["SYN-L001"]
    keeper.wait()
