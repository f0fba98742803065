"""From a pool to a tuned encoder: mine, split, tune, choose, write."""

import hashlib
import json
import platform
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from recommender.domain import Need
from recommender.encoder.delta import CARD, DELTA, WEIGHTS, apply_delta, save_delta
from recommender.encoder.manifest import file_hash, read_manifest
from recommender.errors import Conflict, InvalidInput
from recommender.index.catalogue import Catalogue
from recommender.learning.adaptation.activations import SplitEncoder
from recommender.learning.adaptation.card import render_card
from recommender.learning.adaptation.held_out import Quality, RankingTask, needs_of, split_by_solution
from recommender.learning.adaptation.negatives import mine_negatives, word_scores
from recommender.learning.adaptation.pairs import Corpus, mine_pairs
from recommender.learning.adaptation.pool import Pool, pool_of
from recommender.learning.adaptation.report import HeldOutFigures, TrainingReport
from recommender.learning.adaptation.tuning import Look, Material, Tuned, TuningConfig, Weights, tune
from recommender.learning.intervals import cluster_numbers, difference_figure, mean_figure
from recommender.learning.needs_evaluation import candidates_of
from recommender.store import Store

if TYPE_CHECKING:
    import torch

SEED = 20_261
HELD_OUT_SHARE = 0.3
#: Below this neither early stop nor the figures mean anything.
LEAST_SOLUTIONS, LEAST_HELD_OUT_NEEDS = 20, 10
MODEL_FOLDER, DELTA_FOLDER = "model", "delta"
INTERPOLATIONS = (0.25, 0.5, 0.75, 1.0)
_PACKAGES = ("torch", "transformers", "scikit-learn", "numpy", "safetensors")

Progress = Callable[[str, float], None]
"""Called with a Chinese line and the share of the budget used, 0 to 1."""


class PoolTooSmall(InvalidInput):
    """Too few solutions or needs to learn from and to check on."""

    code = "pool_too_small"
    title = "样本太少"


class OutputOccupied(Conflict):
    """The folder for the tuned model is not empty."""

    code = "output_occupied"
    title = "输出文件夹已被占用"


def train_encoder(  # noqa: PLR0913 - the settings of one run
    source: Store | Catalogue,
    base_folder: Path,
    out_folder: Path,
    *,
    minutes: float = 15.0,
    seed: int = SEED,
    progress: Progress | None = None,
    needs: Iterable[Need] = (),
    config: TuningConfig | None = None,
    held_out_share: float = HELD_OUT_SHARE,
    device: str | None = None,
) -> TrainingReport:
    """Adapt an encoder to a pool.

    Parameters
    ----------
    source : Store or Catalogue
        The pool; of a store also its needs and logged outcomes.
    base_folder : Path
        A BERT SentenceTransformer with safetensors weights; not changed.
    out_folder : Path
        Made only when the held-out solutions gained: the tuned model in ``model/``, the difference to the
        base with its card in ``delta/``, the report in ``training.json``.
    minutes : float
        Budget for everything; a run that ends by steps or by early stop before it depends on the seed alone.
    seed : int
        Of split, draws and dropout.
    progress : callable, optional
        Called with a Chinese line and the share of the budget used.
    needs : iterable of Need
        Further labelled needs.
    held_out_share : float
        Part of the solutions kept apart.
    device : str, optional
        Torch device; a GPU when there is one.

    Raises
    ------
    PoolTooSmall
        When there is too little to learn from or to check on.
    OutputOccupied
        When `out_folder` holds something.
    """
    if out_folder.exists() and any(out_folder.iterdir()):
        raise OutputOccupied(
            f"输出文件夹 {out_folder} 不是空的，请换一个位置。", place={"file": str(out_folder)}
        )
    pool = pool_of(source, needs)
    config = config or TuningConfig()
    work = _Work(pool, base_folder, config, minutes, seed, progress, held_out_share, device)
    return work.run(out_folder)


class _Work:
    """One run; its parts in the order in which they happen."""

    def __init__(
        self,
        pool: Pool,
        base_folder: Path,
        config: TuningConfig,
        minutes: float,
        seed: int,
        progress: Progress | None,
        held_out_share: float,
        device: str | None,
    ) -> None:
        self._pool, self._base, self._config, self._seed = pool, base_folder, config, seed
        self._minutes, self._progress = minutes, progress
        self._started = time.monotonic()
        self._held = split_by_solution(pool.solutions, held_out_share, seed)
        self.task, self.corpus = self._divide()
        self.encoder = SplitEncoder.load(base_folder, config.trained_layers, device=device)

    def _tell(self, line: str) -> None:
        if self._progress:
            used = (time.monotonic() - self._started) / 60 / self._minutes if self._minutes > 0 else 1.0
            self._progress(line, min(1.0, used))

    def _divide(self) -> tuple[RankingTask, Corpus]:
        pool = self._pool
        candidates = candidates_of(list(pool.solutions.values()))
        own = {key: candidates[key] for key in self._held if key in candidates}
        apart = needs_of(pool.needs, own)
        learned = [solution for key, solution in sorted(pool.solutions.items()) if key not in self._held]
        if len(learned) < LEAST_SOLUTIONS or len(apart) < LEAST_HELD_OUT_NEEDS:
            raise PoolTooSmall(
                f"可供训练的方案 {len(learned)} 个（至少 {LEAST_SOLUTIONS} 个），"
                f"留出方案的带标注需求 {len(apart)} 条（至少 {LEAST_HELD_OUT_NEEDS} 条），"
                "不足以微调编码模型。"
                "请先导入更多方案和带 solution_id 的需求。"
            )
        corpus = mine_pairs(
            learned, pool.needs, instrument=pool.instrument, pains=pool.pains, outcomes=pool.outcomes
        )
        return RankingTask(list(candidates.values()), apart), corpus

    def run(self, out_folder: Path) -> TrainingReport:
        """Tune, choose the interpolation, write, report."""
        material = self._material()
        base_weights = self.encoder.weights()
        self._tell("评估微调前的模型")
        before = self.task.measure(self.encoder)
        tuned = tune(
            self.encoder,
            material,
            self._config,
            lambda encoder: self.task.measure(encoder).mean(),
            seed=self._seed,
            # Choosing the interpolation and writing take about a minute.
            deadline=self._started + 60 * max(self._minutes - 1.0, 0.7 * self._minutes),
            started=self._started,
            on_look=self._on_look,
        )
        share, after = self._interpolate(base_weights, tuned, before)
        improved = share > 0
        report = self._report(tuned, before, after, share, out_folder if improved else None)
        if improved:
            report = self._write(report, out_folder)
        self._tell("微调完成" if improved else "留出方案上没有提升，未写出模型")
        return report

    def _on_look(self, look: Look) -> None:
        self._tell(f"第 {look.step} 步：留出需求 nDCG@10 语义 {look.dense:.3f}，融合 {look.hybrid:.3f}")

    def _material(self) -> Material:
        config, encoder = self._config, self.encoder
        queries = [pair.query for pair in self.corpus.pairs]
        chunks = [chunk.text for chunk in self.corpus.chunks]
        self._tell("缓存下层激活值：查询")
        lower_queries = encoder.lower_states(queries, "query", most_tokens=config.query_tokens)
        self._tell("缓存下层激活值：页面片段")
        lower_chunks = encoder.lower_states(chunks, "passage", most_tokens=config.passage_tokens)
        self._tell("缓存下层激活值：留出需求与全部候选")
        self.task.prepare(encoder)
        self._tell("挖掘难负例")
        words = word_scores(queries, chunks)
        meaning = np.asarray(encoder.vectors(lower_queries) @ encoder.vectors(lower_chunks).T, np.float32)
        negatives = mine_negatives(self.corpus, [words, meaning])
        return Material(self.corpus, negatives, lower_queries, lower_chunks, words)

    def _interpolate(self, base: Weights, tuned: Tuned, before: Quality) -> tuple[float, Quality]:
        """Choose between the base and the tuned weights on the line that joins them.

        The best generaliser often lies between (Wortsman et al., Robust fine-tuning, CVPR 2022).
        """
        self._tell("在基础权重与微调权重之间选择插值")
        best: tuple[float, Quality] = (0.0, before)
        for share in INTERPOLATIONS if tuned.best.step else ():
            self.encoder.set_weights(between(base, tuned.weights, share))
            found = self.task.measure(self.encoder)
            if found.choice.mean() > best[1].choice.mean():
                best = (share, found)
        self.encoder.set_weights(between(base, tuned.weights, best[0]) if best[0] else base)
        return best

    def _report(
        self, tuned: Tuned, before: Quality, after: Quality, share: float, out_folder: Path | None
    ) -> TrainingReport:
        clusters = cluster_numbers(self.task.clusters)
        figures = HeldOutFigures(
            solutions=len(np.unique(clusters)),
            needs=len(self.task),
            candidates=self.task.candidates,
            lexical=mean_figure(before.lexical, clusters),
            dense_before=mean_figure(before.dense, clusters),
            dense_after=mean_figure(after.dense, clusters),
            hybrid_before=mean_figure(before.hybrid, clusters),
            hybrid_after=mean_figure(after.hybrid, clusters),
            choice_before=mean_figure(before.choice, clusters),
            choice_after=mean_figure(after.choice, clusters),
            gain_choice=difference_figure(after.choice, before.choice, clusters),
            gain_dense=difference_figure(after.dense, before.dense, clusters),
            gain_hybrid=difference_figure(after.hybrid, before.hybrid, clusters),
        )
        name = (read_manifest(self._base) or {}).get("name") or self._base.name
        return TrainingReport(
            improved=share > 0,
            out_folder=None if out_folder is None else str(out_folder),
            base_name=str(name),
            base_weights_sha256=file_hash(self._base / WEIGHTS),
            seed=self._seed,
            steps=tuned.best.step,
            minutes=(time.monotonic() - self._started) / 60,
            stopped_by=tuned.stopped_by,
            interpolation=share,
            pairs=self.corpus.counts(),
            chunks=len(self.corpus.chunks),
            data_sha256=data_fingerprint(self.corpus),
            held_out=figures,
            looks=tuple(tuned.looks),
            config=self._config,
            versions=_versions(),
            device=str(self.encoder.device),
            precision="bfloat16" if self.encoder.half else "float32",
            delta_bytes=0,
        )

    def _write(self, report: TrainingReport, out_folder: Path) -> TrainingReport:
        self._tell("写出模型")
        out_folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out_folder.name}.new-", dir=out_folder.parent) as scratch:
            folder = Path(scratch) / out_folder.name
            weights = {name: _plain(value) for name, value in self.encoder.weights().items()}
            save_delta(self._base, weights, folder / DELTA_FOLDER, _about(report))
            size = (folder / DELTA_FOLDER / DELTA).stat().st_size
            report = report.model_copy(update={"delta_bytes": size})
            apply_delta(self._base, folder / DELTA_FOLDER, folder / MODEL_FOLDER)
            (folder / DELTA_FOLDER / CARD).write_text(render_card(report), encoding="utf-8")
            document = json.dumps(report.model_dump(mode="json"), ensure_ascii=False, indent=2)
            (folder / "training.json").write_text(document + "\n", encoding="utf-8")
            if out_folder.exists():
                out_folder.rmdir()  # it was found empty
            folder.rename(out_folder)
        return report


def between(base: Weights, tuned: Weights, share: float) -> Weights:
    """Return ``base + share * (tuned - base)``, tensor by tensor."""
    return {name: base[name] + share * (tuned[name] - base[name]) for name in base}


def data_fingerprint(corpus: Corpus) -> str:
    """SHA-256 over all pairs and chunks, in order."""
    digest = hashlib.sha256()
    for chunk in corpus.chunks:
        digest.update(f"{chunk.owner}\0{chunk.text}\n".encode("utf-8", "replace"))
    for pair in corpus.pairs:
        line = (pair.kind, pair.query, pair.chunks, sorted(pair.owners), pair.source)
        digest.update(f"{line!r}\n".encode("utf-8", "replace"))
    return digest.hexdigest()


def _about(report: TrainingReport) -> dict[str, Any]:
    held = report.held_out.model_dump(mode="json")
    return {
        "data": {"sha256": report.data_sha256, "pairs": report.pairs, "chunks": report.chunks},
        "seed": report.seed,
        "steps": report.steps,
        "interpolation": report.interpolation,
        "config": report.config.model_dump(mode="json"),
        "precision": report.precision,
        "versions": report.versions,
        "held_out": held,
    }


def _plain(value: "torch.Tensor") -> Any:  # noqa: ANN401 - numpy's stub of torch
    return value.detach().cpu().numpy()


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # pragma: no cover - all are dependencies
            continue
    return found
