"""GET the board."""

from typing import Annotated

from fastapi import Query, Response

from api.as_of import AsOf
from api.installed import Installed
from api.openapi import problems
from api.records import json_answer
from api.routing import make_router
from recommender.domain.taxonomy import DistrictCode, SubIndustry
from recommender.errors import InvalidInput
from recommender.outcomes.board import Board

router = make_router("board")


@router.get("/v1/board", summary="试点目标进展", response_model=Board, responses=problems(InvalidInput))
def get_board(
    here: Installed,
    as_of: AsOf = None,
    district: Annotated[DistrictCode | None, Query(description="只看一个区的企业")] = None,
    sub_industry: Annotated[SubIndustry | None, Query(description="只看一个细分行业")] = None,
) -> Response:
    """Return every target with its value, its parts and forecasts."""
    return json_answer(here.boards.board(as_of, district=district, sub_industry=sub_industry))
