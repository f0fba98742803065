"""GET who is seen and contacted, on the screen and as a page to print."""

from datetime import date
from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from api.installed import Installed
from api.web.asked import Asked
from api.web.exposure.shares import market_views
from api.web.page import Page
from api.web.routing import page_router
from api.web.session import one_of
from recommender.domain.taxonomy import DistrictCode, SubIndustry, load_taxonomy
from recommender.domain.viewer import Role, Viewer
from recommender.exposure.caps import load_caps
from recommender.exposure.page import PAGE, render_exposure_page
from recommender.exposure.report import ExposureReport
from recommender.installation import Installation

router = page_router()
_Staff = Annotated[Viewer, one_of(Role.CITY, Role.ADMIN, Role.AUDITOR)]


class ExposureAsked(Asked):
    """When, and among whom."""

    since: date | None = Field(default=None, alias="from")
    until: date | None = Field(default=None, alias="to")
    district: DistrictCode | None = None
    sub_industry: SubIndustry | None = None


@router.get("/exposure")
def get_exposure(
    asked: Annotated[ExposureAsked, Query()], viewer: _Staff, page: Page, here: Installed
) -> Response:
    """Show alarms, and the shares of each market against the cap."""
    report = _report(here, asked)
    return page.show(
        "exposure/exposure.html",
        asked=asked,
        report=report,
        markets=market_views(report, load_caps()),
        taxonomy=load_taxonomy(),
    )


@router.get("/exposure/print")
def get_print(asked: Annotated[ExposureAsked, Query()], viewer: _Staff, here: Installed) -> Response:
    """Return the report on A4."""
    headers = {"Content-Security-Policy": PAGE.policy()}
    return Response(render_exposure_page(_report(here, asked)), media_type="text/html", headers=headers)


def _report(here: Installation, asked: ExposureAsked) -> ExposureReport:
    return here.exposure.report(
        asked.since, asked.until, sub_industry=asked.sub_industry, district=asked.district
    )
