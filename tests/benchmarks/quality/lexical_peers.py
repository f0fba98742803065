"""Peers that match words or characters."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from recommender.text.tokens import normalise
from tests.benchmarks.quality.corpus import Corpus, Scores
from tests.benchmarks.quality.peer import Peer

UNITS = ("passages", "pages")


@lru_cache(maxsize=20_000)
def cut_words(text: str) -> tuple[str, ...]:
    """Cut as jieba does for search engines: long words and the shorter ones inside them."""
    import jieba

    jieba.setLogLevel("WARNING")
    return tuple(word for word in jieba.cut_for_search(normalise(text)) if word.strip())


class CharacterTfidf(Peer):
    """scikit-learn's TF-IDF of character 1–2-grams."""

    name = "scikit-learn TF-IDF, characters"
    packages = ("scikit-learn",)
    for_pairs = True

    def variants(self, corpus: Corpus, queries: Sequence[str]) -> Iterator[tuple[str, Scores]]:
        """See `Peer`."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        for unit in UNITS:
            terms = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32)
            documents = terms.fit_transform(corpus.texts(unit))
            asked = terms.transform([normalise(query) for query in queries])
            yield f"1–2-grams, sublinear, {unit}", corpus.by_page((asked @ documents.T).toarray(), unit)


class Bm25s(Peer):
    """bm25s over words cut by jieba."""

    name = "bm25s + jieba"
    packages = ("bm25s", "jieba")
    for_pairs = True
    _SETTINGS = ((1.5, 0.75), (1.2, 0.75), (0.9, 0.4))

    def variants(self, corpus: Corpus, queries: Sequence[str]) -> Iterator[tuple[str, Scores]]:
        """See `Peer`."""
        import bm25s

        asked = [list(cut_words(query)) for query in queries]
        for unit in UNITS:
            documents = [list(cut_words(text)) for text in corpus.texts(unit)]
            for k1, b in self._SETTINGS:
                engine = bm25s.BM25(k1=k1, b=b)
                engine.index(documents, show_progress=False)
                scores = np.stack([self._scores(engine, words, len(documents)) for words in asked])
                yield f"k1 {k1}, b {b}, {unit}", corpus.by_page(scores, unit)

    @staticmethod
    def _scores(engine: "object", words: list[str], count: int) -> Scores:
        known = [word for word in words if word in engine.vocab_dict]  # type: ignore[attr-defined]
        if not known:
            return np.zeros(count)
        return np.asarray(engine.get_scores(known), np.float64)  # type: ignore[attr-defined]


class Tantivy(Peer):
    """tantivy's BM25 (k1 1.2, b .75, both fixed) over words cut by jieba, in memory."""

    name = "tantivy + jieba"
    packages = ("tantivy", "jieba")

    def variants(self, corpus: Corpus, queries: Sequence[str]) -> Iterator[tuple[str, Scores]]:
        """See `Peer`."""
        for unit in UNITS:
            yield f"{unit}", corpus.by_page(self._scores(corpus.texts(unit), queries), unit)

    @staticmethod
    def _scores(texts: Sequence[str], queries: Sequence[str]) -> Scores:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", stored=False, tokenizer_name="whitespace")
        builder.add_integer_field("row", stored=True)
        schema = builder.build()
        index = tantivy.Index(schema)
        writer = index.writer(num_threads=1)
        for row, text in enumerate(texts):
            writer.add_document(tantivy.Document(text=" ".join(cut_words(text)), row=row))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()
        scores = np.zeros((len(queries), len(texts)))
        for number, query in enumerate(queries):
            terms = [
                (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", word))
                for word in cut_words(query)
            ]
            if not terms:
                continue
            found = searcher.search(tantivy.Query.boolean_query(terms), limit=len(texts), count=False)
            for score, address in found.hits:
                scores[number, searcher.doc(address)["row"][0]] = score
        return scores
