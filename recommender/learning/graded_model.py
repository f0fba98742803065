"""A small linear ranker for graded pairs, and its cross-fitted twin.

Ridge regression of the gain on the standardised channel scores: with about a hundred demands anything larger
learns the demands. Features and target are centred within each demand, so the model learns what makes one
supply better than another for the same demand and nothing about demands.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from recommender.learning.graded_features import GradedPairs, standardised
from recommender.learning.metrics import Floats, gains

#: Ridge penalty in units of demands; figures are flat from 0.3 to 100, so it was not tuned.
PENALTY = 5.0
FOLDS = 5
#: Fewer demands than this teach nothing worth the name.
LEAST_DEMANDS = 10


def _matrix(scores: Mapping[str, Floats], names: tuple[str, ...]) -> NDArray[np.float64]:
    return np.column_stack([scores[name] for name in names])


def telling_demands(pairs: GradedPairs) -> int:
    """Count the demands whose grades differ; only they teach an order."""
    return sum(len(np.unique(pairs.grades[pairs.groups == group])) > 1 for group in np.unique(pairs.groups))


def fit_weights(
    scores: Mapping[str, Floats], pairs: GradedPairs, rows: NDArray[np.bool_] | None = None
) -> dict[str, float]:
    """Learn the weight of each channel from graded pairs; each demand counts the same.

    Parameters
    ----------
    scores : mapping of str to float64 (pairs,)
        Standardised within each demand.
    rows : bool (pairs,), optional
        Pairs to learn from; all by default.

    Returns
    -------
    dict of str to float
    """
    names = tuple(scores)
    rows = np.ones(len(pairs.groups), bool) if rows is None else rows
    groups = pairs.groups[rows]
    features = _matrix(scores, names)[rows]
    target = standardised(gains(pairs.grades[rows]), groups)
    share = 1.0 / np.bincount(groups)[groups]
    weighted = features * share[:, None]
    system = weighted.T @ features + PENALTY * np.eye(len(names))
    solved = np.linalg.solve(system, weighted.T @ target)
    return dict(zip(names, (float(weight) for weight in solved), strict=True))


def apply_weights(scores: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """Score pairs with learned weights."""
    names = tuple(weights)
    return np.asarray(_matrix(scores, names) @ np.asarray([weights[name] for name in names]))


def cross_fitted(scores: Mapping[str, Floats], pairs: GradedPairs, *, seed: int) -> Floats:
    """Score each demand with weights learned from the other folds' demands only.

    Parameters
    ----------
    seed : int
        Of the partition of the demands into five.
    """
    order = np.random.default_rng(seed).permutation(len(pairs.demand_ids))
    fold = (order % FOLDS)[pairs.groups]
    result = np.zeros(len(pairs.groups))
    for number in np.unique(fold):
        held_out = fold == number
        weights = fit_weights(scores, pairs, ~held_out)
        result[held_out] = apply_weights(scores, weights)[held_out]
    return result
