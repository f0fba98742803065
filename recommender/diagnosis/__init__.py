"""Diagnosis: answers to the official instrument become points, a level, and the gap to the next one."""

from recommender.diagnosis.claims import CLAIM_FAULTS, UnknownLink, check_claims
from recommender.diagnosis.gap import (
    ClosingValue,
    Gap,
    PointOpening,
    ScenarioBelow,
    closing_value,
    gap_to,
    gaps,
)
from recommender.diagnosis.instrument import (
    BrokenInstrument,
    Instrument,
    Item,
    Scenario,
    UnknownEdition,
    editions,
    load_instrument,
)
from recommender.diagnosis.level_rule import LevelRule, LevelThreshold
from recommender.diagnosis.scoring import DiagnosisResult, ScenarioGrade, Score, score
from recommender.diagnosis.validation import (
    ExclusiveOption,
    GradeOutOfRange,
    MalformedAnswer,
    SeveralOptions,
    UnknownItem,
    UnknownLevel,
    UnknownOption,
    UnknownScenario,
    checked_answers,
    checked_grades,
)

__all__ = [
    "CLAIM_FAULTS",
    "BrokenInstrument",
    "ClosingValue",
    "DiagnosisResult",
    "ExclusiveOption",
    "Gap",
    "GradeOutOfRange",
    "Instrument",
    "Item",
    "LevelRule",
    "LevelThreshold",
    "MalformedAnswer",
    "PointOpening",
    "Scenario",
    "ScenarioBelow",
    "ScenarioGrade",
    "Score",
    "SeveralOptions",
    "UnknownEdition",
    "UnknownItem",
    "UnknownLevel",
    "UnknownLink",
    "UnknownOption",
    "UnknownScenario",
    "check_claims",
    "checked_answers",
    "checked_grades",
    "closing_value",
    "editions",
    "gap_to",
    "gaps",
    "load_instrument",
    "score",
]
