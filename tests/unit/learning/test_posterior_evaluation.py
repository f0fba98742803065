"""Measures against plain computation, and no favour for the ranking that made the log."""

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from recommender.learning.ladder_lines import LadderLines, ladder_lines
from recommender.learning.outcome_training import learned_model, train_on_outcomes
from recommender.learning.posterior_evaluation import auc_parts, line_likelihood, measure, ndcg_parts
from recommender.learning.posterior_scales import load_posterior_scales
from recommender.ranking.ranking_model import shipped_model
from tests.unit.learning.outcome_frames import STEPS, expert, simulated_frames

EXPERT = expert([0.34, 0.14, 0.24, 0.12, 0.07])
TRUTH = [0.10, 0.14, 0.50, 0.12, 0.20]
WEIGHTS = np.asarray([0.35, 0.35, 0.3])
SCALES = load_posterior_scales()


def _ranked_by_experts(firms: int, *, unseen: bool) -> dict[str, pd.DataFrame]:
    """Lists in the order of the expert score, looked at the less the further down."""
    frames = simulated_frames(EXPERT, TRUTH, firms=firms, seed=1, length=10)
    first = frames["contact"]
    score = sum(first[f"item:{name}"] * prior.weight for name, prior in EXPERT.items())
    position = score.groupby(first["list_id"]).rank(ascending=False).astype(int)
    seen = 1 / np.sqrt(position) if unseen else np.ones(len(first))
    looked = np.random.default_rng(2).uniform(size=len(first)) < seen
    return {
        step: frame.assign(position=position, chance_seen=seen, reached=frame["reached"] & looked)
        for step, frame in frames.items()
    }


def _lines(frames: Mapping[str, pd.DataFrame]) -> LadderLines:
    return ladder_lines(frames, EXPERT, STEPS)


def _scores(lines: LadderLines, weights: list[float]) -> NDArray[np.float64]:
    return np.asarray(lines.shares @ np.asarray(weights))


def test_the_area_of_one_list_is_that_of_scikit_learn() -> None:
    lines = _lines(simulated_frames(EXPERT, TRUTH, firms=1, seed=3, length=200))
    scores = np.round(_scores(lines, TRUTH), 1)  # with ties
    assert auc_parts(lines, scores)[0] == pytest.approx(roc_auc_score(lines.reached[:, 0], scores))


def test_ndcg_of_one_list_is_that_of_its_definition() -> None:
    lines = _lines(simulated_frames(EXPERT, TRUTH, firms=1, seed=3, length=30))
    scores = _scores(lines, TRUTH)
    gain = lines.reached @ WEIGHTS
    discount = 1 / np.log2(np.arange(2, 12))
    found = (gain[np.argsort(-scores)][:10] * discount).sum() / (np.sort(gain)[::-1][:10] * discount).sum()
    assert ndcg_parts(lines, scores, WEIGHTS)[0] == pytest.approx(found)


def test_measures_do_not_favour_the_ranking_that_was_logged() -> None:
    """What the truth is better by is the same whether all lines were looked at or mostly the first ones."""
    everything, first_ones = (_lines(_ranked_by_experts(3000, unseen=unseen)) for unseen in (False, True))
    of_expert = [prior.weight for prior in EXPERT.values()]
    for of in (auc_parts, lambda lines, scores: ndcg_parts(lines, scores, WEIGHTS)):
        gains = [
            of(lines, _scores(lines, TRUTH)).mean() - of(lines, _scores(lines, of_expert)).mean()
            for lines in (everything, first_ones)
        ]
        assert gains[0] > 0.02
        assert gains[1] == pytest.approx(gains[0], abs=0.015)


def test_the_likelihood_of_a_line_counts_its_steps_and_leaves_out_what_tells_nothing() -> None:
    frames = simulated_frames(EXPERT, TRUTH, firms=1, seed=1, length=2)
    for step, frame in frames.items():
        frame["reached"] = [step == "contact", False]
        frame["seen"] = [1.0, 0.0]
    lines = _lines(frames)
    told = line_likelihood(lines, np.asarray([[0.5, 0.25, 0.1]] * 2), WEIGHTS)
    assert told[0] == pytest.approx(0.35 * np.log(0.5) + 0.35 * np.log(0.75) + 0.3 * np.log(0.9))
    assert np.isnan(told[1])


def test_better_weights_are_told_to_be_better_and_calibrated() -> None:
    measures = measure(_lines(_ranked_by_experts(800, unseen=True)), "solution", EXPERT, SCALES)
    for compared in (measures.log_likelihood, measures.ndcg_at_10, measures.auc):
        assert compared.gain.ci95[0] is not None
        assert compared.gain.ci95[0] > 0
    low, high = measures.bias.ci95
    assert low is not None
    assert high is not None
    assert low <= 0 <= high
    assert measures.expected_error is not None
    assert measures.expected_error < 0.02


def test_no_gain_is_claimed_where_the_experts_are_right() -> None:
    priors = shipped_model().expert("solution")
    right = [prior.weight for prior in priors.values()]
    trained = train_on_outcomes(
        simulated_frames(priors, right, firms=150, seed=4), "solution", shipped_model()
    )
    assert not trained.improved
    assert "还看不出比专家权重好" in trained.verdict or "不如专家权重" in trained.verdict


def test_too_few_enterprises_are_told() -> None:
    trained = train_on_outcomes(
        simulated_frames(shipped_model().expert("solution"), [0.1] * 9, firms=4, seed=1),
        "solution",
        shipped_model(),
    )
    assert trained.measures.auc.gain.value is None
    assert not trained.improved
    assert "结果太少" in trained.verdict


def test_a_learned_model_names_its_day_and_content_and_keeps_what_was_not_learned() -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    shipped = shipped_model()
    frames = simulated_frames(shipped.expert("solution"), [0.1] * 9, firms=6, seed=1)
    first = learned_model(shipped, {"solution": train_on_outcomes(frames, "solution", shipped)}, now)
    frames = simulated_frames(shipped.expert("prospect"), [0.1] * 10, firms=6, seed=1)
    second = learned_model(first, {"prospect": train_on_outcomes(frames, "prospect", first)}, now)
    assert first.version.startswith(f"{shipped.version}+outcomes-20261201-")
    assert second.version.count("+outcomes-") == 1
    assert second.version != first.version
    assert first.learned is not None
    assert second.learned is not None
    assert second.learned.solution == first.learned.solution
    assert second.learned.prospect is not None
    assert second.learned.lead_unit is None
