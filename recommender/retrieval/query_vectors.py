"""Vectors of what is looked for, encoded once for all channels that compare vectors."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Encoder
from recommender.retrieval.query import LIKE, UNLIKE, Query
from recommender.text.pains import pains

Floats = NDArray[np.float32]


class QueryVectors:
    """Vectors of a query, each made when it is first asked for.

    Parameters
    ----------
    query : Query
        Words, and examples to be more or less like.
    encoder : Encoder
        Must be available.
    """

    def __init__(self, query: Query, encoder: Encoder) -> None:
        self._query = query
        self._encoder = encoder

    @cached_property
    def whole(self) -> Floats:
        """Vector of all the words, float32 (1, d); zero where there are none."""
        if not self._query.text.strip():
            return np.zeros((1, self._encoder.dimension), np.float32)
        return self._encoder.encode_queries([self._query.text])

    @cached_property
    def pains(self) -> Floats:
        """Vector of each pain, float32 (pains, d); that of the whole where there is only one."""
        apart = pains(self._query.text)
        return self._encoder.encode_queries(apart) if len(apart) > 1 else self.whole

    def moved(self, wanted: Floats, mean_of: Callable[[tuple[int, ...]], Floats]) -> Floats:
        """Move vectors towards the examples to be like and away from the others; rows of unit length.

        Parameters
        ----------
        mean_of : callable
            Mean vector of some owners, float32 (d,).
        """
        shifted = wanted.copy()
        for owners, weight in ((self._query.positive, LIKE), (self._query.negative, -UNLIKE)):
            if owners:
                shifted += weight * mean_of(owners)
        norms = np.linalg.norm(shifted, axis=1, keepdims=True)
        return np.asarray(shifted / np.where(norms > 0, norms, 1.0), np.float32)
