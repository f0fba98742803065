"""The encoder of an installation without a model."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Progress, require_vectors


class NullEncoder:
    """Says that there are no vectors, and refuses to invent any.

    Zero vectors would rank every candidate alike without a word; so asking for vectors is an error, and a
    caller looks at ``available`` first.
    """

    name = "none"
    fingerprint = "none"
    dimension = 0
    available = False

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Refuse, unless there is nothing to encode.

        Raises
        ------
        EncoderUnavailable
            When `texts` is not empty.
        """
        return self.encode_passages(texts)

    def encode_passages(
        self, texts: Sequence[str], *, batch: int = 8, progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Refuse, unless there is nothing to encode.

        Raises
        ------
        EncoderUnavailable
            When `texts` is not empty.
        """
        del batch, progress
        if len(texts):
            require_vectors(self)
        return np.zeros((0, 0), dtype=np.float32)
