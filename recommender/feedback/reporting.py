"""Events that the product itself reports, within a unit of work that decides by what the log says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from recommender.errors import Conflict, InvalidInput
from recommender.feedback.event_log import judge
from recommender.store import UnitOfWork


class EventConflict(Conflict):
    """The id of an event is taken by another one."""

    code = "event_conflict"
    title = "事件编号已有另一份内容"


def keep_log(work: UnitOfWork) -> None:
    """Keep other writers of the log out until the unit of work ends: what is read after stays true."""
    work.events.append([])


def report(work: UnitOfWork, body: Mapping[str, Any], now: datetime) -> None:
    """Append one event that happens now.

    Raises
    ------
    InvalidInput
        If the declarations refuse it; ``place`` names the event.
    EventConflict
        If its id is taken by another event.
    """
    event = judge({**body, "occurred_at": now}, now)
    if isinstance(event, tuple):
        raise InvalidInput(event[1], place={"event": body["event_id"], "code": event[0]})
    (appended,) = work.events.append([event])
    if appended.outcome == "conflict":
        raise EventConflict(f"事件 {body['event_id']} 已有另一份内容", place={"event": body["event_id"]})
