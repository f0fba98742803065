"""Open, check, collect, review, close and show subsidy rounds."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import BaseModel, Field

from api.as_of import AsOf
from api.downloads import XLSX
from api.installed import Installed
from api.openapi import post_problems, problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.domain.enterprise import Yuan
from recommender.domain.event import Party
from recommender.domain.record import Name, Record
from recommender.domain.taxonomy import DistrictCode
from recommender.errors import InvalidInput
from recommender.subsidy_round import faults
from recommender.subsidy_round.views import CheckReport, Collected, Decision, RoundHead, RoundView
from recommender.subsidy_round.workbook import round_workbook

router = make_router("subsidy-rounds")
RoundId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
_Id = Annotated[RoundId, Path(description="批次编号")]
_District = Annotated[DistrictCode | None, Query(description="只看一个区")]
_Text = Annotated[str, Field(min_length=1, max_length=2_000)]
_Key = Annotated[str, Field(min_length=1, max_length=200)]
_MOVES = (faults.UnknownSubsidyRound, faults.NotTheOffice, faults.SubsidyRoundClosed, faults.UnknownClaim)
_FAILS = (faults.SubsidyMoveNotAllowed, faults.SubsidyCheckFailed)


class OpenBody(Record):
    """A round to open."""

    id: RoundId
    name: Name
    accepted_from: date
    accepted_until: date
    actor: Party


class CollectBody(Record):
    """What a district collects; all of its accepted projects without ``projects``."""

    district: DistrictCode
    actor: Party
    projects: Annotated[tuple[_Key, ...], Field(max_length=2_000)] | None = None
    note: _Text | None = None


class ReviewBody(Record):
    """The city's decision on one project."""

    project: _Key
    decision: Decision
    actor: Party
    reason: _Text | None = None
    amount_yuan: Yuan | None = None


class CloseBody(Record):
    """Who ends the round."""

    actor: Party


class RoundList(BaseModel):
    """All rounds in the order of opening."""

    items: tuple[RoundHead, ...]


@router.post(
    "/v1/subsidy-rounds",
    summary="开启奖补批次",
    response_model=RoundView,
    status_code=201,
    responses=post_problems(faults.NotTheOffice, faults.SubsidyRoundExists),
    dependencies=ONCE,
)
def post_round(body: OpenBody, here: Installed) -> Response:
    """Open a round; the same again is answered alike."""
    service = here.subsidy_rounds
    view = service.open(body.id, body.name, body.accepted_from, body.accepted_until, body.actor)
    return json_answer(view, 201, {"Location": f"/v1/subsidy-rounds/{body.id}"})


@router.get("/v1/subsidy-rounds", summary="列出奖补批次", responses=problems(InvalidInput))
def list_rounds(here: Installed, as_of: AsOf = None) -> RoundList:
    """Return all rounds."""
    return RoundList(items=here.subsidy_rounds.listing(as_of))


@router.get(
    "/v1/subsidy-rounds/{id}",
    summary="读取奖补批次",
    response_model=RoundView,
    responses=problems(InvalidInput, faults.UnknownSubsidyRound),
)
def get_round(id: _Id, here: Installed, as_of: AsOf = None, district: _District = None) -> Response:  # noqa: A002
    """Return a round with its projects and sums."""
    return json_answer(here.subsidy_rounds.show(id, as_of, district=district))


@router.get(
    "/v1/subsidy-rounds/{id}/summary.xlsx",
    summary="导出汇总表和各区明细表（Excel）",
    response_class=Response,
    responses=problems(InvalidInput, faults.UnknownSubsidyRound)
    | {200: {"content": {XLSX: {}}, "description": "工作簿"}},
)
def get_summary(id: _Id, here: Installed, as_of: AsOf = None, district: _District = None) -> Response:  # noqa: A002
    """Return the tables that offices sign."""
    return Response(round_workbook(here.subsidy_rounds.show(id, as_of, district=district)), media_type=XLSX)


@router.get(
    "/v1/subsidy-rounds/{id}/checks",
    summary="核对验收通过的项目",
    response_model=CheckReport,
    responses=problems(InvalidInput, faults.UnknownSubsidyRound),
)
def get_checks(id: _Id, here: Installed, as_of: AsOf = None, district: _District = None) -> Response:  # noqa: A002
    """Return what every check finds; nothing is written."""
    return json_answer(here.subsidy_rounds.check(id, as_of, district=district))


@router.post(
    "/v1/subsidy-rounds/{id}:collect",
    summary="区收集报送",
    response_model=Collected,
    responses=post_problems(*_MOVES),
    dependencies=ONCE,
)
def post_collect(id: _Id, body: CollectBody, here: Installed) -> Response:  # noqa: A002
    """Collect a district's projects; those that a check holds back are named."""
    service = here.subsidy_rounds
    return json_answer(service.collect(id, body.district, body.actor, only=body.projects, note=body.note))


@router.post(
    "/v1/subsidy-rounds/{id}:review",
    summary="市审核",
    response_model=RoundView,
    responses=post_problems(*_MOVES, *_FAILS, faults.SubsidyReasonMissing, faults.SubsidyAmountTooHigh),
    dependencies=ONCE,
)
def post_review(id: _Id, body: ReviewBody, here: Installed) -> Response:  # noqa: A002
    """Pass, return or refuse one project."""
    view = here.subsidy_rounds.review(
        id, body.project, body.decision, body.actor, reason=body.reason, amount_yuan=body.amount_yuan
    )
    return json_answer(view)


@router.post(
    "/v1/subsidy-rounds/{id}:close",
    summary="结束批次并记入奖补",
    response_model=RoundView,
    responses=post_problems(*_MOVES, *_FAILS),
    dependencies=ONCE,
)
def post_close(id: _Id, body: CloseBody, here: Installed) -> Response:  # noqa: A002
    """End a round: whatever passed is paid, once."""
    return json_answer(here.subsidy_rounds.close(id, body.actor))
