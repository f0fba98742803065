"""GET the first page, POST preferences, GET static files."""

from typing import Annotated, Literal

from fastapi import Form, Path, Request, Response
from pydantic import BaseModel

from api.errors import UnknownRoute
from api.installed import Installed
from api.system.first_request import ready_request
from api.web.page import Page
from api.web.preferences import Preferences
from api.web.routing import local_path, page_router, see
from api.web.static_files import by_address

router = page_router()


class Chosen(BaseModel):
    """One preference changed; the others stay."""

    language: Literal["zh", "en"] | None = None
    theme: Literal["auto", "light", "dark"] | None = None
    size: Literal["normal", "large"] | None = None
    next: str = "/"


@router.get("/")
def get_home(page: Page, here: Installed) -> Response:
    """Show the three doors and what the service is."""
    with here.store.read() as work:
        counts = {
            "enterprises": work.enterprises.count(),
            "solutions": work.solutions.count(),
            "lead_units": work.lead_units.count(),
        }
    return page.show("home.html", counts=counts)


@router.get("/developers")
def get_developers(page: Page, request: Request) -> Response:
    """Show where programs start: one request, the API's document, the code lists."""
    return page.show("developers.html", request_line=ready_request(str(request.base_url).rstrip("/")))


@router.post("/preferences")
def post_preferences(chosen: Annotated[Chosen, Form()], request: Request) -> Response:
    """Keep a preference and go back to where the person was."""
    answer = see(local_path(chosen.next))
    changed = chosen.model_dump(exclude_none=True, exclude={"next"})
    kept = Preferences.of(request).model_copy(update=changed)
    kept.keep(answer, secure=request.url.scheme == "https")
    return answer


@router.get("/static/{name}")
async def get_static(name: Annotated[str, Path(max_length=100)], request: Request) -> Response:
    """Return a style, script or icon; its address changes with its content."""
    found = by_address().get(f"/static/{name}")
    if found is None:
        raise UnknownRoute("没有这个文件")
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.compressed, media_type=found.media_type, headers=headers)
    return Response(found.body, media_type=found.media_type, headers=headers)
