"""What a vendor or lead unit hands in, and what reviewers say about it."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from recommender.domain import Solution
from recommender.domain.event import Party
from recommender.domain.record import Name, Record, ShortText

Decision = Literal["admit", "return", "reject"]
DECISION_NAMES: dict[Decision, str] = {"admit": "通过", "return": "退回", "reject": "不通过"}
SubmissionOutcome = Literal["pending", "admitted", "returned", "rejected", "superseded"]


class Customer(Record):
    """A firm that uses the product; only reviewers see it.

    Attributes
    ----------
    employees : int, optional
        Of the customer; unknown does not count as small.
    since : date
        First day of use.
    """

    name: Name
    employees: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    since: date


class SubmissionRequest(Record):
    """A product, or a new version of one, that is to be admitted.

    Attributes
    ----------
    solution : Solution
        The whole content; its audit state is left out or ``submitted``.
    actor : str
        Who submits: the provider itself, or a lead unit that offers the product.
    customers : tuple of Customer
        Who uses it already.
    note : str, optional
        What the reviewers should know, for example what changed.
    """

    solution: Solution
    actor: Party
    customers: Annotated[tuple[Customer, ...], Field(max_length=100)] = ()
    note: ShortText | None = None


class Opinion(Record):
    """What one reviewer said about a submission."""

    event_id: str
    reviewer: Party
    decision: Decision
    reason: str
    given_at: datetime


class Submission(Record):
    """A submission as the log tells it.

    Attributes
    ----------
    id : str
        Of the event that brought it; for a product that staff loaded as ``submitted``, the product's own id.
    number : int
        1 for the first of a product, and so on; 0 for one that staff loaded.
    state : str
        ``superseded`` once a later one replaced it before it was decided.
    opinions : tuple of Opinion
        In order; those from before a successful appeal do not count any more and are left out.
    new_product : bool
        Whether the product was not in the pool when it was handed in.
    """

    id: str
    number: int
    solution: Solution
    actor: Party
    customers: tuple[Customer, ...] = ()
    note: str | None = None
    submitted_at: datetime
    waiting_since: datetime
    new_product: bool
    state: SubmissionOutcome = "pending"
    opinions: tuple[Opinion, ...] = ()
    decided_at: datetime | None = None
    reason: str | None = None
