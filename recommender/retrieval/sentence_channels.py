"""Channels over the sentences of a page: the whole need against runs of them, each pain against one."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from recommender.index.sentences import SentenceIndex
from recommender.index.snapshot import Snapshot
from recommender.retrieval.channels import ChannelScores
from recommender.retrieval.query import Query
from recommender.retrieval.query_vectors import QueryVectors
from recommender.text.passages import Side


class SentenceChannel(ABC):
    """Scores owners by vectors of their sentences; has nothing to go by on a side without any."""

    name: str

    def __init__(self, snapshot: Snapshot, vectors: QueryVectors) -> None:
        self._snapshot = snapshot
        self._vectors = vectors

    @abstractmethod
    def _of_owners(self, index: SentenceIndex) -> NDArray[np.float32]:
        """Score every owner, float32 (owners,)."""

    def score(self, query: Query, side: Side, allowed: NDArray[np.bool_]) -> ChannelScores | None:
        """See :class:`recommender.retrieval.channels.Channel`."""
        index = self._snapshot.sides[side]
        if index.sentences is None or query.says_nothing or not index.owners:
            return None
        return ChannelScores(np.where(allowed, self._of_owners(index.sentences), -np.inf).astype(np.float32))


class RunChannel(SentenceChannel):
    """The whole need against the best run of three sentences."""

    name = "runs"

    def _of_owners(self, index: SentenceIndex) -> NDArray[np.float32]:
        found = index.best_run(self._vectors.moved(self._vectors.whole, index.mean_of))
        return np.asarray(found[0], np.float32)


class PainChannel(SentenceChannel):
    """Each pain of the need against its best sentence, averaged over the pains."""

    name = "pains"

    def _of_owners(self, index: SentenceIndex) -> NDArray[np.float32]:
        found = index.best(self._vectors.moved(self._vectors.pains, index.mean_of))
        return np.asarray(found.mean(axis=0), np.float32)
