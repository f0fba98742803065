"""GET models, POST promotion and rollback, POST an evaluation."""

from typing import Annotated

from fastapi import Path, Response

from api.installed import Installed
from api.models.schemas import EvaluationQuery, ModelList, PromotionQuery, RollbackQuery
from api.openapi import post_problems, problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.ranking.model_files import OtherFeatures
from recommender.registry.entries import ModelDetail, Promotion
from recommender.registry.errors import (
    DamagedModel,
    DamagedPointer,
    GatesNotPassed,
    NoPredecessor,
    NotServed,
    ReasonMissing,
    ServedModelChanged,
    UnknownModel,
)
from recommender.registry.gate import GateReport
from recommender.registry.shadow_choice import chosen_shadow

router = make_router("models")
_Version = Annotated[str, Path(description="模型版本；shipped 指随软件发布的那个")]
_UNFIT = (UnknownModel, DamagedModel, OtherFeatures)
_SHOWN_CHANGES = 20


@router.get(
    "/v1/models", summary="列出排序模型", response_model=ModelList, responses=problems(DamagedPointer)
)
def list_models(here: Installed) -> Response:
    """Return all versions, damaged ones with their problem, and which one is served."""
    standing = here.model_keeper.refresh()
    failure = standing.failure
    return json_answer(
        ModelList(
            served=standing.served.model.version,
            since=standing.served.since,
            problem={"code": failure.code, "detail": failure.detail} if failure else None,
            items=here.models.entries(),
            shadow=chosen_shadow(here.models),
            history=here.models.history()[: -_SHOWN_CHANGES - 1 : -1],
        )
    )


@router.get(
    "/v1/models/{version}",
    summary="读取一个排序模型",
    response_model=ModelDetail,
    responses=problems(*_UNFIT),
)
def get_model(version: _Version, here: Installed) -> Response:
    """Return manifest, figures, card and weights; every byte of it is verified first."""
    return json_answer(here.models.detail(version))


@router.post(
    "/v1/models/{version}:promote",
    summary="上线一个排序模型（先过关口）",
    response_model=Promotion,
    responses=post_problems(*_UNFIT, GatesNotPassed, ReasonMissing, ServedModelChanged),
    dependencies=ONCE,
)
def post_promotion(version: _Version, here: Installed, body: PromotionQuery | None = None) -> Response:
    """Measure the model against the served one and put it to service if the gates let it pass.

    The gates take a minute or so. Requests under way end with the model that they began with; every process
    follows within ``SMEMATCH_REFRESH_SECONDS``.
    """
    query = body or PromotionQuery()
    made = here.models.promote(
        version, here.gates.measure, by=query.by, reason=query.reason, force=query.force
    )
    here.model_keeper.refresh()
    return json_answer(made)


@router.post(
    "/v1/models/{version}:rollback",
    summary="退回到一个上线过的排序模型",
    response_model=Promotion,
    responses=post_problems(*_UNFIT, NoPredecessor, NotServed),
    dependencies=ONCE,
)
def post_rollback(version: _Version, here: Installed, body: RollbackQuery | None = None) -> Response:
    """Go back to this version at once, without gates; the served version itself means its predecessor."""
    query = body or RollbackQuery()
    made = here.models.rollback(version, by=query.by, reason=query.reason)
    here.model_keeper.refresh()
    return json_answer(made)


@router.post(
    "/v1/evaluations",
    summary="用上线关口评估一个排序模型，不改变什么",
    response_model=GateReport,
    responses=post_problems(*_UNFIT),
    dependencies=ONCE,
)
def post_evaluation(body: EvaluationQuery, here: Installed) -> Response:
    """Measure the model against the served one; nothing is changed and nothing is logged."""
    candidate = here.models.load(body.model)
    return json_answer(here.gates.measure(candidate, here.model_keeper(), needs=body.needs))
