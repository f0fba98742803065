"""Ranking metrics, vectorised; equal scores count against us.

A ranker that gives everything the same score must not look good by the luck of a stable sort, so a tie is
always resolved the worst way. All functions return one value a query (or demand); the mean and its interval
are :mod:`recommender.learning.intervals`' business.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ranks = NDArray[np.int64]


def pessimistic_ranks(scores: ArrayLike, relevant: ArrayLike) -> Ranks:
    """Rank of the one relevant item of each query.

    Parameters
    ----------
    scores : array_like, shape (queries, items)
        Higher is better; ``-inf`` for an item that is not offered.
    relevant : array_like of int, shape (queries,)
        Column of the relevant item.

    Returns
    -------
    ndarray of int64, shape (queries,)
        1 for the best; an item with the same score as the relevant one counts as ranked before it.

    Raises
    ------
    ValueError
        For a score that is not a number: every comparison with it is false, which would read as rank 0.
    """
    values = np.asarray(scores, np.float64)
    columns = np.asarray(relevant, np.int64)
    if np.isnan(values).any():
        raise ValueError("a score is NaN")
    own = values[np.arange(len(columns)), columns]
    return np.asarray((values >= own[:, None]).sum(axis=1), np.int64)


def recall_at(ranks: ArrayLike, k: int) -> Floats:
    """Whether the relevant item is among the first ``k`` (recall@k with one relevant item), 0 or 1."""
    return (np.asarray(ranks) <= k).astype(np.float64)


def reciprocal_rank(ranks: ArrayLike) -> Floats:
    """One over the rank; its mean is MRR, not cut off at any depth."""
    return 1.0 / np.asarray(ranks, np.float64)


def ndcg_at(ranks: ArrayLike, k: int) -> Floats:
    """nDCG@k with one relevant item: ``1 / log2(1 + rank)`` within the first ``k``, else 0.

    The ideal puts the item first and gains 1, so no division is left.
    """
    values = np.asarray(ranks, np.float64)
    return np.where(values <= k, 1.0 / np.log2(1.0 + values), 0.0)


def gains(grades: ArrayLike) -> Floats:
    """Gain of each grade, ``2 ** (grade - 1) - 1``: the lowest grade, 1, gains nothing."""
    return np.asarray(np.exp2(np.asarray(grades, np.float64) - 1.0) - 1.0)


def _first_of_run(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Index at which the run of equal values around each position begins; the values must be sorted."""
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    return np.repeat(starts, np.diff(np.r_[starts, len(groups)]))


def _dcg_at(gain: Floats, groups: NDArray[np.int64], order: NDArray[np.int64], count: int, k: int) -> Floats:
    ordered = groups[order]
    position = np.arange(len(ordered)) - _first_of_run(ordered)
    discounted = np.where(position < k, gain[order] / np.log2(position + 2.0), 0.0)
    return np.asarray(np.bincount(ordered, weights=discounted, minlength=count), np.float64)


def graded_ndcg(scores: ArrayLike, grades: ArrayLike, groups: ArrayLike, k: int = 10) -> Floats:
    """nDCG@k within each group, gains as in :func:`gains`.

    Parameters
    ----------
    scores : array_like, shape (pairs,)
        Higher is better. Among equal scores the lowest grade is taken to come first.
    grades : array_like of int, shape (pairs,)
        At least 1.
    groups : array_like of int, shape (pairs,)
        Group (demand) of each pair, numbered from 0.
    k : int, default 10
        Depth.

    Returns
    -------
    ndarray of float64, shape (number of groups,)
        NaN for a group that says nothing about a ranker: no pair, all grades equal (any order is ideal), or
        no gain at all. They are to be left out of a mean, and their number told.
    """
    values = np.asarray(scores, np.float64)
    if np.isnan(values).any():
        raise ValueError("a score is NaN")
    marks = np.asarray(grades, np.int64)
    numbers = np.asarray(groups, np.int64)
    if not len(numbers):
        return np.zeros(0)
    count = int(numbers.max()) + 1
    gain = gains(marks)
    found = _dcg_at(gain, numbers, np.lexsort((gain, -values, numbers)), count, k)
    ideal = _dcg_at(gain, numbers, np.lexsort((-gain, numbers)), count, k)
    highest = np.full(count, np.iinfo(np.int64).min)
    lowest = np.full(count, np.iinfo(np.int64).max)
    np.maximum.at(highest, numbers, marks)
    np.minimum.at(lowest, numbers, marks)
    telling = (highest > lowest) & (ideal > 0)
    return np.asarray(np.divide(found, ideal, out=np.full(count, np.nan), where=telling), np.float64)
