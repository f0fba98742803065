"""GET the exposure report, as JSON or as a page."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Query, Response

from api.installed import Installed
from api.openapi import problems
from api.records import json_answer
from api.routing import make_router
from recommender.domain.taxonomy import DistrictCode, SubIndustry
from recommender.errors import InvalidInput
from recommender.exposure.page import PAGE, render_exposure_page
from recommender.exposure.report import ExposureReport
from recommender.exposure.service import BadPeriod

router = make_router("exposure")


def _report(
    here: Installed,
    since: Annotated[date | None, Query(alias="from", description="从哪天起，默认一年前")] = None,
    until: Annotated[date | None, Query(alias="to", description="到哪天止（含），默认今天")] = None,
    sub_industry: Annotated[SubIndustry | None, Query(description="只看一个细分行业的企业")] = None,
    district: Annotated[DistrictCode | None, Query(description="只看一个区的企业")] = None,
) -> ExposureReport:
    return here.exposure.report(since, until, sub_industry=sub_industry, district=district)


_Report = Annotated[ExposureReport, Depends(_report)]


@router.get(
    "/v1/exposure",
    summary="曝光公平报告",
    response_model=ExposureReport,
    responses=problems(InvalidInput, BadPeriod),
)
def get_exposure(report: _Report) -> Response:
    """Return shares of impressions and contacts against merit, concentration, and alarms."""
    return json_answer(report)


@router.get(
    "/v1/exposure:page",
    summary="曝光公平报告的打印页",
    response_class=Response,
    responses=problems(InvalidInput, BadPeriod)
    | {200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "A4 打印页"}},
)
def get_exposure_page(report: _Report) -> Response:
    """Return the report with its pictures."""
    headers = {"Content-Security-Policy": PAGE.policy()}
    return Response(render_exposure_page(report), media_type="text/html; charset=utf-8", headers=headers)
