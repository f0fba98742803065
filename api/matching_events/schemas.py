"""Bodies and listings of matching events."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.paging import Listing, PageQuery
from recommender.domain.matching_event import MatchingEvent
from recommender.domain.record import RecordId

#: Most results of one request.
MOST_RESULTS = 10_000


class MatchingEventBody(MatchingEvent):
    """A matching event as it is put; the id may be left to the path."""

    id: RecordId | None = None  # type: ignore[assignment]


class MatchingEventQuery(PageQuery):
    """Query of the listing."""

    held_on: date | None = None
    synthetic: bool | None = None


class MatchingEventList(Listing[MatchingEvent]):
    """One page of matching events."""


class ResultsBody(BaseModel):
    """Results of meetings; each is judged alone, see MeetingResult for its fields."""

    results: Annotated[list[dict[str, Any]], Field(max_length=MOST_RESULTS)]
