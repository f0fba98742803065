"""What a way of making lists is, and all there are."""

from typing import Protocol, runtime_checkable

from recommender.market.envy_free import EnvyFree
from recommender.market.iterated_lp import IteratedLP
from recommender.market.market import Exposures, Market
from recommender.market.nash import Nash
from recommender.market.one_shot import Naive, Product
from recommender.market.transferable import Transferable
from recommender.market.welfare import SocialWelfare


@runtime_checkable
class RankingMethod(Protocol):
    """Makes the lists of both sides; the same market always gives the same lists.

    Attributes
    ----------
    name : str
        Stable name.
    title : str
        Name in Chinese.
    """

    name: str
    title: str

    def rank(self, market: Market) -> Exposures:
        """Return exposures that lotteries over allowed rankings can give."""
        ...


METHODS: dict[str, RankingMethod] = {
    method.name: method
    for method in (Naive(), Product(), Transferable(), IteratedLP(), SocialWelfare(), Nash(), EnvyFree())
}
"""Every method with its default parameters, by name."""
