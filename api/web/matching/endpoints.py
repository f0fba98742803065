"""GET recommended products, one product, a comparison, the shortlist, lead units; POST a choice."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Path, Query, Response

from api.installed import Installed
from api.web.matching.absence import absences
from api.web.matching.choices import choices_of, choose, saw
from api.web.matching.forms import REASONS, ChoiceForm, CompareAsked, LeadUnitsAsked, Order, SolutionsAsked
from api.web.matching.serving import serve, shown_again
from api.web.page import Page
from api.web.routing import page_router, see
from api.web.scope import OFFICES, enterprise_for
from api.web.session import one_of
from recommender.domain import Solution
from recommender.domain.credit_code import CreditCode
from recommender.domain.lead_unit import MODE_NAMES
from recommender.domain.solution import AUDIT_STATE_NAMES, DEPLOYMENT_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.domain.viewer import Role, Viewer
from recommender.errors import NotFound
from recommender.installation import Installation
from recommender.matching.answer import Item
from recommender.matching.request import Target
from recommender.matching.solutions import solution_facts

router = page_router()
#: Most products side by side.
COMPARED = 4
_Uscc = Annotated[CreditCode, Path()]
_Reader = Annotated[Viewer, one_of(Role.ENTERPRISE, *OFFICES)]
_Owner = Annotated[Viewer, one_of(Role.ENTERPRISE)]
_Product = Annotated[str, Path(max_length=100)]


class UnknownSolution(NotFound):
    """There is no such product."""

    code = "unknown_solution"
    title = "没有这个产品"


@router.get("/enterprises/{uscc}/recommendations")
def get_recommendations(
    uscc: _Uscc, asked: Annotated[SolutionsAsked, Query()], viewer: _Reader, page: Page, here: Installed
) -> Response:
    """Show the recommended products; an owner's first look serves the list, offices see served ones."""
    enterprise = enterprise_for(here, viewer, uscc)
    own = viewer.role is Role.ENTERPRISE
    choices = choices_of(here, uscc)
    without = tuple(choices.dismissed)
    if asked.list is None and own:
        served = serve(here, uscc, Target.SOLUTION, asked.conditions(), without)
        return see(_address(uscc, "recommendations", asked, served))
    answer = shown_again(here, uscc, Target.SOLUTION, asked.list) if asked.list else None
    solutions = here.matching.engine().snapshot.catalogue.solutions
    items = _ordered(answer.items, solutions, asked.order) if answer else []
    if answer and own:
        saw(here, uscc, "impression", answer.recommendation_id, [item.id for item in items])
    named = asked.product if answer else None
    return page.show(
        "matching/recommendations.html",
        enterprise=enterprise,
        own=own,
        asked=asked,
        answer=answer,
        items=items,
        solutions=solutions,
        choices=choices,
        absent=absences(here, uscc, answer, asked.conditions(), without, named) if answer and named else (),
        taxonomy=load_taxonomy(),
        deployments=DEPLOYMENT_NAMES,
        audit_states=AUDIT_STATE_NAMES,
        reasons=REASONS,
    )


@router.post("/enterprises/{uscc}/choices")
def post_choice(
    uscc: _Uscc, form: Annotated[ChoiceForm, Form()], viewer: _Owner, here: Installed
) -> Response:
    """Keep a product or put it aside; the next list heeds it."""
    enterprise_for(here, viewer, uscc)
    _solution(here, form.product)
    reason = REASONS[form.reason] if form.reason and form.choice == "dismiss" else None
    choose(here, uscc, form.choice, form.product, reason, form.list)
    return see(f"/enterprises/{uscc}/{'shortlist' if form.choice == 'shortlist' else 'recommendations'}")


@router.get("/enterprises/{uscc}/shortlist")
def get_shortlist(uscc: _Uscc, viewer: _Reader, page: Page, here: Installed) -> Response:
    """Show what the enterprise keeps and what it put aside, with its reasons."""
    enterprise = enterprise_for(here, viewer, uscc)
    return page.show(
        "matching/shortlist.html",
        enterprise=enterprise,
        own=viewer.role is Role.ENTERPRISE,
        choices=choices_of(here, uscc),
        solutions=here.matching.engine().snapshot.catalogue.solutions,
        reasons=REASONS,
    )


@router.get("/enterprises/{uscc}/compare")
def get_comparison(
    uscc: _Uscc, asked: Annotated[CompareAsked, Query()], viewer: _Reader, page: Page, here: Installed
) -> Response:
    """Lay up to four products side by side; a fifth is refused in words."""
    enterprise = enterprise_for(here, viewer, uscc)
    wanted = list(dict.fromkeys(asked.ids))
    products = [_solution(here, key) for key in wanted[:COMPARED]]
    facts = [solution_facts(one) for one in products]
    rows = [
        (label, values := [_told(one, fact) for one in facts], len(set(values)) > 1)
        for label, fact in _COMPARED_FACTS
    ]
    return page.show(
        "matching/compare.html",
        status=422 if len(wanted) > COMPARED else 200,
        enterprise=enterprise,
        products=products,
        rows=rows,
        refused=len(wanted) > COMPARED,
        others={
            one.id: urlencode([("ids", kept.id) for kept in products if kept.id != one.id])
            for one in products
        },
        shortlisted=[_solution(here, key) for key in choices_of(here, uscc).shortlisted if key not in wanted],
    )


@router.get("/solutions/{product}")
def get_product(
    product: _Product,
    viewer: _Reader,
    page: Page,
    here: Installed,
    uscc: Annotated[CreditCode | None, Query(alias="for")] = None,
    served: Annotated[str | None, Query(alias="list", max_length=64)] = None,
) -> Response:
    """Show all about a product, and why it was recommended in a list that it was opened from."""
    solution = _solution(here, product)
    item = None
    if uscc is not None:
        enterprise_for(here, viewer, uscc)
        if served is not None:
            answer = shown_again(here, uscc, Target.SOLUTION, served)
            item = next((one for one in answer.items if one.id == product), None)
            if item and viewer.role is Role.ENTERPRISE:
                saw(here, uscc, "view", served, [product])
    return page.show(
        "matching/product.html",
        solution=solution,
        facts=solution_facts(solution),
        item=item,
        uscc=uscc,
        served=served,
        audit_states=AUDIT_STATE_NAMES,
        deployments=DEPLOYMENT_NAMES,
    )


@router.get("/enterprises/{uscc}/lead-units")
def get_lead_units(
    uscc: _Uscc, asked: Annotated[LeadUnitsAsked, Query()], viewer: _Reader, page: Page, here: Installed
) -> Response:
    """Show the lead units for an enterprise, the best match first."""
    enterprise = enterprise_for(here, viewer, uscc)
    own = viewer.role is Role.ENTERPRISE
    if asked.list is None and own:
        return see(
            _address(uscc, "lead-units", asked, serve(here, uscc, Target.LEAD_UNIT, asked.conditions()))
        )
    answer = shown_again(here, uscc, Target.LEAD_UNIT, asked.list) if asked.list else None
    if answer and own:
        saw(here, uscc, "impression", answer.recommendation_id, [item.id for item in answer.items])
    return page.show(
        "matching/lead_units.html",
        enterprise=enterprise,
        own=own,
        asked=asked,
        answer=answer,
        modes=MODE_NAMES,
    )


def _address(uscc: str, name: str, asked: SolutionsAsked | LeadUnitsAsked, served: str) -> str:
    kept = asked.model_dump(mode="json", exclude_none=True) | {"list": served}
    return f"/enterprises/{uscc}/{name}?{urlencode(kept)}"


def _ordered(items: tuple[Item, ...], solutions: Mapping[str, Solution], order: Order) -> list[Item]:
    """Order by the owner's choice; what is not told comes last."""

    def weight(item: Item) -> tuple[float, int]:
        one = solutions.get(item.id)
        if order is Order.PRICE and one is not None and one.price is not None:
            return float(one.price.low_yuan), item.rank
        if order is Order.DAYS and one is not None and one.days_to_deploy is not None:
            return float(one.days_to_deploy), item.rank
        return float("inf"), item.rank

    return sorted(items, key=weight)


def _solution(here: Installation, key: str) -> Solution:
    found = here.matching.engine().snapshot.catalogue.solutions.get(key)
    if found is None:
        raise UnknownSolution(f"没有编号为 {key} 的产品", place={"field": "product"})
    return found


_COMPARED_FACTS = (
    ("服务商", "provider"),
    ("价格", "price"),
    ("上线天数", "days_to_deploy"),
    ("回本月数", "payback_months"),
    ("部署方式", "deployment"),
    ("提升的场景", "scenarios"),
    ("适用行业", "sub_industries"),
)


def _told(facts: dict[str, object], name: str) -> str:
    """Say one fact in Chinese; what is unknown says so."""
    value = facts[name]
    if not value:
        return "各行业" if name == "sub_industries" else "未说明"
    if name == "scenarios" and isinstance(value, list):
        return "、".join(f"{one['name']}（到 {one['level']} 级）" for one in value)
    if name == "deployment" and isinstance(value, list):
        return "、".join(DEPLOYMENT_NAMES[one] for one in value)
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
