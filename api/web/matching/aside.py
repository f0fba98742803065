"""What an enterprise put aside or dismissed, read from the log, and its word written there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import uuid_utils

from recommender.domain import Solution
from recommender.domain.viewer import Viewer
from recommender.errors import InvalidInput
from recommender.installation import Installation
from recommender.matching.answer import Recommendation
from recommender.store.repositories.events import EventLine

_TYPES = ("shortlist", "dismiss")


class Aside(NamedTuple):
    """The newest word of an enterprise on a product.

    Attributes
    ----------
    kept : bool
        Whether it is on the shortlist; dismissed otherwise.
    reason : str
        Why it was dismissed, empty for one that is kept.
    list : str, optional
        Served list in which it was seen.
    """

    solution: Solution
    kept: bool
    reason: str
    at: datetime
    list: str | None


def asides(here: Installation, uscc: str) -> dict[str, Aside]:
    """Return the newest word on each product by its id, the newest first."""
    newest: dict[str, EventLine] = {}
    with here.store.read() as work:
        for line in work.events.lines(work.clock(), types=_TYPES, party=uscc):
            if line.subject == uscc:
                newest[line.object] = line
        products = work.solutions.get_many(newest)
    ordered = sorted(newest.values(), key=lambda line: (line.occurred_at, line.sequence), reverse=True)
    return {
        line.object: Aside(
            products[line.object].record,
            line.type == "shortlist",
            str(line.attributes.get("reason", "")),
            line.occurred_at,
            line.recommendation_id,
        )
        for line in ordered
        if line.object in products
    }


def tell(
    here: Installation, viewer: Viewer, kind: str, product: str, served: str | None, reason: str | None = None
) -> None:
    """Write an enterprise's word on a product into the log.

    Parameters
    ----------
    kind : {"shortlist", "dismiss"}
    served : str, optional
        List in which the product was seen.
    reason : str, optional
        Why it is dismissed.
    """
    body = {
        "event_id": f"{kind}-{uuid_utils.uuid7()}",
        "occurred_at": here.store.clock(),
        "attributes": {"reason": reason} if reason else {},
        **_about(viewer, kind, product, served),
    }
    _append(here, [body])


def tell_seen(here: Installation, viewer: Viewer, answer: Recommendation) -> None:
    """Write that an enterprise saw the products of a list, once however often it looks."""
    served = answer.recommendation_id
    _append(
        here,
        [
            {
                "event_id": f"impression-{served}-{item.rank}",
                # Equal events are one: the list's moment, not that of the look.
                "occurred_at": answer.served_at,
                **_about(viewer, "impression", item.id, served),
            }
            for item in answer.items
        ],
    )


def _about(viewer: Viewer, kind: str, product: str, served: str | None) -> dict[str, Any]:
    about = {"type": kind, "subject": viewer.subject, "object": product, "actor": viewer.actor}
    return about | ({"recommendation_id": served} if served else {})


def _append(here: Installation, bodies: Sequence[Mapping[str, Any]]) -> None:
    result = here.event_log.append(bodies)
    if result.rejected:
        raise InvalidInput(result.rejected[0].detail)
