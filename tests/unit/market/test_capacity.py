import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, poisson

from recommender.market.capacity import served, served_at_the_margin, served_by_coins, served_share

LOADS = np.array([0.0, 0.2, 1.0, 3.0, 12.0])


@pytest.mark.parametrize("places", [0, 1, 2, 5])
def test_served_is_the_sum_over_all_counts(places: int) -> None:
    counts = np.arange(200)
    wanted = [(np.minimum(counts, places) * poisson(load).pmf(counts)).sum() for load in LOADS]
    np.testing.assert_allclose(served(LOADS, np.full(5, places)), wanted, atol=1e-12)


def test_without_a_limit_all_is_served() -> None:
    unlimited = np.full(5, np.inf)
    np.testing.assert_array_equal(served(LOADS, unlimited), LOADS)
    np.testing.assert_array_equal(served_share(LOADS, unlimited), 1)
    np.testing.assert_array_equal(served_at_the_margin(LOADS, unlimited), 1)


def test_the_share_is_the_chance_of_one_more_who_comes() -> None:
    # E[min(1, c / (1 + N))]: one match among N others that come, places drawn evenly.
    counts = np.arange(200)
    chance = [(np.minimum(1, 2 / (1 + counts)) * poisson(load).pmf(counts)).sum() for load in LOADS[1:]]
    np.testing.assert_allclose(served_share(LOADS[1:], np.full(4, 2.0)), chance, atol=1e-12)


@given(st.floats(0.01, 20), st.integers(0, 8))
def test_the_margin_is_the_slope(load: float, places: int) -> None:
    capacity, step = np.array([float(places)]), 1e-6
    change = served(np.array([load + step]), capacity) - served(np.array([load - step]), capacity)
    np.testing.assert_allclose(
        served_at_the_margin(np.array([load]), capacity), change / (2 * step), atol=1e-7
    )


def test_equal_coins_are_a_binomial() -> None:
    counts = np.arange(13)
    wanted = (np.minimum(counts, 3) * binom(12, 0.3).pmf(counts)).sum()
    np.testing.assert_allclose(served_by_coins(np.full((12, 1), 0.3), np.array([3.0])), wanted)


@given(st.integers(0, 10_000))
def test_the_closed_form_never_promises_more_than_the_coins_give(seed: int) -> None:
    draws = np.random.default_rng(seed)
    chances = draws.random((9, 5)) * draws.random()
    capacity = np.array([0.0, 1.0, 2.0, 4.0, np.inf])
    exact = served_by_coins(chances, capacity)
    assert (served(chances.sum(axis=0), capacity) <= exact + 1e-12).all()
    assert (exact <= np.minimum(chances.sum(axis=0), capacity) + 1e-12).all()
