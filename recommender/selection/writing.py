"""The one way in which a selection writes to the log."""

from collections.abc import Mapping
from typing import Any

import uuid_utils

from recommender.domain import Event
from recommender.domain.course_events import load_course_events
from recommender.feedback.reporting import keep_log
from recommender.store import UnitOfWork
from recommender.subsidy_round.rules import load_round_rules


def keep_out(work: UnitOfWork) -> None:
    """Keep other writers of lead units and of the log out until the unit of work ends.

    Records first, as every other writer of both does: in the other order two could wait for each other.
    """
    work.lead_units.get("", for_update=True)
    keep_log(work)


def write(
    work: UnitOfWork, kind: str, subject: str, actor: str, told: Mapping[str, Any], round_: str | None
) -> str:
    """Append an event and return its id; what was told before is for the caller to know.

    Raises
    ------
    ValueError
        If the event is not as its kind is declared, which is a mistake of ours.
    """
    attributes = {**({"round": round_} if round_ else {}), **told}
    if (wrong := load_course_events().problem(kind, attributes)) is not None:
        raise ValueError(f"{kind}: {wrong}")
    event = Event(
        event_id=f"selection-{uuid_utils.uuid7()}",
        type=kind,
        subject=subject,
        object=load_round_rules().city_office,
        actor=actor,
        occurred_at=work.clock(),
        attributes=attributes,
    )
    work.events.append([event])
    return event.event_id
