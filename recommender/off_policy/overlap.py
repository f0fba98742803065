"""How much of the target policy the log speaks of: weights, effective sample size, what was never shown."""

import numpy as np
from pydantic import BaseModel, ConfigDict

from recommender.learning.intervals import Figure
from recommender.off_policy.rounds import Floats, LoggedRounds
from recommender.off_policy.target import TargetPolicy


class Overlap(BaseModel):
    """How well the log covers the target policy.

    Attributes
    ----------
    unlogged_share : float
        Probability that the target puts on (item, position) pairs which were never logged; what it would
        earn there is not in the log.
    mean_weight : Figure
        About 1 less ``unlogged_share`` when the propensities are right.
    max_weight : float
        Of a logged round.
    weight_quantiles : dict of str to float
        Median, 90 %, 99 %.
    min_propensity : float
        Smallest logged propensity.
    deterministic_share : float
        Share of rounds whose propensity is 1: nothing else could have been shown.
    """

    model_config = ConfigDict(frozen=True)

    unlogged_share: float
    mean_weight: Figure
    max_weight: float
    weight_quantiles: dict[str, float]
    min_propensity: float
    deterministic_share: float


def weights(rounds: LoggedRounds, target: TargetPolicy) -> Floats:
    """Return the importance weight of each round: target probability over propensity."""
    return np.asarray(target.probability[target.state, rounds.item] / rounds.propensity, np.float64)


def effective_rounds(weight: Floats) -> float:
    """Return the effective sample size ``(Σw)² / Σw²`` (Kish), 0 when no weight is positive."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares > 0 else 0.0


def unlogged_share(rounds: LoggedRounds, target: TargetPolicy) -> float:
    """Return the target's mean probability of what was never logged at its position."""
    if target.support_known:
        return float(target.elsewhere[target.state].mean())
    logged = np.zeros((len(rounds.positions), len(rounds.items)), bool)
    logged[rounds.position, rounds.item] = True
    pairs, counts = np.unique(np.column_stack([target.state, rounds.position]), axis=0, return_counts=True)
    state, position = pairs.T
    missed = (target.probability[state] * ~logged[position]).sum(axis=1) + target.elsewhere[state]
    return float(missed @ counts / counts.sum())


def measure_overlap(
    rounds: LoggedRounds, target: TargetPolicy, weight: Floats, mean_weight: Figure
) -> Overlap:
    """Describe the weights."""
    quantiles = np.quantile(weight, (0.5, 0.9, 0.99))
    return Overlap(
        unlogged_share=unlogged_share(rounds, target),
        mean_weight=mean_weight,
        max_weight=float(weight.max()),
        weight_quantiles=dict(zip(("p50", "p90", "p99"), map(float, quantiles), strict=True)),
        min_propensity=float(rounds.propensity.min()),
        deterministic_share=float((rounds.propensity >= 1.0).mean()),
    )
