"""What the pool goes by, from ``data/pool``: the form, reviewers and deadlines."""

from decimal import Decimal
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.settings import data_dir


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class FieldRule(_Rules):
    """One field of the form.

    Attributes
    ----------
    need : str
        ``required`` keeps a submission from being taken, ``suggested`` is only told.
    least, most : int, optional
        Length of a text in characters.
    """

    field: str
    title: str
    need: Literal["required", "suggested"]
    least: int | None = None
    most: int | None = None


class PriceRule(_Rules):
    """Between which list prices nobody asks, and how far apart the ends of one range may lie."""

    least_yuan: Decimal
    most_yuan: Decimal
    widest_ratio: Decimal


class CustomerRule(_Rules):
    """Suggested least number of small customers and how long they have used the product, in months."""

    least: int
    months: int
    small_employees: int
    source: str


class FormRules(_Rules):
    """``form.json``."""

    version: str
    fields: tuple[FieldRule, ...]
    price: PriceRule
    most_days: int
    most_payback_months: int
    customers: CustomerRule


class ReviewRules(_Rules):
    """``review.json``: who decides, and until when.

    Attributes
    ----------
    reviewers_new, reviewers_version : int
        How many people must agree on a new product, and on a new version of one that is in the pool.
    review_days, appeal_days, appeal_decision_days : int
        Calendar days for a review, for appealing after a decision, for deciding an appeal.
    stuffed_scenarios : int
        From how many undeclared scenarios in its text on a page looks stuffed with keywords.
    least_peers : int
        Fewer prices than these give no percentile.
    """

    version: str
    reviewers_new: int = Field(ge=1, le=2)
    reviewers_version: int = Field(ge=1, le=2)
    review_days: int = Field(ge=1)
    appeal_days: int = Field(ge=1)
    appeal_decision_days: int = Field(ge=1)
    stuffed_scenarios: int = Field(ge=1)
    least_peers: int = Field(ge=1)


@lru_cache(maxsize=1)
def load_form() -> FormRules:
    """Read the form's rules once."""
    return FormRules.model_validate_json((data_dir() / "pool" / "form.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def load_review() -> ReviewRules:
    """Read the rules of the review once."""
    return ReviewRules.model_validate_json((data_dir() / "pool" / "review.json").read_text(encoding="utf-8"))
