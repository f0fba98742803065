"""The pool laid out for comparison, kept for as long as no product says anything new."""

import threading
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from recommender.domain import Solution
from recommender.domain.solution import AuditState
from recommender.index.snapshot import Snapshot
from recommender.pool.near_duplicates import DuplicateFinder, NearDuplicate, NearInMeaning
from recommender.pool.product_vectors import ProductVectors


class Compared(NamedTuple):
    """What a product is near to."""

    near_duplicates: tuple[NearDuplicate, ...]
    near_in_meaning: tuple[NearInMeaning, ...]


class Layout:
    """One state of the pool; what it found of a product it does not look for again.

    Attributes
    ----------
    pool : dict of str to Solution
        Contents, whatever was decided about them.
    """

    def __init__(
        self, pool: Mapping[str, Solution], vectors: ProductVectors, snapshot: Snapshot | None
    ) -> None:
        self.pool = dict(pool)
        self._vectors = vectors.of(pool.values(), snapshot) if vectors.available else None
        self._finder = DuplicateFinder(tuple(pool.values()), self._vectors)
        self._found: dict[str, Compared] = {}

    def compare(self, product: str) -> Compared:
        """Return what a product of the pool is near to among the others."""
        if product not in self._found:
            solution, own = self.pool[product], self._vectors[product] if self._vectors else None
            self._found[product] = Compared(
                self._finder.find(solution, own), self._finder.nearest_in_meaning(solution, own)
            )
        return self._found[product]


class Comparing:
    """Compares products with the pool.

    Learning the weights of all texts takes a second or so. Decisions change no text, so that reviewers who
    go through their queue wait for it once.

    Parameters
    ----------
    vectors : ProductVectors
        Compared as well where there is an encoder.
    """

    def __init__(self, vectors: ProductVectors) -> None:
        self._vectors = vectors
        self._layout: Layout | None = None
        self._lock = threading.Lock()

    def compare(
        self, products: Iterable[str], pool: Mapping[str, Solution], snapshot: Snapshot | None
    ) -> dict[str, Compared]:
        """Return what each of some products is near to among the others of a pool.

        Parameters
        ----------
        products : iterable of str
            Ids, all of the pool.
        pool : mapping of str to Solution
            Records and submissions by product.
        """
        plain = {key: _undecided(pool[key]) for key in sorted(pool)}
        with self._lock:
            if self._layout is None or self._layout.pool != plain:
                self._layout = Layout(plain, self._vectors, snapshot)
            found = {product: self._layout.compare(product) for product in products}
        return {product: _as_decided(compared, pool) for product, compared in found.items()}


def _undecided(solution: Solution) -> Solution:
    """Return the content alone: what was decided about it makes it like nothing else."""
    return solution.model_copy(update={"audit_state": AuditState.SUBMITTED})


def _as_decided(compared: Compared, pool: Mapping[str, Solution]) -> Compared:
    told = (
        one.model_copy(update={"audit_state": pool[one.id].audit_state.value})
        for one in compared.near_duplicates
    )
    return compared._replace(near_duplicates=tuple(told))
