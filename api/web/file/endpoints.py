"""GET the case file and its downloads, GET and POST the form of an act."""

from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.downloads import DOCX, PDF, XLSX, download
from api.installed import Installed
from api.web.asked import Asked
from api.web.failures import NotForThisRole
from api.web.file.acts import Act, acts_of, title_of
from api.web.file.course import stages_picture
from api.web.file.forms import fields_of, told_by
from api.web.page import Page
from api.web.routing import page_router, see
from api.web.scope import OFFICES, enterprise_for
from api.web.session import one_of
from api.web.telling import tell
from recommender.course.case_file import CaseFile
from recommender.course.compiling import Asker
from recommender.course.document import case_document
from recommender.course.moving import MoveRequest
from recommender.course.page import render_case_page
from recommender.course.parts import case_parts, cell_text
from recommender.course.service import read_moment
from recommender.course.standing import Standing
from recommender.course.workbook import case_workbook
from recommender.domain.credit_code import CreditCode
from recommender.domain.viewer import Role, Viewer
from recommender.errors import InvalidInput, SmematchError
from recommender.installation import Installation
from recommender.report.pdf import render_pdf

router = page_router()
_Uscc = Annotated[CreditCode, Path()]
_Reader = Annotated[Viewer, one_of(Role.ENTERPRISE, *OFFICES)]
_Actor = Annotated[Viewer, one_of(Role.ENTERPRISE, Role.LEAD_UNIT, Role.VENDOR, Role.DISTRICT, Role.CITY)]


class FileAsked(Asked):
    """As of when."""

    as_of: str | None = Field(default=None, max_length=40)


class DownloadAsked(FileAsked):
    """As of when and in which form."""

    format: Literal["xlsx", "docx", "pdf"] = "xlsx"


class ActAsked(Asked):
    """Of which project."""

    project: str | None = Field(default=None, max_length=100)


@router.get("/enterprises/{uscc}/file")
def get_file(
    uscc: _Uscc, asked: Annotated[FileAsked, Query()], viewer: _Reader, page: Page, here: Installed
) -> Response:
    """Show everything about an enterprise's course, now or as of a past day."""
    enterprise_for(here, viewer, uscc)
    file = _file(here, viewer, uscc, asked.as_of)
    return page.show(
        "file/file.html",
        file=file,
        as_of=asked.as_of,
        parts=case_parts(file),
        told=cell_text,
        stages=stages_picture(file),
        acts=acts_of(file, viewer) if asked.as_of is None else (),
    )


@router.get("/enterprises/{uscc}/file/download")
def get_download(
    uscc: _Uscc, asked: Annotated[DownloadAsked, Query()], viewer: _Reader, here: Installed
) -> Response:
    """Return the file as Excel, Word or PDF."""
    enterprise_for(here, viewer, uscc)
    file = _file(here, viewer, uscc, asked.as_of)
    name = f"一企一档-{uscc}.{asked.format}"
    match asked.format:
        case "xlsx":
            return download(case_workbook(file), name, XLSX)
        case "docx":
            return download(case_document(file), name, DOCX)
        case _:
            return download(render_pdf(render_case_page(file)), name, PDF)


@router.get("/enterprises/{uscc}/acts")
def get_acts(uscc: _Uscc, viewer: _Actor, page: Page, here: Installed) -> Response:
    """Show where the projects stand that concern the viewer, and what he can do."""
    file = _file(here, viewer, uscc, None)
    standings = [one for one in file.standings if _concerns(one, viewer)]
    return page.show("file/acts.html", file=file, standings=standings, acts=acts_of(file, viewer))


@router.get("/enterprises/{uscc}/acts/{event}")
def get_act(
    uscc: _Uscc,
    event: str,
    asked: Annotated[ActAsked, Query()],
    viewer: _Actor,
    page: Page,
    here: Installed,
) -> Response:
    """Show the form of something that can be done now."""
    file = _file(here, viewer, uscc, None)
    act = _act(file, viewer, event, asked)
    return _form(page, file, act, {}, None)


@router.post("/enterprises/{uscc}/acts/{event}")
async def post_act(
    uscc: _Uscc,
    event: str,
    asked: Annotated[ActAsked, Query()],
    request: Request,
    viewer: _Actor,
    page: Page,
    here: Installed,
) -> Response:
    """Do it; what stands against it is told on the form, with what was filled in."""
    file = await run_in_threadpool(_file, here, viewer, uscc, None)
    act = _act(file, viewer, event, asked)
    form = await request.form()
    try:
        told = await told_by(form, fields_of(event, file, partner_open=_partner_open(act)))
        await run_in_threadpool(_do, here, viewer, uscc, act, told)
    except SmematchError as error:
        if error.status >= 500:
            raise
        kept = {name: value for name, value in form.items() if isinstance(value, str)}
        return _form(page, file, act, kept, error)
    return see(f"/enterprises/{uscc}/file" if _may_read(viewer) else f"/enterprises/{uscc}/acts")


def _do(here: Installation, viewer: Viewer, uscc: str, act: Act, told: dict[str, object]) -> None:
    partner = str(told.pop("partner", "") or act.partner or "") or None
    value = told.pop("value", None)
    if act.moves:
        here.course.advance(
            MoveRequest.model_validate(
                {
                    "uscc": uscc,
                    "event": act.event,
                    "role": viewer.role.value,
                    "actor": viewer.actor,
                    "project": act.project,
                    "partner": partner,
                    "attributes": told,
                }
            )
        )
        return
    attributes = {**told, **({"project": act.project} if act.project else {})}
    body = {
        "type": act.event,
        "subject": uscc,
        "object": partner or uscc,
        "actor": viewer.actor,
        "value": value,
        "attributes": attributes,
    }
    tell(here, [body])


def _file(here: Installation, viewer: Viewer, uscc: str, as_of: str | None) -> CaseFile:
    """Return the file as the viewer may see it; a partner sees one with a project of his."""
    role = viewer.role
    asker = None
    if role in {Role.ENTERPRISE, Role.LEAD_UNIT, Role.VENDOR}:
        asker = Asker(role.value, viewer.actor)  # type: ignore[arg-type]
    if role in {Role.ENTERPRISE, *OFFICES}:
        enterprise_for(here, viewer, uscc)
        return here.course.case_file(uscc, read_moment(as_of), asker=asker)
    try:
        file = here.course.case_file(uscc, read_moment(as_of), asker=asker)
    except SmematchError as error:
        raise NotForThisRole("您没有与这家企业签约的项目") from error
    if all(one.facts.partner != viewer.subject for one in file.projects):
        raise NotForThisRole("您没有与这家企业签约的项目")
    return file


def _act(file: CaseFile, viewer: Viewer, event: str, asked: ActAsked) -> Act:
    acts = [one for one in acts_of(file, viewer) if one.event == event]
    fitting = [one for one in acts if asked.project in {None, one.project}]
    if not fitting:
        raise InvalidInput(f"现在不能办理“{title_of(event)}”：阶段已变，或这一步不由您办理")
    return fitting[0]


def _partner_open(act: Act) -> bool:
    return act.event == "contract" and act.partner is None


def _form(
    page: Page, file: CaseFile, act: Act, kept: dict[str, str], error: SmematchError | None
) -> Response:
    return page.show(
        "file/act.html",
        status=error.status if error else 200,
        file=file,
        act=act,
        fields=fields_of(act.event, file, partner_open=_partner_open(act)),
        kept=kept,
        error=error,
    )


def _concerns(standing: Standing, viewer: Viewer) -> bool:
    return _may_read(viewer) or standing.partner == viewer.subject


def _may_read(viewer: Viewer) -> bool:
    return viewer.role in {Role.ENTERPRISE, *OFFICES}
