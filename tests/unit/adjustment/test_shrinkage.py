"""Shrinkage against values computed otherwise, and the coverage of its intervals."""

import math

import numpy as np
import pytest

from recommender.adjustment.shrinkage import shrunk_means, shrunk_rates, shrunk_shares
from recommender.learning.intervals import wilson


def test_few_projects_say_less_than_many() -> None:
    good, trials = [1, 10, 100, 0], [1, 10, 100, 0]
    found = shrunk_shares([*good, *[70] * 6], [*trials, *[100] * 6])
    assert found.value[0] < found.value[1] < found.value[2] < 1
    assert found.low[0] < found.low[1] < found.low[2]
    assert math.isnan(found.value[3])
    assert found.pool == pytest.approx((111 + 420) / (111 + 600))


def test_alike_units_come_out_at_the_pool() -> None:
    found = shrunk_shares([80] * 10, [100] * 10)
    assert found.value == pytest.approx([0.8] * 10, abs=0.005)
    rates = shrunk_rates([20] * 10, [100] * 10)
    assert rates.value == pytest.approx([0.2] * 10, abs=0.005)


def test_units_far_apart_keep_their_own() -> None:
    means = shrunk_means([[0.0, 0.1, -0.1] * 20, [10.0, 10.1, 9.9] * 20, [20.0, 20.1, 19.9] * 20])
    assert means.value == pytest.approx([0, 10, 20], abs=0.01)


def test_nothing_told_is_not_nought() -> None:
    for found in (shrunk_shares([0, 0], [0, 0]), shrunk_rates([0], [0]), shrunk_means([[], []])):
        assert np.isnan(found.value).all()
        assert math.isnan(found.pool)
    alone = shrunk_means([[1.0], []])
    assert np.isnan(alone.value).all()
    assert alone.pool == 1.0


def test_intervals_cover_what_they_say() -> None:
    random = np.random.default_rng(20_261_125)
    inside = of = 0
    for _ in range(150):
        shares = random.beta(8, 2, 40)
        trials = random.integers(1, 12, 40)
        found = shrunk_shares(random.binomial(trials, shares), trials)
        inside += int(((found.low <= shares) & (shares <= found.high)).sum())
        of += len(shares)
    # 6,000 intervals of units with a handful of projects each; docs/adjustment.md tells by how little they
    # are too narrow there, because the mixture is told by its mean and variance alone.
    low, high = wilson(inside, of)
    assert low >= 0.89
    assert high <= 0.97
