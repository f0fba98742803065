"""POST …:import for the four kinds of records that the API keeps."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from api.enterprises.contact import refuse_masked
from api.errors import MalformedForm, MaskedValue, UnsupportedMediaType
from api.imports.upload import READING_FAULTS, REQUEST_BODY, Upload, Uploaded
from api.installed import Installed
from api.openapi import KEY_PROBLEMS, problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.domain import Enterprise
from recommender.errors import InvalidInput
from recommender.exchange.conflicts import resolver
from recommender.exchange.importing import import_file
from recommender.exchange.kinds import Kind
from recommender.exchange.report import ImportReport
from recommender.installation import Installation
from recommender.text.scenarios import complete_solution
from recommender.text.sub_industry import complete_enterprise

router = make_router("imports")

_FAULTS = (
    UnsupportedMediaType,
    MalformedForm,
    InvalidInput,
    *KEY_PROBLEMS,
    *READING_FAULTS,
)
_DryRun = Annotated[bool, Query(description="只检查，不保存")]
_Sides = Annotated[
    Literal["theirs", "ours"] | None,
    Query(description="离线修改与库中的冲突怎样定：theirs 用文件，ours 留库中；不写则列出冲突、不写入"),
]
_OPTIONS: dict[str, Any] = {
    "response_model": ImportReport,
    "dependencies": ONCE,
    "openapi_extra": REQUEST_BODY,
}


def _import(
    here: Installation,
    kind: Kind,
    upload: Upload,
    *,
    dry_run: bool,
    resolve: str | None,
    enrich: Callable[[Any], Any] | None = None,
) -> Response:
    report = import_file(
        kind,
        upload.content,
        here.store,
        name=upload.name,
        dry_run=dry_run,
        enrich=enrich,
        max_rows=here.settings.max_import_rows,
        resolve=resolver(resolve),
    )
    return json_answer(report)


def _complete(enterprise: Enterprise) -> Enterprise:
    refuse_masked(enterprise)
    return complete_enterprise(enterprise)


@router.post(
    "/v1/enterprises:import",
    summary="导入企业",
    responses=problems(*_FAULTS, MaskedValue),
    **_OPTIONS,
)
def import_enterprises(
    upload: Uploaded, here: Installed, dry_run: _DryRun = False, resolve: _Sides = None
) -> Response:
    """Import enterprises; good rows are stored in one transaction, the others are reported."""
    return _import(here, Kind.ENTERPRISES, upload, dry_run=dry_run, resolve=resolve, enrich=_complete)


@router.post("/v1/diagnoses:import", summary="导入诊断", responses=problems(*_FAULTS), **_OPTIONS)
def import_diagnoses(
    upload: Uploaded, here: Installed, dry_run: _DryRun = False, resolve: _Sides = None
) -> Response:
    """Import diagnoses of enterprises that are stored already."""
    return _import(here, Kind.DIAGNOSES, upload, dry_run=dry_run, resolve=resolve)


@router.post("/v1/solutions:import", summary="导入解决方案", responses=problems(*_FAULTS), **_OPTIONS)
def import_solutions(
    upload: Uploaded, here: Installed, dry_run: _DryRun = False, resolve: _Sides = None
) -> Response:
    """Import solutions; scenarios they do not declare are read from their pages and marked inferred."""
    return _import(here, Kind.SOLUTIONS, upload, dry_run=dry_run, resolve=resolve, enrich=complete_solution)


@router.post("/v1/lead-units:import", summary="导入牵引单位", responses=problems(*_FAULTS), **_OPTIONS)
def import_lead_units(
    upload: Uploaded, here: Installed, dry_run: _DryRun = False, resolve: _Sides = None
) -> Response:
    """Import lead units."""
    return _import(here, Kind.LEAD_UNITS, upload, dry_run=dry_run, resolve=resolve)
