"""Bodies and listings of lead units."""

from api.paging import Listing, PageQuery
from recommender.domain import LeadUnit
from recommender.domain.lead_unit import LeadMode
from recommender.domain.record import RecordId


class LeadUnitBody(LeadUnit):
    """A lead unit as it is put; the id may be left to the path."""

    id: RecordId | None = None  # type: ignore[assignment]


class LeadUnitQuery(PageQuery):
    """Query of the listing."""

    mode: LeadMode | None = None
    synthetic: bool | None = None


class LeadUnitList(Listing[LeadUnit]):
    """One page of lead units."""
