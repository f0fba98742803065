"""A plan as it is answered and logged: with its id, its moment, its versions, and what it costs whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import uuid_utils

from recommender.domain.served_list import ServedItem, ServedList
from recommender.errors import NotFound
from recommender.planning.plan import Plan, PlannedSolution
from recommender.planning.request import PlanRequest
from recommender.planning.spend import plan_spend
from recommender.policy.estimate import SubsidyEstimate
from recommender.policy.subsidy import estimate_subsidy
from recommender.policy.zjtx import ZjtxGain, zjtx_gain
from recommender.store import Store

#: What a served list of this kind is called in the log.
TARGET = "plan"
#: How plans are chosen: the optimum of what was asked, nothing drawn by chance.
POLICY_VERSION = "optimum-1"


class UnknownPlan(NotFound):
    """No plan was served under this id."""

    code = "plan_not_found"
    title = "找不到方案记录"


class ServedPlan(Plan):
    """A plan as it was shown.

    Attributes
    ----------
    recommendation_id : str
        Names this answer in events and for replay, like that of a recommended list.
    model_version : str
        Version of the rules of effects, with the number of outcomes that moved their chances.
    policy_version : str
        How plans are chosen.
    index_version : str
        Records and texts that were planned with.
    degraded : str, optional
        Stable code of what could not be used; ``degraded_detail`` says it in Chinese.
    subsidy : SubsidyEstimate
        政府补一点、平台让一点、企业出一点, by the rules of the day.
    zjtx : ZjtxGain
        What the level adds to the 专精特新 score.
    """

    recommendation_id: str
    served_at: datetime
    model_version: str
    policy_version: str = POLICY_VERSION
    index_version: str
    degraded: str | None = None
    degraded_detail: str | None = None
    target: str = TARGET
    subsidy: SubsidyEstimate
    zjtx: ZjtxGain


@dataclass(frozen=True, slots=True)
class Versions:
    """What a plan was made with."""

    model: str
    index: str
    degraded: str | None = None
    degraded_detail: str | None = None


def serve(store: Store, request: PlanRequest, plan: Plan, versions: Versions, at: datetime) -> ServedPlan:
    """Complete a plan and write it to disk; only then may it be shown.

    Parameters
    ----------
    at : datetime
        Now, in the zone whose calendar the rules follow.

    Raises
    ------
    recommender.policy.rules.UnknownCity
        If the request names a city without rules.
    recommender.errors.InvalidInput
        If the discount is above the price of the products.
    """
    discount = request.platform_discount_yuan
    served = ServedPlan(
        # The parts as they are: nothing is validated or copied anew.
        **{name: getattr(plan, name) for name in Plan.model_fields},
        recommendation_id=str(uuid_utils.uuid7()),
        served_at=at,
        model_version=versions.model,
        index_version=versions.index,
        degraded=versions.degraded,
        degraded_detail=versions.degraded_detail,
        subsidy=estimate_subsidy(
            plan_spend(plan, discount),
            plan.after.level,
            request.city,
            at.date(),
            already_received=request.already_received_yuan,
            platform_discount=discount,
        ),
        zjtx=zjtx_gain(plan.before.level, plan.after.level),
    )
    logged = ServedList(
        recommendation_id=served.recommendation_id,
        served_at=at,
        target=TARGET,
        subject=plan.enterprise,
        model_version=served.model_version,
        policy_version=served.policy_version,
        index_version=served.index_version,
        degraded=served.degraded,
        request=request.model_dump_json(),
        response=served.model_dump_json(),
        items=tuple(
            ServedItem(rank=rank, object_id=item.id, score=1.0, propensity=1.0, features=_features(item))
            for rank, item in enumerate(plan.solutions, start=1)
        ),
    )
    with store.begin() as work:
        work.served_lists.save(logged)
    return served


def _features(item: PlannedSolution) -> Mapping[str, float | None]:
    """Return what is known of a chosen product; chosen with others, it has no score of its own."""
    counting = [closed for closed in item.closes if closed.counts]
    return {
        "cost_yuan": float(item.cost.planned_yuan),
        "days": None if item.days is None else float(item.days),
        "scenarios_raised": float(len(item.closes)),
        "scenarios_counting": float(len(counting)),
        "points": float(sum(earned.adds for earned in item.earns)),
        "least_chance": min((closed.confidence for closed in counting), default=None),
    }


def served_plan(store: Store, recommendation_id: str) -> ServedList:
    """Return a plan exactly as it was shown.

    Raises
    ------
    UnknownPlan
        If none was served under this id.
    """
    with store.read() as work:
        served = work.served_lists.get(recommendation_id)
    if served is None or served.target != TARGET:
        raise UnknownPlan(f"找不到方案记录 {recommendation_id}", place={"field": "id"})
    return served
