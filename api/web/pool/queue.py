"""What the first page of the pool lists: what waits, or the products of one state."""

from typing import Literal, NamedTuple

from pydantic import Field

from api.web.asked import Asked
from recommender.domain.solution import AUDIT_STATE_NAMES, AuditState
from recommender.installation import Installation
from recommender.pool.queue import Waiting

#: States that one can list products of; what is submitted waits, and is in the queue.
STATES = tuple(state for state in AuditState if state is not AuditState.SUBMITTED)
#: More than a person goes through; the queue says so where there are more.
_MOST = 200


class QueueAsked(Asked):
    """Which lines.

    Attributes
    ----------
    state : str
        ``waiting``, or a state of products.
    days : int, optional
        Waiting for at least so many.
    copies : bool, optional
        Only those with (or without) near-duplicates in the pool.
    """

    state: Literal["waiting", "returned", "admitted", "rejected", "suspended", "retired"] | None = None
    kind: Literal["submission", "appeal"] | None = None
    days: int | None = Field(default=None, ge=0, le=10_000)
    overdue: bool | None = None
    copies: bool | None = None


class Line(NamedTuple):
    """One thing that waits; ``copies`` counts its near-duplicates, None for an appeal."""

    waiting: Waiting
    copies: int | None


class Product(NamedTuple):
    """A product of the pool."""

    id: str
    name: str
    provider: str | None
    state: str
    synthetic: bool


def lines_of(here: Installation, asked: QueueAsked) -> tuple[tuple[Line, ...], int]:
    """Return what waits and is asked for, what has waited longest first, and how much waits in all."""
    page = here.pool.queue(limit=_MOST, overdue=asked.overdue, kind=asked.kind)
    counted = here.pool.copies()
    lines = (Line(one, counted.get(one.id)) for one in page.items if one.days >= (asked.days or 0))
    chosen = (line for line in lines if asked.copies is None or bool(line.copies) is asked.copies)
    return tuple(chosen), page.total


def products_of(here: Installation, state: str) -> tuple[Product, ...]:
    """Return the products of a state."""
    with here.store.read() as work:
        records = [stored.record for stored in work.solutions.iterate(audit_state=state)]
    return tuple(
        Product(
            one.id,
            one.name,
            one.provider.name if one.provider else None,
            AUDIT_STATE_NAMES[one.audit_state],
            one.synthetic,
        )
        for one in records
    )
