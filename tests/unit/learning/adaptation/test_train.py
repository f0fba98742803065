import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from recommender.encoder import SentenceEncoder
from recommender.encoder.delta import CARD, WEIGHTS
from recommender.encoder.manifest import file_hash
from recommender.learning.adaptation import TrainingReport, TuningConfig, train_encoder
from recommender.learning.adaptation.train import OutputOccupied, PoolTooSmall
from recommender.store import Store

from .tiny import pool

CONFIG = TuningConfig(
    trained_layers=2, learning_rate=2e-3, warm_up=2, batch=8, evaluate_every=6, most_steps=36, averaging=0.5
)


def run(tiny_folder: Path, out: Path, seed: int = 2, **changes: object) -> TrainingReport:
    catalogue, needs = pool()
    config = CONFIG.model_copy(update=changes)
    return train_encoder(
        catalogue, tiny_folder, out, needs=needs, minutes=5, seed=seed, config=config, device="cpu"
    )


@pytest.fixture(scope="module")
def trained(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainingReport, Path]:
    out = tmp_path_factory.mktemp("trained") / "tuned"
    return run(tiny_folder, out), out


def test_training_raises_the_held_out_needs(trained: tuple[TrainingReport, Path]) -> None:
    report, _ = trained
    assert report.improved
    before, after = report.held_out.dense_before.value, report.held_out.dense_after.value
    assert before is not None
    assert after is not None
    assert after > before
    assert report.looks[0].step == 0
    assert report.looks[0].dense == pytest.approx(before)


def test_written_model_is_the_measured_one(trained: tuple[TrainingReport, Path], tiny_folder: Path) -> None:
    report, out = trained
    base, tuned = load_file(tiny_folder / WEIGHTS), load_file(out / "model" / WEIGHTS)
    changed = {name.split(".")[2] for name in base if not np.array_equal(base[name], tuned[name])}
    assert changed == {"1", "2"}
    assert SentenceEncoder(out / "model").encode_queries(["交期"]).shape == (1, 32)
    document = json.loads((out / "training.json").read_text(encoding="utf-8"))
    assert TrainingReport.model_validate(document).steps == report.steps
    card = (out / "delta" / CARD).read_text(encoding="utf-8")
    assert report.data_sha256[:16] in card
    assert "slightly optimistic" in card
    assert report.delta_bytes < 200_000


def test_same_seed_same_weights(
    trained: tuple[TrainingReport, Path], tiny_folder: Path, tmp_path: Path
) -> None:
    report, out = trained
    again = run(tiny_folder, tmp_path / "again")
    assert again.data_sha256 == report.data_sha256
    assert [look.loss for look in again.looks] == [look.loss for look in report.looks]
    assert file_hash(tmp_path / "again" / "model" / WEIGHTS) == file_hash(out / "model" / WEIGHTS)


def test_run_without_gain_writes_nothing(tiny_folder: Path, tmp_path: Path) -> None:
    report = run(tiny_folder, tmp_path / "out", learning_rate=1e-12)
    assert not report.improved
    assert report.interpolation == 0
    assert not (tmp_path / "out").exists()


def test_budget_stops_the_run(tiny_folder: Path, tmp_path: Path) -> None:
    catalogue, needs = pool()
    told: list[tuple[str, float]] = []
    report = train_encoder(
        catalogue,
        tiny_folder,
        tmp_path / "out",
        needs=needs,
        minutes=0.001,
        config=CONFIG,
        device="cpu",
        progress=lambda line, share: told.append((line, share)),
    )
    assert report.stopped_by == "time"
    assert report.looks[-1].step == 1
    assert told[-1][1] == 1.0


def test_small_pool_is_refused_in_chinese(tiny_folder: Path, tmp_path: Path) -> None:
    catalogue, needs = pool(12)
    with pytest.raises(PoolTooSmall, match="不足以微调"):
        train_encoder(catalogue, tiny_folder, tmp_path / "out", needs=needs, device="cpu")


def test_occupied_output_is_left_alone(tiny_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep", encoding="utf-8")
    catalogue, needs = pool()
    with pytest.raises(OutputOccupied):
        train_encoder(catalogue, tiny_folder, tmp_path, needs=needs, device="cpu")


def test_empty_store_says_what_is_missing(store: Store, tiny_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(PoolTooSmall, match="可供训练的方案 0 个"):
        train_encoder(store, tiny_folder, tmp_path / "out", device="cpu")
