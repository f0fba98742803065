"""Assignments in the store: to the byte, newest first, marked once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from recommender.domain.stored_assignment import StoredAssignment
from recommender.store import Store, schema
from tests.synthetic_records import enterprise

MOMENT = datetime(2026, 3, 1, 2, 30, 0, 123456, tzinfo=UTC)


def stored(number: int) -> StoredAssignment:
    return StoredAssignment(
        assignment_id=f"asg-{number:04d}",
        created_at=MOMENT + timedelta(hours=number),
        objective="nash",
        request='{"b": 1,  "a": "排产"}',
        response='{"pairs": [] }\n',
    )


def test_texts_come_back_to_the_byte_and_a_commit_is_noted(store: Store) -> None:
    with store.begin() as work:
        work.assignments.save(stored(1))
        assert work.assignments.get("asg-0001") == stored(1)
        assert work.assignments.get("asg-0009") is None
    with store.begin() as work:
        assert work.assignments.get("asg-0001", for_update=True) == stored(1)
        work.assignments.mark_committed("asg-0001", MOMENT, "{}")
    with store.read() as work:
        again = work.assignments.get("asg-0001")
        assert again == stored(1).model_copy(update={"committed_at": MOMENT, "response": "{}"})


def test_an_id_is_taken_once(store: Store) -> None:
    with store.begin() as work:
        work.assignments.save(stored(1))
    with pytest.raises(IntegrityError), store.begin() as work:
        work.assignments.save(stored(1))


def test_pages_newest_first(store: Store) -> None:
    with store.begin() as work:
        for number in range(5):
            work.assignments.save(stored(number))
        first = work.assignments.page(limit=2)
        assert [one.assignment_id for one in first] == ["asg-0004", "asg-0003"]
        rest = work.assignments.page("asg-0003", limit=9)
        assert [one.assignment_id for one in rest] == ["asg-0002", "asg-0001", "asg-0000"]


def test_a_database_of_the_first_edition_keeps_its_records(store: Store) -> None:
    with store.begin() as work:
        work.enterprises.put(enterprise(1))
    schema.downgrade(store.engine, "0001")
    assert not schema.is_current(store.engine)
    schema.upgrade(store.engine)
    with store.begin() as work:
        assert work.enterprises.count() == 1
        work.assignments.save(stored(1))
