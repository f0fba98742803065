"""Exact search over passage vectors: FAISS, and its numpy twin that proves it."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


class VectorIndex(Protocol):
    """Inner-product search over L2-normalised vectors, restricted to allowed rows before the search."""

    def __len__(self) -> int:
        """Return the number of vectors."""
        ...

    def search(self, queries: Floats, k: int, allowed: Positions | None = None) -> tuple[Floats, Positions]:
        """Return the best ``k`` rows of each query, best first, ties by lower row.

        Parameters
        ----------
        queries : float32 (n, d)
            L2-normalised.
        k : int
            At least 1; fewer columns come back when fewer rows are allowed.
        allowed : int64 (m,), optional
            Rows that may be returned, ascending; None means all.

        Returns
        -------
        scores : float32 (n, min(k, m))
        rows : int64 (n, min(k, m))
        """
        ...


def _best_first(scores: Floats, rows: Positions) -> tuple[Floats, Positions]:
    order = np.lexsort((rows, -scores), axis=-1)
    return np.take_along_axis(scores, order, -1), np.take_along_axis(rows, order, -1)


class NumpyVectorIndex:
    """The exact twin: one matrix product, no engine."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, queries: Floats, k: int, allowed: Positions | None = None) -> tuple[Floats, Positions]:
        """See :class:`VectorIndex`."""
        rows = np.arange(len(self)) if allowed is None else allowed
        scores = np.asarray(queries, np.float32) @ self._vectors[rows].T
        ordered, position = _best_first(scores, np.broadcast_to(rows, scores.shape))
        return ordered[:, :k], position[:, :k]


class FaissVectorIndex:
    """FAISS ``IndexFlatIP``: exact, filtered inside the engine."""

    def __init__(self, vectors: Floats) -> None:
        import faiss

        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, queries: Floats, k: int, allowed: Positions | None = None) -> tuple[Floats, Positions]:
        """See :class:`VectorIndex`."""
        import faiss

        available = len(self) if allowed is None else len(allowed)
        k = min(k, available)
        if k == 0:
            return np.zeros((len(queries), 0), np.float32), np.zeros((len(queries), 0), np.int64)
        parameters = None
        if allowed is not None:
            bits = np.zeros(len(self), dtype=bool)
            bits[allowed] = True
            packed = np.packbits(bits, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(self), faiss.swig_ptr(packed))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        scores, rows = self._index.search(np.ascontiguousarray(queries, np.float32), k, params=parameters)
        return _best_first(scores, rows)
