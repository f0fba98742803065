from math import log2

import numpy as np
import pytest

from recommender.learning.metrics import (
    gains,
    graded_ndcg,
    ndcg_at,
    pessimistic_ranks,
    recall_at,
    reciprocal_rank,
)


def test_rank_counts_what_is_not_strictly_worse() -> None:
    scores = [[0.9, 0.5, 0.1], [0.1, 0.5, 0.9], [0.5, 0.5, 0.1]]
    assert pessimistic_ranks(scores, [0, 0, 0]).tolist() == [1, 3, 2]


def test_a_constant_ranker_is_last_everywhere() -> None:
    assert pessimistic_ranks(np.zeros((4, 7)), [0, 1, 5, 6]).tolist() == [7, 7, 7, 7]


def test_an_item_that_is_not_offered_is_last() -> None:
    assert pessimistic_ranks([[-np.inf, 0.1, -np.inf]], [0]).tolist() == [3]


@pytest.mark.parametrize("place", [0, 1])
def test_nan_scores_are_refused(place: int) -> None:
    scores = np.zeros((1, 2))
    scores[0, place] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        pessimistic_ranks(scores, [0])
    with pytest.raises(ValueError, match="NaN"):
        graded_ndcg(scores[0], [1, 2], [0, 0])


def test_known_values_of_the_one_item_metrics() -> None:
    ranks = [1, 2, 10, 11]
    assert recall_at(ranks, 1).tolist() == [1, 0, 0, 0]
    assert recall_at(ranks, 10).tolist() == [1, 1, 1, 0]
    assert reciprocal_rank(ranks) == pytest.approx([1, 1 / 2, 1 / 10, 1 / 11])
    assert ndcg_at(ranks, 10) == pytest.approx([1, 1 / log2(3), 1 / log2(11), 0])


def test_gains() -> None:
    assert gains([1, 2, 3, 4]).tolist() == [0, 1, 3, 7]


def test_graded_ndcg_of_a_worked_example() -> None:
    # Ranked 2, 4, 1, 3: gains 1, 7, 0, 3 where 7, 3, 1, 0 is ideal.
    found = 1 + 7 / log2(3) + 0 + 3 / log2(5)
    ideal = 7 + 3 / log2(3) + 1 / log2(4)
    assert graded_ndcg([0.9, 0.8, 0.7, 0.6], [2, 4, 1, 3], [0, 0, 0, 0]) == pytest.approx([found / ideal])


def test_graded_ndcg_is_cut_at_its_depth() -> None:
    assert graded_ndcg([3, 2, 1], [1, 1, 4], [0, 0, 0], k=2).tolist() == [0]


def test_graded_ties_put_the_lowest_grade_first() -> None:
    tied = graded_ndcg([0, 0, 0], [4, 1, 2], [0, 0, 0])
    worst = graded_ndcg([1, 3, 2], [4, 1, 2], [0, 0, 0])
    assert tied == pytest.approx(worst)
    assert tied[0] < 1


def test_groups_may_be_interleaved() -> None:
    scores = np.asarray([1.0, 0.0, 0.0, 1.0, 2.0])
    grades = np.asarray([4, 1, 3, 1, 2])
    groups = np.asarray([0, 1, 0, 1, 1])
    together = graded_ndcg(scores, grades, groups)
    alone = [graded_ndcg(scores[groups == g], grades[groups == g], [0] * sum(groups == g))[0] for g in (0, 1)]
    assert together == pytest.approx(alone)


def test_groups_that_say_nothing_are_not_a_number() -> None:
    # Equal grades above 1, grades all 1, no pair at all (group 2), and one that tells.
    values = graded_ndcg([1, 2, 1, 2, 1, 2], [3, 3, 1, 1, 1, 2], [0, 0, 1, 1, 3, 3])
    assert np.isnan(values).tolist() == [True, True, True, False]
    assert values[3] == 1


def test_no_pairs_at_all() -> None:
    assert graded_ndcg([], [], []).shape == (0,)
