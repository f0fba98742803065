"""Bodies and answers of the event log."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from api.paging import Listing, PageQuery
from recommender.domain import Event
from recommender.store.repositories.events import LoggedEvent

#: Most events of one request.
MOST = 1000
_EVENT = {"$ref": "#/components/schemas/Event"}

#: What the OpenAPI document says of the body: each event is judged alone, so the route takes any object.
REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "title": "Events",
                    "anyOf": [{"type": "array", "items": _EVENT, "maxItems": MOST}, _EVENT],
                }
            }
        },
    }
}


class EventRemark(BaseModel):
    """What was wrong or noteworthy with one event; ``index`` counts from 0."""

    index: int
    code: str
    detail: str


class EventsTaken(BaseModel):
    """What became of a report; what is counted ``inserted`` is on disk.

    Attributes
    ----------
    duplicates : int
        The same id with the same body: nothing to do.
    rejected : list of EventRemark
        Not kept.
    flagged : list of EventRemark
        Kept although something about them is odd, such as an unknown recommendation.
    """

    inserted: int
    duplicates: int
    rejected: list[EventRemark]
    flagged: list[EventRemark]


class EventEntry(BaseModel):
    """An event with its place in the log."""

    sequence: int
    recorded_at: AwareDatetime
    unknown_recommendation: bool
    event: Event

    @classmethod
    def of(cls, logged: LoggedEvent) -> "EventEntry":
        """Return the entry for a logged event."""
        return cls(
            sequence=logged.sequence,
            recorded_at=logged.recorded_at,
            unknown_recommendation=logged.unknown_recommendation,
            event=logged.event,
        )


class EventQuery(PageQuery):
    """Query of the listing."""

    subject: Annotated[str, StringConstraints(pattern=r"^[^\s\x00]{1,100}$")] | None = Field(
        default=None, description="信用代码或编号"
    )


class EventList(Listing[EventEntry]):
    """One page of the log."""
