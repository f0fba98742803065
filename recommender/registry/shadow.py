"""A model that runs along: it ranks some requests once more after they were answered, and is compared.

Nobody sees its lists. It works in a thread of its own behind a short queue: when that is full a request is
skipped, never kept waiting.
"""

import hashlib
import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict
from scipy.stats import kendalltau

from recommender.errors import SmematchError
from recommender.learning.intervals import Figure, cluster_numbers, mean_figure
from recommender.matching.answer import Recommendation
from recommender.matching.ranked import Engine, Ranked
from recommender.ranking.ranking_model import RankingModel
from recommender.registry.durable import append_line
from recommender.registry.registry import ModelRegistry
from recommender.registry.shadow_choice import chosen_shadow

_LOG = logging.getLogger(__name__)
_MOST_WAITING = 64
Rank = Callable[[Engine], Ranked]


class ShadowReport(BaseModel):
    """What the lists of a shadow model have in common with those served.

    Attributes
    ----------
    lists, groups : int
        Compared lists, and different questions behind them, the unit of the intervals.
    overlap : Figure
        Share of the served items that it would have listed too, at the same length.
    rank_correlation : Figure
        Kendall's tau over the items that both list.
    first_changed : Figure
        Share of lists with another first item.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    lists: int
    groups: int
    overlap: Figure
    rank_correlation: Figure
    first_changed: Figure


class ShadowRunner:
    """Compares the shadow model of a registry with what is served.

    Parameters
    ----------
    seconds : float
        How often the registry is looked at.
    """

    def __init__(self, registry: ModelRegistry, *, seconds: float = 1.0) -> None:
        self._registry = registry
        self._seconds = seconds
        self._queue: queue.Queue[Callable[[], None] | None] = queue.Queue(_MOST_WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._chosen: tuple[RankingModel, float] | None = None
        self._looked_at = float("-inf")

    def __call__(self, engine: Engine, rank: Rank, answer: Recommendation) -> None:
        """Take note of a list that was served; returns at once.

        Parameters
        ----------
        rank : callable
            Makes the same list with another engine.
        """
        chosen = self._model()
        if chosen is None or engine.experiment is not None:
            return
        model, share = chosen
        if model.version == answer.model_version or _lot(answer.recommendation_id) >= share:
            return
        self._start()
        try:
            self._queue.put_nowait(lambda: self._compare(engine, rank, answer, model))
        except queue.Full:
            _LOG.info("shadow model skipped a list")

    def stop(self) -> None:
        """End the thread after what waits was compared."""
        with self._starting:
            if self._thread is not None:
                self._queue.put(None)
                self._thread.join()
                self._thread = None

    def _model(self) -> tuple[RankingModel, float] | None:
        if time.monotonic() - self._looked_at >= self._seconds:
            self._looked_at = time.monotonic()
            try:
                shadow = chosen_shadow(self._registry)
                self._chosen = (self._registry.load(shadow.version), shadow.share) if shadow else None
            except SmematchError as error:
                self._chosen = None
                _LOG.warning("no shadow model: %s", error.code)
        return self._chosen

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="shadow-model", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            try:
                task()
            except Exception:  # noqa: BLE001 - whatever a shadow does, serving goes on
                _LOG.exception("shadow model not compared")

    def _compare(self, engine: Engine, rank: Rank, answer: Recommendation, model: RankingModel) -> None:
        ranked = rank(replace(engine.ranking_with(model), experiment=None))
        found = compared([item.id for item in answer.items], [item.id for item in ranked.items])
        row = {
            "at": answer.served_at.isoformat(),
            "recommendation_id": answer.recommendation_id,
            "target": answer.target,
            "served": answer.model_version,
            "group": hashlib.sha256(str(answer.subject.get("text")).encode()).hexdigest()[:16],
            **found,
        }
        append_line(comparisons_of(self._registry, model.version), (json.dumps(row) + "\n").encode())


def _lot(recommendation_id: str) -> float:
    """Draw a number 0–1 for a list, the same in every process."""
    return int(hashlib.sha256(recommendation_id.encode()).hexdigest()[:12], 16) / 16**12


def comparisons_of(registry: ModelRegistry, version: str) -> Path:
    """Return the file of a shadow model's comparisons, in a folder that exists."""
    folder = registry.folder / "shadow"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{version}.jsonl"


def compared(served: Sequence[str], shadow: Sequence[str]) -> dict[str, Any]:
    """Compare two lists of ids, best first.

    Returns
    -------
    dict
        ``length``; ``overlap`` 0–1, None for an empty list; ``rank_correlation`` −1–1, None with fewer than
        two items in common; ``first_changed``.
    """
    places = {key: place for place, key in enumerate(shadow)}
    common = [places[key] for key in served if key in places]
    correlation = float(kendalltau(range(len(common)), common).statistic) if len(common) > 1 else None
    return {
        "length": len(served),
        "overlap": len(common) / len(served) if served else None,
        "rank_correlation": correlation,
        "first_changed": list(served[:1]) != list(shadow[:1]),
    }


def shadow_report(registry: ModelRegistry, version: str) -> ShadowReport:
    """Sum up the comparisons of a version; a line that a crash cut off is left out."""
    file = comparisons_of(registry, version)
    content = file.read_text(encoding="utf-8") if file.exists() else ""
    rows = [json.loads(line) for line in content.split("\n")[:-1]]
    groups = cluster_numbers([row["group"] for row in rows])

    def mean(name: str) -> Figure:
        return mean_figure([np.nan if row[name] is None else float(row[name]) for row in rows], groups)

    return ShadowReport(
        version=version,
        lists=len(rows),
        groups=len({row["group"] for row in rows}),
        overlap=mean("overlap"),
        rank_correlation=mean("rank_correlation"),
        first_changed=mean("first_changed"),
    )
