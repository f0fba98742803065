"""Scoring by a posterior: the expert's score where nothing was learned, one score whatever the path."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from recommender.ranking.learned_reasons import record_reasons, score_interval, weights_told
from recommender.ranking.learned_score import LearnedScorer, Line
from recommender.ranking.learned_weights import Effect, LearnedTarget, LearnedWeights, Record, WeightBlock
from recommender.ranking.priors import FeaturePrior, load_priors, weigh
from recommender.ranking.ranking_model import shipped_model
from tests.unit.ranking.posteriors import drawn_posterior, drawn_weights

PRIORS = load_priors().solution
NAMES = tuple(PRIORS)
SUBS = ("apparel", "cosmetics", "beauty", None)
VALUES = st.dictionaries(st.sampled_from(NAMES), st.none() | st.floats(0, 1))
APPLICABLE = st.frozensets(st.sampled_from(NAMES), min_size=1)


def _same_as_expert(**changed: Any) -> LearnedTarget:
    size = len(NAMES)
    block = WeightBlock(
        weights=[prior.weight for prior in PRIORS.values()], covariance=(0.01 * np.eye(size)).tolist()
    )
    return drawn_posterior(PRIORS, 1).model_copy(update={"pooled": block} | changed)


@given(VALUES, APPLICABLE)
def test_weights_that_did_not_move_score_as_the_experts_do_to_the_bit(
    features: dict[str, float | None], applicable: frozenset[str]
) -> None:
    scorer = LearnedScorer("solution", PRIORS, _same_as_expert())
    assert scorer.score(Line(features, applicable, "apparel", "S1", "V1")) == weigh(
        features, applicable, PRIORS
    )


@given(VALUES, APPLICABLE, st.sampled_from(SUBS), st.sampled_from(["S1", "S2", None]), st.integers(0, 20))
def test_contributions_add_up_and_scores_stay_within_bounds(
    features: dict[str, float | None],
    applicable: frozenset[str],
    sub_industry: str | None,
    item: str | None,
    seed: int,
) -> None:
    learned = drawn_posterior(
        PRIORS, seed, sub_industries=("apparel", "cosmetics"), items=("S1",), providers=("V1",)
    )
    scorer = LearnedScorer("solution", PRIORS, learned)
    line = Line(features, applicable, sub_industry, item, "V1")
    scored = scorer.score(line)
    assert 0 <= scored.score <= 1
    assert sum(scored.contributions.values()) == pytest.approx(scored.score, abs=1e-12)
    assert scorer.deviation(line) >= 0


def test_pairs_are_scored_as_lines_are() -> None:
    draw = np.random.default_rng(3)
    items = ("S1", "S2", "S3")
    learned = drawn_posterior(PRIORS, 5, sub_industries=("apparel",), items=("S1", "S3"))
    scorer = LearnedScorer("solution", PRIORS, learned)
    subs = ["apparel", None, "beauty", "apparel"]
    features = {name: draw.uniform(size=(4, 3)) for name in NAMES}
    features["price"][1, 2] = np.nan
    applicable = {name: draw.uniform(size=(4, 1)) < 0.7 for name in NAMES} | {"price": np.ones((1, 1), bool)}
    scores = scorer.score_pairs(features, applicable, subs, items)
    for row in range(4):
        for column in range(3):
            values = {name: float(own[row, column]) for name, own in features.items()}
            line = Line(
                {name: None if np.isnan(value) else value for name, value in values.items()},
                frozenset(
                    n for n, flags in applicable.items() if np.broadcast_to(flags, (4, 3))[row, column]
                ),
                subs[row],
                items[column],
            )
            assert scores[row, column] == pytest.approx(scorer.score(line).score, abs=1e-12)


def test_a_shift_in_log_odds_moves_the_score_in_its_own_unit() -> None:
    """With the expert weights, a shift of 0.4 is a tenth of a score whose slope is 4."""
    effect = Effect(mean=0.4, variance=0.1, with_weights={"": (0.0,) * len(NAMES)})
    scorer = LearnedScorer("solution", PRIORS, _same_as_expert(items={"S1": effect}))
    features = {"text_match": 0.5}
    plain, shifted = (scorer.score(Line(features, frozenset(NAMES), None, item)) for item in ("S2", "S1"))
    assert shifted.score - plain.score == pytest.approx(0.1)
    assert shifted.contributions["product_record"] == pytest.approx(0.1)


@pytest.mark.parametrize("item", ["S1", "S9"])
def test_the_deviation_is_that_of_draws_from_the_posterior(item: str) -> None:
    learned = drawn_posterior(PRIORS, 8, items=("S1",))
    line = Line(dict.fromkeys(NAMES, 0.2) | {"light": 0.9, "price": None}, frozenset(NAMES[1:]), None, item)
    draw = np.random.default_rng(1)
    effect = learned.items.get(item)
    variance = effect.variance if effect else learned.item_variance + learned.provider_variance
    crossed = np.asarray(effect.with_weights[""]) if effect else np.zeros(len(NAMES))
    covariance = (
        np.block(
            [
                [np.asarray(learned.pooled.covariance), crossed[:, None]],
                [crossed[None], np.asarray([[variance]])],
            ]
        )
        * 0.01
    )
    drawn = draw.multivariate_normal(np.zeros(len(covariance)), covariance, 20_000)
    values = np.asarray([PRIORS[n].unknown if line.features[n] is None else line.features[n] for n in NAMES])
    applies = np.asarray([n in line.applicable for n in NAMES])
    weights = np.where(applies, np.asarray(learned.pooled.weights) + drawn[:, :-1], 0.0)
    shift = (effect.mean if effect else 0.0) + drawn[:, -1]
    expert = sum(PRIORS[n].weight for n in NAMES[1:])
    scores = (weights @ values + shift * expert / learned.slope) / weights.sum(axis=1)
    scorer = LearnedScorer("solution", PRIORS, learned)
    assert scorer.deviation(line) / 10 == pytest.approx(scores.std(), rel=0.03)


def test_a_model_of_other_features_is_no_model() -> None:
    learned = drawn_posterior({"another": FeaturePrior(weight=1, unknown=0)}, 1)
    with pytest.raises(ValidationError, match="特征不一致"):
        type(shipped_model())(**dict(shipped_model()) | {"learned": LearnedWeights(solution=learned)})


@pytest.mark.parametrize(
    "changed",
    [
        {"weights": (-0.1,), "covariance": ((1.0,),)},
        {"weights": (0.1,), "covariance": ((1.0, 0.0),)},
    ],
)
def test_negative_weights_and_other_shapes_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WeightBlock(**changed)


def test_a_posterior_comes_back_from_json_to_the_bit() -> None:
    weights = drawn_weights(solutions=("S1",), providers=("V1",))
    assert LearnedWeights.model_validate_json(weights.model_dump_json()) == weights


def test_a_record_is_told_with_its_numbers_where_it_counts() -> None:
    record = Record(step="contract", enterprises=12, reached=9, expected=4.2)
    effect = Effect(mean=0.4, variance=0.1, with_weights={"": (0.0,) * len(NAMES)}, record=record)
    scorer = LearnedScorer("solution", PRIORS, _same_as_expert(items={"S1": effect}))
    line = Line({"text_match": 0.5}, frozenset(NAMES), None, "S1")
    (reason,) = record_reasons(scorer.known_effects(line), scorer.score(line))
    assert reason.text == "该产品推荐给 12 家企业，9 家签订合同，高于同等条件下预期的 4.2 家"
    assert reason.contribution == pytest.approx(0.1, abs=1e-4)


@pytest.mark.parametrize(
    "record",
    [
        Record(step="contract", enterprises=4, reached=4, expected=1.0),
        Record(step="contract", enterprises=40, reached=4, expected=9.0),
        None,
    ],
)
def test_few_enterprises_or_counts_that_say_otherwise_are_not_told(record: Record | None) -> None:
    effect = Effect(mean=0.4, variance=0.1, with_weights={"": (0.0,) * len(NAMES)}, record=record)
    scorer = LearnedScorer("solution", PRIORS, _same_as_expert(items={"S1": effect}))
    line = Line({"text_match": 0.5}, frozenset(NAMES), None, "S1")
    assert not record_reasons(scorer.known_effects(line), scorer.score(line))


def test_intervals_stay_within_bounds_and_are_none_without_a_posterior() -> None:
    assert score_interval(0.5, None) is None
    assert score_interval(0.95, 0.1) == (pytest.approx(0.754004), 1.0)


def test_little_data_is_told() -> None:
    assert weights_told(_same_as_expert(data_share=0.1)).startswith("资料还少")
    assert "学得" in weights_told(_same_as_expert(data_share=0.9))
