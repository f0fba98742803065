"""POST a question, GET the list that was shown."""

from typing import Annotated

from fastapi import Path, Request, Response

from api.installed import Installed
from api.openapi import post_problems, problems
from api.recommendations.schemas import Replay, replay_json
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.errors import InvalidInput
from recommender.matching.answer import Recommendation
from recommender.matching.ranked import FilterNotApplicable, UnknownExample
from recommender.matching.request import RecommendationRequest
from recommender.matching.unknown import UnknownEnterprise, UnknownRecommendation

router = make_router("recommendations")
_Id = Annotated[str, Path(description="推荐编号", pattern=r"^[A-Za-z0-9._:-]{1,64}$")]


@router.post(
    "/v1/recommendations",
    summary="推荐解决方案或牵引单位",
    response_model=Recommendation,
    responses=post_problems(UnknownEnterprise, UnknownExample, FilterNotApplicable),
    dependencies=ONCE,
)
def post_recommendation(request: Request, body: RecommendationRequest, here: Installed) -> Response:
    """Rank for a stored enterprise, a profile or a text; the list is on disk before it is answered."""
    answer = here.matching.recommend(body)
    request.app.state.metrics.count_served(answer.target, answer.degraded)
    return json_answer(answer)


@router.get(
    "/v1/recommendations/{id}",
    summary="重现一次推荐",
    response_model=Replay,
    responses=problems(UnknownRecommendation, InvalidInput),
)
def get_recommendation(id: _Id, here: Installed) -> Response:  # noqa: A002
    """Return a list exactly as it was shown, with request, features and propensities."""
    served = here.matching.replay(id)
    return Response(replay_json(served), media_type="application/json")
