"""A list is served once and then shown again from the record, so that a reload serves nothing new."""

from recommender.installation import Installation
from recommender.matching.answer import Recommendation
from recommender.matching.request import RecommendationRequest, Target
from recommender.matching.unknown import UnknownRecommendation
from recommender.retrieval.conditions import Filter

#: How many items a page shows.
SHOWN = 10


def serve(
    here: Installation, uscc: str, target: Target, conditions: Filter, without: tuple[str, ...] = ()
) -> str:
    """Serve a list for a stored enterprise; return its id."""
    request = RecommendationRequest(
        enterprise=uscc, target=target, k=SHOWN, filter=conditions, exclude_ids=without
    )
    return here.matching.recommend(request).recommendation_id


def shown_again(here: Installation, uscc: str, target: Target, served: str) -> Recommendation:
    """Return a list that was served to the enterprise.

    Raises
    ------
    UnknownRecommendation
        If it was served to somebody else, too.
    """
    found = here.matching.replay(served)
    if found.subject != uscc or found.target != target.value:
        raise UnknownRecommendation(f"找不到推荐记录 {served}", place={"field": "list"})
    return Recommendation.model_validate_json(found.response)
