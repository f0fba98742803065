"""GET what the pool lacks, and the call for solutions."""

from typing import Annotated, Literal

from fastapi import Query, Response

from api.downloads import DOCX, XLSX
from api.installed import Installed
from api.openapi import problems
from api.records import json_answer
from api.routing import make_router
from recommender.domain.taxonomy import DistrictCode, SubIndustry
from recommender.errors import InvalidInput
from recommender.gaps import PoolGaps
from recommender.gaps.call import call_document, call_workbook

router = make_router("pool-gaps")
_Level = Annotated[int | None, Query(ge=1, le=4, description="目标等级，默认各企业的下一级")]
_SubIndustry = Annotated[SubIndustry | None, Query(description="只看一个细分行业的企业")]
_District = Annotated[DistrictCode | None, Query(description="只看一个区的企业")]


@router.get(
    "/v1/pool-gaps",
    summary="资源池缺口：哪些场景、行业和预算的企业找不到产品",
    response_model=PoolGaps,
    responses=problems(InvalidInput),
)
def get_pool_gaps(
    here: Installed, level: _Level = None, sub_industry: _SubIndustry = None, district: _District = None
) -> Response:
    """Return the cells in which enterprises find no product, and those to call for."""
    return json_answer(here.gaps.report(level=level, sub_industry=sub_industry, district=district))


@router.get(
    "/v1/pool-gaps/call.{form}",
    summary="产品和解决方案征集公告（Excel、Word）",
    response_class=Response,
    responses=problems(InvalidInput) | {200: {"content": {XLSX: {}, DOCX: {}}, "description": "征集公告"}},
)
def get_call(
    form: Literal["xlsx", "docx"],
    here: Installed,
    level: _Level = None,
    sub_industry: _SubIndustry = None,
    district: _District = None,
) -> Response:
    """Return the call for solutions; deadline and contact are left to fill in."""
    report = here.gaps.report(level=level, sub_industry=sub_industry, district=district)
    if form == "docx":
        return Response(call_document(report, here.store.clock()), media_type=DOCX)
    return Response(call_workbook(report, here.store.clock()), media_type=XLSX)
