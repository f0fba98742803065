"""Parts of the case file that come from diagnoses: the foundation, and what changed from one to the next."""

from collections.abc import Mapping, Sequence

from recommender.course.case_file import DiagnosisEntry, DimensionScore, Foundation, ScenarioStanding
from recommender.course.levels import level_of, scored
from recommender.domain import Diagnosis
from recommender.domain.diagnosis import DiagnosisMethod
from recommender.domain.level import LEVEL_NAMES
from recommender.domain.taxonomy import Scenario
from recommender.store.repositories.record_history import Revision

METHOD_NAMES = {DiagnosisMethod.SELF: "自评", DiagnosisMethod.ON_SITE: "入企诊断"}


def diagnosis_entries(diagnoses: Sequence[Revision[Diagnosis]]) -> tuple[DiagnosisEntry, ...]:
    """Return what each diagnosis came to and how it differs from the one before, oldest first."""
    entries: list[DiagnosisEntry] = []
    for one in diagnoses:
        told = level_of(one.record)
        before = entries[-1] if entries else None
        entries.append(
            DiagnosisEntry(
                id=told.diagnosis,
                on=told.on,
                method=told.method.value,
                method_name=METHOD_NAMES[told.method],
                edition=one.record.instrument,
                level=told.level,
                level_name=None if told.level is None else LEVEL_NAMES[told.level],
                points=told.points,
                complete=told.complete,
                level_change=None
                if before is None or before.level is None or told.level is None
                else told.level - before.level,
                points_change=None
                if before is None or before.points is None or told.points is None
                else told.points - before.points,
                revision=one.number,
                problem=told.problem,
            )
        )
    return tuple(entries)


def foundation(
    diagnoses: Sequence[Revision[Diagnosis]], entries: Sequence[DiagnosisEntry]
) -> Foundation | None:
    """Return the newest diagnosis that can be scored, in full; None without one."""
    for one, entry in zip(reversed(diagnoses), reversed(entries), strict=True):
        if entry.problem is None:
            result = scored(one.record)
            return Foundation(
                diagnosis=entry,
                dimensions=tuple(
                    DimensionScore(name=part.name, points=part.points, max_points=part.max_points)
                    for part in result.dimensions
                ),
                scenarios=tuple(
                    ScenarioStanding(
                        scenario=Scenario(grade.id),
                        name=grade.name,
                        required=grade.required,
                        grade=grade.grade,
                        graded=grade.graded,
                    )
                    for grade in result.scenarios
                ),
                note=result.note,
            )
    return None


def grades_of(diagnoses: Sequence[Revision[Diagnosis]]) -> Mapping[str, Mapping[Scenario, int]]:
    """Return the grades of scenarios by id of the diagnosis."""
    return {one.record.id: one.record.scenarios for one in diagnoses}
