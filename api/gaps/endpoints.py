"""GET what the pool lacks."""

from typing import Annotated

from fastapi import Query, Response

from api.installed import Installed
from api.openapi import problems
from api.records import json_answer
from api.routing import make_router
from recommender.domain.taxonomy import DistrictCode, SubIndustry
from recommender.errors import InvalidInput
from recommender.gaps import PoolGaps

router = make_router("pool-gaps")


@router.get(
    "/v1/pool-gaps",
    summary="资源池缺口：哪些场景、行业和预算的企业找不到产品",
    response_model=PoolGaps,
    responses=problems(InvalidInput),
)
def get_pool_gaps(
    here: Installed,
    level: Annotated[int | None, Query(ge=1, le=4, description="目标等级，默认各企业的下一级")] = None,
    sub_industry: Annotated[SubIndustry | None, Query(description="只看一个细分行业的企业")] = None,
    district: Annotated[DistrictCode | None, Query(description="只看一个区的企业")] = None,
) -> Response:
    """Return the cells in which enterprises find no product, and those to call for."""
    return json_answer(here.gaps.report(level=level, sub_industry=sub_industry, district=district))
