"""GET a case file as data or to print, GET the worklist, POST a move."""

from bisect import bisect_right
from typing import Annotated

from fastapi import Header, Path, Query, Response

from api.course.schemas import MEDIA_TYPES, CourseList, CourseQuery, FileFormat, FileQuery, PrintedFileQuery
from api.downloads import attached
from api.errors import BadCursor
from api.installed import Installed
from api.openapi import post_problems, problems
from api.paging import decode_cursor, encode_cursor
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.course.case_file import CaseFile
from recommender.course.document import case_document
from recommender.course.moving import (
    AskedMove,
    Moved,
    MoveRequest,
    NeedsMissing,
    NotYourMove,
    OutOfOrder,
    ProjectUnclear,
    UnknownMove,
    UnknownPartner,
)
from recommender.course.page import PAGE, render_case_page
from recommender.course.service import BadMoment, UnknownStage, read_moment
from recommender.course.workbook import case_workbook, worklist_workbook
from recommender.domain.credit_code import CreditCode
from recommender.errors import Conflict, InvalidInput
from recommender.matching.unknown import UnknownEnterprise
from recommender.report.pdf import PdfUnavailable, render_pdf

router = make_router("course")
_Uscc = Annotated[CreditCode, Path(description="统一社会信用代码")]
_BINARY = {"schema": {"type": "string", "format": "binary"}}


@router.get(
    "/v1/enterprises/{uscc}/case-file",
    summary="一企一档",
    response_model=CaseFile,
    responses=problems(InvalidInput, BadMoment, UnknownEnterprise),
)
def get_case_file(uscc: _Uscc, query: Annotated[FileQuery, Query()], here: Installed) -> Response:
    """Return everything about an enterprise's course, now or as of a past day.

    联系方式默认遮盖；企业本人，以及企业已开放联系的牵引单位、服务商可以看到。
    """
    return json_answer(here.course.case_file(uscc, read_moment(query.as_of), asker=query.asker))


@router.get(
    "/v1/enterprises/{uscc}/case-file:page",
    summary="一企一档的打印页、PDF、Excel 或 Word",
    response_class=Response,
    responses=problems(InvalidInput, BadMoment, UnknownEnterprise, PdfUnavailable)
    | {
        200: {
            "description": "档案",
            "content": {
                media.partition(";")[0]: {"schema": {"type": "string"}}
                if media.startswith("text")
                else _BINARY
                for media in MEDIA_TYPES.values()
            },
        }
    },
)
def get_case_file_page(
    uscc: _Uscc,
    query: Annotated[PrintedFileQuery, Query()],
    here: Installed,
    accept: Annotated[str, Header(description="不写 format 时按它决定")] = "",
) -> Response:
    """Return the case file to print or to work with in an office."""
    file = here.course.case_file(uscc, read_moment(query.as_of), asker=query.asker)
    form = query.format or _accepted(accept)
    headers = {}
    if form is FileFormat.HTML:
        headers["Content-Security-Policy"] = PAGE.policy()
    elif form is not FileFormat.PDF:
        headers |= attached(f"一企一档-{uscc}.{form.value}")
    return Response(_rendered(file, form), media_type=MEDIA_TYPES[form], headers=headers)


@router.get(
    "/v1/course",
    summary="办理清单：谁在哪个阶段、停留多久、是否逾期",
    response_model=CourseList,
    responses=problems(InvalidInput, BadCursor, BadMoment, UnknownStage),
)
def list_course(query: Annotated[CourseQuery, Query()], here: Installed) -> Response:
    """Return one page, the most overdue first: a line for each project, and for each firm without one."""
    found = here.course.worklist(query.wanted, read_moment(query.as_of))
    after = decode_cursor("course", query.filters, query.cursor)
    start = 0 if after is None else bisect_right(found.entries, after, key=lambda entry: entry.key)
    page = found.entries[start : start + query.limit]
    more = start + query.limit < len(found.entries)
    cursor = encode_cursor("course", query.filters, page[-1].key) if more else None
    return json_answer(CourseList(items=list(page), next_cursor=cursor, counts=tuple(found.counts)))


@router.get(
    "/v1/course:workbook",
    summary="办理清单的 Excel",
    response_class=Response,
    responses=problems(InvalidInput, BadMoment, UnknownStage)
    | {200: {"description": "工作簿", "content": {MEDIA_TYPES[FileFormat.XLSX]: _BINARY}}},
)
def get_course_workbook(query: Annotated[CourseQuery, Query()], here: Installed) -> Response:
    """Return all lines that the conditions take as a workbook."""
    found = here.course.worklist(query.wanted, read_moment(query.as_of))
    return Response(
        worklist_workbook(found.entries),
        media_type=MEDIA_TYPES[FileFormat.XLSX],
        headers=attached("办理清单.xlsx"),
    )


@router.post(
    "/v1/enterprises/{uscc}/course:move",
    summary="办理一步",
    responses=post_problems(
        UnknownEnterprise,
        UnknownMove,
        NotYourMove,
        OutOfOrder,
        NeedsMissing,
        ProjectUnclear,
        UnknownPartner,
        Conflict,
    ),
    dependencies=ONCE,
)
def post_move(uscc: _Uscc, body: AskedMove, here: Installed) -> Moved:
    """Append the event that moves the course on, once role, order and needs are in order.

    缺什么、为什么需要，会逐项写明；同一 event_id 重复提交只办一次。
    """
    return here.course.advance(MoveRequest(uscc=uscc, **body.model_dump()))


def _accepted(accept: str) -> FileFormat:
    """Return the first form that the header names, HTML when it names none."""
    named = [kind.partition(";")[0].strip().lower() for kind in accept.split(",")]
    forms = {media.partition(";")[0]: form for form, media in MEDIA_TYPES.items()}
    return next((forms[kind] for kind in named if kind in forms), FileFormat.HTML)


def _rendered(file: CaseFile, form: FileFormat) -> str | bytes:
    if form is FileFormat.XLSX:
        return case_workbook(file)
    if form is FileFormat.DOCX:
        return case_document(file)
    page = render_case_page(file)
    return page if form is FileFormat.HTML else render_pdf(page)
