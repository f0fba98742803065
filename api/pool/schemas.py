"""Bodies, queries and listings of the product pool."""

from typing import Annotated, Any, Literal

from pydantic import Field

from api.paging import Listing, PageQuery
from recommender.domain.event import Party
from recommender.domain.record import Record
from recommender.pool.queue import Waiting
from recommender.pool.service import Reviewed
from recommender.pool.submission import Decision, SubmissionRequest

Reason = Annotated[str, Field(min_length=1, max_length=2_000)]
SubmissionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
_MOST_TOGETHER = 200


class SubmissionBody(SubmissionRequest):
    """A submission.

    Attributes
    ----------
    dry_run : bool
        Check the form only; errors are then told as findings and nothing is written.
    """

    dry_run: bool = False

    def request(self) -> SubmissionRequest:
        """Return what is handed in."""
        told: dict[str, Any] = {name: getattr(self, name) for name in SubmissionRequest.model_fields}
        return SubmissionRequest(**told)


class ReviewBody(Record):
    """A reviewer's opinion and the reason for it."""

    decision: Decision
    reason: Reason
    reviewer: Party


class ReviewManyBody(ReviewBody):
    """The same opinion on several submissions."""

    ids: Annotated[tuple[SubmissionId, ...], Field(min_length=1, max_length=_MOST_TOGETHER)]


class ReviewManyAnswer(Record):
    """What became of each, in the order asked; ``failed`` of them were refused."""

    items: tuple[Reviewed, ...]
    failed: int


class ActBody(Record):
    """Who does it, and why."""

    actor: Party
    reason: Reason


class AppealDecisionBody(ActBody):
    """Whether the appeal is upheld, so that the decision is undone."""

    upheld: bool


class QueueQuery(PageQuery):
    """Query of the queue."""

    kind: Literal["submission", "appeal"] | None = None
    overdue: bool | None = None


class QueueList(Listing[Waiting]):
    """One page of the queue, with the numbers of the whole of it."""

    total: int
    overdue: int
