"""GET the health report, as JSON or as a page."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Response

from api.installed import Installed
from api.openapi import problems
from api.records import json_answer
from api.routing import make_router
from recommender.errors import InvalidInput
from recommender.exposure.service import BadPeriod
from recommender.health.page import PAGE, render_health_page
from recommender.health.periods import MOST_DAYS
from recommender.health.report import HealthReport

router = make_router("health")


def _report(
    here: Installed,
    since: Annotated[date | None, Query(alias="from", description="近期从哪天起，默认最近28天")] = None,
    until: Annotated[date | None, Query(alias="to", description="近期到哪天止（含），默认今天")] = None,
    reference_days: Annotated[
        int | None, Query(ge=1, le=MOST_DAYS, description="对照期的天数，紧接在近期之前，默认90")
    ] = None,
) -> HealthReport:
    return here.health.report(since, until, reference_days=reference_days)


_Report = Annotated[HealthReport, Depends(_report)]


@router.get(
    "/v1/model-health",
    summary="运行体检",
    response_model=HealthReport,
    responses=problems(InvalidInput, BadPeriod),
)
def get_model_health(report: _Report) -> Response:
    """Return calibration, coverage, new-item share, drift and versions, each judged."""
    return json_answer(report)


@router.get(
    "/v1/model-health:page",
    summary="运行体检的打印页",
    response_class=Response,
    responses=problems(InvalidInput, BadPeriod)
    | {200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "A4 打印页"}},
)
def get_model_health_page(report: _Report) -> Response:
    """Return the report with its pictures."""
    headers = {"Content-Security-Policy": PAGE.policy()}
    return Response(render_health_page(report), media_type="text/html; charset=utf-8", headers=headers)
