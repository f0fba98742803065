"""GET and POST a partner's prospects, capacity, projects and products."""

from typing import Annotated

from fastapi import Depends, Form, Path, Query, Request, Response
from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool

from api.installed import Installed
from api.web.asked import Asked
from api.web.failures import NotForThisRole
from api.web.page import Page, PageWriter
from api.web.partners.products import kept_from, kept_of, product_of
from api.web.partners.prospects import ProspectsAsked, dismiss, dismissed, opened, ranked
from api.web.partners.scope import KINDS, READERS, PartnerPath, Whose, partner_for
from api.web.routing import page_router, see
from api.web.session import one_of
from recommender.course.worklist import WorkFilter
from recommender.domain import LeadUnit, Solution
from recommender.domain.credit_code import CreditCode
from recommender.domain.enterprise import SIZE_NAMES
from recommender.domain.record import RecordId
from recommender.domain.solution import DEPLOYMENT_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.domain.validation_text import explain
from recommender.domain.viewer import Role, Viewer
from recommender.errors import InvalidInput, SmematchError
from recommender.installation import Installation
from recommender.pool.portfolio import Owned
from recommender.pool.steering import UnknownProduct
from recommender.pool.submission import SubmissionRequest

router = page_router()
_LEVELS = ("零级", "一级", "二级", "三级", "四级")
_Reader = Annotated[Viewer, one_of(Role.LEAD_UNIT, Role.VENDOR, *READERS)]
_Product = Annotated[RecordId, Path()]


def _whose(request: Request, id: PartnerPath, viewer: _Reader, here: Installed) -> Whose:  # noqa: A002
    return partner_for(here, viewer, KINDS[request.url.path.split("/")[1]], id)


def _own(whose: Annotated[Whose, Depends(_whose)]) -> Whose:
    if not whose.own:
        raise NotForThisRole("这一步只能由单位自己办理")
    return whose


Theirs = Annotated[Whose, Depends(_whose)]
Own = Annotated[Whose, Depends(_own)]


class DismissAsked(Asked):
    """Which enterprise, in which list, and why."""

    uscc: CreditCode
    recommendation_id: str = Field(pattern=r"^[A-Za-z0-9._:-]{1,64}$")
    reason: str | None = Field(default=None, max_length=500)


class CapacityAsked(Asked):
    """What the form of a unit's capacity sends; ``revision`` is the one that was seen."""

    revision: int = Field(ge=1)
    total: str | None = Field(default=None, max_length=10)
    in_progress: str | None = Field(default=None, max_length=10)
    districts: list[str] = Field(default_factory=list, max_length=50)
    sub_industries: list[str] = Field(default_factory=list, max_length=20)


class AppealAsked(Asked):
    """Why."""

    reason: str | None = Field(default=None, max_length=2000)


@router.get("/lead-units/{id}")
@router.get("/vendors/{id}")
def get_home(
    whose: Theirs, asked: Annotated[ProspectsAsked, Query()], page: Page, here: Installed
) -> Response:
    """Show the prospects and who opened contact; readers see no list, for each list is put on record."""
    return _home(page, here, whose, asked, None)


@router.post("/lead-units/{id}/dismiss")
@router.post("/vendors/{id}/dismiss")
def post_dismiss(whose: Own, asked: Annotated[DismissAsked, Form()], page: Page, here: Installed) -> Response:
    """Put on record that an enterprise is not for this partner."""
    try:
        dismiss(here, whose, asked.uscc, asked.recommendation_id, asked.reason or "")
    except InvalidInput as error:
        return _home(page, here, whose, ProspectsAsked(), error)
    return see(whose.address)


@router.get("/lead-units/{id}/projects")
@router.get("/vendors/{id}/projects")
def get_projects(whose: Theirs, page: Page, here: Installed) -> Response:
    """Show where the projects of a partner stand."""
    found = here.course.worklist(WorkFilter(partner=whose.id))
    return page.show("partners/projects.html", whose=whose, entries=found.entries)


@router.get("/lead-units/{id}/capacity")
def get_capacity(whose: Theirs, page: Page) -> Response:
    """Show how much a lead unit can take on."""
    unit = _unit(whose)
    capacity = unit.capacity
    asked = CapacityAsked(
        revision=whose.revision or 1,
        total=str(capacity.total) if capacity else None,
        in_progress=str(capacity.in_progress) if capacity else None,
        districts=list(unit.districts),
        sub_industries=[one.value for one in unit.sub_industries],
    )
    return _capacity(page, whose, asked, {}, None)


@router.post("/lead-units/{id}/capacity")
def post_capacity(
    whose: Own, asked: Annotated[CapacityAsked, Form()], page: Page, here: Installed
) -> Response:
    """Store it, unless the record was changed since it was shown."""
    told = {
        "districts": asked.districts,
        "sub_industries": asked.sub_industries,
        "capacity": {"total": asked.total, "in_progress": asked.in_progress or 0} if asked.total else None,
    }
    try:
        unit = LeadUnit.model_validate({**_unit(whose).model_dump(), **told})
    except ValidationError as error:
        faults = {one.field.rpartition(".")[2]: one.message for one in explain(error)}
        return _capacity(page, whose, asked, faults, InvalidInput("有几处填写需要修改"))
    try:
        with here.store.begin() as work:
            work.lead_units.put(unit, if_match=asked.revision)
    except SmematchError as error:
        if error.status >= 500:
            raise
        return _capacity(page, whose, asked, {}, error)
    return see(f"{whose.address}/capacity")


@router.get("/lead-units/{id}/products")
@router.get("/vendors/{id}/products")
def get_products(whose: Theirs, page: Page, here: Installed) -> Response:
    """Show the products, where they stand, their effect, and what would make them match more."""
    return _products(page, here, whose, None, None)


@router.post("/lead-units/{id}/products/{product}/appeal")
@router.post("/vendors/{id}/products/{product}/appeal")
def post_appeal(
    product: _Product, whose: Own, asked: Annotated[AppealAsked, Form()], page: Page, here: Installed
) -> Response:
    """Appeal against the newest decision against a product."""
    try:
        if not (asked.reason or "").strip():
            raise InvalidInput("请写明申诉的理由", place={"field": "reason"})
        here.pool.appeal(product, asked.reason or "", whose.id)
    except SmematchError as error:
        if error.status >= 500:
            raise
        return _products(page, here, whose, product, error)
    return see(f"{whose.address}/products")


@router.get("/lead-units/{id}/products/new")
@router.get("/vendors/{id}/products/new")
def get_new_product(whose: Own, page: Page) -> Response:
    """Show the empty form of a product."""
    return _form(page, whose, None, {}, {})


@router.get("/lead-units/{id}/products/{product}/edit")
@router.get("/vendors/{id}/products/{product}/edit")
def get_product(product: _Product, whose: Own, page: Page, here: Installed) -> Response:
    """Show the form of a product as it stands."""
    before = _owned(here, whose, product).solution
    return _form(page, whose, before, kept_of(before), {})


@router.post("/lead-units/{id}/products/new")
@router.post("/vendors/{id}/products/new")
async def post_new_product(request: Request, whose: Own, page: Page, here: Installed) -> Response:
    """Hand in a new product."""
    kept = kept_from(await request.form())
    return await run_in_threadpool(_submit, page, here, whose, None, kept)


@router.post("/lead-units/{id}/products/{product}/edit")
@router.post("/vendors/{id}/products/{product}/edit")
async def post_product(
    product: _Product, request: Request, whose: Own, page: Page, here: Installed
) -> Response:
    """Hand in a new version of a product."""
    before = await run_in_threadpool(_owned, here, whose, product)
    kept = kept_from(await request.form())
    return await run_in_threadpool(_submit, page, here, whose, before.solution, kept)


def _submit(
    page: PageWriter, here: Installation, whose: Whose, before: Solution | None, kept: dict[str, object]
) -> Response:
    solution, faults = product_of(kept, whose, before)
    if solution is None:
        return _form(page, whose, before, kept, faults)
    request = SubmissionRequest(solution=solution, actor=whose.id)
    checked = here.pool.check(request)
    if not checked.acceptable:
        for one in checked.findings:
            if one.severity == "error":
                faults.setdefault(one.field.partition("[")[0].partition(".")[0], one.text)
        return _form(page, whose, before, kept, faults)
    try:
        here.pool.submit(request)
    except SmematchError as error:
        if error.status >= 500:
            raise
        return _form(page, whose, before, kept, {"": error.detail})
    return see(f"{whose.address}/products")


def _owned(here: Installation, whose: Whose, product: str) -> Owned:
    found = next((one for one in here.pool.portfolio(whose.id) if one.solution.id == product), None)
    if found is None:
        raise UnknownProduct(f"本单位没有编号为 {product} 的产品", place={"in": "path", "field": "product"})
    return found


def _unit(whose: Whose) -> LeadUnit:
    if whose.unit is None:
        raise NotForThisRole("只有牵引单位填写接单能力")
    return whose.unit


def _home(
    page: PageWriter, here: Installation, whose: Whose, asked: ProspectsAsked, error: SmematchError | None
) -> Response:
    return page.show(
        "partners/home.html",
        part=None if error else "list",
        status=error.status if error else 200,
        whose=whose,
        asked=asked,
        answer=ranked(here, whose, asked) if whose.own else None,
        opened=opened(here, whose) if whose.own else (),
        dismissed=len(dismissed(here, whose)),
        taxonomy=load_taxonomy(),
        sizes=SIZE_NAMES,
        levels=_LEVELS,
        error=error,
    )


def _capacity(
    page: PageWriter, whose: Whose, asked: CapacityAsked, faults: dict[str, str], error: SmematchError | None
) -> Response:
    return page.show(
        "partners/capacity.html",
        status=error.status if error else 200,
        whose=whose,
        asked=asked,
        faults=faults,
        error=error,
        taxonomy=load_taxonomy(),
    )


def _products(
    page: PageWriter, here: Installation, whose: Whose, product: str | None, error: SmematchError | None
) -> Response:
    owned = here.pool.portfolio(whose.id)
    effects = {one.id: one.effect for one in here.adjustments.listing("solution").items}
    return page.show(
        "partners/products.html",
        status=error.status if error else 200,
        whose=whose,
        owned=owned,
        effects=effects,
        advice={one.solution.id: here.gaps.advice(one.solution) for one in owned},
        product=product,
        error=error,
    )


def _form(
    page: PageWriter,
    whose: Whose,
    before: Solution | None,
    kept: dict[str, object],
    faults: dict[str, str],
) -> Response:
    return page.show(
        "partners/product.html",
        status=422 if faults else 200,
        whose=whose,
        before=before,
        kept=kept,
        faults=faults,
        taxonomy=load_taxonomy(),
        deployments=DEPLOYMENT_NAMES,
    )
