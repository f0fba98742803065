"""Vectors of hashed character n-grams: no model, no training, the same on every machine."""

import unicodedata
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Progress, well_formed

if TYPE_CHECKING:
    from sklearn.feature_extraction.text import HashingVectorizer

_NGRAMS = (1, 3)
# Private-use character: stands for a text without any feature, so that its vector has unit length too.
_BLANK = "\ue000"


class HashingEncoder:
    """Hashes character 1- to 3-grams into a fixed number of signed counts.

    Knows spelling, not meaning: an honest encoder for tests and machines that cannot run a model.
    Queries and passages are treated alike.

    Parameters
    ----------
    dimension : int, default 256
        Number of hash buckets.

    References
    ----------
    Weinberger et al., Feature Hashing for Large Scale Multitask Learning, ICML 2009.
    """

    available = True

    def __init__(self, dimension: int = 256) -> None:
        if dimension < 1:
            raise ValueError(f"dimension must be positive, not {dimension}")
        self.dimension = dimension
        self.name = f"hashing-{dimension}"
        self.fingerprint = f"hashing-v1-char{_NGRAMS[0]}-{_NGRAMS[1]}-{dimension}"

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode what is looked for; see `Encoder.encode_queries`."""
        return self.encode_passages(texts)

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 256, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Encode what is searched; see `Encoder.encode_passages`."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), batch):
            chunk = texts[start : start + batch]
            vectors[start : start + len(chunk)] = self._encode(chunk)
            if progress:
                progress(start + len(chunk), len(texts))
        return vectors

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        plain = [unicodedata.normalize("NFKC", well_formed(text)).strip() for text in texts]
        vectors = self._unit_rows(plain)
        # Blank texts, and the rare text whose signed counts cancel out, have no direction of their own.
        blank = ~vectors.any(axis=1)
        if blank.any():
            vectors[blank] = self._unit_rows([_BLANK])
        return vectors

    def _unit_rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows: NDArray[np.float32] = self._vectorizer.transform(texts).toarray()
        return rows

    @cached_property
    def _vectorizer(self) -> "HashingVectorizer":
        from sklearn.feature_extraction.text import HashingVectorizer

        return HashingVectorizer(
            analyzer="char", ngram_range=_NGRAMS, n_features=self.dimension, norm="l2", dtype=np.float32
        )
