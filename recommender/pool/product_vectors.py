"""Vectors of products that are not in the index yet, and of those that are."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Solution
from recommender.encoder.encoder import Encoder
from recommender.index.snapshot import Snapshot
from recommender.text.passages import Side, cut
from recommender.text.profiles import solution_page

Floats = NDArray[np.float32]
#: A page of any length is looked at in at most this many windows, evenly spread: encoding is what takes time.
_MOST_WINDOWS = 12
_MOST_REMEMBERED = 5_000


class ProductVectors:
    """Encodes the passages of products; what the index or an earlier call encoded is not encoded again."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._remembered: dict[str, Floats] = {}

    @property
    def available(self) -> bool:
        """Whether there are vectors at all."""
        return self._encoder.available

    def of(self, solutions: Iterable[Solution], snapshot: Snapshot | None = None) -> dict[str, Floats]:
        """Return the vectors of the passages of each product, by id.

        Parameters
        ----------
        snapshot : Snapshot, optional
            Index whose vectors are used where they come from the same encoder.

        Returns
        -------
        dict of str to float32 (passages, d)
            Rows of unit length.
        """
        texts = {solution.id: _texts(solution) for solution in solutions}
        wanted = {text for each in texts.values() for text in each}
        known = {**self._indexed(snapshot), **self._remembered}
        if new := sorted(wanted - known.keys()):
            encoded = dict(zip(new, self._encoder.encode_passages(new), strict=True))
            known |= encoded
            kept = {} if len(self._remembered) > _MOST_REMEMBERED else self._remembered
            self._remembered = {**kept, **encoded}
        return {key: np.stack([known[text] for text in each]) for key, each in texts.items()}

    def _indexed(self, snapshot: Snapshot | None) -> dict[str, Floats]:
        if snapshot is None or snapshot.encoder_fingerprint != self._encoder.fingerprint:
            return {}
        return snapshot.vectors_by_text()


def _texts(solution: Solution) -> list[str]:
    passages = cut(Side.SOLUTION, solution.id, solution.name, solution_page(solution))
    kept = passages
    if len(passages) > _MOST_WINDOWS:
        kept = [passages[i] for i in np.linspace(0, len(passages) - 1, _MOST_WINDOWS).astype(int)]
    return [passage.indexed_text for passage in kept]
