"""Writing, reading and listing records: what enterprises, diagnoses, solutions and lead units share."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fastapi import Response
from pydantic import BaseModel

from api.errors import IdMismatch
from api.openapi import Responses, body_problems, problems
from api.paging import PageQuery, decode_cursor, encode_cursor
from api.preconditions import Conditions, MalformedCondition, RecordExists
from recommender.domain.record import MarkedRecord
from recommender.errors import InvalidInput, NotFound, PreconditionFailed
from recommender.store import Store, UnitOfWork
from recommender.store.repositories.records import Page, Put, RecordRepository, Stored

R = TypeVar("R", bound=MarkedRecord)
Repository = Callable[[UnitOfWork], RecordRepository[R]]

#: How often a write is tried anew when another one came between reading and writing.
_ATTEMPTS = 5
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "记录的版本"}}
_LOCATION = {"Location": {"schema": {"type": "string"}, "description": "新记录的地址"}}


def write_responses(model: type[BaseModel], *errors: Any) -> Responses:  # noqa: ANN401 - types of errors
    """Return the ``responses`` of a PUT route that answers with ``model``."""
    return {
        200: {"description": "已更新或没有变化", "headers": _ETAG},
        201: {"description": "已新建", "headers": _ETAG | _LOCATION, "model": model},
        **body_problems(MalformedCondition, IdMismatch, PreconditionFailed, RecordExists, *errors),
    }


def read_responses() -> Responses:
    """Return the ``responses`` of a GET route for one record."""
    return {
        200: {"description": "记录", "headers": _ETAG},
        304: {"description": "没有变化", "headers": _ETAG},
        **problems(NotFound, InvalidInput, MalformedCondition),
    }


def agree(field: str, in_path: str, in_body: str | None) -> str:
    """Return the id of the path, which the body may repeat but not contradict.

    Raises
    ------
    IdMismatch
        If the body names another one.
    """
    if in_body is not None and in_body != in_path:
        raise IdMismatch(
            f"地址中的编号是 {in_path}，正文中写的是 {in_body}，请改成一致或在正文中省略",
            place={"in": "body", "field": field},
        )
    return in_path


def write(
    store: Store,
    repository: Repository[R],
    key: str,
    make: Callable[[Stored[R] | None], R],
    conditions: Conditions,
) -> Put[R]:
    """Put the record that ``make`` returns for what is stored now.

    Raises
    ------
    PreconditionFailed
        If the stored record does not meet the caller's conditions.
    """
    for _ in range(_ATTEMPTS):
        try:
            return _write_once(store, repository, key, make, conditions)
        except PreconditionFailed:
            # Without conditions of its own the caller does not care who wrote in between.
            if conditions.given:
                raise
    raise PreconditionFailed("记录正被频繁修改，请稍后再试")


def _write_once(
    store: Store,
    repository: Repository[R],
    key: str,
    make: Callable[[Stored[R] | None], R],
    conditions: Conditions,
) -> Put[R]:
    with store.begin() as work:
        records = repository(work)
        stored = records.get(key)
        conditions.check_write(stored)
        put = records.put(make(stored), if_match=stored.revision if stored else None)
        if stored is None and put.outcome != "created" and conditions.if_none_match is not None:
            raise RecordExists("记录刚由另一个请求新建，按 If-None-Match 不作改动")
        return put


def read(store: Store, repository: Repository[R], key: str, what: str) -> Stored[R]:
    """Return one record.

    Raises
    ------
    NotFound
        With ``what`` (a Chinese noun) in the sentence.
    """
    with store.read() as work:
        stored = repository(work).get(key)
    if stored is None:
        raise NotFound(f"没有编号为 {key} 的{what}", place={"in": "path"})
    return stored


def list_page(
    store: Store,
    repository: Repository[R],
    listing: str,
    query: PageQuery,
    fixed: Mapping[str, str] | None = None,
) -> tuple[Page[R], str | None]:
    """Return one page and the cursor of the next.

    Parameters
    ----------
    listing : str
        Name that ties cursors to this listing.
    fixed : mapping, optional
        Conditions that the path sets.
    """
    filters = {**query.filters, **(fixed or {})}
    after = decode_cursor(listing, filters, query.cursor)
    with store.read() as work:
        page = repository(work).page(after, query.limit, **filters)
    cursor = None if page.next_key is None else encode_cursor(listing, filters, page.next_key)
    return page, cursor


def put_answer(put: Put[R], body: BaseModel, location: str) -> Response:
    """Return the answer to a PUT: the record as stored, 201 with its address when it is new."""
    created = put.outcome == "created"
    headers = {"ETag": put.stored.etag} | ({"Location": location} if created else {})
    return json_answer(body, 201 if created else 200, headers)


def get_answer(stored: Stored[R], body: Callable[[], BaseModel], conditions: Conditions) -> Response:
    """Return the record, or 304 if the caller holds this revision."""
    headers = {"ETag": stored.etag}
    if conditions.unchanged(stored.etag):
        return Response(status_code=304, headers=headers)
    return json_answer(body(), 200, headers)


def json_answer(body: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a value as JSON, written by pydantic alone."""
    return Response(body.model_dump_json(), status, headers, media_type="application/json")
