"""How much of one product's text is another's, in figures that each look at it in another way.

A copied entry is renamed, repriced, shortened, put in another order, reworded or mixed with a second one. A
single similarity fails on one of these: whole-page cosine on mixtures, shared passages on rewording. So
several are computed here and weighed in :mod:`recommender.pool.near_duplicates`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Solution
from recommender.text.tokens import normalise, sentences, without_links

#: Shorter pieces (headings, 一句话) are alike in products that have nothing else in common.
_LEAST_CHARACTERS = 8
#: From this cosine on, a sentence counts as taken over.
TAKEN_OVER = 0.5
_MOST_SENTENCES = 200
FEATURES = ("page", "taken", "given")

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
#: Stands for a page without text: there is no vocabulary without at least two characters.
_BLANK = "空白"
_NO_GRID = np.zeros((0, 0), np.float32)


class Likeness(NamedTuple):
    """How alike two products are; every figure is within 0–1.

    Attributes
    ----------
    page : float
        TF-IDF cosine of the whole pages, characters.
    taken : float
        Share of the first one's text, in characters, whose sentences are found in the second; rare ones count
        more.
    given : float
        Share of the second one's text that is found in the first, likewise.
    """

    page: float
    taken: float
    given: float


class SharedPassage(NamedTuple):
    """A sentence of the first product beside the one of the second that is most like it."""

    ours: str
    theirs: str
    similarity: float


class _Page(NamedTuple):
    pieces: tuple[str, ...]
    sizes: Doubles
    whole: str


class TextComparer:
    """Compares pages by their characters.

    Weights of character n-grams are learned from the pool, so that words of every product count little; and a
    sentence that several products share (a vendor about itself) counts that many times less than one that is
    found in a single other.

    Parameters
    ----------
    pool : sequence of Solution
        Pages to learn the weights from and to compare with.
    """

    def __init__(self, pool: Sequence[Solution]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._ids = [solution.id for solution in pool]
        self._pages = [_page_of(solution) for solution in pool]
        corpus = [page.whole for page in self._pages]
        self._vectorizer = TfidfVectorizer(
            analyzer="char", ngram_range=(2, 3), sublinear_tf=True, dtype=np.float32
        ).fit([*corpus, _BLANK])
        self._wholes = self._vectorizer.transform(corpus or [_BLANK])
        pieces = [piece for page in self._pages for piece in page.pieces]
        self._pieces = self._vectorizer.transform(pieces or [_BLANK])
        self._rarities: dict[int, Doubles] = {}
        self._starts = np.cumsum([0, *(len(page.pieces) for page in self._pages)])

    def against(self, solution: Solution) -> "Comparison":
        """Compare a product with every page at once; pages of the product itself do not make it common."""
        page = _page_of(solution)
        whole = (self._vectorizer.transform([page.whole]) @ self._wholes.T).toarray().ravel()
        grid = self._grid(self._vectorizer.transform(page.pieces)) if page.pieces else _NO_GRID
        return Comparison(self, page, whole, grid, self._rarity(grid, solution.id))

    def page(self, position: int) -> _Page:
        """Return the page at a position."""
        return self._pages[position]

    def columns(self, position: int) -> slice:
        """Return the columns of a grid that belong to the page at a position."""
        return slice(int(self._starts[position]), int(self._starts[position + 1]))

    def rarity(self, position: int) -> Doubles:
        """Return what each sentence of the page at a position counts, 0–1."""
        if position not in self._rarities:
            own = self._pieces[self.columns(position)]
            grid = self._grid(own) if own.shape[0] else _NO_GRID
            self._rarities[position] = self._rarity(grid, self._ids[position])
        return self._rarities[position]

    def _grid(self, pieces: Any) -> Floats:  # noqa: ANN401 - a sparse matrix
        grid: Floats = (pieces @ self._pieces.T).toarray()
        return grid

    def _rarity(self, grid: Floats, key: str) -> Doubles:
        if not grid.size:
            return np.ones(len(grid))
        filled = np.flatnonzero(np.diff(self._starts))
        best = np.maximum.reduceat(grid[:, : self._starts[-1]], self._starts[filled], axis=1)
        others = np.asarray([self._ids[place] != key for place in filled])
        shared_by = (best[:, others] >= TAKEN_OVER).sum(axis=1)
        rarity: Doubles = 1.0 / np.maximum(1, shared_by)
        return rarity


class Comparison:
    """One product beside every page of a pool; made by :meth:`TextComparer.against`."""

    def __init__(
        self, texts: TextComparer, page: _Page, whole: Floats, grid: Floats, rarity: Doubles
    ) -> None:
        self._texts, self._page, self._whole, self._grid, self._rarity = texts, page, whole, grid, rarity

    def nearest(self, most: int) -> list[int]:
        """Return the positions worth a closer look: most alike as a whole, and most sentences taken over.

        A mixture is like none of its sources as a whole.
        """
        pages = range(len(self._whole))
        taken = np.asarray([self._taken(place) for place in pages]) if self._grid.size else self._whole
        orders = (np.argsort(-scores, kind="stable")[:most] for scores in (self._whole, taken))
        return [int(place) for place in dict.fromkeys(np.concatenate(list(orders)))]

    def likeness(self, position: int) -> Likeness:
        """Return the figures for the page at a position."""
        other = self._texts.page(position)
        grid = self._part(position)
        return Likeness(
            page=float(np.clip(self._whole[position], 0, 1)),
            taken=self._taken(position),
            given=_covered(grid.T, other.sizes * self._texts.rarity(position)),
        )

    def shared(self, position: int, most: int) -> tuple[SharedPassage, ...]:
        """Return the sentences that are taken over, the most alike, longest and rarest first."""
        grid, other = self._part(position), self._texts.page(position)
        if not grid.size:
            return ()
        best = grid.argmax(axis=1)
        worth = grid.max(axis=1) * self._page.sizes * self._rarity
        rows = [int(row) for row in np.argsort(-worth, kind="stable") if grid[row, best[row]] >= TAKEN_OVER]
        return tuple(
            SharedPassage(self._page.pieces[row], other.pieces[best[row]], round(float(grid[row].max()), 3))
            for row in rows[:most]
        )

    def _taken(self, position: int) -> float:
        return _covered(self._part(position), self._page.sizes * self._rarity)

    def _part(self, position: int) -> Floats:
        return self._grid[:, self._texts.columns(position)]


def vector_likeness(ours: Floats, theirs: Floats) -> float:
    """Compare two products by the vectors of their passages, rows of unit length; NaN without any.

    The mean over the passages of one of the best cosine with a passage of the other, in the direction that is
    higher, so that an entry that was shortened is as near as the one it came from.
    """
    if not ours.size or not theirs.size:
        return float("nan")
    grid = ours @ theirs.T
    both = max(float(grid.max(axis=1).mean()), float(grid.max(axis=0).mean()))
    return float(np.clip(both, 0, 1))


def _page_of(solution: Solution) -> _Page:
    text = without_links(f"{solution.summary or ''}\n{solution.text}")
    kept = [piece for piece in sentences(text) if len(normalise(piece)) >= _LEAST_CHARACTERS][
        :_MOST_SENTENCES
    ]
    sizes = np.asarray([len(piece) for piece in kept], np.float64)
    return _Page(tuple(kept), sizes, normalise(text) or _BLANK)


def _covered(grid: Floats, worth: Doubles) -> float:
    if not grid.size:
        return 0.0
    return float(worth[grid.max(axis=1) >= TAKEN_OVER].sum() / worth.sum())
