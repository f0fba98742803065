"""What lists do in a market: expected matches, who envies whom, who takes which share of the exposure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.market.capacity import served_share
from recommender.market.market import Exposures, Market
from recommender.market.permutahedron import Floats

#: A gain in expected matches up to this counts as none.
ENVY_TOLERANCE = 1e-9
#: A share of exposure above a cap by up to this counts as kept.
CAP_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Outcome:
    """Expected results of lists.

    Attributes
    ----------
    matches : float
        Expected matches that both sides have room for.
    left_envies, right_envies : int
        Ordered pairs (i, k) of one side where i would expect more matches in k's places.
    worst_envy : float
        Largest such gain, in expected matches; 0 without envy.
    left_matches : float (left,)
        Expected matches of each member of the left side.
    right_matches : float (right,)
    left_exposure : float (left,)
        Share of all exposure in the right side's lists that each member of the left side takes.
    right_exposure : float (right,)
    excess : float
        Largest share of exposure above a member's cap; 0 when the caps are kept.
    """

    matches: float
    left_envies: int
    right_envies: int
    worst_envy: float
    left_matches: Floats
    right_matches: Floats
    left_exposure: Floats
    right_exposure: Floats
    excess: float

    @property
    def envies(self) -> int:
        """Envies of both sides."""
        return self.left_envies + self.right_envies


def served_mutual(market: Market, exposures: Exposures) -> Floats:
    """Return the mutual likes (left, right), each times the chance that both have room for the match."""
    if not market.has_capacities:
        return market.mutual
    met = market.mutual * exposures.left * exposures.right.T
    left = served_share(met.sum(axis=1), market.left.capacity)
    right = served_share(met.sum(axis=0), market.right.capacity)
    return market.mutual * left[:, None] * right


def envy(wishes: Floats, places: Floats) -> Floats:
    """Return how many matches each member would gain in each other's places.

    Parameters
    ----------
    wishes : float (members, others)
        What one unit of exposure in each other's list is worth to a member.
    places : float (members, others)
        Exposure of each member in each other's list.

    Returns
    -------
    float (members, members)
        Row i, column k: gain of i in the places of k; the diagonal is 0.
    """
    value = wishes @ places.T
    return value - np.diag(value)[:, None]


def outcome_of(market: Market, exposures: Exposures) -> Outcome:
    """Return what lists do; envy is felt at the chances of being served that these lists leave."""
    mutual = served_mutual(market, exposures)
    left_value, right_value = mutual * exposures.left, mutual * exposures.right.T
    left_envy = envy(left_value, exposures.right.T)
    right_envy = envy(right_value.T, exposures.left.T)
    matches = left_value * exposures.right.T
    left_share, right_share = _share(exposures.right), _share(exposures.left)
    above = [(left_share - market.left.share_cap).max(), (right_share - market.right.share_cap).max()]
    return Outcome(
        matches=float(matches.sum()),
        left_envies=_felt(left_envy),
        right_envies=_felt(right_envy),
        worst_envy=max(float(max(left_envy.max(), right_envy.max())), 0.0),
        left_matches=matches.sum(axis=1),
        right_matches=matches.sum(axis=0),
        left_exposure=left_share,
        right_exposure=right_share,
        excess=max(float(max(above)), 0.0),
    )


def _felt(gains: Floats) -> int:
    felt: NDArray[np.bool_] = gains > ENVY_TOLERANCE
    return int(felt.sum())


def _share(lists: Floats) -> Floats:
    total = lists.sum()
    return lists.sum(axis=0) / total if total > 0 else np.zeros(lists.shape[1])
