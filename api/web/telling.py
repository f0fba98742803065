"""What a page tells the log of: an act or a look of the person before it, now."""

from collections.abc import Mapping, Sequence
from typing import Any

import uuid_utils

from recommender.errors import InvalidInput
from recommender.installation import Installation


def tell(
    here: Installation, bodies: Sequence[Mapping[str, Any]], *, place: Mapping[str, Any] | None = None
) -> None:
    """Append events that happen now.

    Parameters
    ----------
    bodies : sequence of mapping
        Events as they are reported, without ``occurred_at``; one without ``event_id`` gets its own.
    place : mapping, optional
        Of the form, for the error.

    Raises
    ------
    InvalidInput
        If the log refuses one. An id that is taken is no refusal: it is how a look is told of once.
    """
    now = here.store.clock()
    told = here.event_log.append(
        [{"event_id": f"{body['type']}-{uuid_utils.uuid7()}", **body, "occurred_at": now} for body in bodies]
    )
    refused = [note for note in told.rejected if note.code != "event_conflict"]
    if refused:
        raise InvalidInput(refused[0].detail, place=place)
