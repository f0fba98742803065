"""The encoder folder's ONNX graph as an encoder: the same vectors sooner, and without torch.

Needs onnxruntime and tokenizers only; torch and transformers stay out of a server that uses it.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.batching import encode_in_batches
from recommender.encoder.encoder import Progress
from recommender.encoder.errors import EncoderCorrupt, EncoderNotFound
from recommender.encoder.manifest import differing_file, read_manifest
from recommender.encoder.onnx_graph import CONFIG, FOLDER, FORMAT

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

logger = logging.getLogger(__name__)

Task = Literal["query", "passage"]


class OnnxEncoder:
    """Encodes with the graph that :func:`recommender.encoder.onnx_graph.export_onnx` wrote.

    Thread-safe, and queries do not wait for one another.

    Parameters
    ----------
    folder : Path
        Encoder folder with ``onnx/encoder.json``.
    name : str, optional
        What to call it; by default the folder's name.
    threads : int, default 1
        Threads of one call.
    max_tokens : int, default 512
        Longest window; a model's own smaller window prevails.
    """

    available = True

    def __init__(
        self, folder: Path, *, name: str | None = None, threads: int = 1, max_tokens: int = 512
    ) -> None:
        self.name = name or folder.name
        self._folder = folder
        self._threads = threads
        self._max_tokens = max_tokens
        self._loading = RLock()

    @property
    def fingerprint(self) -> str:
        """Hash over graph, vocabulary, prompts and window; reads the files once, does not load the model."""
        with self._loading:
            return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector; reads the description, does not load the model."""
        with self._loading:
            return int(self._description["dimension"])

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode what is looked for; see :class:`recommender.encoder.encoder.Encoder`."""
        return self._encode(texts, "query", batch=8, progress=None)

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 8, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Encode what is searched; see :class:`recommender.encoder.encoder.Encoder`."""
        return self._encode(texts, "passage", batch=batch, progress=progress)

    def _encode(
        self, texts: Sequence[str], task: Task, *, batch: int, progress: Progress | None
    ) -> NDArray[np.float32]:
        return encode_in_batches(
            texts,
            lambda some: self._encode_batch(some, task),
            dimension=self.dimension,
            batch=batch,
            progress=progress,
        )

    def _encode_batch(self, texts: list[str], task: Task) -> NDArray[np.float32]:
        with self._loading:
            tokenizer, session = self._tokenizer, self._session
        prompt = self._description["prompts"][task]
        found = [one.ids for one in tokenizer.encode_batch([prompt + text for text in texts])]
        ids = np.full((len(found), max(map(len, found))), self._description["pad_id"], np.int64)
        mask = np.zeros_like(ids)
        for row, own in enumerate(found):
            ids[row, : len(own)] = own
            mask[row, : len(own)] = 1
        (vectors,) = session.run(["vectors"], {"ids": ids, "mask": mask})
        return np.asarray(vectors, np.float32)

    @cached_property
    def _description(self) -> dict[str, Any]:
        path = self._folder / FOLDER / CONFIG
        try:
            found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise EncoderNotFound(
                f"文件夹 {self._folder} 里没有 ONNX 文本编码模型。请执行 smematch init。",
                place={"file": str(path)},
            ) from error
        except ValueError as error:
            raise self._damaged(path) from error
        if found.get("format") != FORMAT:
            raise EncoderNotFound(
                f"文件夹 {self._folder} 里的 ONNX 文本编码模型版本不符。请执行 smematch init 重新生成。",
                place={"file": str(path)},
            )
        return found

    @cached_property
    def _fingerprint(self) -> str:
        description = self._description
        if name := differing_file(self._folder, description):
            raise self._damaged(self._folder / name)
        manifest = read_manifest(self._folder)
        known = manifest["files"].get("model.safetensors") if manifest else None
        if known not in (None, description["weights_sha256"]):
            raise EncoderCorrupt(
                f"文件夹 {self._folder} 里的 ONNX 模型不是由现有权重生成的。请执行 smematch init 重新生成。",
                place={"file": str(self._folder / FOLDER)},
            )
        identity = json.dumps([description, self._max_tokens], sort_keys=True)
        return hashlib.sha256(identity.encode()).hexdigest()[:32]

    def _damaged(self, path: Path) -> EncoderCorrupt:
        return EncoderCorrupt(
            f"模型文件 {path.name} 与记录的校验值不一致。"
            f"请删除文件夹 {self._folder} 后执行 smematch init 重新生成。",
            place={"file": str(path)},
        )

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(min(self._max_tokens, int(self._description["max_tokens"])))
        return tokenizer

    @cached_property
    def _session(self) -> "InferenceSession":
        identity = self._fingerprint  # verifies the files before they are trusted
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Every length has its own plan and arena otherwise; memory would grow with the texts seen.
        options.enable_mem_pattern = False
        path = self._folder / FOLDER / self._description["graph"]
        try:
            session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's errors share no other base
            logger.exception("cannot load encoder graph %s", path)
            raise EncoderNotFound(
                f"无法读取 ONNX 文本编码模型 {path}。请执行 smematch init 重新生成。",
                place={"file": str(path)},
            ) from error
        logger.info("loaded encoder %s (%s) from %s", self.name, identity, path)
        return session
