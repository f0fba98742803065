"""Shrinkage against known answers, and how often the intervals cover the truth."""

import numpy as np
import pytest

from recommender.adjustment.shrinkage import shrunk_means, shrunk_rates, shrunk_shares
from recommender.learning.intervals import wilson


def test_rat_tumours() -> None:
    # Gelman et al., table 5.1: 71 groups of rats; published posterior: centre about .14, weight about 16.7.
    zeros = [20] * 7 + [19] * 4 + [18] * 2 + [17]
    good = [0] * 14 + [1] * 8 + [2] * 9 + [1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10, 4, 4, 4, 4, 4, 4, 4, 10]
    good += [4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4]
    trials = zeros + [20] * 4 + [19] * 2 + [18] * 2 + [25, 24, 23, 20, 20, 20, 20, 20, 20]
    trials += [10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50] + [20] * 7 + [48]
    trials += [19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24, 14]
    assert len(good) == len(trials) == 71
    found = shrunk_shares(good, trials)
    # The book's posterior mean of the last group (4 of 14) is about .21: (4 + 2.4) / (14 + 16.7).
    assert found.value[-1] == pytest.approx(0.21, abs=0.01)
    assert found.value[0] == pytest.approx(2.4 / 36.7, abs=0.015)


def test_eight_schools() -> None:
    # Gelman et al., table 5.3: medians after shrinkage of school A about 10, of school C about 7.
    effects = [28, 8, -3, 7, -1, 1, 18, 12]
    # Equal errors of 12 with 2 values each: what matters is that the extreme is drawn in, and order is kept.
    found = shrunk_means([[effect - 12, effect + 12] for effect in effects])
    assert np.argsort(found.value).tolist() == np.argsort(effects).tolist()
    assert 8 < found.value[0] < 18
    assert -3 < found.value[2] < 8


def test_nothing_is_never_a_zero() -> None:
    for found in (
        shrunk_shares([1, 0], [2, 0]),
        shrunk_rates([1, 0], [2, 0]),
        shrunk_means([[1.0, 2.0], []]),
    ):
        assert np.isfinite(found.value[0])
        assert np.isnan([found.value[1], found.low[1], found.high[1]]).all()
    assert np.isnan(shrunk_means([[2.0], [2.0]]).value).all()
    assert np.isnan(shrunk_shares([], []).pool)


def _covered(low: np.ndarray, high: np.ndarray, truth: np.ndarray) -> tuple[int, int]:
    told = ~np.isnan(low)
    return int(((low <= truth) & (truth <= high))[told].sum()), int(told.sum())


@pytest.mark.parametrize("kind", ["shares", "rates", "means"])
def test_intervals_cover_the_truth(kind: str) -> None:
    inside = total = 0
    for seed in range(100, 120):
        rng = np.random.default_rng(seed)
        sizes = rng.integers(0, 12, 100)
        if kind == "shares":
            truth = rng.beta(12, 4, 100)
            found = shrunk_shares(rng.binomial(sizes, truth), sizes)
        elif kind == "rates":
            truth = rng.gamma(2, 0.08, 100)
            found = shrunk_rates(rng.poisson(truth * sizes), sizes)
        else:
            truth = rng.normal(10, 8, 100)
            found = shrunk_means(
                [rng.normal(mean, 20, size) for mean, size in zip(truth, sizes, strict=True)]
            )
        hit, told = _covered(found.low, found.high, truth)
        inside, total = inside + hit, total + told
    low, high = wilson(inside, total)
    # Wilson's interval of the coverage itself. Units of one draw share its centre and spread, which widens
    # what to expect: 2 points of deviation are accepted.
    assert low <= 0.97, (inside, total)
    assert high >= 0.93, (inside, total)
