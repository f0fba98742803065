"""GET a side or one party, its workbook; POST decisions, appeals and what is decided of them."""

from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from api.as_of import AsOf
from api.downloads import XLSX
from api.installed import Installed
from api.openapi import post_problems, problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.adjustment import faults
from recommender.adjustment.rules import Action, Side
from recommender.adjustment.service import Adjustments, Line
from recommender.adjustment.workbook import adjustments_workbook
from recommender.domain.event import Party
from recommender.domain.record import Record
from recommender.errors import InvalidInput
from recommender.pool.states import IllegalMove

router = make_router("adjustments")
_Side = Annotated[Side, Path(description="对象种类")]
_Id = Annotated[str, Path(min_length=1, max_length=100, description="产品、服务商或牵引单位的编号")]
_Reason = Annotated[str, Field(min_length=1, max_length=2_000)]


class DecideBody(Record):
    """A decision on a party."""

    action: Action
    reason: _Reason
    actor: Party


class AppealBody(Record):
    """An appeal of the party."""

    reason: _Reason
    actor: Party


class AppealDecisionBody(AppealBody):
    """What is decided of an appeal."""

    upheld: bool


@router.get(
    "/v1/adjustments/{side}",
    summary="实效、建议和生效的决定",
    response_model=Adjustments,
    responses=problems(InvalidInput),
)
def get_side(side: _Side, here: Installed, as_of: AsOf = None) -> Response:
    """Return every party of a side, those with a proposal first."""
    return json_answer(here.adjustments.listing(side, as_of))


@router.get(
    "/v1/adjustments/{side}/list.xlsx",
    summary="实效与调整建议表（Excel）",
    response_class=Response,
    responses=problems(InvalidInput) | {200: {"content": {XLSX: {}}, "description": "工作簿"}},
)
def get_workbook(side: _Side, here: Installed, as_of: AsOf = None) -> Response:
    """Return the list as a workbook."""
    return Response(adjustments_workbook(here.adjustments.listing(side, as_of)), media_type=XLSX)


@router.get(
    "/v1/adjustments/{side}/{id}",
    summary="一个对象的实效、建议和决定",
    response_model=Line,
    responses=problems(InvalidInput, faults.UnknownParty),
)
def get_party(side: _Side, id: _Id, here: Installed, as_of: AsOf = None) -> Response:  # noqa: A002
    """Return one party."""
    return json_answer(here.adjustments.show(side, id, as_of))


@router.post(
    "/v1/adjustments/{side}/{id}:decide",
    summary="作出调整决定",
    response_model=Line,
    responses=post_problems(faults.UnknownParty, faults.NotImpartial, faults.NothingInForce, IllegalMove),
    dependencies=ONCE,
)
def post_decide(side: _Side, id: _Id, body: DecideBody, here: Installed) -> Response:  # noqa: A002
    """Decide; it counts with the next request."""
    return json_answer(here.adjustments.decide(side, id, body.action, body.reason, body.actor))


@router.post(
    "/v1/adjustments/{side}/{id}:appeal",
    summary="申诉",
    response_model=Line,
    responses=post_problems(
        faults.UnknownParty, faults.NotYours, faults.NothingToAppeal, faults.AppealTooLate
    ),
    dependencies=ONCE,
)
def post_appeal(side: _Side, id: _Id, body: AppealBody, here: Installed) -> Response:  # noqa: A002
    """Appeal against a warning or a suspension."""
    return json_answer(here.adjustments.appeal(side, id, body.reason, body.actor))


@router.post(
    "/v1/adjustments/{side}/{id}:decide-appeal",
    summary="决定申诉",
    response_model=Line,
    responses=post_problems(faults.NothingToAppeal, faults.NotImpartial),
    dependencies=ONCE,
)
def post_decide_appeal(side: _Side, id: _Id, body: AppealDecisionBody, here: Installed) -> Response:  # noqa: A002
    """Decide an appeal; upheld, the decision is undone."""
    service = here.adjustments
    return json_answer(
        service.decide_appeal(side, id, upheld=body.upheld, reason=body.reason, actor=body.actor)
    )
