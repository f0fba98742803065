from datetime import timedelta
from typing import Any

from recommender.domain.event import load_funnel
from recommender.feedback.event_log import EventLog
from recommender.feedback.views import enterprise_events, funnel_counts, list_outcome
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, event_body, served_list, uscc


def answer(number: int, after_days: float, **changes: Any) -> dict[str, Any]:
    """An event that answers list 1, some days after it was served."""
    moment = SERVED_AT + timedelta(hours=1, days=after_days)
    return event_body(number, recommendation_id="rec-0001", occurred_at=moment.isoformat(), **changes)


def test_funnel_counts_every_step_in_order(store: Store) -> None:
    EventLog(store).append(
        [
            event_body(1),
            event_body(2),
            event_body(3, subject=uscc(2)),
            event_body(4, type="contact"),
        ]
    )
    with store.read() as work:
        steps = funnel_counts(work)
    assert [step.type for step in steps] == [step.name for step in load_funnel().types]
    counts = {step.type: (step.events, step.subjects) for step in steps}
    assert counts["view"] == (3, 2)
    assert counts["contact"] == (1, 1)
    assert counts["accepted"] == (0, 0)
    assert next(step.title for step in steps if step.type == "contact") == "发起联系"


def test_an_enterprise_is_found_on_either_side(store: Store) -> None:
    EventLog(store).append(
        [
            event_body(1, occurred_at="2026-02-03T00:00:00Z"),
            event_body(2, subject="SYN-L001", object=uscc(1), occurred_at="2026-02-01T00:00:00Z"),
            event_body(3, subject=uscc(2), actor="staff", occurred_at="2026-02-02T00:00:00Z"),
        ]
    )
    with store.read() as work:
        assert [logged.event.event_id for logged in enterprise_events(work, uscc(1))] == [
            "evt-000002",
            "evt-000001",
        ]
        assert enterprise_events(work, uscc(9)) == ()


def test_outcomes_keep_to_each_types_horizon(store: Store) -> None:
    with store.begin() as work:
        work.served_lists.save(served_list())
    bodies = [
        answer(1, 0.02, type="view"),
        answer(2, 0.03, type="view"),
        answer(3, 180, type="contract"),
        answer(4, 181, type="contract"),
        answer(5, 1, type="contact", object="SYN-S00002"),
        answer(6, 2, type="contact", object="SYN-S00009"),
        answer(7, -1 / 24 / 60, type="impression"),
        answer(8, -1, type="impression"),
        event_body(9, type="contract"),
    ]
    # The log's own clock must not stand in the way of the year that the test needs.
    later = Store(store.engine.url, clock=lambda: SERVED_AT + timedelta(days=365))
    assert EventLog(later).append(bodies).inserted == len(bodies)
    with later.read() as work:
        outcome = list_outcome(work, "rec-0001")
        assert list_outcome(work, "rec-none") is None
    later.dispose()
    assert outcome is not None
    found = {
        line.item.object_id: (
            [logged.event.event_id[-1] for logged in line.credited],
            [logged.event.event_id[-1] for logged in line.late],
        )
        for line in outcome.items
    }
    assert found == {"SYN-S00002": (["5"], []), "SYN-S00001": (["7", "1", "3"], ["8", "2", "4"])}
    assert [logged.event.event_id for logged in outcome.elsewhere] == ["evt-000006"]
