"""POST a target, get the plan; GET the plan that was shown; the plan as a page, as PDF, or as data."""

from enum import StrEnum
from typing import Annotated

from fastapi import Header, Path, Query, Request, Response

from api.installed import Installed
from api.openapi import post_problems, problems
from api.plans.schemas import PlanReplay
from api.recommendations.schemas import replay_json
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.errors import InvalidInput
from recommender.matching.unknown import UnknownEnterprise
from recommender.planning.model import SolverTimeout, UnverifiedPlan
from recommender.planning.request import PlanRequest
from recommender.planning.service import BudgetMissing, DiagnosisMissing, UnknownProduct
from recommender.planning.serving import TARGET, ServedPlan, UnknownPlan
from recommender.policy.rules import UnknownCity
from recommender.report import PlanExplanation, page_policy, render_plan_page
from recommender.report.pdf import PdfUnavailable, render_pdf

router = make_router("plans")
_Id = Annotated[str, Path(description="方案编号", pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
_FAILURES = (
    UnknownEnterprise,
    DiagnosisMissing,
    UnknownProduct,
    BudgetMissing,
    UnknownCity,
    SolverTimeout,
    UnverifiedPlan,
)


class PageFormat(StrEnum):
    """In which form the explanation is answered."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"


_MEDIA_TYPES = {
    PageFormat.HTML: "text/html; charset=utf-8",
    PageFormat.PDF: "application/pdf",
    PageFormat.JSON: "application/json",
}


@router.post(
    "/v1/plans",
    summary="以最低费用达到目标等级的方案",
    response_model=ServedPlan,
    responses=post_problems(*_FAILURES),
    dependencies=ONCE,
)
def post_plan(request: Request, body: PlanRequest, here: Installed) -> Response:
    """Plan for a stored enterprise or a profile; an unreachable target is answered with what would help.

    The plan is on disk before it is answered.
    """
    return json_answer(_served(request, body, here))


@router.get(
    "/v1/plans/{id}",
    summary="重现一次方案",
    response_model=PlanReplay,
    responses=problems(UnknownPlan, InvalidInput),
)
def get_plan(id: _Id, here: Installed) -> Response:  # noqa: A002
    """Return a plan exactly as it was shown, with its request."""
    return Response(replay_json(here.planning.replay(id)), media_type="application/json")


@router.post(
    "/v1/plans:page",
    summary="方案的说明页（费用、补贴、资格、同类对比），可打印",
    response_class=Response,
    responses=post_problems(*_FAILURES, InvalidInput, PdfUnavailable)
    | {
        200: {
            "description": "A4 说明页",
            "content": {
                "text/html": {"schema": {"type": "string"}},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
                "application/json": {"schema": {"$ref": "#/components/schemas/PlanExplanation"}},
            },
        }
    },
    dependencies=ONCE,
)
def post_plan_page(
    request: Request,
    body: PlanRequest,
    here: Installed,
    accept: Annotated[str, Header(description="不写 format 时按它决定")] = "",
    wanted: Annotated[PageFormat | None, Query(alias="format", description="网页、PDF 或数据")] = None,
) -> Response:
    """Plan for a stored enterprise and answer what an owner reads: a page, the same as PDF, or as data."""
    explained = here.reports.explain(_served(request, body, here))
    form = wanted or _accepted(accept)
    content = _rendered(explained, form)
    headers = {"Content-Security-Policy": page_policy()} if form is PageFormat.HTML else None
    return Response(content, media_type=_MEDIA_TYPES[form], headers=headers)


def _served(request: Request, body: PlanRequest, here: Installed) -> ServedPlan:
    plan = here.planning.plan(body)
    request.app.state.metrics.count_served(TARGET, plan.degraded)
    return plan


def _accepted(accept: str) -> PageFormat:
    """Return the first form that the header names, HTML when it names none."""
    named = [kind.partition(";")[0].strip().lower() for kind in accept.split(",")]
    forms = {media.partition(";")[0]: form for form, media in _MEDIA_TYPES.items()}
    return next((forms[kind] for kind in named if kind in forms), PageFormat.HTML)


def _rendered(explained: PlanExplanation, form: PageFormat) -> str | bytes:
    if form is PageFormat.JSON:
        return explained.model_dump_json()
    page = render_plan_page(explained)
    return page if form is PageFormat.HTML else render_pdf(page)
