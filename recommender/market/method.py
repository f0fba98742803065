"""What a way of making lists is."""

from typing import Protocol, runtime_checkable

from recommender.market.market import Exposures, Market


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
