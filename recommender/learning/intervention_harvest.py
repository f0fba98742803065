r"""Examination harvested from lists whose near-equals stood in an order drawn by lot.

Within a block of near-equals every item is equally likely at every position, so that outcomes at position
:math:`q` are expected in proportion to :math:`\theta_q` alone, whatever the items are worth: of the outcomes
of a block with positions :math:`S`, a share :math:`\theta_q / \sum_{r \in S} \theta_r` is expected at
:math:`q`. The blocks overlap, and so tie all positions together. What is found is relative to the first
position, and includes acting on a line because of its position.

References
----------
Agarwal, Zaitsev, Wang, Li, Najork, Joachims, Estimating position bias without intrusive interventions,
WSDM (2019).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from recommender.ranking.exploration import blocks_of_list
from recommender.ranking.interleaving import is_interleaved

Floats = NDArray[np.float64]
_NEEDED = ("list_id", "position", "propensity_score", "policy_version", "reached")


class Harvest(NamedTuple):
    """What the lots tell.

    Attributes
    ----------
    curve : float64 (positions,)
        Chance relative to that of position 1.
    outcomes : int
        Outcomes in blocks of two positions or more.
    """

    curve: Floats
    outcomes: int


def harvest(lines: pd.DataFrame, assumed: Floats, doubt: float) -> Harvest:
    """Estimate examination from blocks, near an assumed curve.

    Parameters
    ----------
    lines : DataFrame
        Labelled lines of one step; lists that were not explored say nothing.
    assumed : float64 (positions,)
        Curve to stay near, 1 at the first position.
    doubt : float
        Standard deviation of the normal prior of each position's logarithm.
    """
    counts = _outcomes_by_block(lines, len(assumed))
    total = int(sum(found.sum() for found in counts.values()))
    if not total:
        return Harvest(assumed, 0)
    start = np.log(assumed)

    def loss(logarithms: Floats) -> tuple[float, Floats]:
        away = (logarithms - start) / doubt
        value, gradient = float(0.5 * (away @ away)), away / doubt
        for (first, stop), found in counts.items():
            within = logarithms[first:stop]
            shares = np.exp(within - np.logaddexp.reduce(within))
            value -= float(found @ np.log(shares))
            gradient[first:stop] += found.sum() * shares - found
        return value, gradient

    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return Harvest(np.exp(found - found[0]) * assumed[0], total)


def _outcomes_by_block(lines: pd.DataFrame, positions: int) -> dict[tuple[int, int], Floats]:
    """Count outcomes at each position of all blocks that have the same first and last one."""
    if not set(_NEEDED) <= set(lines.columns):
        return {}
    drawn = (lines["propensity_score"] < 1) & ~lines["policy_version"].map(is_interleaved)
    explored = lines[lines["list_id"].isin(lines.loc[drawn, "list_id"].unique())]
    counts: dict[tuple[int, int], Floats] = {}
    for _, own in explored.sort_values("position").groupby("list_id", sort=False):
        reached = own["reached"].to_numpy(np.float64)
        if not reached.any():
            continue
        for first, stop in blocks_of_list(own["propensity_score"].tolist()):
            if stop - first > 1 and stop <= positions:
                counts[first, stop] = counts.get((first, stop), 0.0) + reached[first:stop]
    return {block: found for block, found in counts.items() if found.sum()}
