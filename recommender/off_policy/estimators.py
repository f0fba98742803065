"""Estimators of what a target policy would have earned, each as the terms that it adds up.

References
----------
Horvitz and Thompson (1952); Swaminathan and Joachims, The self-normalized estimator for counterfactual
learning (2015); Dudík, Langford and Li, Doubly robust policy evaluation and learning (2011); Wang, Agarwal
and Dudík, Optimal and adaptive off-policy evaluation in contextual bandits (2017: switch); Swaminathan et
al., Off-policy evaluation for slate recommendation (2017: pseudo-inverse); McInerney et al., Counterfactual
evaluation of slate recommendations with sequential reward interactions (2020: reward interaction).
"""

import numpy as np

from recommender.off_policy.bootstrap import Terms
from recommender.off_policy.click_model import Predictions
from recommender.off_policy.rounds import Floats, LoggedRounds

#: Chinese names, in the order in which they are shown.
NAMES = {
    "ips": "逆倾向加权",
    "snips": "自归一逆倾向加权",
    "dm": "直接法（点击模型）",
    "dr": "双稳健",
    "switch-dr": "切换双稳健",
    "slate-pi": "整列表：伪逆",
    "slate-rips": "整列表：顺序交互",
}


def terms_of_rounds(
    weight: Floats, reward: Floats, predicted: Predictions, *, switch_weight: float
) -> dict[str, Terms]:
    """Return the terms of the estimators that take rounds one by one.

    Parameters
    ----------
    weight : float64 (rounds,)
        Target probability over propensity.
    switch_weight : float
        Above it ``switch-dr`` trusts the click model alone.
    """
    one = np.ones_like(weight)
    correction = weight * (reward - predicted.logged)
    kept = weight <= switch_weight
    return {
        "ips": Terms(weight * reward, one, weight),
        "snips": Terms(weight * reward, weight, weight),
        "dm": Terms(predicted.target + predicted.influence, one),
        "dr": Terms(predicted.target + correction, one, weight),
        "switch-dr": Terms(predicted.target + kept * correction, one, kept * weight),
    }


def terms_of_lists(rounds: LoggedRounds, weight: Floats) -> dict[str, Terms]:
    """Return the terms of the slate estimators, none when lists are not told or hold one item each.

    Notes
    -----
    Only the marginal propensity of each item at its position is logged. ``slate-pi`` is exact when positions
    are drawn independently and the list's reward is a sum over positions that may depend on what stands
    elsewhere only additively; ``slate-rips`` lets a reward depend on the items above it, and takes the joint
    probability of those as the product of the marginals.
    """
    if rounds.lists is None:
        return {}
    own = np.unique(rounds.lists, return_inverse=True)[1].astype(np.int64)
    ordered = np.lexsort((rounds.position, own))
    starts = np.flatnonzero(np.r_[True, np.diff(own[ordered]) > 0])
    sizes = np.diff(np.append(starts, len(ordered)))
    if sizes.max() < 2:
        return {}
    ratio, reward, one = weight[ordered], rounds.reward[ordered], np.ones(len(weight))
    clicks = np.add.reduceat(reward, starts)
    size = sizes.astype(np.float64)
    pseudo_inverse = np.add.reduceat(ratio, starts) - size + 1.0
    prefix = np.concatenate([np.cumprod(part) for part in np.split(ratio, starts[1:])])
    jump = np.empty_like(prefix)
    jump[ordered] = prefix
    # The sum of a list is spread evenly on its rounds, so that the value is a mean over rounds as elsewhere.
    return {
        "slate-pi": Terms((pseudo_inverse * clicks / size)[own], one, np.maximum(pseudo_inverse, 0.0)[own]),
        "slate-rips": Terms((np.add.reduceat(prefix * reward, starts) / size)[own], one, jump),
    }
