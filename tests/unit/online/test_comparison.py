"""Wins are counted by list, by the teams that the log names."""

from datetime import timedelta

import pytest

from recommender.domain.served_list import ServedItem
from recommender.feedback.event_log import EventLog
from recommender.online import Comparison, compare
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, event_body, served_list

ITEMS = tuple(
    ServedItem(rank=rank, object_id=f"SYN-S{rank}", score=0.5, propensity=0.5, features={})
    for rank in (1, 2, 3, 4)
)


def serve(store: Store, contacted: dict[int, tuple[int, ...]], lists: int, teams: str = "ABBA") -> None:
    """Serve lists and report contacts with some ranks of them."""
    version = f"team-draft-1;experiment=spring;b=new;teams={teams}"
    with store.begin() as work:
        for number in range(lists):
            work.served_lists.save(served_list(number, policy_version=version, items=ITEMS))
    EventLog(store).append(
        [
            event_body(
                100 * number + rank,
                type="contact",
                recommendation_id=f"rec-{number:04d}",
                object=f"SYN-S{rank}",
                occurred_at=(SERVED_AT + timedelta(hours=number, days=1)).isoformat(),
            )
            for number, ranks in contacted.items()
            for rank in ranks
        ]
    )


def state(store: Store, experiment: str = "spring") -> Comparison:
    with store.read() as work:
        return compare(work, experiment, "solution", "contact", SERVED_AT + timedelta(days=300))


def test_counts(store: Store) -> None:
    serve(store, {0: (2,), 1: (1,), 2: (1, 2), 3: (2, 3), 4: (1, 2, 3)}, lists=6)
    found = state(store)
    assert (found.lists, found.wins_a, found.wins_b, found.ties) == (6, 1, 3, 2)
    assert found.preference.value == pytest.approx(0.75)
    assert found.verdict_code == "open"
    assert "还看不出差别" in found.verdict


def test_another_experiment_is_another_one(store: Store) -> None:
    serve(store, {0: (2,)}, lists=1)
    other = state(store, "summer")
    assert (other.lists, other.verdict) == (0, "证据太少：还没有分出胜负的推荐列表")
    assert other.preference.value is None


@pytest.mark.parametrize(("teams", "code"), [("ABAB", "better"), ("BABA", "worse")])
def test_a_clear_winner(store: Store, teams: str, code: str) -> None:
    serve(store, dict.fromkeys(range(12), (2,)), lists=12, teams=teams)
    assert state(store).verdict_code == code
