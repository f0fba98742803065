"""The click model of the direct and doubly robust estimates: regularised, and never its own judge.

Logistic regression on item, position and context. The penalty pulls every item towards the average, the more
the less it was shown. The model that speaks of a round has not seen its fold (cross-fitting), so that the
doubly robust estimate is not biased by what the model learnt by heart.

References
----------
Chernozhukov et al., Double/debiased machine learning, Econometrics Journal 21 (2018).
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit

from recommender.learning.intervals import SEED
from recommender.off_policy.rounds import Codes, Floats, LoggedRounds
from recommender.off_policy.target import TargetPolicy

FOLDS = 5
#: Inverse penalty: a priori, odds of items differ by about a factor of e.
_INVERSE_PENALTY = 1.0
#: Cells of rounds × items held at a time.
_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class Predictions:
    """What the click model says of each round.

    Attributes
    ----------
    logged : float64 (rounds,)
        Probability of a click on the logged item.
    target : float64 (rounds,)
        Expected clicks under the target policy.
    influence : float64 (rounds,)
        Effect of each round on the mean of ``target`` through the fitted coefficients, times the number of
        rounds (infinitesimal jackknife); its mean is 0.
    """

    logged: Floats
    target: Floats
    influence: Floats


def cross_fitted(
    rounds: LoggedRounds, target: TargetPolicy, *, folds: int = FOLDS, seed: int = SEED
) -> Predictions:
    """Predict each round by a model fitted on the other folds.

    Parameters
    ----------
    folds : int
        Fewer when there are fewer clusters; rounds of one list stay in one fold.
    """
    numbers = np.unique(rounds.clusters, return_inverse=True)[1]
    count = int(numbers.max()) + 1
    used = min(folds, count)
    fold = np.random.default_rng(seed).permutation(np.arange(count) % used)[numbers]
    design = _design(rounds)
    logged, expected, influence = (np.zeros(len(rounds)) for _ in range(3))
    for number in range(used):
        rows = np.flatnonzero(fold == number)
        others = np.flatnonzero(fold != number) if used > 1 else rows
        coefficients = _fit(design[others], rounds.reward[others])
        logged[rows] = expit(design[rows] @ coefficients)
        expected[rows], gradient = _under_target(coefficients, design, rounds, target, rows)
        influence[others] += _influence(coefficients, design[others], rounds.reward[others], gradient)
    return Predictions(logged, expected, influence - influence.mean())


def _design(rounds: LoggedRounds) -> sparse.csr_matrix:
    """Columns: constant, items, positions, context."""
    count = len(rounds)
    row, ones = np.arange(count), np.ones(count)
    items = sparse.csr_matrix((ones, (row, rounds.item)), shape=(count, len(rounds.items)))
    positions = sparse.csr_matrix((ones, (row, rounds.position)), shape=(count, len(rounds.positions)))
    constant = sparse.csr_matrix(ones[:, None])
    blocks = [constant, items, positions, sparse.csr_matrix(rounds.context)]
    return sparse.csr_matrix(sparse.hstack(blocks))


def _fit(design: sparse.csr_matrix, reward: Floats) -> Floats:
    """Return the coefficients, constant first; a graded reward counts as part click, part none."""
    from sklearn.linear_model import LogisticRegression

    clicked, passed = np.flatnonzero(reward > 0), np.flatnonzero(reward < 1)
    if not len(clicked) or not len(passed):
        # Nothing to tell apart: a rate by Laplace's rule, the same for every item.
        rate = (reward.sum() + 1.0) / (len(reward) + 2.0)
        return np.concatenate([[np.log(rate / (1 - rate))], np.zeros(design.shape[1] - 1)])
    model = LogisticRegression(C=_INVERSE_PENALTY, max_iter=500, tol=1e-6)
    model.fit(
        sparse.vstack([design[clicked, 1:], design[passed, 1:]]),
        np.repeat([1, 0], [len(clicked), len(passed)]),
        sample_weight=np.concatenate([reward[clicked], 1.0 - reward[passed]]),
    )
    return np.concatenate([model.intercept_, model.coef_[0]])


def _under_target(
    coefficients: Floats,
    design: sparse.csr_matrix,
    rounds: LoggedRounds,
    target: TargetPolicy,
    rows: Codes,
) -> tuple[Floats, Floats]:
    """Return the expected clicks of some rounds, and the gradient of their sum by the coefficients."""
    items = slice(1, 1 + len(rounds.items))
    others = np.arange(len(coefficients))
    others = others[(others < items.start) | (others >= items.stop)]
    expected, gradient = np.empty(len(rows)), np.zeros(len(coefficients))
    step = max(1, _CELLS // len(rounds.items))
    for start in range(0, len(rows), step):
        chunk = rows[start : start + step]
        beside_item = design[chunk][:, others]
        odds = (beside_item @ coefficients[others])[:, None] + coefficients[items]
        rate, share = expit(odds), target.probability[target.state[chunk]]
        slope = share * rate * (1 - rate)
        expected[start : start + step] = (share * rate).sum(axis=1)
        gradient[items] += slope.sum(axis=0)
        gradient[others] += beside_item.T @ slope.sum(axis=1)
    return expected, gradient


def _influence(coefficients: Floats, design: sparse.csr_matrix, reward: Floats, gradient: Floats) -> Floats:
    rate = expit(design @ coefficients)
    penalty = np.full(len(coefficients), 1.0 / _INVERSE_PENALTY)
    penalty[0] = 1e-9
    hessian = (design.T @ design.multiply((rate * (1 - rate))[:, None])).toarray() + np.diag(penalty)
    direction = np.linalg.solve(hessian, gradient)
    return np.asarray((design @ direction) * (reward - rate))
