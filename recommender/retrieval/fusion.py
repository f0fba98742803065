"""Fusion of text channels: a weighted sum of standardised scores.

Reciprocal-rank fusion throws the margin away and fell below its better part on real needs (nDCG@10 .666
against .718). Words lead, and three channels of vectors stand beside them: windows, runs of sentences, pains.
On 306 needs of real pages that is .901 where words alone reach .885 and words with windows .893; without
list marks .872, .847, .857; on the sample .792, .634, .757. The weights are round numbers from the middle of
a broad plateau, read in sight of these needs: equal thirds, which nobody picked, reach .898, .869, .781, and
weights picked from a grid of a hundred on the other folds' needs .891 to .899. Weights learned on the sample
alone (1.9 for windows) cost .021 [.007, .036] on real needs. Learned fusion is
:mod:`recommender.learning.fusion_training`; docs/error_analysis.md has what was tried.
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
from recommender.text.passages import Side


class MatchCurve(BaseModel):
    """From a fused score to a match between 0 and 1: a logistic curve.

    The best of many candidates stands further above their mean than the best of few, so the score that counts
    as half matched grows with the logarithm of their number.

    Attributes
    ----------
    centre : float
        Fused score, in standard deviations above the mean of the candidates, that counts as half matched when
        there is one candidate.
    growth : float
        By how much that score rises when the candidates become e times as many.
    scale : float
        How slowly the match rises around it.
    """

    model_config = ConfigDict(frozen=True)

    centre: float
    growth: float = Field(default=0.0, ge=0)
    scale: float = Field(gt=0)

    def match(self, scores: NDArray[np.float32], candidates: int) -> NDArray[np.float32]:
        """Return the match of fused scores among so many candidates."""
        centre = self.centre + self.growth * float(np.log(max(1, candidates)))
        return np.asarray(expit((scores - centre) / self.scale), np.float32)


class FusionConfig(BaseModel):
    """Weights of the channels, from ``data/ranking/fusion.json``.

    Attributes
    ----------
    weights : dict
        Channel name to weight; a channel that is not named does not count.
    match : MatchCurve
        How a fused score becomes the match that is weighed against price, gap and the rest. It is flatter
        than the probability on purpose: weighed as a probability, all but the best candidate count for
        nothing and nDCG@10 with an enterprise's data falls from .69 to .63 on the sample.
    calibrated : dict of Side to MatchCurve
        By side, from a fused score to the probability that this is the answer, fitted to known answers.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    weights: dict[str, float]
    match: MatchCurve
    calibrated: dict[Side, MatchCurve] = Field(default_factory=dict)


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
    probability : float32 (owners,), optional
        Probability that the record is the answer, 0 where not allowed; None for a side without known answers.
    best_row : int64 (owners,), optional
        Best passage by the strongest channel that looks at passages; None when none of them counts.
    """

    scores: NDArray[np.float32]
    match: NDArray[np.float32]
    best_row: NDArray[np.int64] | None
    probability: NDArray[np.float32] | None = None


def standardise(scores: NDArray[np.float32], allowed: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Centre and scale over the allowed records; all zero when they do not differ."""
    values = scores[allowed]
    spread = float(values.std()) if len(values) else 0.0
    result = np.full(len(scores), -np.inf, np.float32)
    result[allowed] = (values - values.mean()) / spread if spread > 1e-9 else 0.0
    return result


def fuse(
    channels: Mapping[str, ChannelScores],
    allowed: NDArray[np.bool_],
    config: FusionConfig | None = None,
    side: Side | None = None,
) -> Fused | None:
    """Fuse the channels that had something to go by; None when none had.

    Parameters
    ----------
    channels : mapping of str to ChannelScores
        By channel name.
    allowed : bool (owners,)
        Records that passed the constraints.
    side : Side, optional
        Whose texts these are; decides whether a probability can be told.
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
    candidates = int(allowed.sum())
    match[allowed] = config.match.match(scores[allowed], candidates)
    probability = None
    if side is not None and (curve := config.calibrated.get(side)) is not None:
        probability = np.zeros(len(allowed), np.float32)
        probability[allowed] = curve.match(scores[allowed], candidates)
    rows = [channels[name].best_row for name in sorted(used, key=lambda name: -used[name])]
    return Fused(scores, match, next((found for found in rows if found is not None), None), probability)
