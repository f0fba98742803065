"""Appraisals from opening to a decided appeal. Single scores are only in a reviewer's own workbook."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Response
from pydantic import BaseModel, Field

from api.as_of import AsOf
from api.downloads import DOCX, XLSX
from api.errors import MalformedForm, UnsupportedMediaType
from api.imports.upload import REQUEST_BODY, Uploaded
from api.installed import Installed
from api.openapi import KEY_PROBLEMS, post_problems, problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.appraisal import faults
from recommender.appraisal.sheet import Side
from recommender.appraisal.tables import result_document, result_workbook
from recommender.appraisal.views import AppraisalHead, AppraisalView, Consequence
from recommender.domain.event import Party
from recommender.domain.record import Name, Record, RecordId
from recommender.errors import InvalidInput
from recommender.exchange import faults as files
from recommender.exchange.conflicts import resolver
from recommender.exchange.report import ImportReport
from recommender.subsidy_round.faults import NotTheOffice

router = make_router("appraisals")
AppraisalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
_Id = Annotated[AppraisalId, Path(description="考评编号")]
_Who = Annotated[RecordId, Path(description="评审人编号")]
_Text = Annotated[str, Field(min_length=1, max_length=5_000)]
_Points = dict[str, Annotated[Decimal, Field(max_digits=6, decimal_places=2)]]
_KNOWN = (faults.UnknownAppraisal, faults.UnknownAppraised)


class OpenBody(Record):
    """An appraisal to open; ``reviewers`` gives the affiliation of each."""

    id: AppraisalId
    name: Name
    side: Side
    first: date
    last: date
    actor: Party
    reviewers: Annotated[dict[RecordId, Name], Field(max_length=500, default_factory=dict)]
    sheet: dict[str, Any] | None = None
    units: Annotated[tuple[RecordId, ...], Field(max_length=5_000)] | None = None


class ScoreBody(Record):
    """One reviewer's sheet for a unit; ``actor`` is the reviewer unless the city office enters it."""

    unit: RecordId
    reviewer: RecordId
    points: _Points = Field(default_factory=dict)
    recused: bool = False
    remark: _Text | None = None
    actor: Party | None = None


class ScoreTaken(BaseModel):
    """Whether the sheet differs from the one before."""

    changed: bool


class ReportBody(Record):
    """A unit's report on itself."""

    unit: RecordId
    text: _Text
    actor: Party


class PublishBody(Record):
    """Whose results are published; all without ``units``."""

    actor: Party
    units: Annotated[tuple[RecordId, ...], Field(max_length=5_000)] | None = None


class AppealBody(Record):
    """Against which items a unit appeals, and why."""

    unit: RecordId
    items: Annotated[tuple[RecordId, ...], Field(min_length=1, max_length=200)]
    reason: _Text
    actor: Party


class DecideBody(Record):
    """The decision on an appeal; ``points`` of the items that it changes."""

    unit: RecordId
    actor: Party
    upheld: bool
    reason: _Text
    points: _Points = Field(default_factory=dict)


class AppraisalList(BaseModel):
    """All appraisals in the order of opening."""

    items: tuple[AppraisalHead, ...]


class ConsequenceList(BaseModel):
    """What final grades propose to people."""

    items: tuple[Consequence, ...]


@router.post(
    "/v1/appraisals",
    summary="开启考评",
    response_model=AppraisalView,
    status_code=201,
    responses=post_problems(
        NotTheOffice, faults.AppraisalExists, faults.AppraisalSheetFaulty, faults.UnknownAppraised
    ),
    dependencies=ONCE,
)
def post_appraisal(body: OpenBody, here: Installed) -> Response:
    """Open an appraisal; the same again appoints the reviewers that are new."""
    view = here.appraisals.open(
        body.id,
        body.name,
        body.side,
        (body.first, body.last),
        body.actor,
        reviewers=body.reviewers,
        sheet=body.sheet,
        units=body.units,
    )
    return json_answer(view, 201, {"Location": f"/v1/appraisals/{body.id}"})


@router.get("/v1/appraisals", summary="列出考评", responses=problems(InvalidInput))
def list_appraisals(here: Installed, as_of: AsOf = None) -> AppraisalList:
    """Return all appraisals."""
    return AppraisalList(items=here.appraisals.listing(as_of))


@router.get("/v1/appraisal-consequences", summary="考评结果建议的后续处理", responses=problems(InvalidInput))
def list_consequences(here: Installed, as_of: AsOf = None) -> ConsequenceList:
    """Return what final grades propose; nothing happens by itself."""
    return ConsequenceList(items=here.appraisals.consequences(as_of))


@router.get(
    "/v1/appraisals/{id}",
    summary="查看考评和已公布的结果",
    response_model=AppraisalView,
    responses=problems(InvalidInput, faults.UnknownAppraisal),
)
def get_appraisal(id: _Id, here: Installed, as_of: AsOf = None) -> Response:  # noqa: A002
    """Return an appraisal with what is published."""
    return json_answer(here.appraisals.show(id, as_of))


@router.get(
    "/v1/appraisals/{id}/draft",
    summary="试算未公布的结果",
    response_model=AppraisalView,
    responses=problems(InvalidInput, faults.UnknownAppraisal, NotTheOffice),
)
def get_draft(
    id: _Id,  # noqa: A002
    actor: Annotated[Party, Query(description="市主管部门代码")],
    here: Installed,
    as_of: AsOf = None,
) -> Response:
    """Return what unpublished units would get now."""
    return json_answer(here.appraisals.draft(id, actor, as_of))


@router.get(
    "/v1/appraisals/{id}/results.{form}",
    summary="导出考评结果（Excel、Word）",
    response_class=Response,
    responses=problems(InvalidInput, faults.UnknownAppraisal)
    | {200: {"content": {XLSX: {}, DOCX: {}}, "description": "工作簿或 Word 文件"}},
)
def get_results(id: _Id, form: Literal["xlsx", "docx"], here: Installed, as_of: AsOf = None) -> Response:  # noqa: A002
    """Return the published results, by rank and by grade."""
    view = here.appraisals.show(id, as_of)
    if form == "docx":
        return Response(result_document(view, view.as_of), media_type=DOCX)
    return Response(result_workbook(view), media_type=XLSX)


@router.get(
    "/v1/appraisals/{id}/reviewers/{reviewer}/scores.xlsx",
    summary="下载一位评审人的评分表",
    response_class=Response,
    responses=problems(InvalidInput, faults.UnknownAppraisal, faults.UnknownReviewer)
    | {200: {"content": {XLSX: {}}, "description": "工作簿"}},
)
def get_scores(id: _Id, reviewer: _Who, here: Installed) -> Response:  # noqa: A002
    """Return the workbook that a reviewer fills in."""
    return Response(here.appraisals.workbook(id, reviewer), media_type=XLSX)


@router.post(
    "/v1/appraisals/{id}/reviewers/{reviewer}/scores:import",
    summary="导入一位评审人的评分表",
    response_model=ImportReport,
    responses=problems(
        InvalidInput,
        faults.UnknownAppraisal,
        faults.UnknownReviewer,
        NotTheOffice,
        UnsupportedMediaType,
        MalformedForm,
        *KEY_PROBLEMS,
        files.UnreadableEncoding,
        files.UnreadableTable,
        files.UnreadableWorkbook,
        files.UnknownFormat,
        files.EmptyFile,
        files.MissingColumns,
    ),
    dependencies=ONCE,
    openapi_extra=REQUEST_BODY,
)
def import_scores(
    id: _Id,  # noqa: A002
    reviewer: _Who,
    upload: Uploaded,
    here: Installed,
    actor: Annotated[Party | None, Query(description="办理人，默认评审人自己")] = None,
    dry_run: Annotated[bool, Query(description="只检查，不保存")] = False,
    resolve: Annotated[Literal["theirs", "ours"] | None, Query(description="冲突怎样定")] = None,
) -> Response:
    """Take a filled workbook; faults are told by row and column."""
    report = here.appraisals.take_workbook(
        id,
        reviewer,
        upload.content,
        actor=actor,
        name=upload.name,
        dry_run=dry_run,
        resolve=resolver(resolve),
    )
    return json_answer(report)


@router.post(
    "/v1/appraisals/{id}:score",
    summary="评审人评分",
    responses=post_problems(
        *_KNOWN,
        faults.UnknownReviewer,
        faults.InvalidScore,
        faults.ConflictOfInterest,
        faults.AppraisalMoveNotAllowed,
        NotTheOffice,
    ),
    dependencies=ONCE,
)
def post_score(id: _Id, body: ScoreBody, here: Installed) -> ScoreTaken:  # noqa: A002
    """Take one reviewer's sheet for a unit."""
    changed = here.appraisals.score(
        id,
        body.unit,
        body.reviewer,
        body.points,
        actor=body.actor,
        recused=body.recused,
        remark=body.remark,
    )
    return ScoreTaken(changed=changed)


@router.post(
    "/v1/appraisals/{id}:report",
    summary="单位自评",
    response_model=AppraisalView,
    responses=post_problems(*_KNOWN, faults.NotTheAppraised, faults.AppraisalMoveNotAllowed),
    dependencies=ONCE,
)
def post_report(id: _Id, body: ReportBody, here: Installed) -> Response:  # noqa: A002
    """Take a unit's report on itself."""
    return json_answer(here.appraisals.report(id, body.unit, body.text, body.actor))


@router.post(
    "/v1/appraisals/{id}:publish",
    summary="公布结果",
    response_model=AppraisalView,
    responses=post_problems(*_KNOWN, NotTheOffice, faults.TooFewReviewers),
    dependencies=ONCE,
)
def post_publish(id: _Id, body: PublishBody, here: Installed) -> Response:  # noqa: A002
    """Publish results; what is published stays as it is."""
    return json_answer(here.appraisals.publish(id, body.actor, body.units))


@router.post(
    "/v1/appraisals/{id}:appeal",
    summary="单位申诉",
    response_model=AppraisalView,
    responses=post_problems(*_KNOWN, faults.NotTheAppraised, faults.AppraisalMoveNotAllowed),
    dependencies=ONCE,
)
def post_appeal(id: _Id, body: AppealBody, here: Installed) -> Response:  # noqa: A002
    """Appeal against named items."""
    return json_answer(here.appraisals.appeal(id, body.unit, body.items, body.reason, body.actor))


@router.post(
    "/v1/appraisals/{id}:decide",
    summary="决定申诉",
    response_model=AppraisalView,
    responses=post_problems(
        *_KNOWN, NotTheOffice, faults.ConflictOfInterest, faults.AppraisalMoveNotAllowed, faults.InvalidScore
    ),
    dependencies=ONCE,
)
def post_decide(id: _Id, body: DecideBody, here: Installed) -> Response:  # noqa: A002
    """Decide an appeal."""
    view = here.appraisals.decide(
        id, body.unit, body.actor, upheld=body.upheld, reason=body.reason, points=body.points
    )
    return json_answer(view)
