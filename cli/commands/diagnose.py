"""``diagnose``: what an enterprise's newest diagnosis is worth."""

from typing import TYPE_CHECKING, Any

from cli import streams
from cli.options import AsJson, EnterpriseCode
from cli.session import read_settings
from recommender.diagnosis import DiagnosisResult, Gap, gaps, load_instrument, score
from recommender.domain import Diagnosis, Enterprise
from recommender.errors import NotFound

if TYPE_CHECKING:
    from recommender.store import Store


class NotDiagnosed(NotFound):
    """The enterprise has no diagnosis yet."""

    code = "diagnosis_not_found"
    title = "尚无诊断"


def diagnose(enterprise: EnterpriseCode, as_json: AsJson = False) -> None:
    """Tell level, points and gaps of an enterprise."""
    from recommender.store import Store

    store = Store.open(read_settings())
    try:
        firm, diagnosis = newest_diagnosis(store, enterprise)
    finally:
        store.dispose()
    result, missing = worth(diagnosis)
    if as_json:
        streams.emit(diagnosis_document(firm, diagnosis, result, missing))
        return
    from cli.views.diagnosis import show_diagnosis

    show_diagnosis(streams.console(), firm, diagnosis, result, missing)


def worth(diagnosis: Diagnosis) -> tuple[DiagnosisResult, tuple[Gap, ...]]:
    """Score a diagnosis and tell the gap to each higher level."""
    instrument = load_instrument(diagnosis.instrument)
    grades = {scenario.value: grade for scenario, grade in diagnosis.scenarios.items()}
    result = score(diagnosis.answers, grades, instrument)
    return result, gaps(result, instrument)


def diagnosis_document(
    firm: Enterprise, diagnosis: Diagnosis, result: DiagnosisResult, missing: tuple[Gap, ...]
) -> dict[str, Any]:
    """Return the JSON document of a diagnosis."""
    return {
        "enterprise": {"uscc": firm.uscc, "name": firm.name, "synthetic_mark": firm.face_mark},
        "diagnosis": diagnosis.model_dump(mode="json"),
        "level": result.level,
        "level_name": result.level_name,
        "result": result.model_dump(mode="json"),
        "gaps": [gap.model_dump(mode="json") for gap in missing],
    }


def newest_diagnosis(store: "Store", uscc: str) -> tuple[Enterprise, Diagnosis]:
    """Return an enterprise with its newest diagnosis.

    Raises
    ------
    recommender.errors.NotFound
        If the enterprise or a diagnosis of it is not stored.
    """
    from recommender.matching.unknown import UnknownEnterprise

    with store.read() as unit:
        firm = unit.enterprises.get(uscc)
        newest = unit.diagnoses.latest(uscc)
    if firm is None:
        raise UnknownEnterprise(f"找不到企业 {uscc}", place={"field": "enterprise"})
    if newest is None:
        raise NotDiagnosed(f"企业 {uscc} 还没有诊断，请先导入诊断", place={"field": "enterprise"})
    return firm.record, newest.record
