import pytest

from recommender.market import METHODS, Limits, outcome_of, synthetic_market

from .ranking_method_contract import RankingMethodContract


class TestNaive(RankingMethodContract):
    name = "naive"


class TestProduct(RankingMethodContract):
    name = "product"


class TestTransferable(RankingMethodContract):
    name = "transferable"


class TestIteratedLP(RankingMethodContract):
    name = "iterated_lp"


class TestSocialWelfare(RankingMethodContract):
    name = "social_welfare"


class TestNash(RankingMethodContract):
    name = "nash"


class TestEnvyFree(RankingMethodContract):
    name = "envy_free"


def test_every_method_is_held_to_the_contract() -> None:
    assert {test.name for test in RankingMethodContract.__subclasses__()} == set(METHODS)


@pytest.mark.parametrize("name", ["social_welfare", "nash", "envy_free"])
def test_caps_of_share_are_kept_and_cost_matches(name: str) -> None:
    free = synthetic_market()
    # An equal share would be 1/30 and 1/20; without caps someone takes more.
    capped = synthetic_market(left_limits=Limits(share_cap=0.036), right_limits=Limits(share_cap=0.052))
    without, within = (outcome_of(market, METHODS[name].rank(market)) for market in (free, capped))
    assert without.right_exposure.max() > 0.053
    assert within.excess < 1e-9
    assert within.right_exposure.max() <= 0.052 + 1e-9
    assert within.left_exposure.max() <= 0.036 + 1e-9
    assert 0.95 * without.matches < within.matches < without.matches
