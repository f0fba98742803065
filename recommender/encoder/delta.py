"""Tuned upper layers as a small difference to a base model, and their way back into a model folder.

Matrices are stored as int8 with one scale a row, vectors as float32. Adding the difference is plain float32
arithmetic of numpy, so the same base and the same delta give the same bytes on every machine; both ends are
checked by hash.
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.errors import EncoderCorrupt, EncoderNotFound
from recommender.encoder.manifest import MANIFEST, file_hash, read_manifest
from recommender.encoder.replacing import swap_in
from recommender.settings import data_dir

FORMAT = 1
WEIGHTS = "model.safetensors"
DELTA = "delta.safetensors"
CARD = "card.md"
GRAPH = "onnx"

Tensors = dict[str, NDArray[np.float32]]
Stored = dict[str, NDArray[Any]]


def quantise(difference: Mapping[str, NDArray[np.float32]]) -> Stored:
    """Store matrices as ``name.q`` (int8) and ``name.s`` (float32 a row), vectors as ``name.d``."""
    stored: Stored = {}
    for name in sorted(difference):
        values = np.asarray(difference[name], np.float32)
        if values.ndim < 2:
            stored[f"{name}.d"] = values
            continue
        scale = np.abs(values).max(axis=1).astype(np.float32) / np.float32(127)
        steps = np.where(scale > 0, scale, np.float32(1))[:, None]
        stored[f"{name}.q"] = np.rint(values / steps).astype(np.int8)
        stored[f"{name}.s"] = scale
    return stored


def restore(stored: Mapping[str, NDArray[Any]]) -> Tensors:
    """Return the difference that `quantise` stored."""
    tensors: Tensors = {}
    for key, values in stored.items():
        name, kind = key.rsplit(".", 1)
        if kind == "d":
            tensors[name] = values
        elif kind == "q":
            tensors[name] = values.astype(np.float32) * stored[f"{name}.s"][:, None]
    return tensors


def save_delta(
    base_folder: Path, tuned: Mapping[str, NDArray[np.float32]], folder: Path, about: Mapping[str, Any]
) -> Path:
    """Write the difference between tuned weights and the base to ``folder/delta.safetensors``.

    Parameters
    ----------
    base_folder : Path
        The untouched model.
    tuned : mapping
        Tensor name in the model's file to its tuned value; tensors that did not change may be left out.
    about : mapping
        What the manifest is to say beyond base and hashes: data, seed, versions, figures.

    Returns
    -------
    Path
        The manifest. It also records the hash of the weights that applying the delta must give.
    """
    from safetensors.numpy import load_file, save_file

    base = load_file(base_folder / WEIGHTS)
    stored = quantise({name: np.asarray(value, np.float32) - base[name] for name, value in tuned.items()})
    folder.mkdir(parents=True, exist_ok=True)
    save_file(stored, folder / DELTA)
    (folder / DELTA).chmod(0o644)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        result = Path(scratch) / WEIGHTS
        _write_weights(base, stored, result)
        result_hash = file_hash(result)
    manifest = {
        "format": FORMAT,
        "base": {"name": _name(base_folder), "weights_sha256": file_hash(base_folder / WEIGHTS)},
        "result": {"weights_sha256": result_hash},
        "files": {DELTA: file_hash(folder / DELTA)},
        **about,
    }
    path = folder / MANIFEST
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def apply_delta(base_folder: Path, delta_folder: Path, target: Path) -> Path:
    """Write the base with the delta added as a new model folder.

    Parameters
    ----------
    target : Path
        May be `base_folder`; it is replaced as a whole, by a rename.

    Raises
    ------
    EncoderNotFound
        When `delta_folder` holds no delta.
    EncoderCorrupt
        When the delta is damaged, was made for another base, or the result is not the recorded one.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.adapted-", dir=target.parent))
    try:
        # A graph exported from the base would not be the adapted model's.
        shutil.copytree(base_folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(GRAPH))
        _write_manifest(folder, add_delta(folder / WEIGHTS, delta_folder))
        swap_in(folder, target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return target


def default_delta_folder() -> Path:
    """Return the folder of the delta that ships: ``models/encoder`` beside ``data``, or inside a wheel."""
    return data_dir().parent / "models" / "encoder"


def delta_hash(folder: Path) -> str:
    """Return the hash that names a delta."""
    return str(delta_manifest(folder)["files"][DELTA])


def add_delta(weights: Path, delta_folder: Path) -> dict[str, Any]:
    """Add a delta to a file of weights, in place.

    Returns
    -------
    dict
        What the manifest of the model is to say of it: ``delta_sha256``, ``base_weights_sha256``,
        ``weights_sha256`` and ``data_sha256``.

    Raises
    ------
    EncoderNotFound
        When `delta_folder` holds no delta.
    EncoderCorrupt
        When the delta is damaged, was made for other weights, or the result is not the recorded one.
    """
    from safetensors.numpy import load_file

    manifest = delta_manifest(delta_folder)
    if not weights.is_file() or file_hash(weights) != manifest["base"]["weights_sha256"]:
        raise EncoderCorrupt(
            f"增量权重不适用于文件夹 {weights.parent} 中的模型（基础权重的校验值不符）。"
            "请重新生成基础模型后重试。",
            place={"file": str(weights)},
        )
    _write_weights(load_file(weights), load_file(delta_folder / DELTA), weights)
    result = file_hash(weights)
    if result != manifest["result"]["weights_sha256"]:
        raise EncoderCorrupt(
            "应用增量权重后的结果与记录的校验值不一致，未作替换。",
            place={"file": str(delta_folder / DELTA)},
        )
    return {
        "delta_sha256": manifest["files"][DELTA],
        "base_weights_sha256": manifest["base"]["weights_sha256"],
        "weights_sha256": result,
        "data_sha256": manifest.get("data", {}).get("sha256"),
    }


def delta_manifest(folder: Path) -> dict[str, Any]:
    """Read and check the manifest of a delta.

    Raises
    ------
    EncoderNotFound
        When there is none.
    EncoderCorrupt
        When the delta's file is not the recorded one, or of a newer format.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        raise EncoderNotFound(f"文件夹 {folder} 里没有增量权重。", place={"file": str(folder)})
    path = folder / DELTA
    if manifest.get("format") != FORMAT or not path.is_file() or file_hash(path) != manifest["files"][DELTA]:
        raise EncoderCorrupt(f"增量权重 {path} 已损坏或版本不符。", place={"file": str(path)})
    return manifest


def _name(folder: Path) -> str:
    return str((read_manifest(folder) or {}).get("name") or folder.name)


def _write_weights(base: Tensors, stored: Mapping[str, NDArray[Any]], path: Path) -> None:
    from safetensors.numpy import save_file

    difference = restore(stored)
    if unknown := sorted(set(difference) - set(base)):
        raise EncoderCorrupt(f"增量权重含有基础模型没有的参数：{unknown[0]}。")
    added = {name: base[name] + difference[name] if name in difference else base[name] for name in base}
    save_file(added, path, metadata={"format": "pt"})
    path.chmod(0o644)


def _write_manifest(folder: Path, adaptation: dict[str, Any]) -> None:
    manifest = read_manifest(folder)
    if manifest is None:
        return  # a model from elsewhere keeps no record of its files
    manifest["weights_sha256"] = adaptation["weights_sha256"]
    manifest["files"] = {k: v for k, v in manifest["files"].items() if not k.startswith(GRAPH)}
    manifest["files"][WEIGHTS] = adaptation["weights_sha256"]
    manifest["adaptation"] = adaptation
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
