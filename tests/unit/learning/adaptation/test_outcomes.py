from datetime import timedelta
from typing import Any

from recommender.domain import Enterprise
from recommender.feedback.event_log import EventLog
from recommender.learning.adaptation.outcomes import logged_outcomes
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, event_body, served_list, uscc


def after(number: int, days: int, kind: str, of: int = 1) -> dict[str, Any]:
    moment = SERVED_AT + timedelta(days=days)
    return event_body(
        number, type=kind, recommendation_id=f"rec-{of:04d}", occurred_at=moment.isoformat(), actor="staff"
    )


def log(store: Store, *bodies: dict[str, Any]) -> Store:
    with store.begin() as work:
        work.served_lists.save(served_list(1, request='{"text": "交期总是乱"}'))
        work.served_lists.save(served_list(2, request='{"enterprise": "x"}'))
        work.served_lists.save(served_list(3, target="lead_unit"))
    # The log's own clock must not stand in the way of the days that the test needs.
    later = Store(store.engine.url, clock=lambda: SERVED_AT + timedelta(days=365))
    assert EventLog(later).append(list(bodies)).inserted == len(bodies)
    return later


def test_contract_is_an_outcome_and_a_view_is_none(store: Store) -> None:
    later = log(store, after(1, 1, "view"), after(2, 9, "contract"), after(3, 10, "accepted"))
    found = logged_outcomes(later, {})
    later.dispose()
    assert [(one.event_id, one.text, one.solution_id) for one in found] == [
        ("evt-000002", "交期总是乱", "SYN-S00001")
    ]


def test_failed_acceptance_takes_the_contract_back(store: Store) -> None:
    later = log(store, after(1, 9, "contract"), after(2, 90, "rejected"))
    found = logged_outcomes(later, {})
    later.dispose()
    assert found == ()


def test_needs_of_the_enterprise_stand_in_for_a_text(store: Store) -> None:
    later = log(store, after(1, 9, "contract", of=2), after(2, 9, "contract", of=3))
    firm = Enterprise.model_validate({"uscc": uscc(1), "name": "合成样本厂", "needs": ["插单多", "电费高"]})
    found = logged_outcomes(later, {firm.uscc: firm})
    silent = logged_outcomes(later, {})
    later.dispose()
    assert [one.text for one in found] == ["插单多\n电费高"]
    assert silent == ()
