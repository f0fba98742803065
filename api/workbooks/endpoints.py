"""GET records and templates as workbooks, POST a file to get its faulty rows; the questionnaire."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Path, Query, Response

from api.imports.upload import REQUEST_BODY, Uploaded
from api.installed import Installed
from api.openapi import KEY_PROBLEMS, Responses, problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.domain.credit_code import CreditCode
from recommender.errors import InvalidInput
from recommender.exchange import faults
from recommender.exchange.exporting import Format, export_bytes
from recommender.exchange.importing import import_file
from recommender.exchange.kinds import Kind
from recommender.exchange.questionnaire import ReadQuestionnaire, questionnaire, read_questionnaire
from recommender.exchange.rejected import RejectedRows, error_workbook
from recommender.exchange.templates import template_bytes
from recommender.matching.unknown import UnknownEnterprise

router = make_router("workbooks")
_Kind = Annotated[Kind, Path(description="记录种类")]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOOK: Responses = {200: {"content": {_XLSX: {}}, "description": "工作簿"}}
_READING = (
    InvalidInput,
    faults.UnreadableEncoding,
    faults.UnreadableTable,
    faults.UnreadableWorkbook,
    faults.UnknownFormat,
    faults.EmptyFile,
    faults.MissingColumns,
    faults.DuplicateColumns,
)


@router.get(
    "/v1/workbooks/{kind}",
    summary="导出为 Excel；改好后可再导入，离线修改会与库中合并",
    response_class=Response,
    responses=problems(InvalidInput) | _BOOK,
)
def get_records(kind: _Kind, here: Installed) -> Response:
    """Return every record of a kind; contact data is never part of it."""
    with here.store.read() as work:
        data, _ = export_bytes(kind, getattr(work, kind.store_name).iterate(), Format.XLSX)
    return _book(data, f"{kind.label}.xlsx")


@router.get(
    "/v1/workbooks/{kind}/template",
    summary="供填写的 Excel 模板",
    response_class=Response,
    responses=problems(InvalidInput) | _BOOK,
)
def get_template(kind: _Kind) -> Response:
    """Return an empty workbook with drop-downs and comments."""
    return _book(template_bytes(kind), f"{kind.label}模板.xlsx")


@router.post(
    "/v1/workbooks/{kind}:check",
    summary="检查一个文件，把有错的行写成 Excel 带回",
    response_class=Response,
    responses=problems(*_READING, *KEY_PROBLEMS) | _BOOK,
    dependencies=ONCE,
    openapi_extra=REQUEST_BODY,
)
def post_check(kind: _Kind, upload: Uploaded, here: Installed) -> Response:
    """Return the rows that an import would refuse, with a comment on each faulty cell; store nothing."""
    kept = RejectedRows()
    report = import_file(
        kind,
        upload.content,
        here.store,
        name=upload.name,
        dry_run=True,
        max_rows=here.settings.max_import_rows,
        rejected=kept,
    )
    data = error_workbook(kind, kept, report.reported, here.store.clock())
    return _book(data, f"{kind.label}待改正.xlsx")


@router.get(
    "/v1/questionnaire.xlsx",
    summary="评测问卷（Excel）",
    response_class=Response,
    responses=problems(InvalidInput, UnknownEnterprise) | _BOOK,
)
def get_questionnaire(
    here: Installed,
    enterprise: Annotated[CreditCode | None, Query(description="带上这家企业的名称和最近一次的答案")] = None,
) -> Response:
    """Return the questionnaire, empty or with the newest answers of an enterprise."""
    if enterprise is None:
        return _book(questionnaire(), "评测问卷.xlsx")
    with here.store.read() as work:
        firm, newest = work.enterprises.get(enterprise), work.diagnoses.latest(enterprise)
    if firm is None:
        raise UnknownEnterprise(f"找不到企业 {enterprise}", place={"field": "enterprise"})
    return _book(questionnaire(firm.record, newest.record if newest else None), "评测问卷.xlsx")


@router.post(
    "/v1/questionnaire:read",
    summary="读取填好的评测问卷",
    response_model=ReadQuestionnaire,
    responses=problems(*_READING, *KEY_PROBLEMS),
    dependencies=ONCE,
    openapi_extra=REQUEST_BODY,
)
def post_questionnaire(upload: Uploaded) -> Response:
    """Return the diagnosis that a filled questionnaire holds, or its faults by cell; store nothing."""
    return json_answer(read_questionnaire(upload.content, name=upload.name))


def _book(data: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(data, media_type=_XLSX, headers=headers)
