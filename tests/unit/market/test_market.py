from typing import Any

import numpy as np
import pytest

from recommender.market import Exposures, InvalidMarket, Limits, Market, ShareCapTooTight, outcome_of
from recommender.market.envy_free import EnvyFree
from recommender.market.welfare import marginal_mutual

LIKES = np.full((3, 2), 0.5)


@pytest.mark.parametrize(
    ("left", "right", "options", "field"),
    [
        ([[0.5, 1.2]], [[0.1], [0.1]], {}, "left_likes"),
        ([[0.5, np.nan]], [[0.1], [0.1]], {}, "left_likes"),
        ([0.5, 0.2], [[0.1], [0.1]], {}, "left_likes"),
        (np.zeros((0, 2)), np.zeros((2, 0)), {}, "left_likes"),
        (LIKES, LIKES, {}, "right_likes"),
        (LIKES, LIKES.T, {"allowed": [[True]]}, "allowed"),
        (LIKES, LIKES.T, {"left": Limits(depth=0)}, "left.depth"),
        (LIKES, LIKES.T, {"right": Limits(examination=[0.5, 0.6])}, "right.examination"),
        (LIKES, LIKES.T, {"right": Limits(examination=[1.5])}, "right.examination"),
        (LIKES, LIKES.T, {"right": Limits(examination=[])}, "right.examination"),
        (LIKES, LIKES.T, {"right": Limits(capacity=[1])}, "right.capacity"),
        (LIKES, LIKES.T, {"right": Limits(capacity=1.5)}, "right.capacity"),
        (LIKES, LIKES.T, {"left": Limits(capacity=-1)}, "left.capacity"),
        (LIKES, LIKES.T, {"left": Limits(share_cap=2)}, "left.share_cap"),
    ],
)
def test_numbers_that_are_no_market_are_refused(
    left: Any, right: Any, options: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidMarket) as refused:
        Market(left, right, **options)
    assert refused.value.place == {"field": field}


def test_caps_that_leave_lists_empty_are_refused() -> None:
    with pytest.raises(ShareCapTooTight, match="80%"):
        Market(LIKES, LIKES.T, right=Limits(share_cap=0.4))


def test_short_examinations_and_short_lists_show_no_more() -> None:
    market = Market(LIKES.T, LIKES, left=Limits(examination=[0.9, 0.3]), right=Limits(depth=1))
    np.testing.assert_array_equal(market.left.examination, [0.9, 0.3, 0])
    np.testing.assert_array_equal(market.right.examination, [1, 0])


def test_what_cannot_be_kept_is_told_and_not_hidden() -> None:
    # Everyone may see the first unit only: it takes all exposure, whatever the cap.
    market = Market(LIKES, LIKES.T, allowed=[[True, False]] * 3, right=Limits(share_cap=0.6))
    assert outcome_of(market, EnvyFree().rank(market)).excess == pytest.approx(0.4)


def test_marginal_matches_are_the_slope_of_all_matches() -> None:
    draws = np.random.default_rng(2)
    market = Market(
        draws.random((6, 5)), draws.random((5, 6)), left=Limits(capacity=1), right=Limits(capacity=2)
    )
    lists = market.even()
    slope = marginal_mutual(market, lists) * lists.right.T
    for i, j in ((0, 0), (3, 2), (5, 4)):
        moved = lists.left.copy()
        moved[i, j] += 1e-6
        change = outcome_of(market, Exposures(moved, lists.right)).matches - outcome_of(market, lists).matches
        assert change / 1e-6 == pytest.approx(slope[i, j], rel=1e-4)


def test_envious_lists_are_better_than_none_and_worse_than_fair_ones() -> None:
    # Three that are liked alike, one place that is looked at: a fixed order leaves two that envy the first.
    market = Market(np.ones((3, 1)), np.ones((1, 3)), right=Limits(depth=1))
    fixed = outcome_of(market, market.sorted_by(market.mutual, market.mutual.T))
    fair = outcome_of(market, EnvyFree().rank(market))
    assert (fixed.left_envies, fair.left_envies) == (2, 0)
    np.testing.assert_allclose(fair.left_matches, 1 / 3, atol=1e-6)
