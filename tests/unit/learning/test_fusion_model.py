"""Learned fusion: finds the channel that tells, stays at the prior without evidence, is a real estimator."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import check_grad
from sklearn.base import clone
from sklearn.utils.estimator_checks import check_estimator

from recommender.learning.fusion_model import ListwiseFusion, _loss

LISTS, ITEMS = 60, 12
Floats = NDArray[np.float64]


def _lists(telling: int, channels: int = 2, seed: int = 0) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Lists in which one channel raises the answer by two standard deviations and the others say nothing."""
    generator = np.random.default_rng(seed)
    scores = generator.normal(size=(LISTS, ITEMS, channels))
    answer = np.zeros((LISTS, ITEMS))
    answer[np.arange(LISTS), generator.integers(0, ITEMS, LISTS)] = 1.0
    scores[..., telling] += 2.0 * answer
    return scores.reshape(-1, channels), answer.ravel(), np.repeat(np.arange(LISTS), ITEMS)


def test_it_is_a_scikit_learn_estimator() -> None:
    check_estimator(ListwiseFusion(), on_skip=None)
    assert clone(ListwiseFusion(prior=[1.0, 0.5], penalty=3.0)).get_params() == {
        "prior": [1.0, 0.5],
        "penalty": 3.0,
    }


@pytest.mark.parametrize("telling", [0, 1])
def test_the_channel_that_tells_gets_the_weight(telling: int) -> None:
    features, answers, lists = _lists(telling)
    weights = ListwiseFusion(penalty=0.1).fit(features, answers, lists).weights_
    assert weights[telling] > 1.0
    assert weights[telling] > 5 * weights[1 - telling]


def test_a_channel_that_misleads_counts_nothing_and_never_against() -> None:
    features, answers, lists = _lists(0)
    features[:, 1] = -features[:, 0]
    assert ListwiseFusion(penalty=0.01).fit(features, answers, lists).weights_[1] == 0.0


def test_a_strong_ridge_keeps_the_proportions_of_the_prior() -> None:
    features, answers, lists = _lists(1)
    weights = ListwiseFusion(prior=[1.0, 0.5], penalty=1e9).fit(features, answers, lists).weights_
    assert weights[1] / weights[0] == pytest.approx(0.5, rel=1e-4)


def test_lists_without_an_answer_teach_nothing() -> None:
    features, answers, lists = _lists(0)
    more, _, _ = _lists(1, seed=1)
    joined = ListwiseFusion().fit(
        np.vstack([features, more]), np.r_[answers, np.zeros(len(more))], np.r_[lists, lists + LISTS]
    )
    alone = ListwiseFusion().fit(features, answers, lists)
    assert joined.lists_ == alone.lists_ == LISTS
    np.testing.assert_allclose(joined.weights_, alone.weights_, rtol=1e-6)
    silent = ListwiseFusion(prior=[3.0, 1.0]).fit(more, np.zeros(len(more)), lists)
    np.testing.assert_allclose(silent.weights_, [0.75, 0.25])


def test_the_order_of_rows_does_not_matter() -> None:
    features, answers, lists = _lists(0)
    mixed = np.random.default_rng(3).permutation(len(answers))
    one = ListwiseFusion().fit(features, answers, lists).weights_
    other = ListwiseFusion().fit(features[mixed], answers[mixed], lists[mixed]).weights_
    np.testing.assert_allclose(one, other, rtol=1e-5)


def test_the_slope_is_that_of_the_loss() -> None:
    features, answers, lists = _lists(0, channels=3)

    def loss(weights: Floats) -> float:
        return _loss(weights, features, answers, lists)[0]

    def slope(weights: Floats) -> Floats:
        return _loss(weights, features, answers, lists)[1]

    assert check_grad(loss, slope, np.array([0.7, 0.1, 2.0])) < 1e-3


@pytest.mark.parametrize("prior", [[1.0], [1.0, -1.0], [0.0, 0.0], [1.0, np.nan]])
def test_a_prior_that_is_none_is_refused(prior: list[float]) -> None:
    features, answers, lists = _lists(0)
    with pytest.raises(ValueError, match="prior"):
        ListwiseFusion(prior=prior).fit(features, answers, lists)


def test_groups_of_another_length_are_refused() -> None:
    features, answers, lists = _lists(0)
    with pytest.raises(ValueError, match="groups"):
        ListwiseFusion().fit(features, answers, lists[:-1])
