"""The log as a logged bandit: each line once, outcomes within their horizon, and not yet is not no."""

from datetime import timedelta
from typing import Any

import pytest

from recommender.feedback.event_log import EventLog
from recommender.feedback.served_rounds import UnknownOutcome, served_rounds
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, event_body, served_list

FIRST, SECOND = "SYN-S00002", "SYN-S00001"
LATER = SERVED_AT + timedelta(days=400)


def answer(number: int, after_days: float, **changes: Any) -> dict[str, Any]:
    moment = SERVED_AT + timedelta(hours=1, days=after_days)
    values = {"recommendation_id": "rec-0001", "type": "contact", "object": FIRST}
    return event_body(number, occurred_at=moment.isoformat(), **(values | changes))


def clicks(store: Store, outcome: str = "contact", target: str = "solution") -> dict[tuple[str, str], int]:
    with store.read() as work:
        frame = served_rounds(work, target, outcome, LATER).frame
    keys = zip(frame["list_id"], frame["item_id"], strict=True)
    return dict(zip(keys, frame["click"].tolist(), strict=True))


@pytest.fixture
def logged(store: Store) -> Store:
    with store.begin() as work:
        work.served_lists.save(served_list(1))
        work.served_lists.save(served_list(2))
        work.served_lists.save(served_list(3, target="lead_unit"))
    return store


def test_one_row_a_line_with_probability_and_features(logged: Store) -> None:
    with logged.read() as work:
        frame = served_rounds(work, "solution", "contact", LATER).frame
    assert frame["list_id"].tolist() == ["rec-0001"] * 2 + ["rec-0002"] * 2
    assert frame["position"].tolist() == [1, 2, 1, 2]
    assert frame["propensity_score"].tolist() == [1.0, 0.25] * 2
    assert frame["item:词"].iloc[0] == 1 / 3
    assert frame["item:词"].isna().tolist() == [False, True] * 2
    assert not frame["judges_offer"].any()
    assert frame["click"].sum() == 0


def test_an_outcome_counts_once_for_its_list_and_line(logged: Store) -> None:
    EventLog(logged).append([answer(1, 3), answer(2, 4), answer(3, 5, object="SYN-S00009")])
    found = clicks(logged)
    assert found["rec-0001", FIRST] == 1
    assert sum(found.values()) == 1


def test_later_steps_count_earlier_ones_do_not(logged: Store) -> None:
    EventLog(logged).append([answer(1, 100, type="contract"), answer(2, 0, type="view", object=SECOND)])
    found = clicks(logged)
    assert found["rec-0001", FIRST] == 1
    assert found["rec-0001", SECOND] == 0
    assert clicks(logged, "contract")["rec-0001", FIRST] == 1


def test_too_late_is_no(logged: Store) -> None:
    EventLog(logged).append([answer(1, 61)])
    assert sum(clicks(logged).values()) == 0


def test_young_lists_wait(logged: Store) -> None:
    with logged.read() as work:
        young = served_rounds(work, "solution", "contact", SERVED_AT + timedelta(days=60, minutes=90))
        assert (young.waiting, set(young.frame["list_id"])) == (1, {"rec-0001"})
        none = served_rounds(work, "solution", "contact", SERVED_AT + timedelta(days=2))
        assert (none.waiting, len(none.frame)) == (2, 0)


@pytest.mark.parametrize("outcome", ["nonsense", "dismiss", "impression"])
def test_what_is_no_outcome_to_hope_for(logged: Store, outcome: str) -> None:
    with logged.read() as work, pytest.raises(UnknownOutcome, match="可用"):
        served_rounds(work, "solution", outcome, LATER)
