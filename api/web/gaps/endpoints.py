"""GET what the pool lacks."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from api.installed import Installed
from api.web.asked import Asked
from api.web.gaps.heat import heat_table
from api.web.page import Page
from api.web.routing import page_router
from api.web.scope import OFFICES, district_of
from api.web.session import one_of
from recommender.domain.taxonomy import DistrictCode, SubIndustry, load_taxonomy
from recommender.domain.viewer import Viewer

router = page_router()
_Office = Annotated[Viewer, one_of(*OFFICES)]
_MOST_CELLS = 30


class GapsAsked(Asked):
    """Of whom, and up to which level."""

    district: DistrictCode | None = None
    sub_industry: SubIndustry | None = None
    level: int | None = Field(default=None, ge=1, le=4)


@router.get("/gaps")
def get_gaps(asked: Annotated[GapsAsked, Query()], viewer: _Office, page: Page, here: Installed) -> Response:
    """Show what enterprises need and do not find, and what to call for."""
    district = district_of(viewer, asked.district)
    report = here.gaps.report(level=asked.level, sub_industry=asked.sub_industry, district=district)
    lacking = [cell for cell in report.cells if cell.without]
    return page.show(
        "gaps/gaps.html",
        asked=asked,
        report=report,
        heat=heat_table(report.cells),
        cells=lacking[:_MOST_CELLS],
        more=max(0, len(lacking) - _MOST_CELLS),
        taxonomy=load_taxonomy(),
    )
