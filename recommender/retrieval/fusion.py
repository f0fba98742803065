"""Fusion of text channels: a weighted sum of standardised scores.

Reciprocal-rank fusion throws the margin away and fell below its better part on real needs (nDCG@10 .666
against .718). With scores standardised, every weight of the encoder from .2 to .8 gains over words alone on
306 needs taken from real pages (.888 to .893 against .881); picked on four folds of the solutions, .5 is
chosen most often and holds .890 on the fifth. On the sample, whose needs avoid the words of the pages, it
gives .705 against .630.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import expit

from recommender.retrieval.channels import ChannelScores
from recommender.settings import data_dir


class FusionConfig(BaseModel):
    """Weights of the channels, from ``data/ranking/fusion.json``.

    Attributes
    ----------
    weights : dict
        Channel name to weight; a channel that is not named does not count.
    match_centre, match_scale : float
        The fused score, in standard deviations above the mean of the candidates, at which a text counts as
        half matched, and how fast the match rises around it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    weights: dict[str, float]
    match_centre: float
    match_scale: float = Field(gt=0)


@lru_cache(maxsize=1)
def load_fusion() -> FusionConfig:
    """Read the shipped weights once."""
    return FusionConfig.model_validate_json(
        (data_dir() / "ranking" / "fusion.json").read_text(encoding="utf-8")
    )


@dataclass(frozen=True, slots=True)
class Fused:
    """Fused text scores.

    Attributes
    ----------
    scores : float32 (owners,)
        Weighted mean of standardised channel scores, ``-inf`` where not allowed.
    match : float32 (owners,)
        The same as a match between 0 and 1; 0 where not allowed.
    best_row : int64 (owners,)
        Best passage by the strongest channel.
    """

    scores: NDArray[np.float32]
    match: NDArray[np.float32]
    best_row: NDArray[np.int64]


def standardise(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Centre and scale over the allowed records; all zero when they do not differ."""
    values = scores[allowed]
    spread = float(values.std()) if len(values) else 0.0
    result = np.full(len(scores), -np.inf, np.float32)
    result[allowed] = (values - values.mean()) / spread if spread > 1e-9 else 0.0
    return result


def fuse(
    channels: Mapping[str, ChannelScores], allowed: NDArray[np.bool_], config: FusionConfig | None = None
) -> Fused | None:
    """Fuse the channels that had something to go by; None when none had.

    Parameters
    ----------
    channels : mapping of str to ChannelScores
        By channel name.
    allowed : bool (owners,)
        Records that passed the constraints.
    """
    config = config or load_fusion()
    weighted = {name: config.weights.get(name, 0.0) for name in channels}
    used = {name: weight for name, weight in weighted.items() if weight > 0}
    if not used:
        return None
    total = sum(used.values())
    scores = np.full(len(allowed), -np.inf, np.float32)
    scores[allowed] = sum(
        (weight / total) * standardise(channels[name].scores, allowed)[allowed]
        for name, weight in used.items()
    )
    match = np.zeros(len(allowed), np.float32)
    match[allowed] = expit((scores[allowed] - config.match_centre) / config.match_scale)
    strongest = max(used, key=lambda name: used[name])
    return Fused(scores, match, channels[strongest].best_row)
