"""What every system is given: the same pages, passages and queries."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.encoder.encoder import Encoder
from recommender.text.tokens import fold_space, normalise

#: Window and step of the peers' passages, in characters; fixed here so that ours may change.
SIZE, STEP = 400, 200

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Corpus:
    """Pages to rank, whole and cut.

    Attributes
    ----------
    pages : tuple of str
        Title and text of each page, width and case folded.
    passages : tuple of str
        Windows of all pages, each after its page's title, page by page.
    starts : int64 (pages,)
        First passage of each page.
    encoder : Encoder
        Of the peers that take vectors from outside: the encoder as shipped.
    """

    pages: tuple[str, ...]
    passages: tuple[str, ...]
    starts: NDArray[np.int64]
    encoder: Encoder

    def best(self, passage_scores: NDArray[np.floating]) -> Scores:
        """Score each page by its best passage: (queries, passages) to (queries, pages)."""
        return np.asarray(np.maximum.reduceat(passage_scores, self.starts, axis=1), np.float64)

    def texts(self, unit: str) -> tuple[str, ...]:
        """Return ``passages`` or ``pages``."""
        return self.passages if unit == "passages" else self.pages

    def by_page(self, scores: NDArray[np.floating], unit: str) -> Scores:
        """Turn scores of :meth:`texts` into scores of pages."""
        return self.best(scores) if unit == "passages" else np.asarray(scores, np.float64)


def make_corpus(pages: Sequence[tuple[str, str]], encoder: Encoder) -> Corpus:
    """Cut pages, each ``(title, text)``, into overlapping windows."""
    passages: list[str] = []
    starts = []
    for title, text in pages:
        starts.append(len(passages))
        folded = fold_space(text)
        last = max(0, len(folded) - SIZE)
        firsts = [*range(0, last, STEP), -(-last // STEP) * STEP]
        passages += [normalise(f"{title} {folded[first : first + SIZE]}") for first in firsts]
    return Corpus(
        pages=tuple(normalise(f"{title} {text}") for title, text in pages),
        passages=tuple(passages),
        starts=np.asarray(starts, np.int64),
        encoder=encoder,
    )
