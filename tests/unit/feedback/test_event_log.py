from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from recommender.domain.event import load_funnel
from recommender.feedback.event_log import AppendResult, EventLog
from recommender.store import Store
from tests.synthetic_records import event_body, served_list

NOW = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def dated(database_url: str) -> Iterator[Store]:
    """A store whose present is noon in Guangzhou, 1 March 2026."""
    store = Store(database_url, clock=lambda: NOW)
    yield store
    store.dispose()


@pytest.fixture
def log(dated: Store) -> EventLog:
    return EventLog(dated)


def ids(store: Store) -> list[str]:
    with store.read() as work:
        return [logged.event.event_id for logged in work.events.iterate()]


def codes(result: AppendResult) -> list[tuple[int, str]]:
    return [(note.index, note.code) for note in result.rejected]


def test_every_declared_type_is_kept(dated: Store, log: EventLog) -> None:
    bodies = [
        event_body(
            n, type=step.name, value=n / 3, attributes={"reason": "价格偏高"} if step.needs_reason else {}
        )
        for n, step in enumerate(load_funnel().types)
    ]
    assert log.append(bodies) == AppendResult(len(bodies), 0)
    with dated.read() as work:
        kept = list(work.events.iterate())
        assert [logged.sequence for logged in kept] == list(range(1, len(bodies) + 1))
        assert [logged.event.value for logged in kept] == [n / 3 for n in range(len(bodies))]
        assert work.events.count_by_type() == {step.name: 1 for step in load_funnel().types}
        assert {logged.recorded_at for logged in kept} == {NOW}
        assert kept[0].event.occurred_at == datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"type": "bought"}, "unknown_event_type", "impression"),
        ({"type": "dismiss"}, "reason_missing", "原因"),
        ({"type": "dismiss", "attributes": {"reason": "  "}}, "reason_missing", "原因"),
        ({"occurred_at": "2026-03-01T04:05:01Z"}, "occurred_in_future", "时钟"),
        ({"occurred_at": "2026-03-01T04:00:00"}, "timezone_aware", "时区"),
        ({"occurred_at": "0001-01-01T00:00:00+08:00"}, "invalid_value", "范围"),
        ({"occurred_at": "9999-12-31T23:59:59-08:00"}, "invalid_value", "范围"),
        ({"subject": "有 空格"}, "string_pattern_mismatch", "subject：应为1–100个字符"),
        ({"subject": None}, "string_type", "subject：应为文字"),
        ({"value": "多"}, "float_parsing", "value：应为数字，现为“多”"),
        ({"value": float("nan")}, "finite_number", "value"),
        ({"score": 1}, "extra_forbidden", "score：没有这个字段"),
        ({"attributes": {"x": float("inf")}}, "invalid_value", "attributes"),
        ({"attributes": {"x": "\ud800"}}, "invalid_value", "attributes"),
        ({"attributes": {"x": {1, 2}, "y": object()}}, "invalid_value", "attributes"),
    ],
)
def test_a_bad_event_is_told_and_stops_no_other(
    dated: Store, log: EventLog, changes: dict[str, Any], code: str, words: str
) -> None:
    result = log.append([event_body(1), event_body(2, **changes), event_body(3)])
    assert (result.inserted, codes(result)) == (2, [(1, code)])
    assert words in result.rejected[0].detail
    assert ids(dated) == ["evt-000001", "evt-000003"]


def test_endless_nesting_is_rejected(log: EventLog) -> None:
    nested: dict[str, Any] = {}
    for _ in range(100_000):
        nested = {"x": nested}
    result = log.append([event_body(1, attributes=nested), event_body(2)])
    assert (result.inserted, codes(result)) == (1, [(0, "invalid_value")])


@pytest.mark.parametrize("junk", [None, 7, "text", [], [["type", "view"]], {}, {"event_id": 5}])
def test_junk_is_rejected(log: EventLog, junk: Any) -> None:
    result = log.append([junk, event_body(1)])
    assert (result.inserted, len(result.rejected), result.rejected[0].index) == (1, 1, 0)


def test_the_clock_may_run_ahead_by_five_minutes(log: EventLog) -> None:
    assert log.append([event_body(1, occurred_at="2026-03-01T04:05:00Z")]).inserted == 1


def test_a_retry_doubles_nothing(dated: Store, log: EventLog) -> None:
    batch = [event_body(n, type="rating", value=5) for n in range(10)]
    assert log.append(batch) == AppendResult(10, 0)
    assert log.append(batch) == AppendResult(0, 10)
    assert log.append([*batch[5:], event_body(10), batch[0]]) == AppendResult(1, 6)
    with dated.read() as work:
        values = [logged.event.value for logged in work.events.iterate() if logged.event.type == "rating"]
    assert sum(value or 0 for value in values) == 50


@pytest.mark.parametrize(
    "again",
    [
        {"occurred_at": "2026-03-01T03:00:00.000000Z"},
        {"attributes": {}},
        {"recommendation_id": None},
    ],
    ids=["other zone", "empty attributes", "explicit null"],
)
def test_the_same_said_otherwise_is_a_duplicate(log: EventLog, again: dict[str, Any]) -> None:
    log.append([event_body(1)])
    assert log.append([event_body(1, **again)]) == AppendResult(0, 1)


def test_the_order_of_attributes_does_not_matter(log: EventLog) -> None:
    log.append([event_body(1, attributes={"a": 1, "b": {"c": [1, 2], "d": None}})])
    assert log.append([event_body(1, attributes={"b": {"d": None, "c": [1, 2]}, "a": 1})]).duplicates == 1
    assert codes(log.append([event_body(1, attributes={"b": {"d": None, "c": [2, 1]}, "a": 1})])) == [
        (0, "event_conflict")
    ]


def test_another_body_is_a_conflict_and_changes_nothing(dated: Store, log: EventLog) -> None:
    log.append([event_body(1, type="rating", value=5)])
    result = log.append([event_body(1, type="rating", value=4), event_body(2)])
    assert (result.inserted, codes(result)) == (1, [(0, "event_conflict")])
    with dated.read() as work:
        kept = work.events.get("evt-000001")
        assert kept is not None
        assert kept.event.value == 5
        assert work.events.get("evt-000009") is None


def test_twice_within_one_batch(dated: Store, log: EventLog) -> None:
    result = log.append([event_body(1), event_body(1), event_body(1, value=2), {"bad": 1}, event_body(2)])
    assert (result.inserted, result.duplicates) == (2, 1)
    assert codes(result) == [(2, "event_conflict"), (3, "missing")]
    assert ids(dated) == ["evt-000001", "evt-000002"]


def test_an_event_of_an_unknown_list_is_kept_and_flagged(dated: Store, log: EventLog) -> None:
    with dated.begin() as work:
        work.served_lists.save(served_list())
    result = log.append(
        [event_body(1, recommendation_id="rec-0001"), event_body(2, recommendation_id="rec-9"), event_body(3)]
    )
    assert result.inserted == 3
    assert [(note.index, note.code) for note in result.flagged] == [(1, "unknown_recommendation")]
    with dated.read() as work:
        assert [logged.unknown_recommendation for logged in work.events.iterate()] == [False, True, False]
        assert [e.event.event_id for e in work.events.for_recommendation("rec-9")] == ["evt-000002"]
    again = log.append([event_body(2, recommendation_id="rec-9")])
    assert (again.duplicates, len(again.flagged)) == (1, 1)


def test_repeats_of_one_happening_are_all_kept(dated: Store, log: EventLog) -> None:
    assert log.append([event_body(n) for n in range(3)]).inserted == 3
    with dated.read() as work:
        assert len(work.events.for_subject(event_body(0)["subject"])) == 3


def test_a_long_log_is_read_in_order(dated: Store, log: EventLog) -> None:
    log.append([event_body(n) for n in range(2500)])
    assert ids(dated) == [f"evt-{n:06d}" for n in range(2500)]
    with dated.read() as work:
        assert [logged.sequence for logged in work.events.iterate(after=2498)] == [2499, 2500]


def test_nothing_is_nothing(dated: Store, log: EventLog) -> None:
    assert log.append([]) == AppendResult(0, 0)
    assert log.append([{"bad": 1}]).as_dict()["rejected"][0]["code"] == "missing"
    assert ids(dated) == []


def test_eight_threads_sending_the_same_and_their_own(dated: Store, log: EventLog) -> None:
    def send(thread: int) -> int:
        inserted = 0
        for n in range(12):
            own = event_body(1000 * (thread + 1) + n)
            inserted += log.append([event_body(n), own, event_body(n)]).inserted
        return inserted

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(send, range(8))) == 12 + 8 * 12
    with dated.read() as work:
        kept = list(work.events.iterate())
    assert [logged.sequence for logged in kept] == list(range(1, 109))
    assert len({logged.event.event_id for logged in kept}) == 108
