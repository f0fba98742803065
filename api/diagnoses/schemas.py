"""Bodies, answers and listings of diagnoses."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.paging import Listing, PageQuery
from recommender import diagnosis as rules
from recommender.diagnosis import DiagnosisResult, Gap, gaps, load_instrument, score
from recommender.domain import Diagnosis
from recommender.domain.credit_code import CreditCode
from recommender.domain.diagnosis import Letter
from recommender.domain.record import RecordId

#: What scoring refuses.
REFUSALS = (
    rules.UnknownEdition,
    rules.UnknownItem,
    rules.UnknownOption,
    rules.MalformedAnswer,
    rules.SeveralOptions,
    rules.ExclusiveOption,
    rules.UnknownScenario,
    rules.GradeOutOfRange,
)


class Worth(BaseModel):
    """What answers are worth by the instrument: computed when asked for, never stored.

    Attributes
    ----------
    gaps : tuple of Gap
        What is missing for each level above the present one, nearest first.
    """

    result: DiagnosisResult
    gaps: tuple[Gap, ...]

    @classmethod
    def of(cls, diagnosis: "Diagnosis | Answers") -> "Worth":
        """Score a diagnosis.

        Raises
        ------
        recommender.errors.InvalidInput
            For answers that the instrument does not know.
        """
        instrument = load_instrument(diagnosis.instrument)
        grades = {str(code): grade for code, grade in diagnosis.scenarios.items()}
        result = score(diagnosis.answers, grades, instrument)
        return cls(result=result, gaps=gaps(result, instrument))


class Answers(BaseModel):
    """Answers to score without storing them."""

    model_config = ConfigDict(extra="forbid")

    instrument: Annotated[str, Field(max_length=20)] = "2024"
    answers: Annotated[dict[str, tuple[Letter, ...]], Field(max_length=40)] = Field(default_factory=dict)
    scenarios: dict[str, Annotated[int, Field(ge=0, le=4, strict=True)]] = Field(default_factory=dict)


class DiagnosisBody(Diagnosis):
    """A diagnosis as it is put; id and credit code may be left to the path.

    Attributes
    ----------
    result, gaps : optional
        Part of every answer and ignored here, so that an answer can be put back.
    """

    id: RecordId | None = None  # type: ignore[assignment]
    uscc: CreditCode | None = None  # type: ignore[assignment]
    result: dict[str, Any] | None = None
    gaps: list[Any] | None = None


class DiagnosisAnswer(Diagnosis):
    """A diagnosis with what it is worth."""

    result: DiagnosisResult
    gaps: tuple[Gap, ...]

    @classmethod
    def of(cls, diagnosis: Diagnosis) -> "DiagnosisAnswer":
        """Return the answer for a stored diagnosis."""
        worth = Worth.of(diagnosis)
        return cls(**diagnosis.model_dump(), result=worth.result, gaps=worth.gaps)


class DiagnosisQuery(PageQuery):
    """Query of the listing."""


class DiagnosisList(Listing[DiagnosisAnswer]):
    """One page of diagnoses."""
