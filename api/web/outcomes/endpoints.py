"""GET candidates of a kind and their table; POST choosing and taking back."""

from typing import Annotated

from fastapi import Form, Path, Response
from pydantic import Field

from api.downloads import download
from api.installed import Installed
from api.web.asked import Asked
from api.web.page import Page
from api.web.routing import page_router, see
from api.web.scope import OFFICES
from api.web.session import one_of
from recommender.domain.taxonomy import load_taxonomy
from recommender.domain.viewer import Role, Viewer
from recommender.outcomes.rules import GROUP_NAMES, MEASURE_NAMES, load_selection
from recommender.outcomes.targets import OutcomeKind
from recommender.outcomes.workbook import candidates_workbook

router = page_router()
_Office = Annotated[Viewer, one_of(*OFFICES)]
_City = Annotated[Viewer, one_of(Role.CITY)]
_Kind = Annotated[OutcomeKind, Path()]


class Decided(Asked):
    """A candidate chosen or taken back."""

    candidate: str = Field(min_length=1, max_length=200)
    reason: str | None = Field(default=None, max_length=2_000)


@router.get("/outcomes/{kind}")
def get_candidates(kind: _Kind, viewer: _Office, page: Page, here: Installed) -> Response:
    """Show the candidates of a kind, best first, each with its evidence."""
    taxonomy = load_taxonomy()
    return page.show(
        "outcomes/candidates.html",
        kind=kind,
        kinds={one.kind: one.title for one in load_selection().kinds},
        found=here.outcomes.candidates(kind),
        measures=MEASURE_NAMES,
        groups=GROUP_NAMES,
        subs={one.code: one.name for one in taxonomy.sub_industries},
    )


@router.get("/outcomes/{kind}/candidates.xlsx")
def get_workbook(kind: _Kind, viewer: _Office, here: Installed) -> Response:
    """Return the candidates with their evidence as a workbook."""
    return download(candidates_workbook(here.outcomes.candidates(kind)), f"{kind}.xlsx")


@router.post("/outcomes/{kind}/select")
def post_select(kind: _Kind, decided: Annotated[Decided, Form()], viewer: _City, here: Installed) -> Response:
    """Choose a candidate."""
    here.outcomes.select(kind, decided.candidate, viewer.actor, decided.reason)
    return see(f"/outcomes/{kind}")


@router.post("/outcomes/{kind}/remove")
def post_remove(kind: _Kind, decided: Annotated[Decided, Form()], viewer: _City, here: Installed) -> Response:
    """Take back a choice."""
    here.outcomes.remove(kind, decided.candidate, viewer.actor, decided.reason or "")
    return see(f"/outcomes/{kind}")
