"""The interface of every text encoder."""

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.errors import EncoderUnavailable

Progress = Callable[[int, int], None]
"""Called with (texts done, texts in all) after every batch."""

# Far above 512 tokens of any model; bounds the time one pasted book can take in the tokenizer.
MAX_CHARACTERS = 20_000


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors whose inner product is their cosine similarity.

    Attributes
    ----------
    name : str
        What a person calls the model.
    fingerprint : str
        Identifies weights and configuration. Vectors with different fingerprints must not be compared,
        so stored vectors are keyed by it.
    dimension : int
        Length of a vector; 0 when there are none.
    available : bool
        Whether vectors can be had at all. Where it is false, retrieval goes lexical-only and says so
        (``degraded="dense_unavailable"``); asking for vectors raises `EncoderUnavailable`.
    """

    @property
    def name(self) -> str:
        """What a person calls the model."""
        ...

    @property
    def fingerprint(self) -> str:
        """Stable identity of weights and configuration."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def available(self) -> bool:
        """Whether vectors can be had."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode what is looked for.

        Parameters
        ----------
        texts : sequence of str
            Needs, in their owners' words.

        Returns
        -------
        ndarray of float32, shape (len(texts), dimension)
            Rows of unit length, in the order of `texts`.
        """
        ...

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 8, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Encode what is searched.

        Parameters
        ----------
        texts : sequence of str
            Passages; what exceeds the model's window is not read.
        batch : int, default 8
            Texts encoded at a time. More gain nothing on one core and keep a waiting query longer.
        progress : callable, optional
            Called with (done, all) after every batch.

        Returns
        -------
        ndarray of float32, shape (len(texts), dimension)
            Rows of unit length, in the order of `texts`.
        """
        ...


def require_vectors(encoder: Encoder) -> None:
    """Raise `EncoderUnavailable` unless the encoder can give vectors."""
    if not encoder.available:
        raise EncoderUnavailable(
            "本系统未启用文本编码模型，只能使用关键词检索。请在设置中选择编码模型后重建索引。"
        )


def well_formed(text: str) -> str:
    """Return `text` as an encoder can take it: no lone surrogates, and cut at `MAX_CHARACTERS`."""
    text = text[:MAX_CHARACTERS]
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
