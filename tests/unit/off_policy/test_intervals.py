"""Intervals that hold what they promise; tests/benchmarks/off_policy_coverage.py says it with 500 runs."""

import numpy as np
import pytest
from scipy import stats

from recommender.off_policy.betting import confidence_sequence
from recommender.off_policy.bootstrap import Terms, fay_feuer, intervals
from tests.unit.off_policy.simulated import bandit


def test_mean_of_normal_numbers_agrees_with_student() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.1, 400)
    figure = intervals({"x": Terms(values, np.ones(400))}, np.arange(400))["x"]
    half = float(stats.t.ppf(0.975, 399)) * values.std(ddof=1) / 20
    assert figure.ci95 == pytest.approx((values.mean() - half, values.mean() + half), abs=0.1 * half)


def test_percentiles_would_miss_what_the_studentised_interval_holds() -> None:
    """Weighted rare clicks: 150 logs, ips and snips, against the percentile bootstrap."""
    scene = bandit(items=20, positions=1, rate=0.03, skew=0.7, seed=3)
    held = {"ips": 0, "snips": 0, "percentile": 0}
    runs, size = 150, 800
    for run in range(runs):
        log = scene.log(size, seed=run)
        item, click = log["item_id"].to_numpy(), log["click"].to_numpy(float)
        weight = scene.target[0, item] / scene.logging[0, item]
        terms = {
            "ips": Terms(weight * click, np.ones(size), weight),
            "snips": Terms(weight * click, weight, weight),
        }
        for name, figure in intervals(terms, np.arange(size), resamples=300, seed=run).items():
            low, high = figure.ci95
            assert low is not None
            assert high is not None
            held[name] += low <= scene.truth <= high
        draws = np.random.default_rng(run).poisson(1.0, (300, size)) @ (weight * click) / size
        low, high = np.quantile(draws, (0.025, 0.975))
        held["percentile"] += low <= scene.truth <= high
    assert held["ips"] >= 0.93 * runs
    assert held["snips"] >= 0.93 * runs
    assert held["percentile"] < held["ips"]


def test_gamma_bound_of_plain_counts_is_the_exact_poisson_interval() -> None:
    for count in (0, 4, 50):
        low = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
        exact = (low, stats.chi2.ppf(0.975, 2 * count + 2) / 2)
        assert fay_feuer(count, count**0.5, 1.0) == pytest.approx(exact)


def test_degenerate_terms() -> None:
    ones = np.ones(5)
    assert intervals({"x": Terms(ones, ones)}, np.zeros(5, int))["x"].ci95 == (None, None)
    level = intervals({"x": Terms(ones / 2, ones)}, np.arange(5))["x"]
    assert level.ci95 == (0.5, 0.5)
    assert level.warning
    assert intervals({"x": Terms(0 * ones, 0 * ones)}, np.arange(5))["x"].value is None


@pytest.mark.parametrize("bounded", [True, False])
def test_confidence_sequence_holds_at_every_look(bounded: bool) -> None:
    """Looking after every 300 rounds of 150 logs, the truth may be left out in 5 % of them."""
    scene = bandit(items=6, positions=1, rate=0.15, skew=1.0, seed=6)
    largest = float((scene.target / scene.logging).max()) if bounded else None
    missed = 0
    for run in range(150):
        log = scene.log(1200, seed=1000 + run)
        item = log["item_id"].to_numpy()
        weight = (scene.target[0, item] / scene.logging[0, item])[:, None]
        click = log["click"].to_numpy(float)[:, None]
        looks = [
            confidence_sequence(weight[:seen], click[:seen], largest=largest)
            for seen in range(300, 1201, 300)
        ]
        missed += any(not low <= scene.truth <= high for low, high in looks)
    assert missed <= 0.05 * 150


def test_confidence_sequence_narrows() -> None:
    generator = np.random.default_rng(2)
    click = (generator.random((20_000, 1)) < 0.3).astype(float)
    weight = np.ones_like(click)
    widths = [np.ptp(confidence_sequence(weight[:n], click[:n], largest=1.0)) for n in (200, 2_000, 20_000)]
    assert widths[0] > widths[1] > widths[2]
    assert widths[2] < 0.04
