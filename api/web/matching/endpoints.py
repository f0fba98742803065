"""GET recommendations, shortlist, comparison and products; POST what was put aside or dismissed."""

from typing import Annotated

from fastapi import Form, Path, Query, Response
from pydantic import Field

from api.installed import Installed
from api.web.asked import Asked
from api.web.matching.aside import asides, say, tell_once
from api.web.matching.facts import closes_text, fact_rows, gap_of, measured, raised, raised_row
from api.web.matching.forms import REASONS, DismissedAsked, FilterAsked, KeptAsked, ListAsked, Sort
from api.web.matching.listed import in_order, newest_list, served_list
from api.web.page import Page
from api.web.routing import local_path, page_router, see
from api.web.scope import OFFICES, enterprise_for
from api.web.session import one_of
from recommender.adjustment.rules import ACTION_NAMES
from recommender.domain import Solution
from recommender.domain.credit_code import CreditCode
from recommender.domain.record import RecordId
from recommender.domain.solution import DEPLOYMENT_NAMES
from recommender.domain.taxonomy import load_taxonomy
from recommender.domain.viewer import Role, Viewer
from recommender.installation import Installation
from recommender.matching.request import RecommendationRequest
from recommender.pool.steering import UnknownProduct

router = page_router()
_Uscc = Annotated[CreditCode, Path()]
_Id = Annotated[RecordId, Path()]
_Reader = Annotated[Viewer, one_of(Role.ENTERPRISE, *OFFICES)]
_Owner = Annotated[Viewer, one_of(Role.ENTERPRISE)]
_Anyone = Annotated[Viewer, one_of(*Role)]
_LENGTH = 10
#: What a request may leave out by id.
_MOST_LEFT_OUT = 1_000
#: Products that stand side by side.
MOST_COMPARED = 4


class CompareAsked(Asked):
    """Which products to compare."""

    ids: tuple[RecordId, ...] = Field(default=(), max_length=100)


class SolutionAsked(Asked):
    """In which list the product was seen."""

    list: RecordId | None = None


@router.get("/enterprises/{uscc}/recommendations")
def get_recommendations(
    uscc: _Uscc, asked: Annotated[FilterAsked, Query()], viewer: _Reader, page: Page, here: Installed
) -> Response:
    """Serve an enterprise a list and show it; offices see the newest one, nothing is served for them."""
    enterprise = enterprise_for(here, viewer, uscc)
    if viewer.role is not Role.ENTERPRISE:
        newest = newest_list(here, uscc)
        if newest is None:
            return page.show("matching/none_served.html", enterprise=enterprise)
        return see(f"/enterprises/{uscc}/recommendations/{newest}")
    unwanted = [key for key, one in asides(here, uscc).items() if not one.kept]
    answer = here.matching.recommend(
        RecommendationRequest(
            enterprise=uscc,
            k=_LENGTH,
            filter=asked.filter(),
            exclude_ids=tuple(unwanted[:_MOST_LEFT_OUT]),
        )
    )
    sort = f"?sort={asked.sort}" if asked.sort else ""
    return see(f"/enterprises/{uscc}/recommendations/{answer.recommendation_id}{sort}")


@router.get("/enterprises/{uscc}/recommendations/{id}")
def get_list(
    uscc: _Uscc,
    id: _Id,  # noqa: A002
    asked: Annotated[ListAsked, Query()],
    viewer: _Reader,
    page: Page,
    here: Installed,
) -> Response:
    """Show a list as it was served, in the order that the owner chose, and why a product is not in it."""
    enterprise = enterprise_for(here, viewer, uscc)
    answer, request = served_list(here, uscc, id)
    if viewer.role is Role.ENTERPRISE:
        tell_once(here, viewer, "impression", answer)
    text = (asked.why or "").strip()
    return page.show(
        "matching/recommendations.html",
        enterprise=enterprise,
        answer=answer,
        lines=in_order(here, answer, asked.sort, asides(here, uscc)),
        wanted=FilterAsked.of(request.filter),
        length=request.k,
        sort=asked.sort,
        sorts=tuple(Sort),
        why=text,
        absences=here.matching.absences(request, text) if text else (),
        own=viewer.role is Role.ENTERPRISE,
        taxonomy=load_taxonomy(),
        deployments=DEPLOYMENT_NAMES,
        reasons=REASONS,
    )


@router.get("/enterprises/{uscc}/shortlist")
def get_shortlist(uscc: _Uscc, viewer: _Reader, page: Page, here: Installed) -> Response:
    """Show what an enterprise put aside and what it dismissed."""
    enterprise = enterprise_for(here, viewer, uscc)
    found = tuple(asides(here, uscc).values())
    gap = gap_of(here, enterprise)
    return page.show(
        "matching/shortlist.html",
        enterprise=enterprise,
        kept=[(one, closes_text(one.solution, gap) if gap else None) for one in found if one.kept],
        dismissed=[one for one in found if not one.kept],
        own=viewer.role is Role.ENTERPRISE,
        reasons=REASONS,
    )


@router.post("/enterprises/{uscc}/shortlist")
def post_shortlist(
    uscc: _Uscc, kept: Annotated[KeptAsked, Form()], viewer: _Owner, here: Installed
) -> Response:
    """Put a product on the shortlist; one that is there stays there."""
    enterprise_for(here, viewer, uscc)
    _solution(here, kept.product)
    known = asides(here, uscc).get(kept.product)
    if known is None or not known.kept:
        say(here, viewer, "shortlist", kept.product, _own_list(here, uscc, kept))
    return see(local_path(kept.next, f"/enterprises/{uscc}/shortlist"))


@router.post("/enterprises/{uscc}/dismissals")
def post_dismissal(
    uscc: _Uscc, dismissed: Annotated[DismissedAsked, Form()], viewer: _Owner, page: Page, here: Installed
) -> Response:
    """Note that a product does not fit, and why; without a reason the form comes again."""
    enterprise_for(here, viewer, uscc)
    solution = _solution(here, dismissed.product)
    problem = dismissed.problem()
    if problem is not None:
        return page.show(
            "matching/dismiss.html",
            status=422,
            uscc=uscc,
            solution=solution,
            told=dismissed,
            problem=problem,
            reasons=REASONS,
        )
    say(here, viewer, "dismiss", solution.id, _own_list(here, uscc, dismissed), dismissed.told())
    return see(local_path(dismissed.next, f"/enterprises/{uscc}/shortlist"))


@router.get("/enterprises/{uscc}/compare")
def get_comparison(
    uscc: _Uscc, asked: Annotated[CompareAsked, Query()], viewer: _Reader, page: Page, here: Installed
) -> Response:
    """Show up to four products side by side; for more, let the owner choose four of them."""
    enterprise = enterprise_for(here, viewer, uscc)
    solutions = [_solution(here, key) for key in dict.fromkeys(asked.ids)]
    too_many = len(solutions) > MOST_COMPARED
    return page.show(
        "matching/compare.html",
        status=422 if too_many else 200,
        enterprise=enterprise,
        solutions=solutions,
        most=MOST_COMPARED,
        rows=() if too_many else (*fact_rows(solutions, gap_of(here, enterprise)), raised_row(solutions)),
    )


@router.get("/solutions/{id}")
def get_solution(
    id: _Id,  # noqa: A002
    asked: Annotated[SolutionAsked, Query()],
    viewer: _Anyone,
    page: Page,
    here: Installed,
) -> Response:
    """Show a product: facts, effects, proofs, and what came of its projects."""
    solution = _solution(here, id)
    owner = enterprise_for(here, viewer, viewer.subject or "") if viewer.role is Role.ENTERPRISE else None
    if owner and asked.list:
        tell_once(here, viewer, "view", served_list(here, owner.uscc, asked.list)[0], id)
    line = here.adjustments.show("solution", id)
    return page.show(
        "matching/solution.html",
        solution=solution,
        rows=fact_rows([solution], gap_of(here, owner) if owner else None),
        raised=raised(solution),
        line=line,
        measured=measured(line),
        actions=ACTION_NAMES,
        owner=owner,
        aside=asides(here, owner.uscc).get(id) if owner else None,
        list=asked.list,
        reasons=REASONS,
    )


def _solution(here: Installation, key: str) -> Solution:
    with here.store.read() as work:
        stored = work.solutions.get(key)
    if stored is None:
        raise UnknownProduct(f"找不到编号为 {key} 的产品", place={"field": "id"})
    return stored.record


def _own_list(here: Installation, uscc: str, asked: KeptAsked) -> str | None:
    """Return the list that a word answers, after a look whether it was served to this enterprise."""
    if asked.list is not None:
        served_list(here, uscc, asked.list)
    return asked.list
