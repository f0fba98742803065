"""The statistics of a change, against numbers worked out by hand and against scipy."""

import numpy as np
import pytest
from scipy import stats

from recommender.health.change import (
    TwoPeriods,
    distribution_change,
    effective_numbers,
    intraclass_correlation,
    psi,
    unknown_change,
)

ONE_EACH = [np.arange(200)]


def two(old: np.ndarray, new: np.ndarray, clusters: list[np.ndarray] | None = None) -> TwoPeriods:
    values = np.concatenate([old, new]).astype(float)
    recent = np.arange(len(values)) >= len(old)
    return TwoPeriods(values, recent, clusters or [np.arange(len(values))])


def test_psi_by_hand() -> None:
    """Ten lines a bin before, 15 and 5 by turns after, half a line added to each."""
    reference = np.repeat(np.arange(10.0), 10)
    recent = np.repeat(np.arange(10.0), [15, 5] * 5)
    old, high, low = 10.5 / 105, 15.5 / 105, 5.5 / 105
    expected = 5 * (high - old) * np.log(high / old) + 5 * (low - old) * np.log(low / old)
    index, used = psi(reference, recent)
    assert index == pytest.approx(expected)
    assert used == 10
    assert psi(reference, reference)[0] == 0


def test_psi_of_two_values_has_two_bins() -> None:
    index, used = psi(np.repeat([0.6, 1.0], 50), np.repeat([0.6, 1.0], [25, 75]))
    assert used == 2
    old, less, more = 50.5 / 101, 25.5 / 101, 75.5 / 101
    assert index == pytest.approx((less - old) * np.log(less / old) + (more - old) * np.log(more / old))


def test_lines_that_are_all_alike_count_as_one_for_each_enterprise() -> None:
    firms = np.repeat(np.arange(20), 10)
    values = np.random.default_rng(1).normal(size=20)[firms]
    recent = firms >= 10
    assert intraclass_correlation(values, recent, firms) == 1.0
    assert effective_numbers(values, recent, [firms]) == pytest.approx((10.0, 10.0))


def test_lines_that_are_not_alike_count_each() -> None:
    rng = np.random.default_rng(2)
    firms = np.repeat(np.arange(100), 10)
    recent = np.tile([False, True], 500)
    likeness = intraclass_correlation(rng.normal(size=1000), recent, firms)
    assert likeness < 0.05
    assert intraclass_correlation(np.ones(1000), recent, firms) == 0.0
    n, m = effective_numbers(np.ones(1000), recent, [firms])
    assert (n, m) == (500.0, 500.0)


def test_the_more_cautious_of_two_groupings_counts() -> None:
    firms, asking = np.arange(200), np.repeat(np.arange(10), 20)
    values = np.random.default_rng(3).normal(size=10)[asking]
    recent = np.tile([False, True], 100)
    assert max(effective_numbers(values, recent, [firms, asking])) == pytest.approx(10.0)


def test_without_clusters_the_distance_and_its_chance_are_those_of_scipy() -> None:
    rng = np.random.default_rng(4)
    old, new = rng.normal(size=400), rng.normal(0.3, 1.0, size=200)
    change = distribution_change(two(old, new))
    known = stats.ks_2samp(old, new, method="asymp")
    assert change.ks == known.statistic
    assert change.p_value == pytest.approx(known.pvalue, rel=0.02)
    assert change.excess_psi == pytest.approx(change.psi - 9 * (1 / 400 + 1 / 200), abs=1e-3)


def test_clusters_make_the_same_distance_less_certain() -> None:
    rng = np.random.default_rng(5)
    firms = np.repeat(np.arange(60), 10)
    values = rng.normal(size=60)[firms] + rng.normal(0, 0.1, 600)
    clustered = distribution_change(TwoPeriods(values, firms >= 40, [firms]))
    naive = distribution_change(TwoPeriods(values, firms >= 40, [np.arange(600)]))
    assert clustered.ks == naive.ks
    assert clustered.p_value > 100 * naive.p_value


def test_unknown_values_are_left_out_of_the_distribution_and_tested_by_themselves() -> None:
    old = np.where(np.arange(200) < 20, np.nan, np.linspace(0, 1, 200))
    new = np.where(np.arange(200) < 80, np.nan, np.linspace(0, 1, 200))
    told = two(old, new)
    assert len(told.known().values) == 300
    pooled = 100 / 400
    z = 0.3 / np.sqrt(pooled * (1 - pooled) * 2 / 200)
    assert unknown_change(told) == pytest.approx(2 * stats.norm.sf(z))
    assert unknown_change(two(np.ones(50), np.ones(50))) == 1.0
