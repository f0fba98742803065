"""Fair lists in a market where everyone ranks everyone of the other side.

Only exposures matter: how much a list exposes whom, expected over its rankings. Methods choose exposures
(:data:`METHODS`), :func:`outcome_of` says what comes of them, :func:`lottery_of` turns a list's exposures
into rankings to show, with true propensities.

    >>> market = synthetic_market()
    >>> outcome_of(market, METHODS["envy_free"].rank(market)).envies
    0
"""

from recommender.market.envy_free import EnvyFree
from recommender.market.errors import InvalidMarket, NotAList, ShareCapTooTight
from recommender.market.lottery import Lottery, lottery_of
from recommender.market.market import Exposures, Limits, Market, synthetic_market
from recommender.market.method import RankingMethod
from recommender.market.methods import METHODS
from recommender.market.nash import Nash
from recommender.market.outcome import ENVY_TOLERANCE, Outcome, outcome_of
from recommender.market.transferable import Transferable
from recommender.market.welfare import SocialWelfare

__all__ = [
    "ENVY_TOLERANCE",
    "METHODS",
    "EnvyFree",
    "Exposures",
    "InvalidMarket",
    "Limits",
    "Lottery",
    "Market",
    "Nash",
    "NotAList",
    "Outcome",
    "RankingMethod",
    "ShareCapTooTight",
    "SocialWelfare",
    "Transferable",
    "lottery_of",
    "outcome_of",
    "synthetic_market",
]
