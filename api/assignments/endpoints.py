"""POST a batch, GET what was proposed, POST its commit."""

from typing import Annotated

from fastapi import Path, Query, Response

from api.assignments.schemas import AssignmentList, AssignmentQuery, ListedAssignment
from api.errors import BadCursor
from api.installed import Installed
from api.openapi import KEY_PROBLEMS, post_problems, problems
from api.paging import decode_cursor, encode_cursor
from api.records import json_answer
from api.routing import ONCE, make_router
from recommender.assignment.answer import Assignment
from recommender.assignment.problem import UnusableProblem
from recommender.assignment.request import AssignmentRequest
from recommender.assignment.service import OutdatedAssignment, UnknownAssignment
from recommender.assignment.solving import UnverifiedAssignment
from recommender.domain.record import RecordId
from recommender.errors import InvalidInput
from recommender.matching.unknown import UnknownEnterprise, UnknownLeadUnit
from recommender.planning.model import SolverTimeout

router = make_router("assignments")
_Id = Annotated[RecordId, Path(description="分配方案编号")]


@router.post(
    "/v1/assignments",
    summary="在名额内为一批企业和牵引单位撮合",
    response_model=Assignment,
    responses=post_problems(
        UnknownEnterprise,
        UnknownLeadUnit,
        UnknownAssignment,
        UnusableProblem,
        OutdatedAssignment,
        SolverTimeout,
        UnverifiedAssignment,
    ),
    dependencies=ONCE,
)
def post_assignment(body: AssignmentRequest, here: Installed) -> Response:
    """Propose; a dry run (the default) is kept and can be committed later, or compared with."""
    return json_answer(here.assignments.propose(body))


@router.post(
    "/v1/assignments/{id}:commit",
    summary="提交撮合建议（不产生合同）",
    response_model=Assignment,
    responses=problems(*KEY_PROBLEMS, UnknownAssignment, OutdatedAssignment, InvalidInput),
    dependencies=ONCE,
)
def post_commit(id: _Id, here: Installed) -> Response:  # noqa: A002
    """Write each new pair to the log as a proposal; a second commit changes nothing."""
    return json_answer(here.assignments.commit(id))


@router.get(
    "/v1/assignments/{id}",
    summary="读取一次分配",
    response_model=Assignment,
    responses=problems(UnknownAssignment, InvalidInput),
)
def get_assignment(id: _Id, here: Installed) -> Response:  # noqa: A002
    """Return an assignment as it was answered."""
    return json_answer(here.assignments.get(id))


@router.get("/v1/assignments", summary="列出分配方案", responses=problems(InvalidInput, BadCursor))
def list_assignments(query: Annotated[AssignmentQuery, Query()], here: Installed) -> AssignmentList:
    """Return one page, newest first."""
    before = decode_cursor("assignments", query.filters, query.cursor)
    with here.store.read() as work:
        found = work.assignments.page(before, query.limit + 1)
    page = found[: query.limit]
    more = len(found) > query.limit
    cursor = encode_cursor("assignments", query.filters, page[-1].assignment_id) if more else None
    return AssignmentList(items=[ListedAssignment.of(stored) for stored in page], next_cursor=cursor)
