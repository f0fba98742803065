"""Hard negatives: chunks that look like the answer and are not.

Mined by words (TF-IDF of characters, as the product's lexical channel) and by the model itself. Two filters
keep false negatives out: a solution that answers the pair is never its negative, and a solution that shares a
scenario with an answer and scores almost as well is left alone, because it may well answer, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from recommender.learning.adaptation.pairs import Corpus, TrainingPair
from recommender.text.tokens import normalise

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class NegativeConfig:
    """How hard negatives are chosen.

    Attributes
    ----------
    each : int
        Kept of every miner and pair; training draws among them.
    near : float
        A candidate of a shared scenario whose score exceeds this share of the answer's is passed over.
    """

    each: int = 8
    near: float = 0.9


def word_scores(queries: Sequence[str], chunks: Sequence[str]) -> Scores:
    """Cosine of sublinear TF-IDF of character 1–2-grams, float32 (queries, chunks)."""
    vectorizer = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 2), sublinear_tf=True, lowercase=False, dtype=np.float32
    )
    rows = vectorizer.fit_transform([normalise(text) for text in chunks])
    return np.asarray((vectorizer.transform([normalise(text) for text in queries]) @ rows.T).toarray())


@dataclass(frozen=True, slots=True)
class Negatives:
    """What may be held against each pair.

    Attributes
    ----------
    hard : tuple of tuple of int
        Chunk rows of each pair, no row twice; only chunks that answer some other pair.
    excluded : bool (pairs, chunks)
        What must not be a negative even by the chance of sharing a batch.
    """

    hard: tuple[tuple[int, ...], ...]
    excluded: NDArray[np.bool_]


def mine_negatives(
    corpus: Corpus, scores: Sequence[Scores], config: NegativeConfig | None = None
) -> Negatives:
    """Choose hard negatives for every pair.

    Parameters
    ----------
    corpus : Corpus
        Pairs and chunks.
    scores : sequence of float32 (pairs, chunks)
        One matrix for each miner.
    config : NegativeConfig, optional

    """
    config = config or NegativeConfig()
    owners = sorted(corpus.scenarios)
    number_of = {owner: number for number, owner in enumerate(owners)}
    owner_of = np.array([number_of[chunk.owner] for chunk in corpus.chunks])
    labelled = np.zeros(len(corpus.chunks), bool)
    labelled[list(corpus.labelled_chunks)] = True
    shifted = [_from_zero(matrix) for matrix in scores]
    excluded = np.zeros((len(corpus.pairs), len(corpus.chunks)), bool)
    hard = []
    for number, pair in enumerate(corpus.pairs):
        answers = np.array([owner in pair.owners for owner in owners])[owner_of]
        sharing = np.array(_sharing(corpus, pair, owners))[owner_of]
        near = np.zeros(len(corpus.chunks), bool)
        for matrix in shifted:
            near |= sharing & (matrix[number] >= config.near * matrix[number][list(pair.chunks)].max())
        excluded[number] = answers | near
        rows: list[int] = []
        for matrix in shifted:
            order = np.argsort(-matrix[number], kind="stable")
            fit = order[(labelled & ~excluded[number])[order]]
            rows += fit[: config.each].tolist()
        hard.append(tuple(dict.fromkeys(rows)))
    return Negatives(tuple(hard), excluded)


def _from_zero(matrix: Scores) -> Scores:
    # Cosines of a text model crowd between .7 and .9; a share of them means something only above their floor.
    floor = np.percentile(matrix, 5.0, axis=1, keepdims=True)
    return np.asarray(matrix - floor, np.float32)


def _sharing(corpus: Corpus, pair: TrainingPair, owners: Sequence[str]) -> list[bool]:
    own = frozenset().union(*(corpus.scenarios.get(owner, frozenset()) for owner in pair.owners))
    return [bool(corpus.scenarios[owner] & own) for owner in owners]
