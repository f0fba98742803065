"""Learning the weights of a ranking from outcomes, and telling honestly what that is worth."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from recommender.learning.ladder_lines import ladder_lines
from recommender.learning.posterior_evaluation import OutcomeMeasures, measure
from recommender.learning.posterior_scales import PosteriorScales, load_posterior_scales
from recommender.learning.ranking_posterior import RankingPosterior
from recommender.ranking.feature_definitions import TARGETS, Target
from recommender.ranking.learned_reasons import weights_told
from recommender.ranking.learned_weights import LearnedTarget, LearnedWeights
from recommender.ranking.ranking_model import RankingModel

Floats = NDArray[np.float64]
_NORMAL_95 = 1.959963984540054


class WeightChange(BaseModel):
    """Share of one feature in the score, all features applying.

    Attributes
    ----------
    expert, learned : float
        0–1; the shares of all features add up to 1.
    ci95 : (float, float)
        Of the learned share, by the posterior.
    moved : bool
        Whether the expert's share lies outside.
    """

    model_config = ConfigDict(frozen=True)

    expert: float
    learned: float
    ci95: tuple[float, float]
    moved: bool


class OutcomeTraining(BaseModel):
    """What was learned for one ranking, and what it is worth.

    Attributes
    ----------
    lines, lists, enterprises : int
        What the log holds.
    outcomes, waiting : dict of str to int
        By step of the ladder: lines that reached it, and lines of which it may still come.
    data_fingerprint : str
        SHA-256 of the lines and their outcomes.
    weights : dict of str to WeightChange
        For an enterprise of any sub-industry.
    measures : OutcomeMeasures
        On enterprises left out.
    improved : bool
        Whether order and likelihood are better than the expert weights', with intervals above 0.
    verdict : str
        The same in a sentence.
    learned : LearnedTarget
        What a model ranks by; not serialised here.
    """

    model_config = ConfigDict(frozen=True)

    target: Target
    lines: int
    lists: int
    enterprises: int
    outcomes: dict[str, int]
    waiting: dict[str, int]
    data_share: float
    data_fingerprint: str
    scales_version: str
    dispersion: float
    weights: dict[str, WeightChange]
    measures: OutcomeMeasures
    improved: bool
    verdict: str
    learned: LearnedTarget = Field(exclude=True)


def train_on_outcomes(
    frames: Mapping[str, pd.DataFrame],
    target: Target,
    model: RankingModel,
    scales: PosteriorScales | None = None,
) -> OutcomeTraining:
    """Learn from labelled lines and cross-validate by enterprise.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        As :func:`recommender.learning.ladder_lines.ladder_lines` takes them.
    model : RankingModel
        Its expert weights are the prior.

    Raises
    ------
    recommender.learning.ladder_lines.UnusableLines
        If the frames lack something.
    """
    scales = scales or load_posterior_scales()
    priors = model.expert(target)
    lines = ladder_lines(frames, priors, scales.ladder)
    fitted = RankingPosterior(target, priors, scales).fit(lines)
    learned: LearnedTarget = fitted.learned_
    measures = measure(lines, target, priors, scales)
    improved = _above_zero(measures.ndcg_at_10.gain.ci95) and _above_zero(measures.log_likelihood.gain.ci95)
    waiting = (~lines.decided).sum(axis=0).tolist()
    return OutcomeTraining(
        target=target,
        lines=len(lines),
        lists=len(np.unique(lines.lists)),
        enterprises=learned.enterprises,
        outcomes=learned.outcomes,
        waiting=dict(zip(lines.steps, waiting, strict=True)),
        data_share=learned.data_share,
        data_fingerprint=_fingerprint(frames),
        scales_version=scales.version,
        dispersion=fitted.spread_.dispersion,
        weights=_changes(learned, np.asarray([prior.weight for prior in priors.values()])),
        measures=measures,
        improved=improved,
        verdict=_verdict(learned, measures, improved=improved),
        learned=learned,
    )


def learned_model(
    model: RankingModel, trained: Mapping[Target, OutcomeTraining], now: datetime
) -> RankingModel:
    """Return a model that ranks by what was learned, under a version that tells day and content.

    Rankings that were not learned keep what ``model`` had.
    """
    before = model.learned or LearnedWeights()
    learned = LearnedWeights(
        **{target: trained[target].learned if target in trained else before.of(target) for target in TARGETS}
    )
    content = hashlib.sha256(learned.model_dump_json().encode()).hexdigest()[:8]
    base = model.version.partition("+outcomes-")[0]
    return RankingModel(
        version=f"{base}+outcomes-{now:%Y%m%d}-{content}",
        weights=model.weights,
        fusion=model.fusion,
        learned=learned,
    )


def _above_zero(interval: tuple[float | None, float | None]) -> bool:
    return interval[0] is not None and interval[0] > 0


def _verdict(learned: LearnedTarget, measures: OutcomeMeasures, *, improved: bool) -> str:
    gain = measures.ndcg_at_10.gain
    if gain.value is None or gain.ci95[0] is None or gain.ci95[1] is None:
        return f"{weights_told(learned)}；结果太少，看不出比专家权重好还是差"
    said = f"nDCG@10 {gain.value:+.3f} [{gain.ci95[0]:+.3f}, {gain.ci95[1]:+.3f}]"
    if improved:
        return f"{weights_told(learned)}；在未参与训练的企业上好于专家权重：{said}"
    if gain.ci95[1] < 0:
        return f"{weights_told(learned)}；在未参与训练的企业上不如专家权重：{said}"
    return f"{weights_told(learned)}；还看不出比专家权重好：{said}"


def _changes(learned: LearnedTarget, expert: Floats) -> dict[str, WeightChange]:
    weights, covariance = np.asarray(learned.pooled.weights), np.asarray(learned.pooled.covariance)
    total = weights.sum()
    shares = weights / total
    # By the delta method: what a weight adds to its own share and takes from the others.
    slopes = (np.eye(len(weights)) - shares[:, None]) / total
    reach = _NORMAL_95 * np.sqrt(np.diag(slopes @ covariance @ slopes.T))
    changes = {}
    for name, own, share, width in zip(learned.features, expert / expert.sum(), shares, reach, strict=True):
        low, high = max(0.0, float(share - width)), min(1.0, float(share + width))
        changes[name] = WeightChange(
            expert=float(own), learned=float(share), ci95=(low, high), moved=not low <= own <= high
        )
    return changes


def _fingerprint(frames: Mapping[str, pd.DataFrame]) -> str:
    """Hash which lines there are and what became of them, whatever the order of the rows."""
    told = hashlib.sha256()
    for step, frame in sorted(frames.items()):
        columns = frame[["list_id", "position", "item_id", "reached", "refused", "decided"]]
        rows = np.sort(pd.util.hash_pandas_object(columns, index=False).to_numpy())
        told.update(step.encode() + rows.tobytes())
    return told.hexdigest()
