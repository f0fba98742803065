"""GET the queue and a review sheet; POST opinions, what becomes of a product, and decisions of appeals."""

from typing import Annotated, Literal

from fastapi import Form, Path, Query, Response
from pydantic import Field

from api.installed import Installed
from api.web.asked import Asked
from api.web.page import Page, PageWriter
from api.web.pool.queue import STATES, QueueAsked, lines_of, products_of
from api.web.pool.wording import SEVERITY_TONES, field_name, told
from api.web.routing import page_router, see
from api.web.session import one_of
from recommender.domain.solution import AUDIT_STATE_NAMES
from recommender.domain.viewer import Role, Viewer
from recommender.errors import SmematchError
from recommender.installation import Installation
from recommender.pool.reviewing import UnknownSubmission
from recommender.pool.steering import Steered
from recommender.pool.submission import DECISION_NAMES, Decision

router = page_router()
_Staff = Annotated[Viewer, one_of(Role.CITY, Role.ADMIN, Role.AUDITOR)]
_City = Annotated[Viewer, one_of(Role.CITY)]
_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]


class _Reasoned(Asked):
    reason: str | None = Field(default=None, max_length=2_000)

    @property
    def told(self) -> str:
        """The reason as the engine judges it."""
        return self.reason or ""


class Opined(_Reasoned):
    """A reviewer's opinion."""

    decision: Decision


class Acted(_Reasoned):
    """What is to become of a product."""

    action: Steered


class Heard(_Reasoned):
    """The decision of an appeal."""

    upheld: Literal["yes", "no"]


@router.get("/pool")
def get_queue(asked: Annotated[QueueAsked, Query()], viewer: _Staff, page: Page, here: Installed) -> Response:
    """Show what waits for a decision, or the products of one state."""
    waits = asked.state in {None, "waiting"}
    lines, total = lines_of(here, asked) if waits else ((), 0)
    return page.show(
        "pool/queue.html",
        part="lines",
        asked=asked,
        waits=waits,
        lines=lines,
        total=total,
        products=() if waits else products_of(here, str(asked.state)),
        states=STATES,
        state_names=AUDIT_STATE_NAMES,
    )


@router.get("/pool/{id}")
def get_sheet(id: _Id, viewer: _Staff, page: Page, here: Installed) -> Response:  # noqa: A002
    """Show what a decision rests on, and what can be done now."""
    return _sheet(id, viewer, page, here)


@router.post("/pool/{id}/review")
def post_review(
    id: _Id,  # noqa: A002
    opined: Annotated[Opined, Form()],
    viewer: _City,
    page: Page,
    here: Installed,
) -> Response:
    """Record the opinion of the person who looks; another person gives the second one."""
    try:
        here.pool.review(id, opined.decision, opined.told, person(viewer))
    except SmematchError as error:
        return _again(error, opined, id, viewer, page, here)
    return see(f"/pool/{id}")


@router.post("/pool/{id}/steer")
def post_steer(
    id: _Id,  # noqa: A002
    acted: Annotated[Acted, Form()],
    viewer: _City,
    page: Page,
    here: Installed,
) -> Response:
    """Suspend, restore or retire a product."""
    try:
        here.pool.steer(id, acted.action, acted.told, person(viewer))
    except SmematchError as error:
        return _again(error, acted, id, viewer, page, here)
    return see(f"/pool/{id}")


@router.post("/pool/{id}/appeal")
def post_appeal(
    id: _Id,  # noqa: A002
    heard: Annotated[Heard, Form()],
    viewer: _City,
    page: Page,
    here: Installed,
) -> Response:
    """Decide the open appeal of a product."""
    upheld = heard.upheld == "yes"
    try:
        here.pool.decide_appeal(id, upheld=upheld, reason=heard.told, actor=person(viewer))
    except SmematchError as error:
        return _again(error, heard, id, viewer, page, here)
    return see(f"/pool/{id}")


def person(viewer: Viewer) -> str:
    """Return the person as events name him: opinions are persons', and two must be two persons'."""
    return "".join(viewer.name.split())


def _again(
    error: SmematchError, filled: _Reasoned, key: str, viewer: Viewer, page: PageWriter, here: Installation
) -> Response:
    """Show the sheet with what was filled in and what is wrong with it."""
    if error.status in {404, 500}:
        raise error
    return _sheet(key, viewer, page, here, error=error, kept=filled)


def _sheet(
    key: str,
    viewer: Viewer,
    page: PageWriter,
    here: Installation,
    *,
    error: SmematchError | None = None,
    kept: _Reasoned | None = None,
) -> Response:
    try:
        sheet = here.pool.sheet(key)
    except UnknownSubmission:
        # A product that staff loaded has no submission; its history is all there is.
        sheet = None
    product = sheet.submission.solution.id if sheet else key
    return page.show(
        "pool/sheet.html",
        status=error.status if error else 200,
        sheet=sheet,
        key=key,
        product=product,
        history=here.pool.history(product, submissions=True),
        allowed=here.pool.allowed(product),
        person=person(viewer),
        decides=viewer.role is Role.CITY,
        error=error,
        kept=kept.told if kept else "",
        decisions=DECISION_NAMES,
        states=AUDIT_STATE_NAMES,
        severities=SEVERITY_TONES,
        field_name=field_name,
        told=told,
    )
