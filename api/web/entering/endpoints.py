"""GET who there is to be, POST who one is, POST leaving."""

from typing import Annotated

from fastapi import Form, Query, Request, Response
from pydantic import BaseModel, Field

from api.installed import Installed
from api.web.entering.finding import Choice, choices, named
from api.web.page import Page
from api.web.routing import local_path, page_router, see
from api.web.session import forget, remember
from recommender.domain.viewer import SCOPED, Role, Viewer

router = page_router()

#: Where each role begins.
START = {
    Role.ENTERPRISE: "/enterprises/{subject}",
    Role.LEAD_UNIT: "/lead-units/{subject}",
    Role.VENDOR: "/vendors/{subject}",
    Role.DISTRICT: "/board",
    Role.CITY: "/board",
    Role.ADMIN: "/board",
    Role.AUDITOR: "/board",
}


class Asked(BaseModel):
    """As whom, and where to go on."""

    role: Role | None = None
    q: str = Field(default="", max_length=100)
    next: str = "/"


class Entered(BaseModel):
    """The choice made."""

    role: Role
    subject: str | None = Field(default=None, max_length=100)
    name: str = Field(default="", max_length=60)
    next: str = "/"


@router.get("/enter")
def get_enter(asked: Annotated[Asked, Query()], page: Page, here: Installed) -> Response:
    """Show the roles, and for a role the records that one can speak for."""
    found: tuple[Choice, ...] = ()
    if asked.role in SCOPED:
        with here.store.read() as work:
            found = choices(work, asked.role, asked.q.strip())
    return page.show("enter.html", part="found", asked=asked, found=found, roles=tuple(Role), scoped=SCOPED)


@router.post("/enter")
def post_enter(entered: Annotated[Entered, Form()], request: Request, here: Installed) -> Response:
    """Remember who looks and go on."""
    with here.store.read() as work:
        name = named(work, entered.role, entered.subject)
    viewer = Viewer(role=entered.role, subject=entered.subject or None, name=entered.name.strip() or name)
    start = START[viewer.role].format(subject=viewer.subject)
    answer = see(local_path(entered.next, start) if entered.next != "/" else start)
    remember(request, answer, viewer)
    return answer


@router.post("/leave")
def post_leave() -> Response:
    """Forget who looked."""
    answer = see("/")
    forget(answer)
    return answer
