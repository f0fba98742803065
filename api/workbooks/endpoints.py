"""GET records and templates as workbooks, POST a file to get its faulty rows; the questionnaire."""

from typing import Annotated

from fastapi import Path, Query, Response

from api.downloads import XLSX, download
from api.imports.upload import READING_FAULTS, REQUEST_BODY, Uploaded
from api.installed import Installed
from api.openapi import KEY_PROBLEMS, Responses, problems
from api.routing import ONCE, make_router
from recommender.domain.credit_code import CreditCode
from recommender.domain.record import RecordId
from recommender.errors import InvalidInput, NotFound
from recommender.exchange.exporting import Format, export_bytes
from recommender.exchange.importing import import_file
from recommender.exchange.kinds import Kind
from recommender.exchange.questionnaire import started_form
from recommender.exchange.questionnaire_workbook import questionnaire_workbook
from recommender.exchange.rejected import RejectedRows, error_workbook
from recommender.exchange.selecting import UnknownCondition, read_conditions, selection_name
from recommender.exchange.templates import template_bytes

router = make_router("workbooks")
_Kind = Annotated[Kind, Path(description="记录种类")]
_BOOK: Responses = {200: {"content": {XLSX: {}}, "description": "工作簿"}}


@router.get(
    "/v1/workbooks/{kind}",
    summary="导出为 Excel；改好后可再导入，离线修改会与库中合并",
    response_class=Response,
    responses=problems(InvalidInput, UnknownCondition) | _BOOK,
)
def get_records(
    kind: _Kind,
    here: Installed,
    where: Annotated[
        list[str] | None, Query(max_length=10, description="只导出这些，可重复，如 所属区=番禺区")
    ] = None,
) -> Response:
    """Return the records of a kind, or some of them; contact data is never part of it."""
    chosen = where or []
    with here.store.read() as work:
        stored = getattr(work, kind.store_name).iterate(**read_conditions(kind, chosen))
        data, _ = export_bytes(kind, stored, Format.XLSX, selection=selection_name(chosen))
    return download(data, f"{kind.label}.xlsx")


@router.get(
    "/v1/workbooks/{kind}/template",
    summary="供填写的 Excel 模板",
    response_class=Response,
    responses=problems(InvalidInput) | _BOOK,
)
def get_template(kind: _Kind) -> Response:
    """Return an empty workbook with drop-downs and comments."""
    return download(template_bytes(kind), f"{kind.label}模板.xlsx")


@router.post(
    "/v1/workbooks/{kind}:check",
    summary="检查一个文件，把有错的行写成 Excel 带回",
    response_class=Response,
    responses=problems(InvalidInput, *READING_FAULTS, *KEY_PROBLEMS) | _BOOK,
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
    return download(data, f"{kind.label}待改正.xlsx")


@router.get(
    "/v1/questionnaire.xlsx",
    summary="评测问卷（Excel），填好后用 diagnoses:import 导入",
    response_class=Response,
    responses=problems(InvalidInput, NotFound) | _BOOK,
)
def get_questionnaire(
    here: Installed,
    enterprise: Annotated[
        CreditCode | None, Query(description="哪家企业，带出最近一次的答案，作为新的评测")
    ] = None,
    diagnosis: Annotated[RecordId | None, Query(description="要订正的评测编号，带出其日期和答案")] = None,
) -> Response:
    """Return the questionnaire, empty or with the answers to start from."""
    with here.store.read() as work:
        started = started_form(work, enterprise, diagnosis)
    return download(questionnaire_workbook(started), "评测问卷.xlsx")
