"""Attribution by columns equals attribution by hand, whatever the order in which events arrive."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recommender.feedback.event_log import CLOCK_TOLERANCE, EventLog
from recommender.feedback.labelled_lines import labelled_lines
from recommender.feedback.views import list_outcome
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, event_body, served_list

ITEMS = ("SYN-S00001", "SYN-S00002", "SYN-S00009")
KINDS = ("impression", "view", "contact", "contract", "dismiss", "withdrawn", "accepted")
NOW = SERVED_AT + timedelta(days=90)


def _random_events(seed: int, number: int = 120) -> list[dict[str, Any]]:
    """Events on shown and other objects, named, unnamed and unknown lists, in time, early and late."""
    draw = np.random.default_rng(seed)
    named = ["rec-0001", "rec-0002", "rec-0003", "rec-9999", None]
    return [
        event_body(
            index,
            type=str(draw.choice(KINDS)),
            object=str(draw.choice(ITEMS)),
            recommendation_id=named[draw.integers(len(named))],
            occurred_at=(SERVED_AT + timedelta(days=float(draw.exponential(30.0)) - 1.0)).isoformat(),
            attributes={"reason": "合成样本"},
        )
        for index in range(number)
    ]


def _log(store: Store, events: list[dict[str, Any]]) -> None:
    with store.begin() as work:
        for number in (1, 2, 3):
            if not work.served_lists.exists([f"rec-{number:04d}"]):
                work.served_lists.save(served_list(number))
    assert not EventLog(store).append(events).rejected


def _labelled(store: Store, step: str = "contract") -> pd.DataFrame:
    with store.read() as work:
        return labelled_lines(work, "solution", step, NOW)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_lines_agree_with_the_outcome_of_each_list(store: Store, seed: int) -> None:
    _log(store, _random_events(seed, 25))
    frame = _labelled(store).set_index(["list_id", "item_id"])
    worth = {"contract", "accepted"}
    with store.read() as work:
        outcomes = [list_outcome(work, name) for name in frame.index.unique("list_id")]
    for outcome in outcomes:
        assert outcome is not None
        for item in outcome.items:
            events = [one.event for one in item.credited if one.event.occurred_at <= NOW]
            came = [one.occurred_at for one in events if one.type in worth]
            row = frame.loc[(outcome.served.recommendation_id, item.item.object_id)]
            assert row["reached"] == bool(came)
            assert row["refused"] == (not came and any(one.type in KINDS[4:6] for one in events))
            if came:
                days = max(0.0, (min(came) - outcome.served.served_at) / timedelta(days=1))
                assert row["reached_after_days"] == pytest.approx(days)


def test_the_order_of_arrival_and_duplicates_change_nothing(store: Store) -> None:
    events = _random_events(4)
    order = np.random.default_rng(5).permutation(len(events))
    _log(store, [events[index] for index in order])
    first = _labelled(store)
    _log(store, events)
    pd.testing.assert_frame_equal(first, _labelled(store))


def test_what_happens_after_now_changes_nothing(store: Store) -> None:
    events = _random_events(6)
    earlier = [one for one in events if pd.Timestamp(one["occurred_at"]) <= NOW]
    _log(store, earlier)
    first = _labelled(store)
    assert len(earlier) < len(events)
    _log(store, events)
    pd.testing.assert_frame_equal(first, _labelled(store))


def test_a_clock_behind_ours_is_forgiven_up_to_the_tolerance(store: Store) -> None:
    served = SERVED_AT + timedelta(hours=1)
    early = [CLOCK_TOLERANCE, CLOCK_TOLERANCE + timedelta(microseconds=1)]
    _log(
        store,
        [
            event_body(
                index,
                type="contract",
                object=ITEMS[index],
                recommendation_id="rec-0001",
                occurred_at=(served - before).isoformat(),
            )
            for index, before in enumerate(early)
        ],
    )
    frame = _labelled(store)
    reached = frame[frame["reached"]]
    assert reached[["list_id", "item_id", "reached_after_days"]].to_numpy().tolist() == [
        ["rec-0001", ITEMS[0], 0.0]
    ]
