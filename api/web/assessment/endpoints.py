"""GET the start, POST part after part; the answers travel with the forms and are stored only on request."""

from typing import Annotated

from fastapi import Form, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from api.errors import UnknownRoute
from api.installed import Installed
from api.web.assessment.filled import Kept, carried, filled, kept_of, kept_of_sheet
from api.web.assessment.outcome import Outcome, outcome_of
from api.web.failures import NotForThisRole, SignInNeeded
from api.web.page import Page, PageWriter
from api.web.routing import page_router, see
from recommender.benchmark.service import benchmark_for
from recommender.domain.solution import DEPLOYMENT_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.domain.viewer import Role, Viewer
from recommender.errors import SmematchError
from recommender.installation import Installation
from recommender.matching.request import RecommendationRequest
from recommender.questionnaire.filing import file_self_diagnosis
from recommender.questionnaire.parts import Part, parts_of
from recommender.questionnaire.rules import load_draft_rules
from recommender.questionnaire.sheet import Sheet
from recommender.text.sub_industry import complete_enterprise

router = page_router()
RESULT = "result"
_LISTED = 10


@router.get("/start")
def get_start(page: Page, here: Installed) -> Response:
    """Say what happens, and offer to begin or to go on with a draft."""
    return page.show(
        "assessment/start.html",
        parts=parts_of(here.instrument),
        kept_days=load_draft_rules().kept_days,
        error=None,
        code="",
    )


@router.post("/start/resume")
def post_resume(page: Page, here: Installed, code: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Go to a draft by its code; an unknown one is told beside the field."""
    try:
        draft = here.drafts.find(code)
    except SmematchError as error:
        if error.status >= 500:
            raise
        return page.show(
            "assessment/start.html",
            status=error.status,
            parts=parts_of(here.instrument),
            kept_days=load_draft_rules().kept_days,
            error=error,
            code=code,
        )
    return see(f"/start/drafts/{draft.code}")


@router.get("/start/drafts/{code}")
def get_draft(code: str, page: Page, here: Installed) -> Response:
    """Show a kept draft: its code, until when it is kept, going on, deleting."""
    draft = here.drafts.find(code)
    return page.show(
        "assessment/draft.html",
        draft=draft,
        parts=parts_of(here.instrument),
        answered=_answered(draft.sheet, parts_of(here.instrument)),
    )


@router.post("/start/drafts/{code}/delete")
def post_delete(code: str, page: Page, here: Installed) -> Response:
    """Delete a draft and say so."""
    here.drafts.delete(code)
    return page.show("assessment/deleted.html")


@router.get("/start/{step}")
def get_step(step: str, page: Page, here: Installed) -> Response:
    """Show the first part, empty; the others are reached by their forms, which carry the answers."""
    if step not in {part.code for part in parts_of(here.instrument)}:
        raise UnknownRoute("没有这一页，请从“自助测评”开始")
    return _step(page, here, step, Sheet(), None)


@router.post("/start/{step}")
async def post_step(step: str, request: Request, page: Page, here: Installed) -> Response:
    """Take a part over and do what the pressed button says."""
    form = await request.form()
    return await run_in_threadpool(_taken, step, form, page, here)


def _taken(step: str, form: FormData, page: PageWriter, here: Installation) -> Response:
    sheet, code = carried(form), _code(form)
    part = next((one for one in parts_of(here.instrument) if one.code == step), None)
    if part is None and step != RESULT:
        raise UnknownRoute("没有这一页，请从“自助测评”开始")
    if part is not None and "shown" in form:
        sheet, faults = filled(sheet, part, form, here.instrument)
        if faults:
            return _step(page, here, step, sheet, code, kept_of(form), faults)
    go = str(form.get("go") or RESULT)
    match go:
        case "save":
            return see(f"/start/drafts/{here.drafts.keep(sheet, code).code}")
        case "file":
            return _filed(page, here, sheet)
        case "recommendations":
            return _recommendations(page, here, sheet, code)
        case "result":
            return _result(page, here, sheet, code)
    return _step(page, here, go, sheet, code)


def _step(
    page: PageWriter,
    here: Installation,
    step: str,
    sheet: Sheet,
    code: str | None,
    kept: Kept | None = None,
    faults: dict[str, str] | None = None,
) -> Response:
    parts = parts_of(here.instrument)
    number = next((n for n, one in enumerate(parts) if one.code == step), None)
    if number is None:
        raise UnknownRoute("没有这一页，请从“自助测评”开始")
    taxonomy = load_taxonomy()
    return page.show(
        "assessment/step.html",
        status=422 if faults else 200,
        parts=parts,
        asked=parts[number],
        number=number + 1,
        before=parts[number - 1].code if number else None,
        after=parts[number + 1].code if number + 1 < len(parts) else RESULT,
        answered=_answered(sheet, parts),
        kept=kept if kept is not None else kept_of_sheet(sheet),
        faults=faults or {},
        sheet=sheet.model_dump_json(exclude_defaults=True),
        code=code,
        districts=[(one.code, one.name) for one in taxonomy.districts],
        sub_industries=[(one.code.value, one.name) for one in taxonomy.sub_industries],
        deployments=[(code.value, name) for code, name in DEPLOYMENT_NAMES.items()],
    )


def _result(page: PageWriter, here: Installation, sheet: Sheet, code: str | None) -> Response:
    return page.show(
        "assessment/result.html",
        outcome=_outcome(here, sheet) if sheet.begun else None,
        sheet=sheet.model_dump_json(exclude_defaults=True),
        code=code,
        parts=parts_of(here.instrument),
        kept_days=load_draft_rules().kept_days,
    )


def _outcome(here: Installation, sheet: Sheet) -> Outcome:
    result = sheet.result(here.instrument)
    enterprise = complete_enterprise(sheet.profile().as_enterprise())
    benchmark = benchmark_for(here.store, here.keeper.current, here.instrument, enterprise, result)
    return outcome_of(result, benchmark, here.instrument)


def _recommendations(page: PageWriter, here: Installation, sheet: Sheet, code: str | None) -> Response:
    request = RecommendationRequest(profile=sheet.profile(), k=_LISTED)
    preview = here.matching.preview(request)
    return page.show(
        "assessment/recommendations.html",
        preview=preview,
        found=preview.items,
        sheet=sheet.model_dump_json(exclude_defaults=True),
        code=code,
    )


def _filed(page: PageWriter, here: Installation, sheet: Sheet) -> Response:
    uscc = _own(page.viewer)
    diagnosis = file_self_diagnosis(here.store, here.instrument, uscc, sheet)
    return see(f"/enterprises/{uscc}/diagnosis?id={diagnosis.id}")


def _own(viewer: Viewer | None) -> str:
    if viewer is None:
        raise SignInNeeded("请先选择身份，再存为企业的自评")
    if viewer.role is not Role.ENTERPRISE or viewer.subject is None:
        raise NotForThisRole("只有企业自己能把答案存为自评")
    return viewer.subject


def _answered(sheet: Sheet, parts: tuple[Part, ...]) -> dict[str, tuple[int, int]]:
    """Return how many questions of each part are answered, of how many."""
    graded = {code.value for code in sheet.scenarios}
    return {
        part.code: (
            sum(item.id in sheet.answers for item in part.items)
            + sum(scenario.id in graded for scenario in part.scenarios),
            len(part.items) + len(part.scenarios),
        )
        for part in parts
    }


def _code(form: FormData) -> str | None:
    told = form.get("code")
    return told if isinstance(told, str) and told else None
