"""Every diagnosis of an enterprise as it was known at a moment, scored by the edition that it names."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from recommender.diagnosis.instrument import Instrument, load_instrument
from recommender.diagnosis.scoring import DiagnosisResult, score
from recommender.domain import Diagnosis
from recommender.domain.diagnosis import DiagnosisMethod
from recommender.errors import InvalidInput
from recommender.store import UnitOfWork
from recommender.store.repositories.record_history import Revision


class LevelOf(NamedTuple):
    """What one diagnosis came to.

    Attributes
    ----------
    level : int, optional
        0–4; None where the answers do not fit the edition that they name, which ``problem`` tells in Chinese.
    points : Decimal, optional
        0–100.
    complete : bool
        False where answers are missing: the level is a lower bound.
    """

    diagnosis: str
    on: date
    method: DiagnosisMethod
    level: int | None
    points: Decimal | None
    complete: bool
    problem: str | None = None


def scored(diagnosis: Diagnosis) -> DiagnosisResult:
    """Score a diagnosis by the edition that it names.

    Raises
    ------
    recommender.errors.InvalidInput
        If that edition is not shipped, or the answers do not fit it.
    """
    answers = tuple(sorted(diagnosis.answers.items()))
    grades = tuple(sorted((str(scenario), grade) for scenario, grade in diagnosis.scenarios.items()))
    return _scored(diagnosis.instrument, answers, grades)


@lru_cache(maxsize=4096)
def _scored(
    edition: str, answers: tuple[tuple[str, tuple[str, ...]], ...], grades: tuple[tuple[str, int], ...]
) -> DiagnosisResult:
    return score(dict(answers), dict(grades), instrument_of(edition))


@lru_cache(maxsize=8)
def instrument_of(edition: str) -> Instrument:
    """Read an edition once."""
    return load_instrument(edition)


def diagnoses_of(
    work: UnitOfWork, moment: datetime, usccs: Iterable[str] | None = None
) -> dict[str, list[Revision[Diagnosis]]]:
    """Return the diagnoses of enterprises, all by default, as they were known at a moment, oldest first.

    Of two on one day the one stored later is the correction and comes last.
    """
    keys = None if usccs is None else work.diagnoses.keys_of(usccs)
    first = work.diagnoses.first_recorded(moment, keys)
    found: dict[str, list[Revision[Diagnosis]]] = defaultdict(list)
    for revision in work.diagnoses.as_of(moment, keys).values():
        found[revision.record.uscc].append(revision)
    return {
        uscc: sorted(own, key=lambda one: (one.record.assessed_on, first[one.record.id], one.record.id))
        for uscc, own in found.items()
    }


def level_of(diagnosis: Diagnosis) -> LevelOf:
    """Return what one diagnosis came to."""
    head = diagnosis.id, diagnosis.assessed_on, diagnosis.method
    try:
        result = scored(diagnosis)
    except InvalidInput as error:
        return LevelOf(*head, level=None, points=None, complete=False, problem=error.detail)
    return LevelOf(*head, level=result.level, points=result.total, complete=result.complete)
