"""Encoding in batches of texts of like length."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Progress, well_formed


def encode_in_batches(
    texts: Sequence[str],
    encode: Callable[[list[str]], NDArray[np.float32]],
    *,
    dimension: int,
    batch: int,
    progress: Progress | None,
) -> NDArray[np.float32]:
    """Encode texts a batch at a time and return the vectors in the order of the texts.

    Parameters
    ----------
    encode : callable
        Encodes one batch of well-formed texts, float32 (n, dimension).
    progress : callable, optional
        Called with (texts done, texts in all) after every batch.
    """
    plain = [well_formed(text) for text in texts]
    vectors = np.zeros((len(plain), dimension), dtype=np.float32)
    # Texts of like length share a batch, so little is padded; the longest come first.
    order = sorted(range(len(plain)), key=lambda i: -len(plain[i]))
    for start in range(0, len(order), batch):
        rows = order[start : start + batch]
        vectors[rows] = encode([plain[i] for i in rows])
        if progress:
            progress(start + len(rows), len(order))
    return vectors
