from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from recommender.domain import Solution
from recommender.store import Store, schema
from tests.synthetic_records import diagnosis, enterprise, solution, uscc

START = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_record_keeps_everything_it_said(store: Store) -> None:
    store.clock = lambda: START
    with store.begin() as work:
        work.solutions.put(solution(1))
        work.enterprises.put(enterprise(1))
    store.clock = lambda: START + timedelta(days=10)
    with store.begin() as work:
        work.solutions.put(solution(1, summary="二"))
        work.solutions.put(solution(1, summary="二"))
        work.enterprises.put(enterprise(1))
    with store.read() as work:
        history = work.solutions.history("SYN-S00001")
        assert [(one.record, one.number) for one in history] == [
            (solution(1), 1),
            (solution(1, summary="二"), 2),
        ]
        assert len(work.enterprises.history(uscc(1))) == 1
        assert work.solutions.history("nobody") == []
        early = work.solutions.as_of(START + timedelta(days=9))
        assert early["SYN-S00001"].record == solution(1)
        assert work.solutions.as_of(START + timedelta(days=10))["SYN-S00001"].number == 2
        assert work.solutions.as_of(START - timedelta(seconds=1)) == {}
        assert work.solutions.as_of(START, ["nobody"]) == {}


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(["一", "二", "三"]), st.integers(1, 3)), max_size=12
    )
)
def test_the_past_is_what_stood_there(store: Store, steps: list[tuple[int, str, int]]) -> None:
    with store.engine.begin() as connection:
        for table in ("solution", "record_revision"):
            connection.execute(text(f"DELETE FROM {table}"))
    snapshots: list[tuple[datetime, dict[str, Solution]]] = []
    now = START
    for number, words, days in steps:
        now += timedelta(days=days)
        store.clock = lambda moment=now: moment
        with store.begin() as work:
            work.solutions.put(solution(number, summary=words))
            snapshots.append((now, {s.record.id: s.record for s in work.solutions.iterate()}))
    with store.read() as work:
        for moment, then in snapshots:
            assert {key: one.record for key, one in work.solutions.as_of(moment).items()} == then


def test_an_older_database_begins_its_history_with_what_it_holds(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put(enterprise(1))
        work.diagnoses.put(diagnosis(1))
        work.solutions.put(solution(1))
        work.solutions.put(solution(1, summary="二"))
        stored = work.solutions.get("SYN-S00001")
    assert stored is not None
    schema.downgrade(store.engine, "0003")
    schema.upgrade(store.engine)
    with store.read() as work:
        (only,) = work.solutions.history("SYN-S00001")
        assert (only.record, only.number, only.recorded_at) == (stored.record, 2, stored.updated_at)
        assert len(work.diagnoses.history(diagnosis(1).id)) == 1


@pytest.mark.parametrize("days", [0, 400])
def test_what_is_rolled_back_leaves_no_history(store: Store, days: int) -> None:
    def put_then_fail() -> None:
        with store.begin() as work:
            work.solutions.put(solution(1))
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError):
        put_then_fail()
    with store.read() as work:
        assert work.solutions.as_of(datetime.now(UTC) + timedelta(days=days)) == {}
