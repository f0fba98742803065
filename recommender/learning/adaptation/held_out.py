"""Solutions kept apart: what early stop and every choice of a setting look at.

They are split off by solution before anything is mined, so that neither their pages nor their needs are seen
in training, not even as negatives. Their needs are then ranked over the whole pool, as in the product: the
best passage decides, the channels are standardised and added.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Need, Solution
from recommender.index.lexical import LexicalIndex
from recommender.learning.adaptation.activations import SplitEncoder, States
from recommender.learning.metrics import Floats, ndcg_at, pessimistic_ranks
from recommender.retrieval.fusion import load_fusion, standardise
from recommender.text.passages import PassageConfig, Side, cut
from recommender.text.profiles import solution_page

#: As in the index: a window of 400 characters with its title.
_PASSAGE_TOKENS, _QUERY_TOKENS = 384, 256
_DEPTH = 10
#: Weights of the encoder beside the words that a choice looks at, besides the product's own: a better encoder
#: earns a larger weight, so a choice at one weight alone would be a choice for that weight.
CHOICE_WEIGHTS = (0.5, 1.0)


def split_by_solution(ids: Iterable[str], share: float, seed: int) -> frozenset[str]:
    """Draw the solutions that are kept apart; the same for the same ids and seed.

    Parameters
    ----------
    share : float
        Part of the solutions, 0 to 1.
    """
    ordered = sorted(set(ids))
    count = round(share * len(ordered))
    drawn = np.random.default_rng(seed).permutation(len(ordered))[:count]
    return frozenset(ordered[at] for at in drawn)


@dataclass(frozen=True, slots=True)
class Quality:
    """nDCG@10 of each held-out need in each channel.

    Attributes
    ----------
    hybrid : ndarray
        Words and windows at the product's weights, without the channels of sentences.
    choice : ndarray
        Mean of the hybrids at `CHOICE_WEIGHTS`; what early stop and interpolation go by.
    """

    lexical: Floats
    dense: Floats
    hybrid: Floats
    choice: Floats

    def mean(self) -> dict[str, float]:
        """Mean of each channel."""
        names = ("lexical", "dense", "hybrid", "choice")
        return {name: float(getattr(self, name).mean()) for name in names}


class RankingTask:
    """Needs with their answer over a pool, ready to be ranked again and again by changing upper layers.

    Parameters
    ----------
    solutions : sequence of Solution
        Candidates.
    needs : sequence of Need
        Each names one of the candidates.
    """

    def __init__(self, solutions: Sequence[Solution], needs: Sequence[Need]) -> None:
        ordered = sorted(solutions, key=lambda one: one.id)
        position = {solution.id: number for number, solution in enumerate(ordered)}
        passages = [
            passage
            for one in ordered
            for passage in cut(Side.SOLUTION, one.id, one.name, solution_page(one), PassageConfig())
        ]
        self.needs = tuple(needs)
        self.clusters: tuple[str, ...] = tuple(str(need.solution_id) for need in needs)
        self._texts = [passage.indexed_text for passage in passages]
        self._owner_of = np.array([position[passage.owner] for passage in passages])
        self._relevant = np.array([position[one] for one in self.clusters])
        self._count = len(ordered)
        index = LexicalIndex().fit(self._texts)
        self.lexical = self._best(index.scores(index.represent([need.text for need in needs])))
        self._states: tuple[States, States] | None = None

    def __len__(self) -> int:
        return len(self.needs)

    @property
    def candidates(self) -> int:
        """Number of solutions that are ranked."""
        return self._count

    def prepare(self, encoder: SplitEncoder) -> None:
        """Run the frozen half once."""
        self._states = (
            encoder.lower_states([need.text for need in self.needs], "query", most_tokens=_QUERY_TOKENS),
            encoder.lower_states(self._texts, "passage", most_tokens=_PASSAGE_TOKENS),
        )

    def measure(self, encoder: SplitEncoder) -> Quality:
        """Rank by the upper half as it stands."""
        if self._states is None:
            self.prepare(encoder)
        assert self._states is not None
        queries, passages = (encoder.vectors(states) for states in self._states)
        return self.quality(queries @ passages.T)

    def quality(self, passage_scores: NDArray[np.float32]) -> Quality:
        """Rank by given cosines, float32 (needs, passages)."""
        dense = self._best(passage_scores)
        shipped = load_fusion().weights
        words, meaning = self._standardised(self.lexical), self._standardised(dense)
        choice = [self._ndcg(words + weight * meaning) for weight in CHOICE_WEIGHTS]
        return Quality(
            lexical=self._ndcg(self.lexical),
            dense=self._ndcg(dense),
            hybrid=self._ndcg(shipped["lexical"] * words + shipped["dense"] * meaning),
            choice=np.mean(choice, axis=0),
        )

    def hybrid_at(self, passage_scores: NDArray[np.float32], weight: float) -> Floats:
        """Return nDCG@10 of each need with the encoder at another weight beside the words."""
        words = self._standardised(self.lexical)
        return self._ndcg(words + weight * self._standardised(self._best(passage_scores)))

    def _standardised(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        everything = np.ones(self._count, bool)
        return np.stack([standardise(row, everything) for row in scores])

    def _best(self, passage_scores: NDArray[np.float32]) -> NDArray[np.float32]:
        best = np.full((len(passage_scores), self._count), -np.inf, np.float32)
        np.maximum.at(best.T, self._owner_of, passage_scores.T)
        return best

    def _ndcg(self, scores: NDArray[np.float32]) -> Floats:
        return ndcg_at(pessimistic_ranks(scores, self._relevant), _DEPTH)


def needs_of(needs: Iterable[Need], allowed: Mapping[str, Solution]) -> list[Need]:
    """Return the needs whose solution is in `allowed`, in order of id."""
    return sorted((need for need in needs if need.solution_id in allowed), key=lambda need: need.id)
