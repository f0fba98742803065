"""Fusion weights learned from needs with one known answer, as a scikit-learn estimator.

Every need is a list: its candidates compete in a softmax over the weighted sum of their standardised channel
scores, and the known answer should win. Candidates without a label are competitors, never negatives in their
own right: the model sees channel scores and nothing that tells one candidate from another, so it cannot learn
to avoid what has no label (a linear map over item vectors did, and fell from .53 to .30 nDCG@10). Weights are
at least 0, and a ridge pulls them to given ones: with few needs they stay where they are known to work.

References
----------
Cao, Qin, Liu, Tsai and Li, Learning to rank: from pairwise approach to listwise approach, ICML (2007).
"""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import minimize, minimize_scalar
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.float64]

#: Bounds of the common factor of the prior weights, as logarithms.
_FACTOR = (-4.0, 4.0)


class ListwiseFusion(BaseEstimator):  # type: ignore[misc]
    """Weighted sum of channel scores whose weights win a softmax within each list.

    Parameters
    ----------
    prior : array_like of float, optional
        Weights to stay near, one a channel; only their proportions matter. All equal by default.
    penalty : float, default 10
        Ridge towards the prior, in units of lists.

    Attributes
    ----------
    weights_ : float64 (channels,)
        At least 0, on the scale of the softmax.
    factor_ : float
        What the prior was multiplied with to fit the softmax best.
    lists_ : int
        Lists that had something to teach.
    """

    def __init__(self, prior: ArrayLike | None = None, penalty: float = 10.0) -> None:
        self.prior = prior
        self.penalty = penalty

    def fit(self, X: ArrayLike, y: ArrayLike, groups: ArrayLike | None = None) -> Self:  # noqa: N803
        """Learn the weights.

        Parameters
        ----------
        X : array_like, shape (pairs, channels)
            Scores, standardised within each list.
        y : array_like, shape (pairs,)
            Gain of each pair; what is not above 0 is unlabelled.
        groups : array_like of int, shape (pairs,), optional
            List of each pair; one list by default.
        """
        values, labels = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        numbers = _numbered(groups, len(values))
        gain = np.maximum(labels, 0.0)
        total = np.bincount(numbers, weights=gain)
        kept = (total > 0)[numbers]
        values, gain, numbers = values[kept], gain[kept], _numbered(numbers[kept], int(kept.sum()))
        start = self._start(values.shape[1])
        self.lists_ = len(np.unique(numbers))
        self.factor_ = 1.0
        if not self.lists_:
            self.weights_ = start
            return self
        order = np.argsort(numbers, kind="stable")
        values, gain, numbers = values[order], gain[order], numbers[order]
        target = gain / np.bincount(numbers, weights=gain)[numbers]

        def of_factor(logarithm: float) -> float:
            # The square keeps the factor at 1 where the prior weights say nothing and every factor fits.
            return _loss(np.exp(logarithm) * start, values, target, numbers)[0] + logarithm**2

        found = minimize_scalar(of_factor, bounds=_FACTOR, method="bounded")
        self.factor_ = float(np.exp(found.x))
        centre = self.factor_ * start

        def penalised(weights: Floats) -> tuple[float, Floats]:
            loss, slope = _loss(weights, values, target, numbers)
            away = weights - centre
            return loss + 0.5 * self.penalty * float(away @ away), slope + self.penalty * away

        fitted = minimize(penalised, centre, jac=True, method="L-BFGS-B", bounds=[(0.0, None)] * len(start))
        self.weights_ = np.asarray(fitted.x, np.float64)
        return self

    def _start(self, channels: int) -> Floats:
        prior = np.ones(channels) if self.prior is None else np.asarray(self.prior, np.float64)
        if prior.shape != (channels,) or not np.isfinite(prior).all() or (prior < 0).any() or not prior.any():
            raise ValueError(f"prior must be {channels} weights of at least 0, not all 0")
        return np.asarray(prior / prior.sum(), np.float64)

    def predict(self, X: ArrayLike) -> Floats:  # noqa: N803
        """Fuse: float64 (pairs,), comparable within one list."""
        check_is_fitted(self)
        values = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(values @ self.weights_, np.float64)


def _numbered(groups: ArrayLike | None, count: int) -> NDArray[np.int64]:
    if groups is None:
        return np.zeros(count, np.int64)
    numbers = np.asarray(groups)
    if numbers.shape != (count,):
        raise ValueError(f"groups must name the list of each of the {count} pairs")
    return np.asarray(np.unique(numbers, return_inverse=True)[1], np.int64)


def _loss(
    weights: Floats, values: Floats, target: Floats, numbers: NDArray[np.int64]
) -> tuple[float, Floats]:
    """Cross-entropy of the softmax in each list, summed, and its slope; rows come list by list."""
    scores = values @ weights
    starts = np.flatnonzero(np.r_[True, numbers[1:] != numbers[:-1]])
    highest = np.maximum.reduceat(scores, starts)
    raised = np.exp(scores - highest[numbers])
    total = np.add.reduceat(raised, starts)
    partition = np.log(total) + highest
    loss = float(partition[numbers] @ target - scores @ target)
    slope = values.T @ (raised / total[numbers] - target)
    return loss, np.asarray(slope)
