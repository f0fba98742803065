"""POST a target, get the plan."""

from fastapi import Response

from api.installed import Installed
from api.openapi import post_problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.matching.service import UnknownEnterprise
from recommender.planning.model import SolverTimeout, UnverifiedPlan
from recommender.planning.plan import Plan
from recommender.planning.request import PlanRequest
from recommender.planning.service import BudgetMissing, DiagnosisMissing, UnknownProduct

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
