"""A small ranker for graded pairs, and its cross-fitted twin.

It has two parts. A ridge regression of the gain on the standardised channel scores: with about a hundred
demands anything larger learns the demands. Features and target are centred within each demand, so it learns
what makes one supply better than another for the same demand and nothing about demands. And precedents: how
much better or worse than the channels say staff graded like supplies for a like demand. Where a demand and
its supplies have no like, the second part is zero and the order is that of the first.
"""

from collections.abc import Set as AbstractSet
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import Ridge

from recommender.learning.graded_features import GradedPairs, PairView, standardised
from recommender.learning.metrics import Floats, gains

FOLDS = 5
#: Fewer demands than this teach nothing worth the name.
LEAST_DEMANDS = 10
#: What a partition leaves of that number.
_LEAST_LEARNED = LEAST_DEMANDS * (FOLDS - 1) // FOLDS
#: Demands less alike than this are no precedent; the default sharpness leaves them under a hundredth.
_LEAST_LIKE = 0.3


class GradedRanker(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Order the supplies of a demand from channel scores and from earlier grades.

    Parameters
    ----------
    penalty : float, default 5.0
        Ridge penalty in units of demands; figures are flat from 0.3 to 100, so it was not tuned.
    sharpness : float, default 4.0
        Power of the likeness of two pairs, which is the product of the TF-IDF cosines of their demands and of
        their supplies. Between 2 and 8 it hardly matters.
    caution : float, default 0.3
        Likeness that counts as one earlier grade exactly as the channels say; the less was seen, the less
        precedents change.

    Attributes
    ----------
    weights_ : dict of str to float
        Of the standardised channels.

    Notes
    -----
    Precedents are a Nadaraya–Watson estimate of the ridge regression's residual, shrunk towards zero
    (Nadaraya, On estimating regression, Theory Probab. Appl. 9, 1964).
    """

    def __init__(self, penalty: float = 5.0, sharpness: float = 4.0, caution: float = 0.3) -> None:
        self.penalty = penalty
        self.sharpness = sharpness
        self.caution = caution

    def fit(self, view: PairView, grades: NDArray[np.int64]) -> Self:
        """Learn from graded pairs; each demand counts the same.

        Parameters
        ----------
        view : PairView
            Scores standardised within each demand.
        grades : int64 (pairs,)
            1–4.
        """
        target = standardised(gains(grades), view.groups)
        share = 1.0 / np.bincount(view.groups)[view.groups]
        features = np.column_stack([*view.scores.values()])
        ridge = Ridge(alpha=self.penalty, fit_intercept=False).fit(features, target, sample_weight=share)
        self.weights_ = dict(zip(view.scores, map(float, ridge.coef_), strict=True))
        self._learned = view
        self._residuals = target - ridge.predict(features)
        return self

    def predict(self, view: PairView) -> Floats:
        """Score pairs, float64 (pairs,); higher is better, comparable within one demand."""
        return self._by_channels(view) + self._by_precedents(view)

    def _by_channels(self, view: PairView) -> Floats:
        weighted = [weight * view.scores[name] for name, weight in self.weights_.items()]
        return np.asarray(np.sum(weighted, axis=0), np.float64)

    def _by_precedents(self, view: PairView) -> Floats:
        like = (view.demand_terms @ self._learned.demand_terms.T).toarray()
        found = np.zeros(len(view.groups))
        for group in np.unique(view.groups):
            own = view.groups == group
            demands = like[group][self._learned.groups]
            near = demands >= _LEAST_LIKE
            supplies = (view.supply_terms[own] @ self._learned.supply_terms[near].T).toarray()
            likeness = (supplies * demands[near]) ** self.sharpness
            found[own] = likeness @ self._residuals[near] / (likeness.sum(axis=1) + self.caution)
        return found


def telling_demands(pairs: GradedPairs, rows: NDArray[np.bool_] | None = None) -> int:
    """Count the demands whose grades differ; only they teach an order.

    Parameters
    ----------
    rows : bool (pairs,), optional
        Pairs that count; all by default.
    """
    chosen = np.ones(len(pairs.groups), bool) if rows is None else rows
    groups, grades = pairs.groups[chosen], pairs.grades[chosen]
    return sum(len(np.unique(grades[groups == group])) > 1 for group in np.unique(groups))


def unmet(pairs: GradedPairs, subjects: AbstractSet[str], supplies: AbstractSet[str]) -> NDArray[np.bool_]:
    """Tell which pairs, bool (pairs,), have neither their demand nor their supply among the texts given."""
    new_demand = np.asarray([subject not in subjects for subject in pairs.subjects], bool)
    new_supply = np.asarray([supply not in supplies for supply in pairs.supplies], bool)
    return np.asarray(new_demand[pairs.groups] & new_supply, bool)


def cross_fitted(view: PairView, pairs: GradedPairs, *, seed: int, cold: bool = False) -> Floats:
    """Score each demand with what was learned from the other folds' demands only.

    Parameters
    ----------
    seed : int
        Of the partition of the demands into five.
    cold : bool, default False
        Learn neither from demands nor from supplies that stand, with the same words, in the fold scored.

    Returns
    -------
    ndarray of float64, shape (pairs,)
        NaN throughout when `cold` leaves too few demands to learn from.
    """
    order = np.random.default_rng(seed).permutation(len(pairs.demand_ids))
    fold = (order % FOLDS)[pairs.groups]
    result = np.zeros(len(pairs.groups))
    for number in np.unique(fold):
        held_out = fold == number
        learned = ~held_out
        if cold:
            subjects = {pairs.subjects[group] for group in np.unique(pairs.groups[held_out])}
            supplies = {pairs.supplies[row] for row in np.flatnonzero(held_out)}
            learned &= unmet(pairs, subjects, supplies)
            if telling_demands(pairs, learned) < _LEAST_LEARNED:
                return np.full(len(pairs.groups), np.nan)
        ranker = GradedRanker().fit(view.rows(learned), pairs.grades[learned])
        result[held_out] = ranker.predict(view.rows(held_out))
    return result
