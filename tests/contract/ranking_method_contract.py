"""What every way of making lists must hold to; a subclass names it."""

import numpy as np
import pytest

from recommender.market import METHODS, Limits, Market, RankingMethod, outcome_of, synthetic_market


def market_with_holes() -> Market:
    """Pairs that may not meet, a member of either side that may meet no one, short lists, capacities."""
    draws = np.random.default_rng(4)
    allowed = draws.random((9, 6)) < 0.5
    allowed[2], allowed[:, 3] = False, False
    return Market(
        draws.random((9, 6)),
        draws.random((6, 9)),
        allowed=allowed,
        left=Limits(depth=2, capacity=1),
        right=Limits(depth=4, capacity=[1, 2, 3, 1, 2, 0]),
    )


MARKETS = {
    "published": synthetic_market(),
    "few and many": synthetic_market(12, 2, seed=1),
    "holes": market_with_holes(),
    "one pair": Market([[0.5]], [[0.3]]),
    "no pair": Market([[0.5, 0.2]], [[0.3], [0.1]], allowed=[[False, False]]),
    "no interest": Market(np.zeros((3, 2)), np.zeros((2, 3))),
    "all alike": Market(np.full((4, 4), 0.5), np.full((4, 4), 0.5)),
}


class RankingMethodContract:
    name: str

    @pytest.fixture
    def method(self) -> RankingMethod:
        return METHODS[self.name]

    @pytest.fixture(params=list(MARKETS))
    def market(self, request: pytest.FixtureRequest) -> Market:
        return MARKETS[request.param]

    def test_is_a_method_with_a_chinese_title(self, method: RankingMethod) -> None:
        assert isinstance(method, RankingMethod)
        assert method.name == self.name
        assert any("\u4e00" <= letter <= "\u9fff" for letter in method.title)

    def test_lotteries_over_allowed_rankings_can_give_its_exposures(
        self, method: RankingMethod, market: Market
    ) -> None:
        lists = method.rank(market)
        assert market.left_lists.contains(lists.left).all()
        assert market.right_lists.contains(lists.right).all()
        assert not lists.left[~market.allowed].any()
        assert not lists.right[~market.allowed.T].any()

    def test_the_same_market_gives_the_same_lists_and_is_left_as_it_was(
        self, method: RankingMethod, market: Market
    ) -> None:
        before = market.left_likes.copy(), market.right_likes.copy(), market.allowed.copy()
        first, second = method.rank(market), method.rank(market)
        np.testing.assert_array_equal(first.left, second.left)
        np.testing.assert_array_equal(first.right, second.right)
        for kept, now in zip(before, (market.left_likes, market.right_likes, market.allowed), strict=True):
            np.testing.assert_array_equal(kept, now)

    def test_no_one_gets_more_than_its_capacity(self, method: RankingMethod, market: Market) -> None:
        outcome = outcome_of(market, method.rank(market))
        assert (outcome.left_matches <= market.left.capacity + 1e-12).all()
        assert (outcome.right_matches <= market.right.capacity + 1e-12).all()
        assert outcome.matches == pytest.approx(outcome.left_matches.sum())
        assert outcome.matches == pytest.approx(outcome.right_matches.sum())

    def test_is_no_worse_than_each_for_itself_where_many_want_the_same(self, method: RankingMethod) -> None:
        market = MARKETS["published"]
        alone = market.sorted_by(market.left_likes, market.right_likes)
        assert outcome_of(market, method.rank(market)).matches >= outcome_of(market, alone).matches - 1e-12
