from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recommender.market import METHODS, Limits, NotAList, lottery_of, synthetic_market


@given(st.integers(0, 10_000), st.integers(1, 12))
def test_a_lottery_gives_the_exposures_exactly(seed: int, items: int) -> None:
    draws = np.random.default_rng(seed)
    examination = 1 / np.arange(1, items + 1)
    examination[draws.integers(1, items + 1) :] = 0.0
    allowed = draws.random(items) < 0.8
    allowed[0] = True
    shown = np.flatnonzero(allowed)
    exposures = np.zeros(items)
    for weight in draws.dirichlet(np.ones(draws.integers(1, items + 1))):
        exposures[draws.permutation(shown)] += weight * examination[: len(shown)]
    lottery = lottery_of(exposures, examination, allowed)
    chances = lottery.propensities()
    assert len(lottery.weights) <= len(shown)
    assert (lottery.weights > 0).all()
    np.testing.assert_allclose(lottery.weights.sum(), 1)
    np.testing.assert_allclose(chances @ examination[: chances.shape[1]], exposures, atol=1e-9)
    np.testing.assert_allclose(chances.sum(axis=0), 1)
    assert (chances.sum(axis=1) <= 1 + 1e-12).all()
    assert not chances[~allowed].any()


def test_full_lists_are_doubly_stochastic() -> None:
    lottery = lottery_of(np.full(6, np.mean(1 / np.arange(1, 7))), 1 / np.arange(1, 7))
    chances = lottery.propensities()
    assert chances.shape == (6, 6)
    np.testing.assert_allclose(chances.sum(axis=0), 1)
    np.testing.assert_allclose(chances.sum(axis=1), 1)


@pytest.mark.parametrize("limits", [Limits(), Limits(depth=5)])
def test_every_list_of_a_market_has_its_lottery(limits: Limits) -> None:
    market = synthetic_market(left_limits=limits, right_limits=limits)
    lists = METHODS["envy_free"].rank(market)
    examination = market.left.examination
    counts = []
    for row in lists.left:
        lottery = lottery_of(row, examination)
        chances = lottery.propensities()
        np.testing.assert_allclose(chances @ examination[: chances.shape[1]], row, atol=1e-9)
        counts.append(len(lottery.weights))
    assert max(counts) > 1


def test_what_no_lottery_gives_is_refused() -> None:
    examination = np.array([1.0, 0.5])
    for exposures in ([1.2, 0.3], [0.9, 0.5], [np.inf, 0.5], [np.nan, 0.5]):
        with pytest.raises(NotAList):
            lottery_of(np.array(exposures), examination)
    with pytest.raises(NotAList):
        lottery_of(np.array([1.0, 0.5]), examination, np.array([True, False]))
    with pytest.raises(NotAList):
        lottery_of(np.zeros(2), examination, np.zeros(2, bool))


def test_draws_come_as_often_as_they_should() -> None:
    lottery = lottery_of(np.array([0.8, 0.7, 1 / 3]), 1 / np.arange(1, 4))
    rng = np.random.default_rng(0)
    counts = Counter(tuple(lottery.drawn(rng).tolist()) for _ in range(4_000))
    for ranking, weight in zip(lottery.rankings, lottery.weights, strict=True):
        assert counts[tuple(ranking.tolist())] / 4_000 == pytest.approx(weight, abs=0.04)


def test_days_turn_evenly_and_without_chance() -> None:
    lottery = lottery_of(np.array([0.8, 0.7, 1 / 3]), 1 / np.arange(1, 4))
    first = 739_000
    for offset in (0.0, 0.3):
        days = [tuple(lottery.on_day(first + day, offset).tolist()) for day in range(100)]
        assert days == [tuple(lottery.on_day(first + day, offset).tolist()) for day in range(100)]
        for ranking, weight in zip(lottery.rankings, lottery.weights, strict=True):
            assert days.count(tuple(ranking.tolist())) / 100 == pytest.approx(weight, abs=0.05)
