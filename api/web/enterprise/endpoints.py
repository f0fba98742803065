"""GET overview and diagnosis, GET and POST the basics."""

from typing import Annotated

from fastapi import Path, Query, Request, Response
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.installed import Installed
from api.web.asked import Asked
from api.web.assessment.filled import Kept, faults_of, kept_of
from api.web.assessment.outcome import Outcome, outcome_of
from api.web.enterprise.basics import changed_by, kept_of_enterprise, unknown_basics
from api.web.failures import NotForThisRole
from api.web.page import Page, PageWriter
from api.web.routing import page_router, see
from api.web.scope import OFFICES, enterprise_for
from api.web.session import one_of
from recommender.benchmark.service import benchmark_for
from recommender.diagnosis import load_instrument, score
from recommender.diagnosis.scoring import DiagnosisResult
from recommender.domain import Diagnosis, Enterprise
from recommender.domain.credit_code import CreditCode
from recommender.domain.solution import DEPLOYMENT_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.domain.viewer import Role, Viewer
from recommender.errors import NotFound, PreconditionFailed
from recommender.installation import Installation
from recommender.matching.request import RecommendationRequest, Target
from recommender.store.repositories.records import Stored

router = page_router()
_Uscc = Annotated[CreditCode, Path()]
_Reader = Annotated[Viewer, one_of(Role.ENTERPRISE, *OFFICES)]
_Owner = Annotated[Viewer, one_of(Role.ENTERPRISE)]
_NOTICES = 5


class DiagnosisAsked(Asked):
    """Which diagnosis; the newest where none is named."""

    id: str | None = Field(default=None, max_length=64)


@router.get("/enterprises/{uscc}")
def get_overview(uscc: _Uscc, viewer: _Reader, page: Page, here: Installed) -> Response:
    """Show where an enterprise stands, what comes next, what is missing and which notices concern it."""
    enterprise = enterprise_for(here, viewer, uscc)
    diagnoses = _diagnoses(here, uscc)
    request = RecommendationRequest(enterprise=uscc, target=Target.NOTICE, k=_NOTICES)
    return page.show(
        "enterprise/overview.html",
        enterprise=enterprise,
        result=_result(diagnoses[0]) if diagnoses else None,
        diagnosed_on=diagnoses[0].assessed_on if diagnoses else None,
        standings=here.course.stage_of(uscc),
        unknown=unknown_basics(enterprise),
        notices=here.matching.preview(request).items,
        own=viewer.role is Role.ENTERPRISE,
    )


@router.get("/enterprises/{uscc}/diagnosis")
def get_diagnosis(
    uscc: _Uscc, asked: Annotated[DiagnosisAsked, Query()], viewer: _Reader, page: Page, here: Installed
) -> Response:
    """Show what a stored diagnosis is worth, against peers, and the ways to the next levels."""
    enterprise = enterprise_for(here, viewer, uscc)
    diagnoses = _diagnoses(here, uscc)
    chosen = next((one for one in diagnoses if asked.id in {None, one.id}), None)
    if chosen is None and asked.id is not None:
        raise NotFound(f"没有编号为 {asked.id} 的诊断", place={"field": "id"})
    return page.show(
        "enterprise/diagnosis.html",
        enterprise=enterprise,
        chosen=chosen,
        others=diagnoses,
        outcome=_outcome(here, enterprise, chosen) if chosen else None,
    )


@router.get("/enterprises/{uscc}/profile")
def get_profile(uscc: _Uscc, viewer: _Owner, page: Page, here: Installed) -> Response:
    """Show the basics to be changed."""
    stored = _own(here, viewer, uscc)
    return _form(page, uscc, str(stored.revision), kept_of_enterprise(stored.record))


@router.post("/enterprises/{uscc}/profile")
async def post_profile(
    uscc: _Uscc, request: Request, viewer: _Owner, page: Page, here: Installed
) -> Response:
    """Change the basics; faults are told at their fields, a change by someone else above the form."""
    form = await request.form()
    return await run_in_threadpool(_changed, uscc, form, viewer, page, here)


def _changed(uscc: str, form: FormData, viewer: Viewer, page: PageWriter, here: Installation) -> Response:
    stored = _own(here, viewer, uscc)
    seen = str(form.get("revision") or "")
    try:
        record = changed_by(stored.record, form)
        with here.store.begin() as work:
            work.enterprises.put(record, if_match=int(seen) if seen.isdecimal() else 0)
    except ValidationError as error:
        return _form(page, uscc, seen, kept_of(form), faults=faults_of(error))
    except PreconditionFailed:
        return _form(page, uscc, seen, kept_of(form), changed=True)
    return see(f"/enterprises/{uscc}")


def _form(
    page: PageWriter,
    uscc: str,
    revision: str,
    kept: Kept,
    *,
    faults: dict[str, str] | None = None,
    changed: bool = False,
) -> Response:
    taxonomy = load_taxonomy()
    return page.show(
        "enterprise/profile.html",
        status=422 if faults else 409 if changed else 200,
        uscc=uscc,
        revision=revision,
        kept=kept,
        faults=faults or {},
        changed=changed,
        districts=[(one.code, one.name) for one in taxonomy.districts],
        sub_industries=[(one.code.value, one.name) for one in taxonomy.sub_industries],
        deployments=[(code.value, name) for code, name in DEPLOYMENT_NAMES.items()],
    )


def _own(here: Installation, viewer: Viewer, uscc: str) -> Stored[Enterprise]:
    with here.store.read() as work:
        stored = work.enterprises.get(uscc)
    if stored is None or not viewer.speaks_for(Role.ENTERPRISE, uscc):
        raise NotForThisRole("您只能修改自己企业的资料")
    return stored


def _diagnoses(here: Installation, uscc: str) -> list[Diagnosis]:
    with here.store.read() as work:
        return [stored.record for stored in work.diagnoses.for_enterprise(uscc)]


def _result(diagnosis: Diagnosis) -> DiagnosisResult:
    grades = {code.value: grade for code, grade in diagnosis.scenarios.items()}
    return score(diagnosis.answers, grades, load_instrument(diagnosis.instrument))


def _outcome(here: Installation, enterprise: Enterprise, diagnosis: Diagnosis) -> Outcome:
    result = _result(diagnosis)
    benchmark = benchmark_for(here.store, here.keeper.current, here.instrument, enterprise, result)
    return outcome_of(result, benchmark, load_instrument(diagnosis.instrument))
