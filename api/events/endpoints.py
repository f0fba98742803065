"""POST events, list them."""

from itertools import islice
from typing import Annotated

from fastapi import Body, Query, Request

from api.errors import BadCursor, TooManyEvents
from api.events.schemas import MOST, REQUEST_BODY, EventEntry, EventList, EventQuery, EventsTaken
from api.installed import Installed
from api.openapi import post_problems, problems
from api.paging import decode_cursor, encode_cursor
from api.routing import ONCE, make_router
from recommender.domain.course_events import load_course_events
from recommender.errors import InvalidInput
from recommender.store.repositories.events import LoggedEvent

router = make_router("events")


@router.post(
    "/v1/events",
    summary="上报事件",
    responses=post_problems(TooManyEvents),
    dependencies=ONCE,
    openapi_extra=REQUEST_BODY,
)
def post_events(request: Request, body: Annotated[object, Body()], here: Installed) -> EventsTaken:
    """Append events, each judged alone; a single object counts as an array of one."""
    events = [body] if isinstance(body, dict) else body
    if not isinstance(events, list):
        raise InvalidInput("正文应为事件的数组，或单个事件", place={"in": "body"})
    if len(events) > MOST:
        raise TooManyEvents(
            f"一次最多上报 {MOST} 个事件，收到 {len(events)} 个，请分批", place={"in": "body"}
        )
    result = here.event_log.append(events)
    request.app.state.metrics.count_events(result.inserted, result.duplicates, len(result.rejected))
    return EventsTaken.model_validate(result.as_dict())


@router.get("/v1/events", summary="列出事件", responses=problems(InvalidInput, BadCursor))
def list_events(query: Annotated[EventQuery, Query()], here: Installed) -> EventList:
    """Return one page of the log in the order in which events were recorded, of one subject if named.

    申报内容、审核意见等只与当事各方有关的事件不在其中。
    """
    after = _sequence(decode_cursor("events", query.filters, query.cursor))
    with here.store.read() as work:
        listed = (one for one in work.events.iterate(after, subject=query.subject) if _listed(one))
        entries = list(islice(listed, query.limit + 1))
    page = entries[: query.limit]
    more = len(entries) > query.limit
    cursor = encode_cursor("events", query.filters, str(page[-1].sequence)) if more else None
    return EventList(items=[EventEntry.of(entry) for entry in page], next_cursor=cursor)


def _listed(logged: LoggedEvent) -> bool:
    declared = load_course_events().find(logged.event.type)
    return declared is None or not declared.confidential


def _sequence(key: str | None) -> int:
    if key is None:
        return 0
    # SQLite and PostgreSQL count in 64 bits.
    if not (key.isascii() and key.isdigit() and len(key) <= 18):
        raise BadCursor(
            "游标无法识别，请原样使用上一页的 next_cursor", place={"in": "query", "field": "cursor"}
        )
    return int(key)
