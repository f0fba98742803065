"""Labelled lines drawn from known weights, in the form that the log gives them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from recommender.ranking.priors import FeaturePrior

STEPS = ("contact", "contract", "accepted")
SUBS = ("SUB-A", "SUB-B", "SUB-C")


def expert(weights: Sequence[float]) -> dict[str, FeaturePrior]:
    """Expert weights of features f0, f1, …"""
    return {f"f{n}": FeaturePrior(weight=weight, unknown=0.3) for n, weight in enumerate(weights)}


def simulated_frames(
    priors: Mapping[str, FeaturePrior],
    truth: Sequence[float] | Mapping[str, Sequence[float]],
    *,
    firms: int,
    seed: int,
    lists: int = 1,
    length: int = 8,
    items: int = 30,
    providers: int = 10,
    slope: float = 4.0,
    intercepts: Sequence[float] = (-3.5, -4.5, -5.0),
    effect: float | NDArray[np.float64] = 0.0,
    undecided: float = 0.0,
    unseen: bool = False,
) -> dict[str, pd.DataFrame]:
    """Draw lists and outcomes.

    Parameters
    ----------
    truth : sequence of float, or mapping of str to sequence
        True weights, of all or by sub-industry.
    effect : float, or array of float (items,)
        Standard deviation of products' effects in log-odds, or the effects.
    undecided : float
        Share of the lines whose outcomes may still come; half of those that will are told.
    unseen : bool
        Whether lines are looked at with the chance 1 over the root of the position, rather than always.
    """
    draw = np.random.default_rng(seed)
    count = firms * lists * length
    firm = np.repeat(np.arange(firms), lists * length)
    position = np.tile(np.arange(1, length + 1), firms * lists)
    subs = np.asarray(SUBS)[firm % len(SUBS)]
    item = draw.integers(0, items, count)
    values = draw.uniform(size=(count, len(priors)))
    expert_weights = np.asarray([prior.weight for prior in priors.values()])
    by_sub = truth if isinstance(truth, Mapping) else dict.fromkeys(SUBS, truth)
    weights = np.asarray([by_sub[sub] for sub in subs]).reshape(count, len(priors))
    odds = slope * (weights * values).sum(axis=1) / expert_weights.sum()
    odds += (draw.normal(0.0, effect, items) if isinstance(effect, float) else effect)[item]
    seen = 1 / np.sqrt(position) if unseen else np.ones(count)
    told = np.where(draw.uniform(size=count) < undecided, 0.5, 1.0)
    looked, known, lot = (
        draw.uniform(size=count) < seen,
        draw.uniform(size=count) < told,
        draw.uniform(size=count),
    )
    frames = {}
    for step, intercept in zip(STEPS, intercepts, strict=True):
        # One lot for all steps: who accepted has signed, who signed has made contact.
        reached = looked & known & (lot < expit(intercept + odds))
        over = told == 1.0
        frames[step] = pd.DataFrame(
            {
                "list_id": [f"L{number // length:07d}" for number in range(count)],
                "position": position,
                "enterprise": [f"E{number:06d}" for number in firm],
                "item_id": [f"S{number:04d}" for number in item],
                "provider": [f"V{number % providers:03d}" for number in item],
                "sub_industry": subs,
                **{f"item:{name}": values[:, column] for column, name in enumerate(priors)},
                "seen": np.full(count, np.nan),
                "reached": reached,
                "refused": np.zeros(count, bool),
                "decided": over | reached,
                "elapsed_days": np.where(over, 60.0, 20.0),
                "horizon_days": np.full(count, 60.0),
                "chance_seen": seen,
                "chance_told": told,
            }
        )
    return frames


def learned_share(weights: Sequence[float]) -> NDArray[np.float64]:
    """Return proportions of weights."""
    own = np.asarray(weights)
    return np.asarray(own / own.sum())
