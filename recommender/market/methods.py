"""Every way of making lists."""

from recommender.market.envy_free import EnvyFree
from recommender.market.iterated_lp import IteratedLP
from recommender.market.method import RankingMethod
from recommender.market.nash import Nash
from recommender.market.one_shot import Naive, Product
from recommender.market.transferable import Transferable
from recommender.market.welfare import SocialWelfare

METHODS: dict[str, RankingMethod] = {
    method.name: method
    for method in (Naive(), Product(), Transferable(), IteratedLP(), SocialWelfare(), Nash(), EnvyFree())
}
"""Every method with its default parameters, by name."""
