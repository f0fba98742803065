"""The listing of assignments."""

from pydantic import AwareDatetime, BaseModel

from api.paging import Listing, PageQuery
from recommender.assignment.problem import Objective
from recommender.domain.stored_assignment import StoredAssignment


class ListedAssignment(BaseModel):
    """One stored assignment without its pairs."""

    assignment_id: str
    created_at: AwareDatetime
    committed_at: AwareDatetime | None
    objective: Objective

    @classmethod
    def of(cls, stored: StoredAssignment) -> "ListedAssignment":
        """Return the entry for a stored assignment."""
        return cls.model_validate(stored.model_dump(exclude={"request", "response"}))


class AssignmentQuery(PageQuery):
    """Query of the listing."""


class AssignmentList(Listing[ListedAssignment]):
    """One page of assignments, newest first."""
