"""A system to compare with."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version

from tests.benchmarks.quality.corpus import Corpus, Scores


class Peer(ABC):
    """A system to compare with, in every setting that a careful user would try.

    Attributes
    ----------
    name : str
        Of its row.
    packages : tuple of str
        Distributions it needs.
    for_pairs : bool
        Whether it is measured on graded pairs as well.
    """

    name: str
    packages: tuple[str, ...]
    for_pairs = False

    @abstractmethod
    def variants(self, corpus: Corpus, queries: Sequence[str]) -> Iterator[tuple[str, Scores]]:
        """Yield each setting with its scores, (queries, pages); what it does not return scores -inf."""

    def versions(self) -> str | None:
        """Return the installed versions, or None when a package is missing."""
        try:
            return ", ".join(f"{name} {version(name)}" for name in self.packages)
        except PackageNotFoundError:
            return None
