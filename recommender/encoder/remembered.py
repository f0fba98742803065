"""An encoder that remembers what it was asked last: pages of partners and needs come again and again."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Encoder, Progress


class RememberedQueries:
    """Another encoder, with the vectors of the queries used last kept in memory.

    Parameters
    ----------
    encoder : Encoder
        Asked for what is not remembered.
    most : int, default 2048
        Queries to keep; of the default encoder about 3 MB.
    """

    def __init__(self, encoder: Encoder, most: int = 2048) -> None:
        self._encoder = encoder
        self._most = most
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """See :class:`recommender.encoder.encoder.Encoder`."""
        return self._encoder.name

    @property
    def fingerprint(self) -> str:
        """See :class:`recommender.encoder.encoder.Encoder`."""
        return self._encoder.fingerprint

    @property
    def dimension(self) -> int:
        """See :class:`recommender.encoder.encoder.Encoder`."""
        return self._encoder.dimension

    @property
    def available(self) -> bool:
        """See :class:`recommender.encoder.encoder.Encoder`."""
        return self._encoder.available

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode what is looked for, from memory where it was asked for before."""
        with self._lock:
            known = {text: self._vectors[text] for text in texts if text in self._vectors}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new or not texts:
            encoded = self._encoder.encode_queries(new)
            known |= dict(zip(new, encoded, strict=True))
            if not texts:
                return encoded
        with self._lock:
            for text in texts:
                self._vectors[text] = known[text]
                self._vectors.move_to_end(text)
            while len(self._vectors) > self._most:
                self._vectors.popitem(last=False)
        return np.stack([known[text] for text in texts])

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 8, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Encode what is searched; not remembered, the index keeps it."""
        return self._encoder.encode_passages(texts, batch=batch, progress=progress)
