"""The replay of a served list."""

from typing import Any

from pydantic import BaseModel

from recommender.domain.served_list import ServedItem, ServedList
from recommender.matching.answer import Recommendation
from recommender.planning.serving import ServedPlan


class Replay(BaseModel):
    """A served list or plan exactly as it was shown.

    Attributes
    ----------
    subject : str, optional
        Credit code or lead unit that asked.
    request : dict
        The request as it was understood, every default written out.
    response : Recommendation or ServedPlan
        The answer, byte for byte.
    items : list of ServedItem
        Score, propensity and features of each line, as the learner will see them.
    """

    recommendation_id: str
    subject: str | None
    request: dict[str, Any]
    response: Recommendation | ServedPlan
    items: list[ServedItem]


def replay_json(served: ServedList) -> bytes:
    """Return the JSON of a :class:`Replay` with the stored texts inside, unchanged.

    Reading and writing them again would change what was shown: a later version may know other fields.
    """
    head = served.model_dump_json(include={"recommendation_id", "subject"})
    items = ",".join(item.model_dump_json() for item in served.items)
    text = f'{head[:-1]},"request":{served.request},"response":{served.response},"items":[{items}]}}'
    return text.encode()
