"""The likelihood of delays: its slope, its numbers at the edge, and what its interval covers."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import check_grad

from recommender.learning.outcome_delay import OutcomeDelay, _log_likelihood

HORIZON = 180.0


def _lines(seed: int, lines: int, mean: float) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    watched = draw.uniform(0, HORIZON, lines)
    after = draw.exponential(mean, lines)
    told = (draw.uniform(size=lines) < 0.3) & (after <= watched)
    return pd.DataFrame(
        {
            "reached_after_days": np.where(told, after, np.nan),
            "elapsed_days": watched,
            "horizon_days": HORIZON,
        }
    )


@pytest.mark.parametrize("point", [(3.0, 0.0), (4.5, 0.6), (2.0, -0.5)])
def test_the_slope_is_that_of_the_likelihood(point: tuple[float, float]) -> None:
    days, watched = np.log([1.0, 5.0, 40.0]), np.log([2.0, 90.0, 41.0])
    off = check_grad(
        lambda at: _log_likelihood(at, days, watched)[0],
        lambda at: _log_likelihood(at, days, watched)[1],
        np.asarray(point),
    )
    assert off < 1e-4


def test_the_likelihood_is_the_truncated_exponential_where_the_shape_is_one() -> None:
    value, _ = _log_likelihood(np.array([np.log(20.0), 0.0]), np.log([7.0]), np.log([30.0]))
    assert value == pytest.approx(np.log(np.exp(-7 / 20) / 20 / (1 - np.exp(-30 / 20))))


@pytest.mark.parametrize("point", [(-8.0, 4.0), (12.0, 4.0), (12.0, -4.0)])
def test_far_from_the_optimum_all_stays_finite(point: tuple[float, float]) -> None:
    value, slope = _log_likelihood(np.asarray(point), np.log([1e-3, 500.0]), np.log([1e-3, 548.0]))
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


def test_the_interval_of_the_median_covers_it() -> None:
    true = 30.0 * np.log(2)
    found = [OutcomeDelay().fit(_lines(seed, 1000, 30.0)).median_days() for seed in range(60)]
    covered = [low <= true <= high for low, high in (one.ci95 for one in found)]
    assert np.mean(covered) >= 0.88  # 95 % less two standard errors of 60 runs
    assert all(one.warning is None for one in found)


def test_few_outcomes_say_so() -> None:
    assert "初值" in str(OutcomeDelay().fit(_lines(1, 20, 30.0)).median_days().warning)


def test_naive_labels_make_outcomes_rarer_than_they_are_and_the_delay_does_not() -> None:
    naive, told = [], []
    for seed in range(20):
        lines = _lines(100 + seed, 3000, 60.0)
        reached = lines["reached_after_days"].notna().sum()
        naive.append(reached / len(lines))
        told.append(reached / OutcomeDelay().fit(lines).share_told_by(lines["elapsed_days"]).sum())
    true = 0.3 * (1 - np.exp(-HORIZON / 60.0))  # of those within the horizon
    assert np.mean(naive) < 0.75 * true
    assert np.mean(told) == pytest.approx(true, rel=0.05)
