"""Demands and supplies that staff graded: how well each channel orders the supplies of one demand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from recommender.encoder.encoder import Encoder
from recommender.errors import InvalidInput
from recommender.learning.graded_features import GradedChannels, GradedPairs, pairs_of, standardised
from recommender.learning.graded_model import (
    FOLDS,
    LEAST_DEMANDS,
    apply_weights,
    cross_fitted,
    fit_weights,
    telling_demands,
)
from recommender.learning.intervals import SEED, Figure, difference_figure, mean_figure, missing
from recommender.learning.labelled_files import Demand, GradedSupply, read_demands, read_grades
from recommender.learning.metrics import Floats, graded_ndcg
from recommender.learning.needs_evaluation import CHANNELS, usable_encoder
from recommender.learning.vector_cache import CachedEncoder
from recommender.retrieval.candidates import DENSE_UNAVAILABLE

_METRIC = "ndcg@10"
_DEPTH = 10


class TrainingFilesIncomplete(InvalidInput):
    """Only one of the two training files was given."""

    code = "training_files_incomplete"
    title = "训练文件不完整"


class GradedEvaluation(BaseModel):
    """Result of :func:`evaluate_graded`; ``model_dump(mode="json")`` is the published document.

    Attributes
    ----------
    demands, grades : int
        Demands with grades, and their grades.
    measured : int
        Demands that the figures are means over.
    excluded : dict of str to int
        Demands that say nothing about an order: ``no_gain`` (all grades 1) and ``grades_all_equal`` (all of
        another grade).
    dropped : dict of str to int
        ``demands_without_grades`` and ``grades_without_demand``.
    channels : dict
        Channel to metric to figure.
    differences : dict
        Paired differences to ``lexical``.
    ranked_trained_on : str
        ``train files``, ``5-fold by demand`` or ``none``.
    ranked_weights : dict of str to float
        Weights of the standardised channels; for cross-fitting those learned on all demands, for information.
    degraded : str, optional
        ``dense_unavailable`` when there were no vectors.
    """

    model_config = ConfigDict(frozen=True)

    demands: int
    grades: int
    measured: int
    excluded: dict[str, int]
    dropped: dict[str, int]
    encoder: str | None
    channels: dict[str, dict[str, Figure]]
    differences: dict[str, dict[str, Figure]]
    ranked_trained_on: str
    ranked_weights: dict[str, float]
    degraded: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ranked:
    scores: Floats
    trained_on: str
    weights: dict[str, float]


def evaluate_graded(
    demands_path: Path,
    grades_path: Path,
    encoder: Encoder,
    *,
    train_demands_path: Path | None = None,
    train_grades_path: Path | None = None,
    cache: Path | None = None,
    seed: int = SEED,
) -> GradedEvaluation:
    """Measure nDCG@10 within each demand.

    Parameters
    ----------
    demands_path, grades_path : Path
        ``demand_id, title, text`` and ``demand_id, supply_id, supply_title, grade`` (1–4).
    encoder : Encoder
        One without vectors leaves ``dense`` and ``hybrid`` empty and says so.
    train_demands_path, train_grades_path : Path, optional
        What ``ranked`` learns from. Without them it is cross-fitted: each demand is scored with weights
        learned from other demands only.
    cache : Path, optional
        Folder that keeps vectors between runs.
    seed : int
        Of the intervals and of the folds.

    Raises
    ------
    TrainingFilesIncomplete
        When one training file is given without the other.
    SmematchError
        When a file or a row of it cannot be read.
    """
    demands, grades = read_demands(demands_path), read_grades(grades_path)
    pairs = pairs_of(demands, grades)
    train, warnings = _training_pairs(train_demands_path, train_grades_path, pairs)
    usable, reason = usable_encoder(encoder)
    cached = CachedEncoder(usable, cache)
    channels = GradedChannels([pairs, train] if train else [pairs], cached)
    scores = channels.scores(pairs)
    ranked = _ranked(channels, scores, pairs, train, seed)
    by_channel = dict(scores)
    if "dense" in scores:
        by_channel["hybrid"] = scores["lexical"] + scores["dense"]
    by_channel["ranked"] = ranked.scores
    values = {
        name: graded_ndcg(score, pairs.grades, pairs.groups, _DEPTH) for name, score in by_channel.items()
    }
    excluded = _excluded(pairs)
    dropped = _dropped(demands, grades, pairs)
    warnings += _told(excluded, dropped, ranked.trained_on, reason)
    figures = {name: {_METRIC: _figure(values.get(name), seed, reason)} for name in CHANNELS}
    warnings += sorted({f.warning for by in figures.values() for f in by.values() if f.warning} - {reason})
    return GradedEvaluation(
        demands=len(pairs.demand_ids),
        grades=len(pairs.grades),
        measured=len(pairs.demand_ids) - sum(excluded.values()),
        excluded=excluded,
        dropped=dropped,
        encoder=cached.name if cached.available else None,
        channels=figures,
        differences=_differences(values, seed),
        ranked_trained_on=ranked.trained_on,
        ranked_weights=ranked.weights,
        degraded=None if reason is None else DENSE_UNAVAILABLE,
        warnings=tuple(warnings),
    )


def _training_pairs(
    demands_path: Path | None, grades_path: Path | None, evaluated: GradedPairs
) -> tuple[GradedPairs | None, list[str]]:
    if demands_path is None and grades_path is None:
        return None, []
    if demands_path is None or grades_path is None:
        lacking = "--train-demands" if demands_path is None else "--train-grades"
        raise TrainingFilesIncomplete(f"训练需求与训练评分须一起给出，缺 {lacking}", place={"field": lacking})
    demands, grades = read_demands(demands_path), read_grades(grades_path)
    # A model must not have seen the grades it is measured on.
    seen = frozenset(evaluated.demand_ids)
    kept = [demand for demand in demands if demand.demand_id not in seen]
    shared = len(demands) - len(kept)
    warnings = [f"训练文件中有 {shared} 条需求也在评估文件里，未用于训练"] if shared else []
    return pairs_of(kept, grades), warnings


def _ranked(
    channels: GradedChannels,
    scores: Mapping[str, Floats],
    pairs: GradedPairs,
    train: GradedPairs | None,
    seed: int,
) -> _Ranked:
    source = pairs if train is None else train
    if telling_demands(source) < LEAST_DEMANDS:
        together = np.sum([*scores.values()], axis=0)
        return _Ranked(standardised(together, pairs.groups), "none", dict.fromkeys(scores, 1.0))
    if train is None:
        weights = fit_weights(scores, pairs)
        return _Ranked(cross_fitted(scores, pairs, seed=seed), f"{FOLDS}-fold by demand", weights)
    weights = fit_weights(channels.scores(train), train)
    return _Ranked(apply_weights(scores, weights), "train files", weights)


def _excluded(pairs: GradedPairs) -> dict[str, int]:
    ranges = [pairs.grades[pairs.groups == group] for group in range(len(pairs.demand_ids))]
    equal = [int(own[0]) for own in ranges if np.ptp(own) == 0]
    return {"no_gain": equal.count(1), "grades_all_equal": len(equal) - equal.count(1)}


def _dropped(demands: Sequence[Demand], grades: Sequence[GradedSupply], pairs: GradedPairs) -> dict[str, int]:
    return {
        "demands_without_grades": len(demands) - len(pairs.demand_ids),
        "grades_without_demand": len(grades) - len(pairs.grades),
    }


def _told(
    excluded: Mapping[str, int], dropped: Mapping[str, int], trained_on: str, reason: str | None
) -> list[str]:
    lines = []
    if left_out := sum(excluded.values()):
        lines.append(f"{left_out} 条需求的评分全部相同，无法比较次序，未计入指标")
    if count := dropped["demands_without_grades"]:
        lines.append(f"{count} 条需求没有评分，未参与评估")
    if count := dropped["grades_without_demand"]:
        lines.append(f"{count} 条评分找不到对应的需求，未参与评估")
    if trained_on == "none":
        lines.append(f"可学习的需求不足 {LEAST_DEMANDS} 条，ranked 未经训练，为各通道等权相加")
    if reason is not None:
        lines.append(f"语义通道不可用：{reason}；dense 与 hybrid 指标为空，ranked 只用关键词")
    return lines


def _figure(values: Floats | None, seed: int, reason: str | None) -> Figure:
    if values is None:
        return missing(reason or "没有可评估的数据，指标为空")
    return mean_figure(values, np.arange(len(values)), seed=seed)


def _differences(values: Mapping[str, Floats], seed: int) -> dict[str, dict[str, Figure]]:
    lexical = values["lexical"]
    return {
        name: {_METRIC: difference_figure(own, lexical, np.arange(len(own)), seed=seed)}
        for name, own in values.items()
        if name != "lexical"
    }
