"""Where a product stands, told anew from its events alone: what the course must agree with."""

from collections.abc import Iterable

from recommender.domain import Event
from recommender.domain.solution import AuditState
from recommender.pool.states import Standing, load_machine


def standing_of(events: Iterable[Event]) -> Standing:
    """Return where a product stands by the types and attributes of its events alone."""
    machine = load_machine()
    standing: Standing | None = None
    for event in events:
        told = event.attributes
        if standing is None:
            before = told.get("before")
            standing = Standing.of_record(AuditState(before) if before is not None else None)
        action = machine.recorded_by(event.type, told.get("against"), told.get("upheld"))
        if action is not None:
            standing = machine.after(standing, action.name)
    return standing or Standing()
