"""Candidates, and the decisions on them."""

from typing import Annotated

from fastapi import Path, Query, Response
from pydantic import Field

from api.as_of import AsOf
from api.installed import Installed
from api.openapi import post_problems, problems
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.domain.event import Party
from recommender.domain.record import Record
from recommender.errors import InvalidInput
from recommender.outcomes.service import (
    CandidateBlocked,
    CandidateList,
    ChosenList,
    NotChosen,
    UnknownCandidate,
)
from recommender.outcomes.targets import OutcomeKind
from recommender.subsidy_round.faults import NotTheOffice

router = make_router("outcomes")
_Kind = Annotated[OutcomeKind, Path(description="成果种类")]
_Reason = Annotated[str, Field(min_length=1, max_length=2_000)]


class SelectBody(Record):
    """What is chosen, and by whom."""

    candidate: Annotated[str, Field(min_length=1, max_length=200)]
    actor: Party
    reason: _Reason | None = None


class RemoveBody(SelectBody):
    """What is taken back, and why."""

    reason: _Reason


@router.get(
    "/v1/outcomes", summary="已选定的成果", response_model=ChosenList, responses=problems(InvalidInput)
)
def get_chosen(
    here: Installed,
    kind: Annotated[OutcomeKind | None, Query(description="只看一种")] = None,
    as_of: AsOf = None,
) -> Response:
    """Return what stands chosen."""
    return json_answer(here.outcomes.chosen(kind, as_of))


@router.get(
    "/v1/outcomes/{kind}/candidates",
    summary="成果候选",
    response_model=CandidateList,
    responses=problems(InvalidInput),
)
def get_candidates(kind: _Kind, here: Installed, as_of: AsOf = None) -> Response:
    """Return all candidates of a kind, best first, each with its evidence sheet."""
    return json_answer(here.outcomes.candidates(kind, as_of))


@router.post(
    "/v1/outcomes/{kind}:select",
    summary="选定成果",
    response_model=ChosenList,
    responses=post_problems(UnknownCandidate, NotTheOffice, CandidateBlocked),
    dependencies=ONCE,
)
def post_select(kind: _Kind, body: SelectBody, here: Installed) -> Response:
    """Choose a candidate; one that stands chosen stays as it is."""
    return json_answer(here.outcomes.select(kind, body.candidate, body.actor, body.reason))


@router.post(
    "/v1/outcomes/{kind}:remove",
    summary="撤下成果",
    response_model=ChosenList,
    responses=post_problems(NotTheOffice, NotChosen),
    dependencies=ONCE,
)
def post_remove(kind: _Kind, body: RemoveBody, here: Installed) -> Response:
    """Take back a choice."""
    return json_answer(here.outcomes.remove(kind, body.candidate, body.actor, body.reason))
