"""The replay of a plan."""

from typing import Any

from pydantic import BaseModel

from recommender.domain.served_list import ServedItem
from recommender.planning.serving import ServedPlan


class PlanReplay(BaseModel):
    """A plan exactly as it was shown.

    Attributes
    ----------
    subject : str, optional
        Credit code of the enterprise; None for a profile.
    request : dict
        The request as it was understood, every default written out.
    response : ServedPlan
        The answer, byte for byte.
    items : list of ServedItem
        The chosen products with what is known of each.
    """

    recommendation_id: str
    subject: str | None
    request: dict[str, Any]
    response: ServedPlan
    items: list[ServedItem]
