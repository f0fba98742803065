"""GET the lead units for an enterprise; each list is served once and shown again as it was."""

from typing import Annotated

from fastapi import Path, Query, Response

from api.installed import Installed
from api.web.asked import Asked
from api.web.matching.aside import tell_once
from api.web.matching.listed import newest_list, served_list
from api.web.page import Page
from api.web.routing import page_router, see
from api.web.scope import OFFICES, enterprise_for
from api.web.session import one_of
from recommender.domain.credit_code import CreditCode
from recommender.domain.lead_unit import MODE_NAMES, LeadMode
from recommender.domain.record import RecordId
from recommender.domain.viewer import Role, Viewer
from recommender.matching.request import RecommendationRequest, Target
from recommender.retrieval.conditions import Attribute, Condition, Filter

router = page_router()
_Uscc = Annotated[CreditCode, Path()]
_Id = Annotated[RecordId, Path()]
_Reader = Annotated[Viewer, one_of(Role.ENTERPRISE, *OFFICES)]
_LENGTH = 10


class LeadUnitsAsked(Asked):
    """In which way the unit leads, if that matters."""

    mode: LeadMode | None = None

    def filter(self) -> Filter:
        """Return the condition that the search applies."""
        if self.mode is None:
            return Filter()
        return Filter(must=(Condition(field=Attribute.MODE, any=(self.mode.value,)),))


@router.get("/enterprises/{uscc}/lead-units")
def get_lead_units(
    uscc: _Uscc, asked: Annotated[LeadUnitsAsked, Query()], viewer: _Reader, page: Page, here: Installed
) -> Response:
    """Serve an enterprise a list and show it; offices see the newest one, nothing is served for them."""
    enterprise = enterprise_for(here, viewer, uscc)
    if viewer.role is Role.ENTERPRISE:
        request = RecommendationRequest(
            enterprise=uscc, target=Target.LEAD_UNIT, k=_LENGTH, filter=asked.filter()
        )
        return see(f"/enterprises/{uscc}/lead-units/{here.matching.recommend(request).recommendation_id}")
    newest = newest_list(here, uscc, Target.LEAD_UNIT)
    if newest is None:
        return page.show("lead_units/none_served.html", enterprise=enterprise)
    return see(f"/enterprises/{uscc}/lead-units/{newest}")


@router.get("/enterprises/{uscc}/lead-units/{id}")
def get_list(
    uscc: _Uscc,
    id: _Id,  # noqa: A002
    viewer: _Reader,
    page: Page,
    here: Installed,
) -> Response:
    """Show a list as it was served, the best match first."""
    enterprise = enterprise_for(here, viewer, uscc)
    answer, request = served_list(here, uscc, id, Target.LEAD_UNIT)
    own = viewer.role is Role.ENTERPRISE
    if own:
        tell_once(here, viewer, "impression", answer)
    modes = next((one.any for one in request.filter.must if one.field is Attribute.MODE), None)
    return page.show(
        "lead_units/lead_units.html",
        enterprise=enterprise,
        answer=answer,
        own=own,
        mode=modes[0] if modes else None,
        modes=MODE_NAMES,
    )
