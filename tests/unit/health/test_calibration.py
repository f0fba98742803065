"""Calibration: numbers by hand, and only lines that can be known."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.metrics import brier_score_loss

from recommender.health.calibration import (
    Judgements,
    bins_of,
    calibration_lines,
    expected_error,
    reliability,
    wilson,
)
from recommender.health.limits import CalibrationLimits, load_limits
from recommender.health.report import CalibrationLine, Verdict
from tests.unit.health.simulated import lines

LIMITS = load_limits().calibration


def only(feature: str, target: str = "lead_unit") -> CalibrationLimits:
    kept = tuple(one for one in LIMITS.predictions if (one.target, one.feature) == (target, feature))
    return LIMITS.model_copy(update={"predictions": kept})


def judged(frame: pd.DataFrame) -> CalibrationLine:
    return calibration_lines(lambda _target, _step: frame, only("p_match"))[0]


def test_wilson_is_scipys() -> None:
    for successes, trials in ((0, 10), (3, 10), (10, 10), (17, 200)):
        known = stats.binomtest(successes, trials).proportion_ci(method="wilson")
        assert wilson(successes, trials) == pytest.approx((known.low, known.high))


def test_table_and_error_by_hand() -> None:
    predicted = np.repeat([0.1, 0.5], 50)
    came = np.concatenate([np.arange(50) < 10, np.arange(50) < 20])
    told = Judgements(predicted, came, np.arange(100))
    bins = bins_of(predicted, bins=2, least=30)
    first, second = reliability(told, bins)
    assert (first.low, first.high, first.lines, first.enterprises) == (0.1, 0.1, 50, 50)
    assert first.happened.value == 0.2
    assert first.happened.ci95 == pytest.approx(wilson(10, 50))
    assert second.happened.value == 0.4
    # |.1 - .2| and |.5 - .4|, half of the lines each.
    assert expected_error(told, bins).value == pytest.approx(0.1)


def test_lines_of_one_enterprise_widen_the_interval() -> None:
    firms = np.repeat(np.arange(20), 10)
    came = (firms % 4 == 0).copy()
    told = Judgements(np.full(200, 0.25), came, firms)
    (row,) = reliability(told, np.zeros(200, np.int64))
    assert row.effective_lines == pytest.approx(20, rel=0.1)
    assert row.happened.ci95 == pytest.approx(wilson(0.25 * row.effective_lines, row.effective_lines))


def test_an_honest_prediction_is_normal_and_its_figures_are_those_of_the_lines() -> None:
    frame = lines(seed=1, lists=1500, days=236.0)
    told = judged(frame)
    counted = frame[(frame["elapsed_days"] >= frame["horizon_days"]) & (frame["seen"] == 1)]
    assert told.verdict is Verdict.NORMAL
    assert told.lines == len(counted)
    assert told.enterprises == counted["enterprise"].nunique()
    assert told.waiting == (frame["elapsed_days"] < frame["horizon_days"]).sum()
    assert told.lines + told.waiting + told.unseen + told.unpredicted == len(frame)
    assert told.brier.value == pytest.approx(brier_score_loss(counted["reached"], counted["item:p_match"]))
    assert told.gap.value == pytest.approx((counted["item:p_match"] - counted["reached"]).mean())
    assert sum(one.lines for one in told.bins) == told.lines
    assert told.ece_by_chance is not None
    assert told.ece.value == pytest.approx(told.ece_by_chance, abs=0.03)


@pytest.mark.parametrize("promise", [0.15, -0.15])
def test_a_wrong_prediction_is_told_with_its_direction(promise: float) -> None:
    frame = lines(seed=2, lists=1500, days=236.0)
    frame["item:p_match"] = np.clip(frame["item:p_match"] + promise, 0, 1)
    told = judged(frame)
    assert told.verdict in {Verdict.ALARM, Verdict.NOTICE}
    assert ("偏高" if promise > 0 else "偏低") in told.advice


def test_right_on_average_but_crooked_is_seen() -> None:
    frame = lines(seed=3, enterprises=300, lists=6000, days=236.0)
    spread = frame["item:p_match"]
    frame["item:p_match"] = np.clip(spread + 1.2 * (spread - spread.mean()), 0, 1)
    told = judged(frame)
    assert told.verdict in {Verdict.ALARM, Verdict.NOTICE}
    assert "高低各段" in told.advice


def test_young_lists_do_not_count_even_where_something_came() -> None:
    frame = lines(seed=4, days=50.0)
    told = judged(frame)
    assert frame["reached"].any()
    assert (told.lines, told.waiting) == (0, len(frame))
    assert told.verdict is Verdict.UNKNOWN
    assert told.gap.value is None
    assert told.gap.warning


def test_lists_that_report_no_looks_and_lines_without_a_prediction_are_left_out() -> None:
    frame = lines(seed=5, lists=1500, days=236.0)
    silent = frame.assign(seen=np.nan)
    assert judged(silent).lines == 0
    assert judged(silent).unseen > 0
    unpredicted = judged(frame.drop(columns="item:p_match"))
    assert unpredicted.lines == 0
    assert unpredicted.unpredicted == judged(frame).lines


def test_what_claims_no_probability_is_not_judged() -> None:
    frame = lines(seed=6, lists=1500, days=236.0, target="solution")
    told = calibration_lines(lambda _target, _step: frame, only("score", "solution"))[0]
    assert told.gap.value is not None
    assert told.gap.value > 0.1
    assert told.verdict is Verdict.NORMAL
