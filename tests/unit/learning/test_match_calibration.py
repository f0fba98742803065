"""Calibration: claimed probabilities come true on needs that were not fitted on, in pools small and large."""

import numpy as np
import pytest
from numpy.typing import NDArray

from recommender.learning.match_calibration import (
    calibration,
    cross_fitted,
    draw_pairs,
    fit_curve,
    probabilities,
)
from recommender.retrieval.fusion import FusionConfig, MatchCurve, load_fusion
from recommender.text.passages import Side

CONFIG = FusionConfig(version="t", weights={"lexical": 1.0}, match=MatchCurve(centre=2.2, scale=0.8))
NEEDS, ITEMS = 150, 80


def _channels(raise_by: float, seed: int = 0) -> tuple[dict[str, NDArray[np.float32]], NDArray[np.int64]]:
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(NEEDS, ITEMS)).astype(np.float32)
    answers = generator.integers(0, ITEMS, NEEDS)
    scores[np.arange(NEEDS), answers] += raise_by
    return {"lexical": scores}, answers


def test_claims_come_true_on_needs_not_seen() -> None:
    channels, answers = _channels(3.0)
    pairs = draw_pairs(channels, answers.tolist(), CONFIG, pools=(10, 40))
    folds = np.arange(NEEDS) % 5
    told = calibration(cross_fitted(pairs, folds), pairs, np.arange(NEEDS), candidates=ITEMS)
    ad_hoc = calibration(probabilities(CONFIG.match, pairs), pairs, np.arange(NEEDS), candidates=ITEMS)
    assert told.claimed.value is not None
    assert told.hit.value is not None
    assert told.log_loss.value is not None
    assert ad_hoc.log_loss.value is not None
    assert told.claimed.value == pytest.approx(told.hit.value, abs=0.1)
    assert told.expected_error < ad_hoc.expected_error
    assert told.log_loss.value < ad_hoc.log_loss.value


def test_the_same_score_says_less_among_more_candidates() -> None:
    channels, answers = _channels(3.0)
    curve = fit_curve(draw_pairs(channels, answers.tolist(), CONFIG, pools=(5, 20)))
    score = np.asarray([2.5], np.float32)
    assert curve.growth > 0
    assert curve.match(score, 5)[0] > curve.match(score, 20)[0] > curve.match(score, 200)[0]


def test_every_pool_holds_its_answer_once() -> None:
    channels, answers = _channels(1.0)
    pairs = draw_pairs(channels, answers.tolist(), CONFIG, pools=(5, ITEMS, 500))
    assert set(pairs.candidates.tolist()) == {5, ITEMS}
    assert pairs.answer[pairs.candidates == 5].reshape(-1, 5).sum(axis=1).tolist() == [1] * (2 * NEEDS)
    assert pairs.answer.sum() == 3 * NEEDS


def test_answers_that_score_no_higher_cannot_be_calibrated() -> None:
    channels, answers = _channels(-3.0)
    with pytest.raises(ValueError, match="no higher"):
        fit_curve(draw_pairs(channels, answers.tolist(), CONFIG, pools=(10,)))


def test_the_shipped_curve_is_for_solutions() -> None:
    curve = load_fusion().calibrated[Side.SOLUTION]
    assert curve.growth > 0
    assert curve.match(np.asarray([6.0], np.float32), 240)[0] > 0.95
    assert curve.match(np.asarray([1.0], np.float32), 240)[0] < 0.01
