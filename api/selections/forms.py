"""Forms and results of selections as files."""

from typing import Annotated

from fastapi import Path, Query, Response

from api.downloads import DOCX, XLSX
from api.errors import MalformedForm, UnsupportedMediaType
from api.imports.upload import REQUEST_BODY, Uploaded
from api.installed import Installed
from api.openapi import KEY_PROBLEMS, Responses, problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.domain.event import Party
from recommender.errors import InvalidInput
from recommender.exchange.faults import EmptyFile, MissingColumns, UnknownFormat, UnreadableWorkbook
from recommender.letters.selection import announcement
from recommender.selection.application import RoundId
from recommender.selection.faults import NotOnPanel, UnknownSelection
from recommender.selection.offline import FormsTaken, ScoresTaken
from recommender.selection.result_table import result_workbook

router = make_router("lead-unit-selections")
_ONE = "/v1/lead-unit-selections/{id}"
_Id = Annotated[RoundId, Path(description="批次编号")]
_Unit = Annotated[str | None, Query(description="只要一家单位的申报", max_length=64)]
_Expert = Annotated[Party, Query(description="专家编号")]
_Actor = Annotated[Party, Query(description="办理人：申报单位或市主管部门")]
_DryRun = Annotated[bool, Query(description="只检查，不提交")]
_FAULTS = (
    UnknownSelection, UnsupportedMediaType, MalformedForm, InvalidInput, *KEY_PROBLEMS,
    UnreadableWorkbook, UnknownFormat, EmptyFile, MissingColumns,
)  # fmt: skip


def _file(kind: str, what: str) -> Responses:
    found = problems(InvalidInput, UnknownSelection, NotOnPanel)
    return found | {200: {"content": {kind: {}}, "description": what}}


@router.get(
    _ONE + "/application-form.xlsx",
    summary="申报表（Excel）",
    response_class=Response,
    responses=_file(XLSX, "申报表"),
)
def get_application_form(id: _Id, here: Installed, unit: _Unit = None) -> Response:  # noqa: A002
    """Return the application form with what is handed in."""
    return Response(here.selection_forms.application_form(id, unit), media_type=XLSX)


@router.get(
    _ONE + "/score-sheet.xlsx",
    summary="专家评分表（Excel）",
    response_class=Response,
    responses=_file(XLSX, "评分表"),
)
def get_score_sheet(id: _Id, here: Installed, expert: _Expert) -> Response:  # noqa: A002
    """Return an expert's score sheet."""
    return Response(here.selection_forms.score_form(id, expert), media_type=XLSX)


@router.get(
    _ONE + "/result.xlsx",
    summary="遴选结果表（Excel）",
    response_class=Response,
    responses=_file(XLSX, "结果表"),
)
def get_result(id: _Id, here: Installed) -> Response:  # noqa: A002
    """Return the result as tables that offices sign."""
    return Response(result_workbook(here.selections.show(id)), media_type=XLSX)


@router.get(
    _ONE + "/announcement.docx",
    summary="遴选结果公示（Word）",
    response_class=Response,
    responses=_file(DOCX, "公示"),
)
def get_announcement(id: _Id, here: Installed) -> Response:  # noqa: A002
    """Return the announcement of the result."""
    view = here.selections.show(id)
    return Response(announcement(view, here.store.clock()), media_type=DOCX)


@router.post(
    _ONE + "/applications:import",
    summary="导入填好的申报表",
    response_model=FormsTaken,
    responses=problems(*_FAULTS),
    dependencies=ONCE,
    openapi_extra=REQUEST_BODY,
)
def post_applications(
    id: _Id,  # noqa: A002
    here: Installed,
    upload: Uploaded,
    actor: _Actor,
    dry_run: _DryRun = False,
) -> Response:
    """Hand in every application of a form; wrong cells are named."""
    taken = here.selection_forms.take_applications(
        id, upload.content, actor, name=upload.name, dry_run=dry_run
    )
    return json_answer(taken)


@router.post(
    _ONE + "/scores:import",
    summary="导入填好的评分表",
    response_model=ScoresTaken,
    responses=problems(*_FAULTS),
    dependencies=ONCE,
    openapi_extra=REQUEST_BODY,
)
def post_score_sheet(id: _Id, here: Installed, upload: Uploaded, expert: _Expert) -> Response:  # noqa: A002
    """Take an expert's score sheet; wrong cells are named."""
    return json_answer(here.selection_forms.take_scores(id, upload.content, expert, name=upload.name))
