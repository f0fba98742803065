"""The estimator keeps the contract of scikit-learn, and finds a weak common direction."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.utils.estimator_checks import parametrize_with_checks

from recommender.learning.supervised_components import SupervisedComponents


@parametrize_with_checks([SupervisedComponents(), SupervisedComponents(n_components=3)])
def test_the_contract_of_scikit_learn(estimator: SupervisedComponents, check: object) -> None:
    check(estimator)  # type: ignore[operator]


def _weak_features(seed: int, cases: int) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    target = draw.random(cases) < 0.2
    return draw.normal(size=(cases, 200)) + 0.12 * target[:, None], target


def test_many_weak_features_add_up_where_a_free_fit_drowns() -> None:
    (features, target), (unseen, truth) = _weak_features(1, 250), _weak_features(2, 2000)
    ours = SupervisedComponents().fit(features, target)
    free = LogisticRegression(C=10.0, max_iter=2000).fit(features, target)
    score = roc_auc_score(truth, ours.decision_function(unseen))
    assert score > 0.7
    assert score > roc_auc_score(truth, free.decision_function(unseen)) + 0.03


def test_a_score_does_not_tell_the_base_rate() -> None:
    features, target = _weak_features(3, 3000)
    odds = SupervisedComponents().fit(features, target).decision_function(features)
    # The target holds for a fifth; still the curve crosses even odds midway between the classes.
    assert odds[target].mean() + odds[~target].mean() == pytest.approx(0, abs=0.1)


def test_missing_values_and_empty_columns_are_taken() -> None:
    features, target = _weak_features(4, 300)
    features[::3, :50] = np.nan
    features[:, 60] = np.nan
    features[:, 61] = 1.0
    model = SupervisedComponents(2).fit(features, target)
    assert np.isfinite(model.decision_function(np.full((2, 200), np.nan))).all()
    np.testing.assert_allclose(model.predict_proba(features).sum(axis=1), 1.0)


def test_three_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="Only binary"):
        SupervisedComponents().fit(np.eye(3), [0, 1, 2])
