"""Whether an enterprise may be planned with, and shown to, a table of a matching event."""

from datetime import date

from recommender.domain import Enterprise
from recommender.domain.matching_event import Attendee, EventTable


def standing_consent(enterprise: Enterprise, table: EventTable, on: date) -> bool:
    """Whether the enterprise's own record lets the party see it, whatever the matching event."""
    return enterprise.shows_itself_to(table.kind, table.party, on)


def may_be_shown(enterprise: Enterprise, attendee: Attendee, table: EventTable, on: date) -> bool:
    """Whether, on a day, the enterprise agreed to meet a table: by registering, by its wish, or before.

    Who withdrew from the matching event, or declined the party, is never shown.
    """
    if not attendee.comes(on) or table.party in attendee.declines:
        return False
    return attendee.agreed_to_meet(table.party, on) or standing_consent(enterprise, table, on)
