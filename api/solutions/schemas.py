"""Bodies and listings of solutions."""

from api.paging import Listing, PageQuery
from recommender.domain import Solution
from recommender.domain.record import RecordId
from recommender.domain.solution import AuditState


class SolutionBody(Solution):
    """A solution as it is put; the id may be left to the path."""

    id: RecordId | None = None  # type: ignore[assignment]


class SolutionQuery(PageQuery):
    """Query of the listing."""

    audit_state: AuditState | None = None
    provider_id: RecordId | None = None
    in_scope: bool | None = None
    synthetic: bool | None = None


class SolutionList(Listing[Solution]):
    """One page of solutions."""
