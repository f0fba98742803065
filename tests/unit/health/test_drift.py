"""Drifted simulated logs are flagged, stable ones are not, and small slices are not judged."""

import numpy as np
import pandas as pd
import pytest

from recommender.exposure.report import SliceKind
from recommender.health.drift import drift_lines
from recommender.health.limits import load_limits
from recommender.health.report import DriftLine, Verdict
from tests.unit.health.simulated import Drift, is_recent, lines

TOLD = {Verdict.NOTICE, Verdict.ALARM}


def compared(frame: pd.DataFrame) -> dict[tuple[str, str | None], DriftLine]:
    told = drift_lines(frame, is_recent(frame), load_limits())
    return {(line.feature, line.code): line for line in told}


def test_stable_logs_are_not_flagged() -> None:
    flagged = [
        any(line.verdict in TOLD for line in compared(lines(seed=seed)).values()) for seed in range(20)
    ]
    assert sum(flagged) <= 1


def test_a_shifted_feature_is_an_alarm_and_the_others_are_not() -> None:
    frame = lines(seed=1, drift=Drift(shift=0.2))
    told = compared(frame)
    moved = told["text_match", None]
    assert moved.verdict is Verdict.ALARM
    assert "分布变了" in moved.advice
    assert "文本匹配" in moved.advice
    assert moved.psi is not None
    assert moved.psi > 0.25
    low, high = moved.change.ci95
    assert low is not None
    assert high is not None
    assert low < 0.2 < high
    recent = is_recent(frame)
    known = frame["item:text_match"]
    assert moved.change.value == pytest.approx(known[recent].mean() - known[~recent].mean())
    assert told["price", None].verdict is Verdict.NORMAL


def test_values_that_went_missing_are_told_as_such() -> None:
    told = compared(lines(seed=2, drift=Drift(unknown=0.3)))["text_match", None]
    assert told.verdict is Verdict.ALARM
    assert told.reference_unknown == 0
    assert told.unknown == pytest.approx(0.3, abs=0.05)
    assert "没有值的比例由 0% 变为" in told.advice


def test_drift_of_one_district_is_found_there_only() -> None:
    told = compared(lines(seed=3, enterprises=300, lists=2000, drift=Drift(shift=0.25, district="440113")))
    assert told["text_match", "440113"].verdict is Verdict.ALARM
    assert "番禺区" in told["text_match", "440113"].advice
    assert told["text_match", "440114"].verdict is Verdict.NORMAL
    assert told["text_match", "440118"].verdict is Verdict.NORMAL


def test_few_enterprises_are_not_judged() -> None:
    told = compared(lines(seed=4, enterprises=15, drift=Drift(shift=0.4)))
    assert {line.verdict for line in told.values()} == {Verdict.UNKNOWN}
    assert told["text_match", None].change.value is None
    assert told["text_match", None].psi is None
    assert told["text_match", None].mean is not None


def test_a_feature_that_does_not_apply_is_not_missing() -> None:
    frame = lines(seed=5)
    applies = np.arange(len(frame)) % 2 == 0
    frame["applies:price"] = applies
    frame.loc[~applies, "item:price"] = np.nan
    told = compared(frame)["price", None]
    used = applies & is_recent(frame)
    assert told.lines == used.sum()
    assert told.unknown == pytest.approx(frame.loc[used, "item:price"].isna().mean())


def test_one_period_alone_is_not_compared() -> None:
    frame = lines(seed=6)
    assert drift_lines(frame, np.ones(len(frame), bool), load_limits()) == ()
    assert drift_lines(frame.iloc[:0], np.zeros(0, bool), load_limits()) == ()


def test_slices_are_of_all_industries_and_districts() -> None:
    kinds = {line.kind for line in drift_lines(*_both(lines(seed=7)), load_limits())}
    assert kinds == set(SliceKind)


def _both(frame: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    return frame, is_recent(frame)
