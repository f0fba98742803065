"""Entries of the pool that a submission may be a copy of, each with the passages side by side.

Likeness by characters is weighed by a logistic model, fitted to seeded edits of other products
(``tests/benchmarks/near_duplicates.py --fit``); the score told is the precision that pairs with at least this
weight had there, among as many true pairs as false ones. Vectors of encoders differ in scale, and a cosine of
one says nothing about another's; so they weigh nothing here, but name further candidates, and the products
that are nearest in meaning are told apart from the copies.
"""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, model_validator

from recommender.domain import Solution
from recommender.pool.similarity import (
    FEATURES,
    Likeness,
    SharedPassage,
    TextComparer,
    vector_likeness,
)
from recommender.settings import data_dir

Floats = NDArray[np.float32]
_MOST_LOOKED_AT = 15
_MOST_PASSAGES = 6


class Weighing(BaseModel):
    """The fitted logistic model of ``near_duplicates.json`` and what it was worth.

    Attributes
    ----------
    fitted_on : str
        What the model was fitted to, in Chinese.
    intercept, weights : float, dict
        By figure of the likeness.
    threshold : float
        From this probability on a pair is told.
    precision : tuple of (float, float)
        Rising: from this probability on, this share of the pairs were true.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    fitted_on: str
    intercept: float
    weights: dict[str, float]
    threshold: float
    precision: tuple[tuple[float, float], ...]

    @model_validator(mode="after")
    def _rising(self) -> "Weighing":
        if not self.precision or any(a[0] >= b[0] or a[1] > b[1] for a, b in pairwise(self.precision)):
            raise ValueError("the table of precisions must rise")
        if not set(self.weights) <= set(FEATURES):
            raise ValueError("a weight is for no figure of the likeness")
        return self

    def probability(self, likeness: Likeness) -> float:
        """Return the model's probability that a pair is a near-duplicate, 0–1."""
        told = likeness._asdict()
        logit = self.intercept + sum(weight * told[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))

    def score(self, probability: float) -> float:
        """Return the precision of pairs with at least this probability, 0–1."""
        return next((share for least, share in reversed(self.precision) if probability >= least), 0.0)


@lru_cache(maxsize=1)
def load_weighing() -> Weighing:
    """Read the shipped model once."""
    path = data_dir() / "pool" / "near_duplicates.json"
    return Weighing.model_validate_json(path.read_text(encoding="utf-8"))


class NearDuplicate(BaseModel):
    """An entry that the submission is very much like.

    Attributes
    ----------
    score : float
        Precision, 0–1, of pairs this alike among seeded edits, half of all pairs being true.
    likeness : dict
        The figures behind it.
    same_provider : bool
        Whether both come from one provider.
    same_fields : tuple of str
        Fields with equal content: name, price, days_to_deploy, payback_months, scenarios, evidence.
    passages : tuple of SharedPassage
        Sentences that are taken over, side by side.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    provider: str | None
    audit_state: str
    score: float
    probability: float
    likeness: dict[str, float]
    same_provider: bool
    same_fields: tuple[str, ...]
    passages: tuple[SharedPassage, ...]


class NearInMeaning(BaseModel):
    """A product whose vectors are nearest; it need not be a copy.

    Attributes
    ----------
    similarity : float
        Mean best cosine of passages; only its order means something, and only within one encoder.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    provider: str | None
    similarity: float


class DuplicateFinder:
    """Finds near-duplicates in one state of the pool.

    Parameters
    ----------
    pool : sequence of Solution
        Records and pending submissions of others.
    vectors : mapping of str to float32 (passages, d), optional
        Vectors of the passages of each product, by id; None where there is no encoder.
    """

    def __init__(
        self,
        pool: Sequence[Solution],
        vectors: Mapping[str, Floats] | None = None,
        weighing: Weighing | None = None,
    ) -> None:
        self._pool = tuple(pool)
        self._texts = TextComparer(self._pool)
        self._vectors = vectors
        self._weighing = weighing or load_weighing()

    def find(self, solution: Solution, own_vectors: Floats | None = None) -> tuple[NearDuplicate, ...]:
        """Return the entries above the threshold, most alike first; other versions of the product are none.

        Parameters
        ----------
        own_vectors : float32 (passages, d), optional
            Of the product's passages.
        """
        if not self._pool:
            return ()
        compared = self._texts.against(solution)
        near = [*compared.nearest(_MOST_LOOKED_AT), *self._by_vector(own_vectors)[:_MOST_LOOKED_AT]]
        found = []
        for position in dict.fromkeys(near):
            other = self._pool[position]
            likeness = compared.likeness(position)
            probability = self._weighing.probability(likeness)
            if other.id != solution.id and probability >= self._weighing.threshold:
                passages = compared.shared(position, _MOST_PASSAGES)
                score = self._weighing.score(probability)
                found.append(_told(solution, other, likeness, (probability, score), passages))
        return tuple(sorted(found, key=lambda one: (-one.probability, one.id)))

    def nearest_in_meaning(
        self, solution: Solution, own_vectors: Floats | None, most: int = 5
    ) -> tuple[NearInMeaning, ...]:
        """Return the products nearest by vectors, nearest first; none without vectors."""
        told = []
        for position in self._by_vector(own_vectors):
            other = self._pool[position]
            if other.id != solution.id and own_vectors is not None and self._vectors is not None:
                told.append(
                    NearInMeaning(
                        id=other.id,
                        name=other.name,
                        provider=other.provider.name if other.provider else None,
                        similarity=round(vector_likeness(own_vectors, self._vectors[other.id]), 3),
                    )
                )
            if len(told) == most:
                break
        return tuple(told)

    def _by_vector(self, own_vectors: Floats | None) -> list[int]:
        if own_vectors is None or self._vectors is None:
            return []
        likeness = [vector_likeness(own_vectors, self._vectors[entry.id]) for entry in self._pool]
        return [int(place) for place in np.argsort(-np.asarray(likeness), kind="stable")]


def _told(
    solution: Solution,
    other: Solution,
    likeness: Likeness,
    judged: tuple[float, float],
    passages: tuple[SharedPassage, ...],
) -> NearDuplicate:
    probability, score = judged
    return NearDuplicate(
        id=other.id,
        name=other.name,
        provider=other.provider.name if other.provider else None,
        audit_state=other.audit_state.value,
        score=score,
        probability=round(probability, 4),
        likeness={name: round(value, 3) for name, value in likeness._asdict().items()},
        same_provider=_same_provider(solution, other),
        same_fields=_same_fields(solution, other),
        passages=passages,
    )


def _same_provider(one: Solution, other: Solution) -> bool:
    return one.provider is not None and other.provider is not None and one.provider.id == other.provider.id


def _same_fields(one: Solution, other: Solution) -> tuple[str, ...]:
    same = [
        name
        for name in ("name", "summary", "price", "days_to_deploy", "payback_months", "evidence")
        if (value := getattr(one, name)) and value == getattr(other, name)
    ]
    declared = [{(e.scenario, e.level) for e in each.scenarios} for each in (one, other)]
    return (*same, *(["scenarios"] if declared[0] and declared[0] == declared[1] else []))
