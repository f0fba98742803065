"""Labels of served lines: what came, what may still come, what will not."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from recommender.domain import Event
from recommender.domain.served_list import ServedItem
from recommender.feedback.labelled_lines import labelled_lines
from recommender.feedback.served_rounds import UnknownOutcome
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, enterprise, event_body, served_list, solution, uscc

LIST = served_list(1, served_at=SERVED_AT)


def _labelled(
    store: Store, step: str = "contact", *, days: float = 30.0, target: str = "solution"
) -> pd.DataFrame:
    with store.read() as work:
        return labelled_lines(work, target, step, SERVED_AT + timedelta(days=days))


def _log(store: Store, *events: tuple[str, str, float], lists: tuple[Any, ...] = (LIST,)) -> None:
    with store.begin() as work:
        work.solutions.put_many([solution(1), solution(2)])
        work.enterprises.put(enterprise(1))
        for one in lists:
            work.served_lists.save(one)
        work.events.append(
            [
                Event.model_validate(
                    event_body(
                        number,
                        type=kind,
                        object=thing,
                        recommendation_id="rec-0001",
                        occurred_at=SERVED_AT + timedelta(days=after),
                        attributes={"reason": "价格"} if kind == "dismiss" else {},
                    )
                )
                for number, (kind, thing, after) in enumerate(events)
            ]
        )


def _of(frame: pd.DataFrame, item: str) -> pd.Series:
    return frame[frame["item_id"] == item].iloc[0]


def test_not_yet_is_not_no(store: Store) -> None:
    _log(store)
    early, late = _labelled(store, days=30.0), _labelled(store, days=61.0)
    assert not early["decided"].any()
    assert early["elapsed_days"].tolist() == [30.0, 30.0]
    assert late["decided"].all()
    assert not late["reached"].any()
    assert late["elapsed_days"].tolist() == [60.0, 60.0]


def test_a_step_or_a_later_one_counts_from_when_it_came(store: Store) -> None:
    _log(store, ("contract", "SYN-S00001", 40.0), ("view", "SYN-S00002", 0.0))
    assert not _labelled(store, days=39.0)["reached"].any()
    told = _labelled(store, days=41.0)
    assert _of(told, "SYN-S00001")["reached"]
    assert _of(told, "SYN-S00001")["reached_after_days"] == 40.0
    assert not _of(told, "SYN-S00002")["reached"]
    assert not _labelled(store, "accepted", days=41.0)["reached"].any()


def test_a_refusal_decides_and_a_step_before_it_stands(store: Store) -> None:
    _log(
        store,
        ("dismiss", "SYN-S00002", 1.0),
        ("contact", "SYN-S00001", 2.0),
        ("withdrawn", "SYN-S00001", 20.0),
    )
    contact, contract = _labelled(store), _labelled(store, "contract")
    assert contact["refused"].tolist() == [True, False]
    assert contact["reached"].tolist() == [False, True]
    assert contract["refused"].tolist() == [True, True]
    assert contract["decided"].all()


def test_what_comes_too_late_or_to_another_list_is_not_credited(store: Store) -> None:
    _log(store, ("contact", "SYN-S00001", 61.0), ("contact", "SYN-S00009", 1.0))
    assert not _labelled(store, days=100.0)["reached"].any()


@pytest.mark.parametrize(
    ("events", "seen"), [((), [np.nan, np.nan]), ((("impression", "SYN-S00002", 0.1),), [1, 0])]
)
def test_impressions_say_what_was_seen(store: Store, events: Any, seen: list[float]) -> None:
    _log(store, *events)
    np.testing.assert_array_equal(_labelled(store)["seen"], seen)


def test_lines_keep_their_moment_and_name_who_is_concerned(store: Store) -> None:
    features = {"price": 0.4, "light": None}
    item = ServedItem(
        rank=1, object_id="SYN-S00001", score=0.5, propensity=0.5, features=features, applies=("price",)
    )
    _log(store, lists=(served_list(1, served_at=SERVED_AT, items=(item,)), served_list(2, subject=None)))
    frame = _labelled(store)
    told = _of(frame[frame["list_id"] == "rec-0001"], "SYN-S00001")
    assert told["enterprise"] == uscc(1)
    assert (told["provider"], told["sub_industry"], told["district"]) == ("SYN-V1", "apparel", "440113")
    assert (told["item:price"], told["applies:price"], told["applies:light"]) == (0.4, True, False)
    assert np.isnan(told["item:light"])
    older = frame[frame["list_id"] == "rec-0002"]
    assert older["enterprise"].isna().all()
    assert older["applies:price"].all()
    assert frame["served_at"].is_monotonic_increasing


def test_of_prospects_the_line_is_the_enterprise(store: Store) -> None:
    item = ServedItem(rank=1, object_id=uscc(1), score=0.5, propensity=1.0, features={"budget": 1.0})
    asked = served_list(1, served_at=SERVED_AT, target="prospect", subject="SYN-L001", items=(item,))
    _log(store, ("contact", uscc(1), 3.0), lists=(asked,))
    told = _labelled(store, target="prospect").iloc[0]
    assert (told["enterprise"], told["provider"], told["sub_industry"]) == (uscc(1), "SYN-L001", "apparel")
    assert told["reached"]


def test_nothing_served_is_a_frame_without_rows(store: Store) -> None:
    frame = _labelled(store)
    assert frame.empty
    assert {"reached", "decided", "chance_told"} - set(frame.columns) == {"chance_told"}


def test_a_step_that_is_none_to_hope_for_is_refused(store: Store) -> None:
    for step in ("dismiss", "impression", "nothing"):
        with pytest.raises(UnknownOutcome, match="contact"):
            _labelled(store, step)


def test_lists_of_the_future_are_not_there_yet(store: Store) -> None:
    _log(store, lists=(LIST, served_list(2, served_at=SERVED_AT + timedelta(days=99))))
    assert _labelled(store)["list_id"].unique().tolist() == ["rec-0001"]
    assert isinstance(_labelled(store)["served_at"].iloc[0].to_pydatetime(), datetime)
