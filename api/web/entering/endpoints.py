"""GET who there is to be, POST who one is, POST leaving."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Query, Request, Response
from pydantic import BaseModel, Field

from api.installed import Installed
from api.web.entering.finding import Choice, choices, named
from api.web.failures import NotForThisRole
from api.web.page import Page
from api.web.routing import local_path, page_router, see
from api.web.session import forget, remember, signs_in
from api.web.start import START
from recommender.domain.viewer import SCOPED, Role, Viewer

router = page_router()


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
def get_enter(asked: Annotated[Asked, Query()], request: Request, page: Page, here: Installed) -> Response:
    """Show the roles, and for a role the records that one can speak for; where people sign in, go there."""
    if signs_in(request):
        return see(f"/sign-in?next={quote(local_path(asked.next), safe='')}")
    found: tuple[Choice, ...] = ()
    if asked.role in SCOPED:
        with here.store.read() as work:
            found = choices(work, asked.role, asked.q.strip())
    return page.show("enter.html", part="found", asked=asked, found=found, roles=tuple(Role), scoped=SCOPED)


@router.post("/enter")
def post_enter(entered: Annotated[Entered, Form()], request: Request, here: Installed) -> Response:
    """Remember who looks and go on.

    Raises
    ------
    NotForThisRole
        Where people sign in nobody is whom he says to be.
    """
    if signs_in(request):
        raise NotForThisRole("请登录")
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
