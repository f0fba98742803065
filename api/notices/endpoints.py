"""PUT, GET and list of notices, and whom one concerns."""

from typing import Annotated

from fastapi import Path, Query, Response

from api import records
from api.errors import BadCursor
from api.installed import Installed
from api.notices.schemas import AudienceRequest, NoticeBody, NoticeList, NoticeQuery
from api.openapi import post_problems, problems
from api.preconditions import ReadConditions, WriteConditions
from api.routing import ONCE, make_router
from recommender.domain import Notice
from recommender.domain.record import RecordId
from recommender.errors import InvalidInput
from recommender.matching.notices import Audience
from recommender.matching.unknown import UnknownNotice
from recommender.store import UnitOfWork
from recommender.store.repositories.notices import NoticeRepository

router = make_router("notices")
_Id = Annotated[RecordId, Path(description="政策、课程、活动或案例的编号")]


def _notices(work: UnitOfWork) -> NoticeRepository:
    return work.notices


@router.put(
    "/v1/notices/{id}",
    summary="新建或更新一条政策、课程、活动或案例",
    response_model=Notice,
    responses=records.write_responses(Notice),
)
def put_notice(id: _Id, body: NoticeBody, here: Installed, conditions: WriteConditions) -> Response:  # noqa: A002
    """Store a notice; it is matched from its day of publication on."""
    key = records.agree("id", id, body.id)
    record = Notice.model_validate({**body.model_dump(), "id": key})
    put = records.write(here.store, _notices, key, lambda _: record, conditions)
    return records.put_answer(put, put.stored.record, f"/v1/notices/{key}")


@router.get(
    "/v1/notices/{id}",
    summary="读取一条政策、课程、活动或案例",
    response_model=Notice,
    responses=records.read_responses(),
)
def get_notice(id: _Id, here: Installed, conditions: ReadConditions) -> Response:  # noqa: A002
    """Return a notice."""
    stored = records.read(here.store, _notices, id, "通知")
    return records.get_answer(stored, lambda: stored.record, conditions)


@router.get("/v1/notices", summary="列出政策、课程、活动和案例", responses=problems(InvalidInput, BadCursor))
def list_notices(query: Annotated[NoticeQuery, Query()], here: Installed) -> NoticeList:
    """Return one page of notices in the order of their ids."""
    page, cursor = records.list_page(here.store, _notices, "notices", query)
    return NoticeList(items=[stored.record for stored in page.items], next_cursor=cursor)


@router.post(
    "/v1/notices/{id}:audience",
    summary="一条通知涉及哪些企业",
    responses=post_problems(UnknownNotice),
    dependencies=ONCE,
)
def post_audience(id: _Id, body: AudienceRequest, here: Installed) -> Audience:  # noqa: A002
    """Count the enterprises that a notice concerns and name those it says most to, for staff."""
    return here.matching.audience(id, body.k)
