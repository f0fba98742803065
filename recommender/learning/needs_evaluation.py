"""Needs with one known answer, ranked by the product's own path in a throw-away index.

Nothing here ranks: candidates, fusion and order come from :mod:`recommender.matching`, exactly as
``smematch match --text`` would serve them, so that a figure speaks of the product and not of a copy of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict

from recommender.diagnosis.instrument import Instrument, load_instrument
from recommender.domain import Solution
from recommender.encoder.encoder import Encoder
from recommender.encoder.null import NullEncoder
from recommender.errors import NotSetUp, Unavailable
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import IndexConfig, Progress, build_snapshot
from recommender.learning.intervals import (
    SEED,
    Figure,
    cluster_numbers,
    difference_figure,
    mean_figure,
    missing,
)
from recommender.learning.labelled_files import LabelledNeed, read_needs, read_solutions
from recommender.learning.metrics import (
    Floats,
    Ranks,
    ndcg_at,
    pessimistic_ranks,
    recall_at,
    reciprocal_rank,
)
from recommender.learning.vector_cache import CachedEncoder
from recommender.matching.ranked import Engine, Wishes
from recommender.matching.solutions import find_solutions, order_solutions
from recommender.retrieval.candidates import DENSE_UNAVAILABLE, Candidates
from recommender.retrieval.constraints import apply_rules, solution_rules
from recommender.retrieval.situation import Situation, situation_of_text
from recommender.text.pains import pains
from recommender.text.scenarios import complete_solution

#: Channels that every evaluation of text reports; needs are matched by two more.
CHANNELS = ("lexical", "dense", "hybrid", "ranked")
NEED_CHANNELS = ("lexical", "dense", "runs", "pains", "hybrid", "ranked")
#: Channels that do not exist without vectors; ``ranked`` does: it is what the product would serve then.
_OF_VECTORS = frozenset({"dense", "runs", "pains", "hybrid"})
METRICS: Mapping[str, Callable[[Ranks], Floats]] = {
    "recall@1": lambda ranks: recall_at(ranks, 1),
    "recall@5": lambda ranks: recall_at(ranks, 5),
    "recall@10": lambda ranks: recall_at(ranks, 10),
    "mrr": reciprocal_rank,
    "ndcg@10": lambda ranks: ndcg_at(ranks, 10),
}


class NeedsEvaluation(BaseModel):
    """Result of :func:`evaluate_needs`; ``model_dump(mode="json")`` is the published document.

    Attributes
    ----------
    queries : int
        Needs that were ranked.
    candidates : int
        Solutions that the product may recommend.
    clusters : int
        Solutions that the needs belong to, the unit of the intervals.
    dropped : dict of str to int
        Needs left out: ``no_solution_id``, ``not_a_candidate``.
    channels : dict
        Channel to metric to figure.
    differences : dict
        Paired differences to ``lexical``, channel to metric to figure.
    degraded : str, optional
        ``dense_unavailable`` when there were no vectors.
    """

    model_config = ConfigDict(frozen=True)

    queries: int
    candidates: int
    clusters: int
    dropped: dict[str, int]
    encoder: str | None
    channels: dict[str, dict[str, Figure]]
    differences: dict[str, dict[str, Figure]]
    degraded: str | None
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeedRanks:
    """Rank of the right solution in each channel, one entry a need."""

    needs: tuple[LabelledNeed, ...]
    by_channel: dict[str, Ranks]


def usable_encoder(encoder: Encoder) -> tuple[Encoder, str | None]:
    """Load an encoder; return it, or one without vectors and the reason in Chinese."""
    try:
        if encoder.available and encoder.dimension > 0:
            return encoder, None
    except (NotSetUp, Unavailable) as error:
        return NullEncoder(), error.detail
    return NullEncoder(), "未启用文本编码模型"


def candidates_of(solutions: Sequence[Solution]) -> dict[str, Solution]:
    """Return what the product may recommend to someone who only said what hurts, by id."""
    records = {solution.id: complete_solution(solution) for solution in solutions}
    owners = sorted(records)
    allowed, _ = apply_rules(owners, records, solution_rules(situation_of_text("")))
    return {owner: records[owner] for owner, kept in zip(owners, allowed.tolist(), strict=True) if kept}


def evaluate_needs(
    solutions_path: Path,
    needs_path: Path,
    encoder: Encoder,
    *,
    cache: Path | None = None,
    instrument: Instrument | None = None,
    config: IndexConfig | None = None,
    seed: int = SEED,
    progress: Progress | None = None,
) -> NeedsEvaluation:
    """Measure how high the right solution ranks for each need.

    Parameters
    ----------
    solutions_path, needs_path : Path
        ``id, title or name, text, in_scope, …`` and ``id, text, solution_id``; jsonl, csv or xlsx.
    encoder : Encoder
        One without vectors leaves every channel of vectors and ``hybrid`` empty and says so.
    cache : Path, optional
        Folder that keeps vectors between runs.
    instrument : Instrument, optional
        The shipped edition by default.
    config : IndexConfig, optional
        The shipped passages and terms by default.
    seed : int
        Of the intervals.
    progress : callable, optional
        Called with (stage, done, all); stages ``encode_needs``, ``encode`` and ``rank``.

    Raises
    ------
    SmematchError
        When a file or a row of it cannot be read.
    """
    solutions, needs = read_solutions(solutions_path), read_needs(needs_path)
    records = candidates_of(solutions)
    kept = [need for need in needs if need.solution_id in records]
    unlabelled = sum(need.solution_id is None for need in needs)
    dropped = {"no_solution_id": unlabelled, "not_a_candidate": len(needs) - len(kept) - unlabelled}
    usable, reason = usable_encoder(encoder)
    cached = CachedEncoder(usable, cache)
    if cached.available:
        # In one batch; the product then asks for them one by one.
        asked = [text for need in kept for text in (need.text, *pains(need.text))]
        cached.encode_queries(asked, progress=_stage(progress, "encode_needs"))
    snapshot = build_snapshot(
        Catalogue(version=0, solutions=records),
        cached,
        instrument or load_instrument(),
        config,
        progress=progress,
    )
    engine = Engine.over(snapshot, cached, instrument or load_instrument())
    ranks = rank_needs(engine, kept, progress=progress)
    clusters = cluster_numbers([str(need.solution_id) for need in kept])
    channels = {
        name: _figures(ranks.by_channel.get(name), clusters, seed, reason if name in _OF_VECTORS else None)
        for name in NEED_CHANNELS
    }
    differences = _differences(ranks, clusters, seed)
    warnings = [f"{name}：{count} 条需求未参与评估" for name, count in _worded(dropped).items() if count]
    if reason is not None:
        warnings.append(
            f"语义通道不可用：{reason}；dense、runs、pains 与 hybrid 指标为空，ranked 为仅按关键词的次序"
        )
    told = (figure.warning for figures in channels.values() for figure in figures.values())
    warnings += sorted({text for text in told if text and text != reason})
    return NeedsEvaluation(
        queries=len(kept),
        candidates=len(records),
        clusters=len(np.unique(clusters)),
        dropped=dropped,
        encoder=cached.name if cached.available else None,
        channels=channels,
        differences=differences,
        degraded=None if reason is None else DENSE_UNAVAILABLE,
        warnings=tuple(warnings),
    )


def _stage(progress: Progress | None, stage: str) -> Callable[[int, int], None]:
    return (lambda done, total: progress(stage, done, total)) if progress else (lambda done, total: None)


def rank_needs(
    engine: Engine, needs: Sequence[LabelledNeed], *, progress: Progress | None = None
) -> NeedRanks:
    """Rank the right solution of each need in every channel; ties count against us.

    Parameters
    ----------
    needs : sequence of LabelledNeed
        Each with a solution that is indexed.
    """
    found: dict[str, list[int]] = {}
    for number, need in enumerate(needs, start=1):
        for channel, rank in _ranks_of(engine, need.text, str(need.solution_id)).items():
            found.setdefault(channel, []).append(rank)
        if progress is not None:
            progress("rank", number, len(needs))
    return NeedRanks(tuple(needs), {name: np.asarray(ranks, np.int64) for name, ranks in found.items()})


def _ranks_of(engine: Engine, text: str, solution_id: str) -> dict[str, int]:
    situation, wishes = situation_of_text(text), Wishes()
    candidates = find_solutions(engine, situation, wishes)
    position = candidates.index.position(solution_id)
    if position is None:
        raise ValueError(f"{solution_id} is not indexed")
    scores = {name: channel.scores for name, channel in candidates.channels.items()}
    if "dense" in scores and candidates.fused is not None:
        scores["hybrid"] = candidates.fused.scores
    ranks = {name: int(pessimistic_ranks(values[None], [position])[0]) for name, values in scores.items()}
    ranks["ranked"] = ranked_at(engine, situation, candidates, position)
    return ranks


def ranked_at(engine: Engine, situation: Situation, candidates: Candidates, position: int) -> int:
    """Return the rank of one candidate as it would be served; ties count against it."""
    ordered, _ = order_solutions(engine, situation, Wishes(), candidates)
    text_scores = np.zeros(len(candidates.allowed)) if candidates.fused is None else candidates.fused.scores
    # The order is by score, then by text; the id that breaks the last ties is luck and does not count.
    keys = [(one.scored.score, float(text_scores[one.position])) for one in ordered]
    own = next(key for key, one in zip(keys, ordered, strict=True) if one.position == position)
    return sum(key >= own for key in keys)


def _figures(ranks: Ranks | None, clusters: Ranks, seed: int, unavailable: str | None) -> dict[str, Figure]:
    if unavailable is not None:
        return {metric: missing(unavailable) for metric in METRICS}
    measured = np.zeros(0, np.int64) if ranks is None else ranks
    return {metric: mean_figure(of(measured), clusters, seed=seed) for metric, of in METRICS.items()}


def _differences(ranks: NeedRanks, clusters: Ranks, seed: int) -> dict[str, dict[str, Figure]]:
    lexical = ranks.by_channel.get("lexical")
    return {
        name: {
            metric: difference_figure(of(ranks.by_channel[name]), of(lexical), clusters, seed=seed)
            for metric, of in METRICS.items()
        }
        for name in NEED_CHANNELS
        if lexical is not None and name != "lexical" and name in ranks.by_channel
    }


def _worded(dropped: Mapping[str, int]) -> dict[str, int]:
    return {
        "没有标注解决方案": dropped["no_solution_id"],
        "所标注的方案不在候选之列": dropped["not_a_candidate"],
    }
