"""A diagnosis: the answers of one enterprise to the instrument on one day."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from recommender.domain.credit_code import CreditCode
from recommender.domain.record import MarkedRecord, RecordId
from recommender.domain.taxonomy import Scenario

Letter = Annotated[str, StringConstraints(pattern=r"^[A-Z]$")]


class DiagnosisMethod(StrEnum):
    """Self-declared, or determined on site as the pilot asks for its own firms."""

    SELF = "self"
    ON_SITE = "on_site"


class Diagnosis(MarkedRecord):
    """Answers by item id and grades 0–4 by scenario; what they are worth is computed, never stored as truth.

    Attributes
    ----------
    instrument : str
        Edition of the instrument that the letters refer to.
    """

    id: RecordId
    uscc: CreditCode
    assessed_on: date
    method: DiagnosisMethod = DiagnosisMethod.SELF
    instrument: Annotated[str, Field(max_length=20)] = "2024"
    answers: Annotated[dict[str, tuple[Letter, ...]], Field(max_length=40, default_factory=dict)]
    scenarios: dict[Scenario, Annotated[int, Field(ge=0, le=4, strict=True)]] = Field(default_factory=dict)
