"""GET the board and the worklist."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import Field

from api.installed import Installed
from api.web.asked import Asked
from api.web.office.board import district_tiles, stage_funnel, sub_industry_bars, target_cards
from api.web.page import Page
from api.web.routing import page_router
from api.web.scope import OFFICES, district_of
from api.web.session import one_of
from recommender.course.service import read_moment
from recommender.course.stages import load_course
from recommender.course.worklist import WorkFilter
from recommender.domain.taxonomy import DistrictCode, SubIndustry, load_taxonomy
from recommender.domain.viewer import Viewer

router = page_router()
Office = Annotated[Viewer, one_of(*OFFICES)]
_A_PAGE = 50


class BoardAsked(Asked):
    """Of what the board is."""

    district: DistrictCode | None = None
    sub_industry: SubIndustry | None = None
    as_of: str | None = Field(default=None, max_length=40)


class WorkAsked(Asked):
    """Which lines of the worklist."""

    stage: str | None = None
    district: DistrictCode | None = None
    sub_industry: SubIndustry | None = None
    overdue: bool | None = None
    closed: bool | None = None
    as_of: str | None = Field(default=None, max_length=40)
    start: int = Field(default=0, ge=0)


@router.get("/board")
def get_board(asked: Annotated[BoardAsked, Query()], viewer: Office, page: Page, here: Installed) -> Response:
    """Show the targets, where they are heading, the districts and the stages."""
    district = district_of(viewer, asked.district)
    moment = here.course.moment(read_moment(asked.as_of))
    board = here.boards.board(moment, district=district, sub_industry=asked.sub_industry)
    wanted = WorkFilter(district=district, sub_industry=asked.sub_industry)
    stages = here.course.worklist(wanted, read_moment(asked.as_of)).counts
    return page.show(
        "office/board.html",
        asked=asked,
        district=district,
        board=board,
        cards=target_cards(board),
        tiles=district_tiles(board),
        bars=sub_industry_bars(board),
        funnel=stage_funnel(stages),
        overdue=sum(one.overdue for one in stages),
        taxonomy=load_taxonomy(),
    )


@router.get("/course")
def get_worklist(
    asked: Annotated[WorkAsked, Query()], viewer: Office, page: Page, here: Installed
) -> Response:
    """Show who stands where, how long, and what is overdue: the most overdue first."""
    district = district_of(viewer, asked.district)
    wanted = WorkFilter(
        stage=asked.stage,
        district=district,
        sub_industry=asked.sub_industry,
        overdue=asked.overdue,
        closed=asked.closed,
    )
    found = here.course.worklist(wanted, read_moment(asked.as_of))
    end = asked.start + _A_PAGE
    return page.show(
        "office/course.html",
        part="lines",
        asked=asked,
        district=district,
        entries=found.entries[asked.start : end],
        count=len(found.entries),
        next_start=end if end < len(found.entries) else None,
        stages=found.counts,
        all_stages=load_course().stages,
        taxonomy=load_taxonomy(),
    )
