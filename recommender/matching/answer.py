"""What a caller gets: ranked items with reasons, and what was left out and why."""

from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from recommender.ranking.answer import Closing, Exclusion, GapEffect, Item, Reason

__all__ = ["Closing", "Exclusion", "GapEffect", "Item", "Preview", "Reason", "Recommendation"]


class Recommendation(BaseModel):
    """A served list as it is answered and logged.

    Attributes
    ----------
    degraded : str, optional
        Stable code of what could not be used; ``degraded_detail`` says it in Chinese.
    subject : dict
        For whom the list is: present level, target, gap, and the need it was matched with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recommendation_id: str
    model_version: str
    policy_version: str
    index_version: str
    served_at: datetime
    degraded: str | None = None
    degraded_detail: str | None = None
    target: str
    subject: dict[str, Any] = Field(default_factory=dict)
    items: tuple[Item, ...]
    excluded: tuple[Exclusion, ...]


class Preview(NamedTuple):
    """A ranking that was looked at but not served: nothing of it is kept."""

    items: tuple[Item, ...]
    excluded: tuple[Exclusion, ...]
    degraded_detail: str | None
