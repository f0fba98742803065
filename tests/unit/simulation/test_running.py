"""A run: what a policy may see, what it is judged by, and what can never happen."""

import numpy as np
import pandas as pd
import pytest

from recommender.ranking.exploration import Exploration
from recommender.simulation import (
    Chance,
    Expert,
    Greedy,
    Oracle,
    Ranking,
    Visit,
    WorldSettings,
    draw_world,
    run,
)
from recommender.simulation.policies import ranked
from recommender.simulation.policy import Known

SMALL = WorldSettings(
    lists=300, enterprises=20, products=15, vendors=4, candidates=8, list_length=5, suitable_share=0.3
)


class Watcher:
    """Ranks by the candidates' order and keeps everything that it is told."""

    name = "watcher"
    version = "simulated:watcher"

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self.known: list[pd.DataFrame] = []

    def rank(self, visit: Visit, length: int) -> Ranking:
        self.visits.append(visit)
        return ranked(-np.arange(float(len(visit.items))), length)

    def learn(self, known: Known) -> None:
        self.known.append(known("contract"))


def test_the_oracle_regrets_nothing_and_chance_most() -> None:
    world = draw_world(SMALL, 1)
    regrets = {one.name: run(world, one).regret for one in (Oracle(world), Expert(), Chance())}
    assert (regrets["oracle"] == 0).all()
    assert all((regret >= -1e-12).all() for regret in regrets.values())
    assert regrets["expert"].sum() < regrets["chance"].sum()


def test_the_same_seed_the_same_run() -> None:
    one, other = (run(draw_world(SMALL, 2), Greedy()) for _ in range(2))
    assert np.array_equal(one.value, other.value)
    pd.testing.assert_frame_equal(
        one.history.labelled_lines("contract", 80), other.history.labelled_lines("contract", 80)
    )


def test_policies_meet_the_same_world() -> None:
    """Same visits, same candidates; a line that both show at the same rank has the same fate."""
    world = draw_world(SMALL.model_copy(update={"capacity": 1_000}), 3)
    watcher = Watcher()
    one, other = run(world, watcher), run(world, Expert())
    assert [visit.day for visit in watcher.visits] == world.day.tolist()
    assert np.array_equal(one.best, other.best)
    both = one.history.lines.place == other.history.lines.place
    assert 50 < both.sum() < len(both)
    assert np.array_equal(one.history.lines.seen[both], other.history.lines.seen[both])
    for name, days in one.history.happens.items():
        assert np.array_equal(days[: len(both)][both], other.history.happens[name][: len(both)][both]), name


def test_nothing_of_the_future_is_known() -> None:
    """What a policy was told on a day is what the whole history, cut at that day, tells afterwards."""
    world = draw_world(SMALL, 4)
    watcher = Watcher()
    history = run(world, watcher, learn_every=10.0).history
    assert len(watcher.known) == int(world.day[-1] // 10)
    for number, told in enumerate(watcher.known, start=1):
        now = pd.Timestamp("2023-01-01", tz="UTC") + pd.Timedelta(days=10 * number)
        assert (told["served_at"] <= now).all()
        happened = told["served_at"] + pd.to_timedelta(told["reached_after_days"], unit="D")
        assert (happened[told["reached"]] <= now).all()
        pd.testing.assert_frame_equal(told, history.labelled_lines("contract", 10.0 * number))
    first, last = watcher.known[0], history.labelled_lines("contract", np.inf)
    assert first["reached"].sum() < last["reached"].iloc[: len(first)].sum()


def test_not_yet_is_not_decided() -> None:
    history = run(draw_world(SMALL, 5), Expert()).history
    early, late = (history.labelled_lines("contract", day) for day in (20.0, 1_000.0))
    assert late["decided"].all()
    assert 0 < early["decided"].sum() < len(early)
    assert not (early["reached"] & early["refused"]).any()
    waiting = early[~early["decided"]]
    assert not waiting["reached"].any()
    assert (waiting["elapsed_days"] < waiting["horizon_days"]).all()
    # A few of those that wait will come.
    assert late["reached"].iloc[: len(early)][~early["decided"].to_numpy()].any()


@pytest.mark.parametrize("capacity", [1, 3])
def test_capacity_is_never_exceeded(capacity: int) -> None:
    world = draw_world(SMALL.model_copy(update={"capacity": capacity}), 6)
    watcher = Watcher()
    history = run(world, watcher).history
    signed = history.happens["contract"][: history.count]
    ended = np.minimum(history.happens["accepted"], history.happens["rejected"])[: history.count]
    lines = history.lines
    vendor = world.people.vendor[world.candidates[lines.visit, lines.place]]
    most = 0
    for one in range(SMALL.vendors):
        own = np.isfinite(signed) & (vendor == one)
        for moment in signed[own]:
            running = int(((signed[own] <= moment) & (moment < ended[own])).sum())
            most = max(most, running)
            assert running <= capacity
        for moment, end in zip(signed[own], ended[own], strict=True):
            assert end > moment
    assert most == capacity  # it did bind
    assert any(len(visit.items) < SMALL.candidates for visit in watcher.visits)


def test_exploration_is_logged_with_its_probability() -> None:
    limits = Exploration(version="test", epsilon=0.05, floor=0.0, most=4)
    lines = run(draw_world(SMALL, 7), Expert(exploration=limits)).history.labelled_lines("contact", 1e4)
    share = lines["propensity_score"]
    assert set(share.unique()) <= {1.0, 1 / 2, 1 / 3, 1 / 4}
    assert (share < 1).any()


def test_everything_says_that_it_is_simulated() -> None:
    lines = run(draw_world(SMALL, 8), Greedy()).history.labelled_lines("contract", 1e4)
    assert lines["policy_version"].str.startswith("simulated").all()
    assert lines["list_id"].str.startswith("SIM-").all()
    assert lines["item_id"].str.startswith("SIM-").all()


def test_greedy_learns_and_refuses_unknown_labels() -> None:
    world = draw_world(SMALL.model_copy(update={"lists": 800, "taste_sd": 0.3}), 9)
    learned, fixed = run(world, Greedy(labels="not_yet_is_no")).regret, run(world, Expert()).regret
    assert learned[400:].sum() < fixed[400:].sum()
    with pytest.raises(ValueError, match="labels"):
        Greedy(labels="maybe")
