"""How well a graded supply fits a demand: channel scores comparable within one demand, and terms.

What was measured to arrive at these channels, and what lost, is in docs/graded_demands.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from recommender.encoder.encoder import Encoder
from recommender.index.lexical import LexicalConfig, LexicalIndex
from recommender.learning.labelled_files import Demand, GradedSupply
from recommender.learning.metrics import Floats
from recommender.text.tokens import normalise

#: Characters of a demand's text that are used.
LEAD = 200
#: The mean of fewer demands' vectors says more about them than about what all demands share.
LEAST_CENTRED = 10


@dataclass(frozen=True, slots=True)
class GradedPairs:
    """Demands and their graded supplies, row by row.

    Attributes
    ----------
    titles, leads : tuple of str
        Of each demand, folded.
    supplies : tuple of str
        Title of each pair's supply, folded, the blanks between its words taken out.
    groups : int64 (pairs,)
        Demand of each pair.
    grades : int64 (pairs,)
        1–4.
    """

    demand_ids: tuple[str, ...]
    titles: tuple[str, ...]
    leads: tuple[str, ...]
    supplies: tuple[str, ...]
    groups: NDArray[np.int64]
    grades: NDArray[np.int64]

    @property
    def subjects(self) -> tuple[str, ...]:
        """What each demand is about in short: its title, or its lead where it has none."""
        return tuple(title or lead for title, lead in zip(self.titles, self.leads, strict=True))


@dataclass(frozen=True, slots=True)
class PairView:
    """What a ranker may look at: pairs without their grades.

    Attributes
    ----------
    scores : dict of str to float64 (pairs,)
        By channel, standardised within each demand.
    demand_terms : sparse float32 (demands, terms)
        TF-IDF of what the demand is about, rows of unit length.
    supply_terms : sparse float32 (pairs, terms)
        Likewise of each pair's supply.
    groups : int64 (pairs,)
        Demand of each pair.
    """

    scores: dict[str, Floats]
    demand_terms: sparse.csr_matrix
    supply_terms: sparse.csr_matrix
    groups: NDArray[np.int64]

    def rows(self, chosen: NDArray[np.bool_]) -> "PairView":
        """Return some of the pairs; the demands keep their numbers."""
        scores = {name: values[chosen] for name, values in self.scores.items()}
        return PairView(scores, self.demand_terms, self.supply_terms[chosen], self.groups[chosen])


def said_once(text: str) -> str:
    """Halve a text that stands there twice in a row, as a common export fault leaves it."""
    folded = normalise(text)
    for middle in (len(folded) // 2, len(folded) // 2 + 1):
        first, second = folded[:middle].strip(), folded[middle:].strip()
        if first and first == second:
            return first
    return folded


def pairs_of(demands: Sequence[Demand], grades: Sequence[GradedSupply]) -> GradedPairs:
    """Join grades to their demands; grades of unknown demands and demands without grades are left out."""
    graded = {row.demand_id for row in grades}
    kept = [demand for demand in demands if demand.demand_id in graded]
    number = {demand.demand_id: position for position, demand in enumerate(kept)}
    rows = [row for row in grades if row.demand_id in number]
    return GradedPairs(
        demand_ids=tuple(demand.demand_id for demand in kept),
        titles=tuple(normalise(demand.title) for demand in kept),
        leads=tuple(said_once(demand.text)[:LEAD] for demand in kept),
        supplies=tuple(normalise(row.supply_title).replace(" ", "") for row in rows),
        groups=np.asarray([number[row.demand_id] for row in rows], np.int64),
        grades=np.asarray([row.grade for row in rows], np.int64),
    )


def standardised(scores: Floats, groups: NDArray[np.int64]) -> Floats:
    """Centre and scale within each demand; all zero where a demand's scores do not differ."""
    if not len(scores):
        return scores
    sizes = np.maximum(np.bincount(groups), 1)
    centred = scores - (np.bincount(groups, weights=scores) / sizes)[groups]
    spread = np.sqrt(np.bincount(groups, weights=centred**2) / sizes)[groups]
    return np.divide(centred, spread, out=np.zeros_like(centred), where=spread > 1e-9)


class GradedChannels:
    """Scores of graded pairs by each channel.

    Parameters
    ----------
    known : sequence of GradedPairs
        Whose words decide how rare a term is; texts only, their grades are not looked at.
    encoder : Encoder
        One that is not available leaves ``dense`` out.
    """

    def __init__(self, known: Sequence[GradedPairs], encoder: Encoder) -> None:
        texts = {text for pairs in known for text in (*pairs.supplies, *pairs.titles, *pairs.leads) if text}
        self._characters = LexicalIndex(LexicalConfig(ngrams=(1, 1))).fit(sorted(texts))
        self._terms = LexicalIndex().fit(sorted(texts))
        self._encoder = encoder

    def view(self, pairs: GradedPairs) -> PairView:
        """Return what a ranker may look at.

        ``lexical`` is the sum of the characters' TF-IDF cosines of the supply with title and with lead.
        ``dense`` is the cosine of the supply's vector with the demand's, which is the sum of the vectors of
        the title and of title and lead; the means of all demands and of all supplies are taken off first,
        since what all texts of a kind share tells no two of them apart.
        """
        scores = {
            "lexical": sum(_cosines(self._characters, texts, pairs) for texts in (pairs.titles, pairs.leads))
        }
        if self._encoder.available:
            scores["dense"] = self._dense(pairs) if len(pairs.groups) else np.zeros(0)
        return PairView(
            {name: standardised(np.asarray(values), pairs.groups) for name, values in scores.items()},
            self._terms.represent(list(pairs.subjects)),
            self._terms.represent(list(pairs.supplies)),
            pairs.groups,
        )

    def _dense(self, pairs: GradedPairs) -> Floats:
        whole = ["。".join(filter(None, texts)) for texts in zip(pairs.titles, pairs.leads, strict=True)]
        enough = len(pairs.demand_ids) >= LEAST_CENTRED
        short, long = (
            _centred(self._encoder.encode_queries(texts), enough) for texts in (pairs.subjects, whole)
        )
        supplies = _centred(self._encoder.encode_passages(pairs.supplies), enough)
        demands = _unit(short + long)
        return np.asarray(np.einsum("nd,nd->n", demands[pairs.groups], supplies), np.float64)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), np.float32)


def _centred(vectors: NDArray[np.float32], enough: bool) -> NDArray[np.float32]:
    return _unit(vectors - vectors.mean(axis=0)) if enough else vectors


def _cosines(index: LexicalIndex, texts: Sequence[str], pairs: GradedPairs) -> Floats:
    demands = sparse.csr_matrix(index.represent(list(texts)))[pairs.groups]
    product = demands.multiply(index.represent(list(pairs.supplies)))
    return np.asarray(product.sum(axis=1), np.float64).ravel()
