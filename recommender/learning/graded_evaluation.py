"""Demands and supplies that staff graded: how well each channel orders the supplies of one demand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from recommender.encoder.encoder import Encoder
from recommender.errors import InvalidInput
from recommender.learning.graded_features import (
    GradedChannels,
    GradedPairs,
    PairView,
    pairs_of,
    standardised,
)
from recommender.learning.graded_model import (
    FOLDS,
    LEAST_DEMANDS,
    GradedRanker,
    cross_fitted,
    telling_demands,
    unmet,
)
from recommender.learning.intervals import SEED, Figure, difference_figure, mean_figure, missing
from recommender.learning.labelled_files import Demand, GradedSupply, read_demands, read_grades
from recommender.learning.metrics import Floats, graded_ndcg
from recommender.learning.needs_evaluation import CHANNELS, usable_encoder
from recommender.learning.vector_cache import CachedEncoder
from recommender.retrieval.candidates import DENSE_UNAVAILABLE

_METRIC = "ndcg@10"
_DEPTH = 10
_TOO_FEW_COLD = "去掉与评估文件用词相同的需求与成果后，可学习的需求太少，未给出供需均为首见时的指标"


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
    ranked_cold : dict
        Metric to figure of ``ranked`` when it learned neither from a demand nor from a supply with the same
        words as one that is measured; no value when that leaves too little to learn from.
    met_before : dict of str to int
        ``demands`` and ``grades`` whose demand, or whose supply, stands with the same words among what
        ``ranked`` learned from, under another demand.
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
    ranked_cold: dict[str, Figure]
    met_before: dict[str, int]
    ranked_trained_on: str
    ranked_weights: dict[str, float]
    degraded: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Ranked:
    scores: Floats
    cold: Floats | None
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
    view = channels.view(pairs)
    ranked = _ranked(channels, view, pairs, train, seed)
    by_channel = dict(view.scores)
    if "dense" in by_channel:
        by_channel["hybrid"] = by_channel["lexical"] + by_channel["dense"]
    by_channel["ranked"] = ranked.scores
    values = {
        name: graded_ndcg(score, pairs.grades, pairs.groups, _DEPTH) for name, score in by_channel.items()
    }
    cold = None if ranked.cold is None else graded_ndcg(ranked.cold, pairs.grades, pairs.groups, _DEPTH)
    excluded = _excluded(pairs)
    dropped = _dropped(demands, grades, pairs)
    warnings += _told(excluded, dropped, ranked.trained_on, reason)
    figures = {name: {_METRIC: _figure(values.get(name), seed, reason)} for name in CHANNELS}
    ranked_cold = {_METRIC: _figure(cold, seed, _TOO_FEW_COLD)}
    told = {f.warning for by in (*figures.values(), ranked_cold) for f in by.values() if f.warning}
    warnings += sorted(told - {reason})
    return GradedEvaluation(
        demands=len(pairs.demand_ids),
        grades=len(pairs.grades),
        measured=len(pairs.demand_ids) - sum(excluded.values()),
        excluded=excluded,
        dropped=dropped,
        encoder=cached.name if cached.available else None,
        channels=figures,
        differences=_differences(values, seed),
        ranked_cold=ranked_cold,
        met_before=_met_before(pairs, train),
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
    channels: GradedChannels, view: PairView, pairs: GradedPairs, train: GradedPairs | None, seed: int
) -> _Ranked:
    source = pairs if train is None else train
    if telling_demands(source) < LEAST_DEMANDS:
        together = standardised(np.sum([*view.scores.values()], axis=0), pairs.groups)
        return _Ranked(together, together, "none", dict.fromkeys(view.scores, 1.0))
    if train is None:
        cold = cross_fitted(view, pairs, seed=seed, cold=True)
        return _Ranked(
            cross_fitted(view, pairs, seed=seed),
            None if np.isnan(cold).any() else cold,
            f"{FOLDS}-fold by demand",
            GradedRanker().fit(view, pairs.grades).weights_,
        )
    learned = channels.view(train)
    ranker = GradedRanker().fit(learned, train.grades)
    rows = unmet(train, frozenset(pairs.subjects), frozenset(pairs.supplies))
    unaware = None
    if telling_demands(train, rows) >= LEAST_DEMANDS:
        unaware = GradedRanker().fit(learned.rows(rows), train.grades[rows]).predict(view)
    return _Ranked(ranker.predict(view), unaware, "train files", ranker.weights_)


def _met_before(pairs: GradedPairs, train: GradedPairs | None) -> dict[str, int]:
    if train is not None:
        demands, supplies = set(train.subjects), set(train.supplies)
        return {
            "demands": sum(subject in demands for subject in pairs.subjects),
            "grades": sum(supply in supplies for supply in pairs.supplies),
        }
    subjects = Counter(pairs.subjects)
    owners = Counter(supply for supply, _ in set(zip(pairs.supplies, pairs.groups.tolist(), strict=True)))
    return {
        "demands": sum(subjects[subject] > 1 for subject in pairs.subjects),
        "grades": sum(owners[supply] > 1 for supply in pairs.supplies),
    }


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
