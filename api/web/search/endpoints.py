"""GET what a text finds."""

from typing import Annotated

from fastapi import Query, Response

from api.installed import Installed
from api.web.page import Page
from api.web.routing import page_router
from api.web.scope import OFFICES
from api.web.search.everything import everything
from api.web.session import one_of
from recommender.domain.viewer import Viewer

router = page_router()


@router.get("/search")
def get_search(
    viewer: Annotated[Viewer, one_of(*OFFICES)],
    page: Page,
    here: Installed,
    q: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Show what a text finds, by kind."""
    text = q.strip()
    groups = everything(here, viewer, text) if text else ()
    return page.show("search/search.html", part="found", q=text, groups=groups)
