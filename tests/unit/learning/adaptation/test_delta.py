import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from recommender.encoder import EncoderCorrupt, EncoderNotFound, SentenceEncoder
from recommender.encoder.delta import (
    DELTA,
    WEIGHTS,
    add_delta,
    apply_delta,
    delta_hash,
    quantise,
    restore,
    save_delta,
)
from recommender.encoder.manifest import differing_file, file_hash, read_manifest

NAMES = ("encoder.layer.2.output.dense.weight", "encoder.layer.2.output.dense.bias")


def tuned(folder: Path) -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    generator = np.random.default_rng(1)
    base = load_file(folder / WEIGHTS)
    return {name: base[name] + generator.normal(0, 1e-3, base[name].shape).astype("f4") for name in NAMES}


@pytest.fixture
def delta(tiny_folder: Path, tmp_path: Path) -> Path:
    save_delta(tiny_folder, tuned(tiny_folder), tmp_path / "delta", {"seed": 1, "data": {"sha256": "ab"}})
    return tmp_path / "delta"


def test_quantised_difference_is_within_half_a_step() -> None:
    values = np.random.default_rng(0).normal(size=(5, 7)).astype("f4")
    values[2] = 0
    found = restore(quantise({"w": values, "b": values[0]}))
    steps = np.abs(values).max(axis=1, keepdims=True) / 127
    assert (np.abs(found["w"] - values) <= steps / 2 + 1e-7).all()
    np.testing.assert_array_equal(found["b"], values[0])


def test_applied_weights_are_the_tuned_ones(tiny_folder: Path, delta: Path, tmp_path: Path) -> None:
    out = apply_delta(tiny_folder, delta, tmp_path / "out")
    found, base = load_file(out / WEIGHTS), load_file(tiny_folder / WEIGHTS)
    for name, wanted in tuned(tiny_folder).items():
        np.testing.assert_allclose(found[name], wanted, atol=3e-5)
    assert all(np.array_equal(found[name], base[name]) for name in base if name not in NAMES)


def test_result_is_the_same_every_time_and_passes_its_own_manifest(
    tiny_folder: Path, delta: Path, tmp_path: Path
) -> None:
    one, two = (apply_delta(tiny_folder, delta, tmp_path / name) for name in ("one", "two"))
    assert file_hash(one / WEIGHTS) == file_hash(two / WEIGHTS)
    manifest = read_manifest(one)
    assert manifest is not None
    assert differing_file(one, manifest) is None
    assert manifest["adaptation"]["data_sha256"] == "ab"
    assert SentenceEncoder(one).fingerprint != SentenceEncoder(tiny_folder).fingerprint


def test_added_in_place_it_names_itself(tiny_folder: Path, delta: Path, tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(tiny_folder, folder)
    told = add_delta(folder / WEIGHTS, delta)
    assert told["delta_sha256"] == delta_hash(delta)
    assert told["weights_sha256"] == file_hash(folder / WEIGHTS)
    with pytest.raises(EncoderCorrupt, match="不适用于"):
        add_delta(folder / WEIGHTS, delta)


def test_other_base_is_refused(tiny_folder: Path, delta: Path, tmp_path: Path) -> None:
    once = apply_delta(tiny_folder, delta, tmp_path / "out")
    with pytest.raises(EncoderCorrupt, match="不适用"):
        apply_delta(once, delta, tmp_path / "twice")
    assert not (tmp_path / "twice").exists()


def test_damaged_delta_is_refused(tiny_folder: Path, delta: Path, tmp_path: Path) -> None:
    content = bytearray((delta / DELTA).read_bytes())
    content[-1] ^= 1
    (delta / DELTA).write_bytes(content)
    with pytest.raises(EncoderCorrupt, match="损坏"):
        apply_delta(tiny_folder, delta, tmp_path / "out")


def test_folder_without_a_delta_is_named(tiny_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderNotFound):
        apply_delta(tiny_folder, tmp_path, tmp_path / "out")
