"""Text channels: each scores the allowed records of one side; here by their best passage."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.index.snapshot import SideIndex, Snapshot
from recommender.retrieval.query import LIKE, UNLIKE, Query
from recommender.retrieval.query_vectors import QueryVectors
from recommender.text.passages import Side


@dataclass(frozen=True, slots=True)
class ChannelScores:
    """Scores of one channel.

    Attributes
    ----------
    scores : float32 (owners,)
        Cosine of the best passage, run or sentence; ``-inf`` for records that are not allowed.
    best_row : int64 (owners,), optional
        Row of that passage within the side; None for a channel that looks at other pieces of a page.
    """

    scores: NDArray[np.float32]
    best_row: NDArray[np.int64] | None = None


class Channel(Protocol):
    """One way of finding records by text."""

    name: str

    def score(self, query: Query, side: Side, allowed: NDArray[np.bool_]) -> ChannelScores | None:
        """Score the allowed owners of a side; None when this channel has nothing to go by."""
        ...


def _rows_of(index: SideIndex, owners: tuple[int, ...]) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(index.owner_of, np.asarray(owners, np.int64)))


class LexicalChannel:
    """Character (or word) TF-IDF."""

    name = "lexical"

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def _represent(self, query: Query, index: SideIndex) -> sparse.csr_matrix:
        words = index.lexical.represent([query.text])
        for owners, weight in ((query.positive, LIKE), (query.negative, -UNLIKE)):
            if owners:
                words = words + weight * index.lexical.centroid(_rows_of(index, owners))
        return sparse.csr_matrix(words)

    def score(self, query: Query, side: Side, allowed: NDArray[np.bool_]) -> ChannelScores | None:
        """See :class:`Channel`."""
        index = self._snapshot.sides[side]
        if query.says_nothing or not index.owners:
            return None
        passages = index.lexical.scores(self._represent(query, index))[0]
        passages[~allowed[index.owner_of]] = -np.inf
        return ChannelScores(*index.best_by_owner(passages))


class DenseChannel:
    """Passage vectors of the encoder, searched exactly among the allowed rows."""

    name = "dense"

    def __init__(self, snapshot: Snapshot, vectors: QueryVectors) -> None:
        self._snapshot = snapshot
        self._vectors = vectors

    def score(self, query: Query, side: Side, allowed: NDArray[np.bool_]) -> ChannelScores | None:
        """See :class:`Channel`."""
        index = self._snapshot.sides[side]
        dense = self._snapshot.dense
        if dense is None or query.says_nothing or not index.owners:
            return None
        own = self._snapshot.vectors[index.start : index.stop]
        wanted = self._vectors.moved(
            self._vectors.whole, lambda owners: own[_rows_of(index, owners)].mean(axis=0)
        )
        rows = np.flatnonzero(allowed[index.owner_of])
        passages = np.full(index.stop - index.start, -np.inf, np.float32)
        if len(rows):
            scores, found = dense.search(wanted, len(rows), rows + index.start)
            passages[found[0] - index.start] = scores[0]
        return ChannelScores(*index.best_by_owner(passages))
