"""PUT, GET and list of solutions."""

from typing import Annotated

from fastapi import Path, Query, Response

from api import records
from api.errors import BadCursor
from api.installed import Installed
from api.openapi import problems
from api.preconditions import ReadConditions, WriteConditions
from api.routing import make_router
from api.solutions.schemas import SolutionBody, SolutionList, SolutionQuery
from recommender.diagnosis import CLAIM_FAULTS, check_claims
from recommender.domain import Solution
from recommender.domain.record import RecordId
from recommender.errors import InvalidInput
from recommender.store import UnitOfWork
from recommender.store.failures import AuditStateDecided
from recommender.store.repositories.solutions import SolutionRepository
from recommender.text.scenarios import complete_solution

router = make_router("solutions")
_Id = Annotated[RecordId, Path(description="方案编号")]


def _solutions(work: UnitOfWork) -> SolutionRepository:
    return work.solutions


@router.put(
    "/v1/solutions/{id}",
    summary="新建或更新一个解决方案",
    response_model=Solution,
    responses=records.write_responses(Solution, AuditStateDecided, *CLAIM_FAULTS),
)
def put_solution(id: _Id, body: SolutionBody, here: Installed, conditions: WriteConditions) -> Response:  # noqa: A002
    """Store a solution; scenarios and links it does not declare are read from its page and marked so."""
    key = records.agree("id", id, body.id)
    record = complete_solution(Solution.model_validate({**body.model_dump(), "id": key}))
    check_claims(record, here.instrument)
    put = records.write(here.store, _solutions, key, lambda _: record, conditions)
    return records.put_answer(put, put.stored.record, f"/v1/solutions/{key}")


@router.get(
    "/v1/solutions/{id}",
    summary="读取一个解决方案",
    response_model=Solution,
    responses=records.read_responses(),
)
def get_solution(id: _Id, here: Installed, conditions: ReadConditions) -> Response:  # noqa: A002
    """Return a solution."""
    stored = records.read(here.store, _solutions, id, "解决方案")
    return records.get_answer(stored, lambda: stored.record, conditions)


@router.get("/v1/solutions", summary="列出解决方案", responses=problems(InvalidInput, BadCursor))
def list_solutions(query: Annotated[SolutionQuery, Query()], here: Installed) -> SolutionList:
    """Return one page of solutions in the order of their ids."""
    page, cursor = records.list_page(here.store, _solutions, "solutions", query)
    return SolutionList(items=[stored.record for stored in page.items], next_cursor=cursor)
