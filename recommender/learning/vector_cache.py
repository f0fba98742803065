"""Vectors kept on disk, so that measuring the same files again does not encode them again."""

import hashlib
import logging
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Encoder, Progress

logger = logging.getLogger(__name__)

#: Texts after which a shard is written: an interrupted run loses about a minute on a small machine.
_SHARD = 256
_Task = Literal["query", "passage"]


class CachedEncoder:
    """An encoder that asks another one only for texts it has not seen.

    Vectors lie in ``folder/<fingerprint>/*.npz`` (no pickle), keyed by the hash of task and text. A shard is
    written once under a name made of its content and never changed, so processes may share the folder.

    Parameters
    ----------
    encoder : Encoder
        Does the work; its fingerprint decides which vectors may be reused.
    folder : Path, optional
        Where the shards are; made when the first one is written. None keeps vectors in memory only.
    """

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self._encoder = encoder
        self._root = folder
        self._known: dict[str, NDArray[np.float32]] | None = None

    @property
    def name(self) -> str:
        """Name of the encoder that does the work."""
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the encoder that does the work."""
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    @property
    def available(self) -> bool:
        """Whether vectors can be had."""
        return self._encoder.available

    def encode_queries(
        self, texts: Sequence[str], *, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Encode what is looked for; see :class:`recommender.encoder.encoder.Encoder`."""
        return self._encode("query", texts, 32, progress)

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 32, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Encode what is searched; see :class:`recommender.encoder.encoder.Encoder`."""
        return self._encode("passage", texts, batch, progress)

    def _encode(
        self, task: _Task, texts: Sequence[str], batch: int, progress: Progress | None
    ) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        known = self._loaded()
        keys = [
            hashlib.sha256(f"{task}\0{text}".encode("utf-8", "replace")).hexdigest()[:32] for text in texts
        ]
        # Longest first, so that a shard's texts are of like length and little is padded.
        new = sorted(
            {key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items(),
            key=lambda item: -len(item[1]),
        )
        for start in range(0, len(new), _SHARD):
            shard = new[start : start + _SHARD]
            done = len(texts) - len(new) + start

            def report(encoded: int, _: int, done: int = done) -> None:
                if progress is not None:
                    progress(done + encoded, len(texts))

            vectors = self._ask(task, [text for _, text in shard], batch, report)
            self._write([key for key, _ in shard], vectors)
            known.update(zip([key for key, _ in shard], vectors, strict=True))
        return np.stack([known[key] for key in keys])

    def _ask(self, task: _Task, texts: list[str], batch: int, report: Progress) -> NDArray[np.float32]:
        if task == "passage":
            return self._encoder.encode_passages(texts, batch=batch, progress=report)
        vectors = self._encoder.encode_queries(texts)
        report(len(texts), len(texts))
        return vectors

    def _loaded(self) -> dict[str, NDArray[np.float32]]:
        if self._known is None:
            self._known = {}
            shards = sorted((self._root / self.fingerprint).glob("*.npz")) if self._root else []
            for path in shards:
                self._known.update(self._read(path))
        return self._known

    def _read(self, path: Path) -> dict[str, NDArray[np.float32]]:
        try:
            # Opened here, because a damaged file is left open by numpy.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as shard:
                keys, vectors = shard["keys"].tolist(), np.asarray(shard["vectors"], np.float32)
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            logger.warning("vector cache: cannot read %s, its texts are encoded again", path)
            return {}
        if vectors.shape != (len(keys), self.dimension) or not np.isfinite(vectors).all():
            logger.warning("vector cache: %s does not fit the encoder, its texts are encoded again", path)
            return {}
        return dict(zip(keys, vectors, strict=True))

    def _write(self, keys: list[str], vectors: NDArray[np.float32]) -> None:
        if self._root is None:
            return
        folder = self._root / self.fingerprint
        folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256("".join(keys).encode()).hexdigest()[:24]
        handle, temporary = tempfile.mkstemp(suffix=".part", dir=folder)
        with os.fdopen(handle, "wb") as file:
            np.savez(file, keys=np.asarray(keys), vectors=vectors)
        Path(temporary).replace(folder / f"{name}.npz")
