"""Peers that fuse words and vectors; both get the vectors of the encoder as shipped."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tests.benchmarks.quality.corpus import Corpus, Scores
from tests.benchmarks.quality.lexical_peers import cut_words
from tests.benchmarks.quality.peer import Peer


class Txtai(Peer):
    """txtai's hybrid index in process: BM25 over words cut by jieba, and vectors."""

    name = "txtai hybrid"
    packages = ("txtai", "jieba")
    _WEIGHTS = (0.5, 0.8, 0.9, 0.95)

    def variants(self, corpus: Corpus, queries: Sequence[str]) -> Iterator[tuple[str, Scores]]:
        """See `Peer`."""
        from txtai import Embeddings

        encoder = corpus.encoder
        # Both halves of the index get one text: words between blanks; the encoder gets it as it was.
        asked = {" ".join(cut_words(query)): query for query in queries}
        indexed = [" ".join(cut_words(text)) for text in corpus.passages]
        whole = dict(zip(indexed, corpus.passages, strict=True))

        # txtai marks what a text is by its instruction; taken off again, because the encoder adds its own.
        def transform(texts: list[str]) -> Any:
            if texts[0].startswith("query: "):
                return encoder.encode_queries([asked[text.removeprefix("query: ")] for text in texts])
            return encoder.encode_passages([whole[text.removeprefix("passage: ")] for text in texts])

        index = Embeddings(
            method="external",
            transform=transform,
            instructions={"query": "query: ", "data": "passage: "},
            backend="numpy",
            scoring={"method": "bm25", "terms": True, "normalize": True, "tokenizer": {"whitespace": True}},
        )
        index.index([(row, text, None) for row, text in enumerate(indexed)])
        for weight in self._WEIGHTS:
            scores = np.full((len(queries), len(corpus.passages)), -np.inf)
            for number, query in enumerate(queries):
                cut = " ".join(cut_words(query))
                for row, score in index.search(cut, len(corpus.passages), weights=weight):
                    scores[number, int(row)] = score
            yield f"passages, {weight:g} of vectors", corpus.best(scores)
        index.close()


class Qdrant(Peer):
    """qdrant-client's local mode: vectors and BM25 words (k1 1.2, b .75) fused by the engine."""

    name = "qdrant-client local hybrid"
    packages = ("qdrant-client", "jieba")
    _DEPTHS = (100, 1000)
    _K1, _B = 1.2, 0.75

    def variants(self, corpus: Corpus, queries: Sequence[str]) -> Iterator[tuple[str, Scores]]:
        """See `Peer`."""
        from qdrant_client import models

        client, vocabulary = self._filled(corpus)
        dense = corpus.encoder.encode_queries(list(queries))
        sparse = [self._asked(query, vocabulary) for query in queries]
        for fusion in (models.Fusion.RRF, models.Fusion.DBSF):
            for depth in self._DEPTHS:
                scores = np.full((len(queries), len(corpus.passages)), -np.inf)
                for number, (vector, words) in enumerate(zip(dense, sparse, strict=True)):
                    found = client.query_points(
                        "passages",
                        prefetch=[
                            models.Prefetch(query=vector.tolist(), using="dense", limit=depth),
                            models.Prefetch(query=words, using="words", limit=depth),
                        ],
                        query=models.FusionQuery(fusion=fusion),
                        limit=2 * depth,
                        with_payload=False,
                    )
                    for point in found.points:
                        scores[number, int(point.id)] = point.score
                yield f"{fusion.name}, prefetch {depth}, passages", corpus.best(scores)
        client.close()

    def _filled(self, corpus: Corpus) -> tuple[Any, dict[str, int]]:
        from qdrant_client import QdrantClient, models

        client = QdrantClient(":memory:")
        words = [cut_words(text) for text in corpus.passages]
        vocabulary = {word: number for number, word in enumerate(sorted({w for own in words for w in own}))}
        mean = float(np.mean([len(own) for own in words]))
        vectors = corpus.encoder.encode_passages(list(corpus.passages))
        client.create_collection(
            "passages",
            vectors_config={
                "dense": models.VectorParams(size=vectors.shape[1], distance=models.Distance.COSINE)
            },
            sparse_vectors_config={"words": models.SparseVectorParams(modifier=models.Modifier.IDF)},
        )
        points = []
        for row, (own, vector) in enumerate(zip(words, vectors, strict=True)):
            counts = Counter(own)
            length = self._K1 * (1 - self._B + self._B * len(own) / mean)
            values = [count * (self._K1 + 1) / (count + length) for count in counts.values()]
            sparse = models.SparseVector(indices=[vocabulary[word] for word in counts], values=values)
            points.append(
                models.PointStruct(id=row, vector={"dense": vector.tolist(), "words": sparse}, payload={})
            )
        client.upsert("passages", points)
        return client, vocabulary

    @staticmethod
    def _asked(query: str, vocabulary: dict[str, int]) -> Any:
        from qdrant_client import models

        numbers = sorted({vocabulary[word] for word in cut_words(query) if word in vocabulary})
        return models.SparseVector(indices=numbers, values=[1.0] * len(numbers))
