"""GET the form and a plan, POST what is wanted, GET the plan as PDF."""

from decimal import Decimal
from typing import Annotated

from fastapi import Form, Path, Query, Response
from pydantic import Field

from api.downloads import PDF, download
from api.installed import Installed
from api.web.asked import Asked
from api.web.charts.closing import closing_chart
from api.web.page import Page
from api.web.routing import page_router, see
from api.web.scope import OFFICES, enterprise_for
from api.web.session import one_of
from recommender.domain import Enterprise
from recommender.domain.credit_code import CreditCode
from recommender.domain.level import LEVEL_NAMES
from recommender.domain.viewer import Role, Viewer
from recommender.errors import SmematchError
from recommender.installation import Installation
from recommender.planning.request import PlanRequest
from recommender.planning.serving import ServedPlan, UnknownPlan
from recommender.report import PlanExplanation, render_plan_page
from recommender.report.pdf import render_pdf

router = page_router()
_Uscc = Annotated[CreditCode, Path()]
_Reader = Annotated[Viewer, one_of(Role.ENTERPRISE, *OFFICES)]
_Owner = Annotated[Viewer, one_of(Role.ENTERPRISE)]
_Plan = Annotated[str, Query(alias="plan", max_length=64)]


class PlanForm(Asked):
    """What the owner wants; products are named by id."""

    target_level: Annotated[int | None, Field(ge=1, le=4)] = None
    budget_yuan: Annotated[Decimal | None, Field(ge=0, le=10**12)] = None
    must: tuple[Annotated[str, Field(max_length=100)], ...] = ()
    exclude_ids: tuple[Annotated[str, Field(max_length=100)], ...] = ()

    def request(self, uscc: str) -> PlanRequest:
        """Return it as the planner knows it."""
        kept = self.model_dump() | {
            name: tuple(one for one in getattr(self, name) if one) for name in ("must", "exclude_ids")
        }
        return PlanRequest.model_validate({**kept, "enterprise": uscc})


@router.get("/enterprises/{uscc}/plan")
def get_plan(
    uscc: _Uscc,
    viewer: _Reader,
    page: Page,
    here: Installed,
    plan: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Show the form, and a plan that was made for the enterprise."""
    enterprise = enterprise_for(here, viewer, uscc)
    served = _served(here, uscc, plan) if plan else None
    return _shown(here, page, viewer, enterprise, served=served)


@router.post("/enterprises/{uscc}/plan")
def post_plan(
    uscc: _Uscc, form: Annotated[PlanForm, Form()], viewer: _Owner, page: Page, here: Installed
) -> Response:
    """Make a plan; what stands against it is told on the form, with what was filled in."""
    enterprise = enterprise_for(here, viewer, uscc)
    try:
        made = here.planning.plan(form.request(uscc))
    except SmematchError as error:
        if error.status >= 500:
            raise
        return _shown(here, page, viewer, enterprise, form=form, error=error)
    return see(f"/enterprises/{uscc}/plan?plan={made.recommendation_id}")


@router.get("/enterprises/{uscc}/plan.pdf")
def get_pdf(uscc: _Uscc, plan: _Plan, viewer: _Reader, here: Installed) -> Response:
    """Return a plan as PDF."""
    enterprise_for(here, viewer, uscc)
    explained = here.reports.explain(_served(here, uscc, plan))
    return download(render_pdf(render_plan_page(explained)), f"方案-{uscc}.pdf", PDF)


def _served(here: Installation, uscc: str, plan: str) -> ServedPlan:
    found = here.planning.replay(plan)
    if found.subject != uscc:
        raise UnknownPlan(f"找不到方案 {plan}", place={"field": "plan"})
    return ServedPlan.model_validate_json(found.response)


def _shown(
    here: Installation,
    page: Page,
    viewer: Viewer,
    enterprise: Enterprise,
    *,
    served: ServedPlan | None = None,
    form: PlanForm | None = None,
    error: SmematchError | None = None,
) -> Response:
    explained: PlanExplanation | None = here.reports.explain(served) if served else None
    solutions = here.matching.engine().snapshot.catalogue.solutions
    return page.show(
        "planning/plan.html",
        status=error.status if error else 200,
        enterprise=enterprise,
        own=viewer.role is Role.ENTERPRISE,
        plan=served,
        explained=explained,
        closing=closing_chart("什么补上什么", explained.requirements)
        if explained and explained.requirements
        else None,
        form=form or PlanForm(),
        error=error,
        levels=LEVEL_NAMES,
        solutions=sorted(solutions.values(), key=lambda one: one.name),
    )
