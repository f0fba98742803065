"""GET rounds, one round with its checks and its tables; POST opening, collecting, review, closing."""

from datetime import date
from typing import Annotated

from fastapi import Form, Path, Response
from pydantic import Field

from api.downloads import download
from api.installed import Installed
from api.web.asked import Asked
from api.web.page import Page
from api.web.routing import page_router, see
from api.web.scope import OFFICES, district_of
from api.web.session import one_of
from recommender.domain.enterprise import Yuan
from recommender.domain.taxonomy import DistrictCode, load_taxonomy
from recommender.domain.viewer import Role, Viewer
from recommender.subsidy_round.views import Decision
from recommender.subsidy_round.workbook import round_workbook

router = page_router()
_Office = Annotated[Viewer, one_of(*OFFICES)]
_City = Annotated[Viewer, one_of(Role.CITY)]
_Collector = Annotated[Viewer, one_of(Role.DISTRICT)]
_Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,40}$")]


class Opened(Asked):
    """A round to open."""

    id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")
    name: str = Field(min_length=1, max_length=100)
    accepted_from: date
    accepted_until: date


class Collected(Asked):
    """What a district collects: all of its accepted projects, or the chosen ones."""

    projects: list[str] | None = Field(default=None, max_length=2_000)
    note: str | None = Field(default=None, max_length=2_000)


class Reviewed(Asked):
    """The city's decision on one project."""

    project: str = Field(min_length=1, max_length=200)
    decision: Decision
    reason: str | None = Field(default=None, max_length=2_000)
    amount_yuan: Yuan | None = None


@router.get("/rounds")
def get_rounds(viewer: _Office, page: Page, here: Installed) -> Response:
    """Show all rounds, the newest first."""
    return page.show("rounds/rounds.html", rounds=here.subsidy_rounds.listing()[::-1])


@router.post("/rounds")
def post_round(opened: Annotated[Opened, Form()], viewer: _City, here: Installed) -> Response:
    """Open a round."""
    service = here.subsidy_rounds
    service.open(opened.id, opened.name, opened.accepted_from, opened.accepted_until, viewer.actor)
    return see(f"/rounds/{opened.id}")


@router.get("/rounds/{id}")
def get_round(id: _Id, viewer: _Office, page: Page, here: Installed) -> Response:  # noqa: A002
    """Show a round: what is in it, and what the checks find of each accepted project."""
    district = district_of(viewer, None)
    return page.show(
        "rounds/round.html",
        round=here.subsidy_rounds.show(id, district=district),
        checks=here.subsidy_rounds.check(id, district=district),
        names={one.code: one.name for one in load_taxonomy().districts},
    )


@router.get("/rounds/{id}/summary.xlsx")
def get_summary(id: _Id, viewer: _Office, here: Installed) -> Response:  # noqa: A002
    """Return the tables that offices sign."""
    view = here.subsidy_rounds.show(id, district=district_of(viewer, None))
    return download(round_workbook(view), f"奖补汇总-{id}.xlsx")


@router.post("/rounds/{id}/collect")
def post_collect(
    id: _Id,  # noqa: A002
    collected: Annotated[Collected, Form()],
    viewer: _Collector,
    page: Page,
    here: Installed,
) -> Response:
    """Collect a district's projects and say which were held back and why."""
    district: DistrictCode = viewer.subject or ""
    only = tuple(collected.projects) if collected.projects else None
    service = here.subsidy_rounds
    done = service.collect(id, district, viewer.actor, only=only, note=collected.note)
    return page.show("rounds/collected.html", done=done, round_id=id)


@router.post("/rounds/{id}/review")
def post_review(id: _Id, reviewed: Annotated[Reviewed, Form()], viewer: _City, here: Installed) -> Response:  # noqa: A002
    """Pass, return or refuse one project."""
    here.subsidy_rounds.review(
        id,
        reviewed.project,
        reviewed.decision,
        viewer.actor,
        reason=reviewed.reason,
        amount_yuan=reviewed.amount_yuan,
    )
    return see(f"/rounds/{id}")


@router.post("/rounds/{id}/close")
def post_close(id: _Id, viewer: _City, here: Installed) -> Response:  # noqa: A002
    """End a round: whatever passed is paid, once."""
    here.subsidy_rounds.close(id, viewer.actor)
    return see(f"/rounds/{id}")
