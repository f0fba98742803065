"""POST a target, get the plan."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Query, Response

from api.installed import Installed
from api.openapi import post_problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.domain.calendar import SHANGHAI
from recommender.errors import InvalidInput
from recommender.matching.service import UnknownEnterprise
from recommender.planning.model import SolverTimeout, UnverifiedPlan
from recommender.planning.plan import Plan
from recommender.planning.request import PlanRequest
from recommender.planning.service import BudgetMissing, DiagnosisMissing, UnknownProduct
from recommender.report import page_policy, render_plan_page

router = make_router("plans")


@router.post(
    "/v1/plans",
    summary="以最低费用达到目标等级的方案",
    response_model=Plan,
    responses=post_problems(
        UnknownEnterprise, DiagnosisMissing, UnknownProduct, BudgetMissing, SolverTimeout, UnverifiedPlan
    ),
    dependencies=ONCE,
)
def post_plan(body: PlanRequest, here: Installed) -> Response:
    """Plan for a stored enterprise or a profile; an unreachable target is answered with what would help."""
    return json_answer(here.planning.plan(body))


@router.post(
    "/v1/plans:page",
    summary="方案的打印页（费用、补贴、资格、同类对比）",
    response_class=Response,
    responses=post_problems(
        UnknownEnterprise,
        DiagnosisMissing,
        UnknownProduct,
        BudgetMissing,
        SolverTimeout,
        UnverifiedPlan,
        InvalidInput,
    )
    | {200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "A4 打印页"}},
    dependencies=ONCE,
)
def post_plan_page(
    body: PlanRequest,
    here: Installed,
    city: Annotated[str, Query(pattern=r"^[a-z]{2,40}$", description="适用哪个城市的政策")] = "guangzhou",
    discount_yuan: Annotated[
        Decimal, Query(ge=0, max_digits=12, decimal_places=2, description="平台或服务商让利（元）")
    ] = Decimal(0),
) -> Response:
    """Plan for a stored enterprise and answer the page to print."""
    today = datetime.now(UTC).astimezone(SHANGHAI).date()
    explained = here.reports.explain(body, on=today, city=city, discount=discount_yuan)
    headers = {"Content-Security-Policy": page_policy()}
    return Response(render_plan_page(explained), media_type="text/html; charset=utf-8", headers=headers)
