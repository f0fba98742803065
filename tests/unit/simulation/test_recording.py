"""The same history in the store and in columns."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.feedback.labelled_lines import labelled_lines
from recommender.feedback.served_rounds import served_rounds
from recommender.learning.examination import estimated_chances
from recommender.learning.logged_outcomes import logged_outcomes
from recommender.learning.ranking_posterior import RankingPosterior
from recommender.ranking.exploration import load_exploration
from recommender.simulation import Expert, WorldSettings, draw_world, run
from recommender.simulation.history import History
from recommender.simulation.identity import moment
from recommender.simulation.learner import Learner
from recommender.simulation.recording import events, record
from recommender.store import Store

SMALL = WorldSettings(
    lists=80, enterprises=12, products=12, vendors=4, candidates=8, list_length=5, suitable_share=0.3
)
DAY = 150.0


@pytest.fixture(scope="module")
def history() -> History:
    return run(draw_world(SMALL, 1), Expert(exploration=load_exploration())).history


@pytest.fixture
def recorded(history: History, store: Store) -> Store:
    store.clock = lambda: moment(DAY)
    assert record(history, store, DAY) == len(list(events(history, DAY)))
    return store


def test_every_record_is_marked(recorded: Store) -> None:
    with recorded.read() as work:
        people = [one.record for one in work.enterprises.iterate()]
        products = [one.record for one in work.solutions.iterate()]
        served = list(work.served_lists.iterate("solution"))
        logged = [one.event for one in work.events.iterate()]
    assert len(people) == SMALL.enterprises
    assert len(products) == SMALL.products
    assert {one.face_mark for one in (*people, *products)} == {"模拟数据"}
    assert all(one.model_version.startswith("simulated") for one in served)
    assert all(one.policy_version.startswith("simulated") for one in served)
    assert all(one.attributes["simulated"] is True for one in logged)


def test_writing_again_adds_nothing(history: History, recorded: Store) -> None:
    assert record(history, recorded, DAY) == 0


def test_events_are_in_order_of_time_and_never_of_the_future(history: History) -> None:
    times = [one["occurred_at"] for one in events(history, 40.0)]
    assert len(times) > 50
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert datetime.fromisoformat(times[-1]) <= moment(40.0)


def test_the_log_of_an_earlier_day_is_the_beginning_of_a_later_one(history: History, store: Store) -> None:
    store.clock = lambda: moment(DAY)
    first, more = record(history, store, 30.0), record(history, store, DAY)
    assert first > 0
    assert first + more == len(list(events(history, DAY)))


def test_the_log_as_a_bandit_has_the_same_lines(history: History, recorded: Store) -> None:
    with recorded.read() as work:
        found = served_rounds(work, "solution", "contact", moment(DAY)).frame
    columns = history.labelled_lines("contact", DAY)
    old = columns[columns["elapsed_days"] >= columns["horizon_days"]].reset_index(drop=True)
    assert found["list_id"].tolist() == old["list_id"].tolist()
    assert found["item_id"].tolist() == old["item_id"].tolist()
    assert found["click"].tolist() == old["reached"].astype(int).tolist()
    assert found["propensity_score"].tolist() == old["propensity_score"].tolist()
    for name in [name for name in columns.columns if name.startswith("item:")]:
        assert np.array_equal(found[name].astype(float), old[name], equal_nan=True)
    assert found["click"].sum() > 0


@pytest.mark.parametrize("step", ["contact", "contract", "accepted"])
@pytest.mark.parametrize("day", [15.0, 60.0, DAY])
def test_labels_are_equal_both_ways(history: History, recorded: Store, step: str, day: float) -> None:
    """The property that lets thousands of columnar rounds stand for the product's own path."""
    with recorded.read() as work:
        found = labelled_lines(work, "solution", step, moment(day))
    expected = history.labelled_lines(step, day)
    assert len(found) > 0
    assert set(found.columns) == set(expected.columns)
    pd.testing.assert_frame_equal(
        found[list(expected.columns)], expected, check_dtype=False, rtol=1e-9, atol=1e-9
    )


def test_the_learner_learns_the_same_both_ways(history: History, recorded: Store) -> None:
    with recorded.read() as work:
        logged = logged_outcomes(work, "solution", moment(DAY))
    assert logged is not None
    learner = Learner(estimated_chances)
    learner.learn(lambda step: history.labelled_lines(step, DAY))
    expected = RankingPosterior("solution").fit(logged).learned_
    assert learner.model.learned is not None
    found = learner.model.learned.solution
    assert found is not None
    assert found.lines == expected.lines > 0
    assert found.pooled.weights == pytest.approx(expected.pooled.weights, rel=1e-6)
    assert {item: effect.mean for item, effect in found.items.items()} == pytest.approx(
        {item: effect.mean for item, effect in expected.items.items()}, abs=1e-6
    )


def test_a_store_that_is_not_there_yet_refuses(history: History, database_url: str, tmp_path: Path) -> None:
    early = Store(database_url, clock=lambda: datetime(2023, 1, 2, tzinfo=UTC))
    with pytest.raises(ValueError, match="occurred_in_future"):
        record(history, early, DAY)
    early.dispose()
