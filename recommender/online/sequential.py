"""A test that may be looked at every day: who wins more of the lists in which one side won.

The evidence against "both win equally often" is the likelihood of the wins, averaged over all shares that one
side could have (a uniform mixture), over that of one half. If both were equal it would reach 20 at any moment
in one of 20 experiments at most (Ville's inequality), so that one may stop whenever it does.

References
----------
Robbins, Statistical methods related to the law of the iterated logarithm (1970).
Howard, Ramdas, McAuliffe and Sekhon, Time-uniform confidence sequences, Annals of Statistics 49 (2021).
"""

import math

from scipy.optimize import brentq
from scipy.special import betaln, xlog1py, xlogy

ALPHA = 0.05


def evidence(wins: int, losses: int, share: float = 0.5) -> float:
    """Return how many times likelier the wins are under the mixture than under ``share``."""
    logarithm = betaln(wins + 1, losses + 1) - xlogy(wins, share) - xlog1py(losses, -share)
    return math.exp(min(float(logarithm), 700.0))


def share_interval(wins: int, losses: int) -> tuple[float, float]:
    """Return the 95 % confidence sequence of the share of lists that one side wins."""

    def beyond(share: float) -> float:
        return float(
            betaln(wins + 1, losses + 1) - xlogy(wins, share) - xlog1py(losses, -share) + math.log(ALPHA)
        )

    if wins + losses == 0:
        return 0.0, 1.0
    top = wins / (wins + losses)
    low = 0.0 if wins == 0 else float(brentq(beyond, 1e-300, top))
    high = 1.0 if losses == 0 else float(brentq(beyond, top, 1.0 - 1e-16))
    return low, high
