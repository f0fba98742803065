"""Finds a model on this machine without asking a model hub, unless that is allowed."""

import hashlib
import os
from pathlib import Path

from recommender.encoder.errors import EncoderCorrupt, EncoderNotFound
from recommender.encoder.manifest import MANIFEST, differing_file, file_hash, read_manifest

# What decides the vectors: weights, vocabulary and configuration; not cards, exports or pickles.
_DECISIVE = {".json", ".safetensors", ".txt", ".model"}
_WANTED = ["*.json", "*.safetensors", "*.txt", "*.model", "*/*.json", "*/*.safetensors"]
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}


def stay_offline() -> None:
    """Switch the hub off for this process; to be called before the hub's library is first imported."""
    os.environ.update(_OFFLINE)


def locate(model: str | Path, *, allow_hub: bool = False) -> Path:
    """Return the folder of a model.

    Parameters
    ----------
    model : str or Path
        A folder, or a name on the model hub.
    allow_hub : bool, default False
        Whether a name that is not in the local cache may be fetched.

    Returns
    -------
    Path
        A folder that holds the model's configuration.

    Raises
    ------
    EncoderNotFound
        When there is no such folder and the cache does not hold the name.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
            raise EncoderNotFound(f"文件夹 {folder} 里没有文本编码模型。", place={"file": str(folder)})
        return folder
    if folder.is_absolute() or str(model).startswith((".", "~")):
        raise EncoderNotFound(
            f"找不到模型文件夹 {folder}。若要使用内置模型，请先执行 smematch init。",
            place={"file": str(folder)},
        )
    return _from_cache(str(model), allow_hub=allow_hub)


def fingerprint(folder: Path, *settings: object) -> str:
    """Return the identity of the model in `folder`: a hash over its decisive files and `settings`.

    Parameters
    ----------
    folder : Path
        Model folder.
    *settings : object
        Further values that decide the vectors, such as the window.

    Raises
    ------
    EncoderCorrupt
        When the folder's own manifest records another hash for one of its files.
    """
    manifest = read_manifest(folder)
    if manifest and (name := differing_file(folder, manifest)):
        raise EncoderCorrupt(
            f"模型文件 {name} 与记录的校验值不一致。请删除文件夹 {folder} 后执行 smematch init 重新生成。",
            place={"file": str(folder / name)},
        )
    known = manifest["files"] if manifest else {}
    digest = hashlib.sha256(repr(settings).encode())
    for path in sorted(folder.rglob("*")):
        if path.suffix in _DECISIVE and path.name != MANIFEST and path.is_file():
            name = path.relative_to(folder).as_posix()
            digest.update(f"{name}\0{known.get(name) or file_hash(path)}\n".encode())
    return digest.hexdigest()[:32]


def _from_cache(name: str, *, allow_hub: bool) -> Path:
    if not allow_hub:
        stay_offline()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    # Names without an owner are SentenceTransformer's own models.
    for candidate in (name,) if "/" in name else (f"sentence-transformers/{name}", name):
        try:
            return Path(snapshot_download(candidate, local_files_only=not allow_hub, allow_patterns=_WANTED))
        except (LocalEntryNotFoundError, HFValidationError, HfHubHTTPError):
            continue
    advice = (
        "请检查名称与网络。"
        if allow_hub
        else "当前设置不允许联网下载；请把模型放到本机文件夹，并在设置中填写该文件夹。"
    )
    raise EncoderNotFound(f"本机没有名为 {name} 的文本编码模型。{advice}", place={"field": "encoder"})
