"""What an enterprise put aside or dismissed, read from the log, and its word written there."""

from datetime import datetime
from typing import Any, NamedTuple

from api.web.telling import tell
from recommender.domain import Solution
from recommender.domain.viewer import Viewer
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


def say(
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
    told = {"attributes": {"reason": reason}} if reason else {}
    tell(here, [_about(viewer, kind, product, served) | told])


def tell_once(
    here: Installation, viewer: Viewer, kind: str, answer: Recommendation, product: str | None = None
) -> None:
    """Write that an enterprise saw the products of a list, once however often it looks.

    Parameters
    ----------
    kind : {"impression", "view"}
        Seen in the list, or opened.
    product : str, optional
        The one; all of the list by default.
    """
    served = answer.recommendation_id
    wanted = {f"{kind}-{served}-{item.rank}": item.id for item in answer.items if product in {None, item.id}}
    with here.store.read() as work:
        known = {one.event.event_id for one in work.events.for_recommendation(served)}
    # Another request of the same moment may tell of the same look; the log keeps the first.
    bodies = [
        {"event_id": key, **_about(viewer, kind, seen, served)}
        for key, seen in wanted.items()
        if key not in known
    ]
    if bodies:
        tell(here, bodies)


def _about(viewer: Viewer, kind: str, product: str, served: str | None) -> dict[str, Any]:
    about = {"type": kind, "subject": viewer.subject, "object": product, "actor": viewer.actor}
    return about | ({"recommendation_id": served} if served else {})
