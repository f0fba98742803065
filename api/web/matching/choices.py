"""What an enterprise chose among its offers, read from and written to the event log."""

from collections.abc import Sequence

import uuid_utils

from recommender.domain.event import Event
from recommender.errors import InvalidInput
from recommender.installation import Installation

_CHOICES = ("shortlist", "dismiss")


class Choices:
    """The last word about each product; the log keeps every earlier one too.

    Attributes
    ----------
    shortlisted, dismissed : dict of str to Event
        By product, in the order in which they were chosen.
    """

    def __init__(self, events: Sequence[Event]) -> None:
        last: dict[str, Event] = {}
        for event in events:
            if event.type in _CHOICES:
                last.pop(event.object, None)
                last[event.object] = event
        self.shortlisted = {key: one for key, one in last.items() if one.type == "shortlist"}
        self.dismissed = {key: one for key, one in last.items() if one.type == "dismiss"}


def choices_of(here: Installation, uscc: str) -> Choices:
    """Return what an enterprise chose itself."""
    with here.store.read() as work:
        events = [logged.event for logged in work.events.for_subject(uscc)]
    return Choices([event for event in events if event.actor == uscc])


def choose(
    here: Installation, uscc: str, choice: str, product: str, reason: str | None, served: str | None
) -> None:
    """Write a choice to the log.

    Raises
    ------
    InvalidInput
        If the declarations of the log refuse it, such as putting aside without a reason.
    """
    body = _body(here, uscc, choice, product, served) | {
        "event_id": f"{choice}-{uuid_utils.uuid7()}",
        "attributes": {"reason": reason} if reason else {},
    }
    result = here.event_log.append([body])
    if result.rejected:
        raise InvalidInput(result.rejected[0].detail, place={"field": "reason"})


def saw(here: Installation, uscc: str, kind: str, served: str, products: Sequence[str]) -> None:
    """Log that products of a served list were seen or opened, once a list however often it is reloaded."""
    bodies = {
        f"{kind}-{served}-{product}"[:100]: _body(here, uscc, kind, product, served) for product in products
    }
    with here.store.read() as work:
        known = work.events.types_of(list(bodies))
    here.event_log.append([{**body, "event_id": key} for key, body in bodies.items() if key not in known])


def _body(here: Installation, uscc: str, kind: str, product: str, served: str | None) -> dict[str, object]:
    return {
        "type": kind,
        "recommendation_id": served,
        "subject": uscc,
        "object": product,
        "actor": uscc,
        "occurred_at": here.store.clock(),
    }
