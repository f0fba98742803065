"""An interval that holds at every moment: a confidence sequence by betting against each candidate value.

Whoever looks at a growing log every week and stops when the interval pleases breaks an ordinary 95 %
interval. Here a gambler bets on every round that the truth is above (or below) a candidate value, at odds
that are fair if it is not; a candidate that would have made the gambler 40 times richer at any moment is
ruled out, which by Ville's inequality happens to the truth with probability 1/40 on each side.

References
----------
Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS-B 86 (2024).
Karampatziakis, Mineiro and Ramdas, Off-policy confidence sequences, ICML (2021).
Waudby-Smith, Wu, Ramdas, Karampatziakis and Mineiro, Anytime-valid off-policy inference for contextual
bandits, ACM/IMS Journal of Data Science 1 (2024).
"""

import numpy as np

from recommender.off_policy.rounds import Floats, LoggedRounds
from recommender.off_policy.target import TargetPolicy

_ALPHA = 0.025
#: Largest share of the fortune put on one round.
_STAKE = 0.75
_STEPS = 50


def largest_weight(rounds: LoggedRounds, target: TargetPolicy) -> float | None:
    """Return the largest weight (at least 1), None where it could not be known beforehand.

    It is known when the logging policy stood still: one propensity for each item, position and state. Where
    most of these were logged once only, standing still cannot be told.
    """
    cells = np.column_stack([rounds.position, rounds.item, target.state])
    own = np.unique(cells, axis=0, return_inverse=True)[1]
    smallest, largest = np.full(own.max() + 1, np.inf), np.zeros(own.max() + 1)
    np.minimum.at(smallest, own, rounds.propensity)
    np.maximum.at(largest, own, rounds.propensity)
    if (largest - smallest > 1e-9 * largest).any() or len(smallest) > len(rounds) / 2:
        return None
    return max(1.0, float((target.probability[target.state, rounds.item] / rounds.propensity).max()))


def anytime_interval(
    rounds: LoggedRounds, weight: Floats, largest: float | None, unlogged: float
) -> tuple[float, float] | None:
    """Return the confidence sequence of a policy's value at the end of a log.

    Parameters
    ----------
    largest : float, optional
        From :func:`largest_weight`.
    unlogged : float
        Share of the target policy that was never logged; it may have earned anything.

    Returns
    -------
    (float, float), optional
        None where lists differ in length: a list is one bet, because it was drawn together.
    """
    ordered = np.arange(len(rounds))[:, None]
    if rounds.lists is not None:
        _, first, own, sizes = np.unique(
            rounds.lists, return_index=True, return_inverse=True, return_counts=True
        )
        if np.ptp(sizes):
            return None
        ordered = np.argsort(first[own], kind="stable").reshape(len(sizes), -1)
    low, high = confidence_sequence(weight[ordered], rounds.reward[ordered], largest=largest)
    return low, min(1.0, high + unlogged)


def confidence_sequence(weight: Floats, reward: Floats, *, largest: float | None) -> tuple[float, float]:
    """Return the interval of a policy's value at the end of the log, valid at every earlier moment too.

    Parameters
    ----------
    weight : float64 (lists, positions)
        Importance weights in the order of the log, one row for what was drawn together; each has expectation
        1.
    reward : float64 (lists, positions)
        0–1.
    largest : float, optional
        A bound on the weight that is known before the round is drawn. Without it the upper side rests on
        ``weight * (1 - reward)``, whose expectation is one less the value: valid, and wide.
    """
    earned = (weight * reward).mean(axis=1)
    low = _lower(earned)
    if largest is None:
        return low, max(low, 1.0 - _lower((weight * (1.0 - reward)).mean(axis=1)))
    return low, max(low, _upper(earned, largest))


def _bets(values: Floats) -> Floats:
    """Return the stakes by the predictable plug-in rule: each is fixed before its round is seen."""
    moment = np.arange(1, len(values) + 1, dtype=np.float64)
    mean = (0.5 + np.cumsum(values)) / (1.0 + moment)
    spread = (0.25 + np.cumsum((values - mean) ** 2)) / (1.0 + moment)
    before = np.concatenate([[0.25], spread[:-1]])
    return np.asarray(np.sqrt(2.0 * np.log(1.0 / _ALPHA) / (before * moment * np.log1p(moment))))


def _lower(values: Floats) -> float:
    """Smallest mean in 0–1 of non-negative values that no bet on "more" has ruled out."""
    bets = _bets(values)

    def ruled_out(mean: float) -> bool:
        stake = np.minimum(bets, _STAKE / mean)
        return bool(np.log1p(stake * (values - mean)).cumsum().max() >= np.log(1.0 / _ALPHA))

    # The fortune falls as the candidate grows, so the border is found by halving.
    inside, outside = 1.0, 0.0
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if ruled_out(middle) else (middle, outside)
    return outside


def _upper(values: Floats, largest: float) -> float:
    """Largest mean in 0–1 of values up to ``largest`` that no bet on "less" has ruled out."""
    stake = np.minimum(_bets(values), _STAKE / largest)

    def ruled_out(mean: float) -> bool:
        return bool(np.log1p(stake * (mean - values)).cumsum().max() >= np.log(1.0 / _ALPHA))

    inside, outside = 0.0, 1.0
    if not ruled_out(outside):
        return outside
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        inside, outside = (inside, middle) if ruled_out(middle) else (middle, outside)
    return outside
