"""Problem details (RFC 9457): every failure as ``application/problem+json``, in Chinese, with a code."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError
from starlette.exceptions import HTTPException

from api.errors import MalformedForm, MethodNotAllowed, UnknownRoute
from recommender.domain.validation_text import Problem as Finding
from recommender.domain.validation_text import explain, summary
from recommender.errors import InvalidInput, MalformedRequest, SmematchError, TooLarge

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("smematch.api")
#: More entries than anyone reads; a crafted body could bring a million.
_MOST_ERRORS = 100
_PARTS = {"body": "请求正文", "query": "查询参数", "path": "地址", "header": "请求头"}


class FieldProblem(BaseModel):
    """One thing wrong with one field of a request.

    Attributes
    ----------
    place : dict
        ``in`` (body, query, path, header) and ``field``, the path to the value.
    """

    code: str
    detail: str
    place: dict[str, Any] = Field(default_factory=dict)


class Problem(BaseModel):
    """Problem details, RFC 9457.

    Attributes
    ----------
    type : str
        ``urn:smematch:problem:`` and the code.
    code : str
        Stable name; clients decide by it, never by the text.
    detail : str
        Chinese, for the person who made the request.
    instance : str
        Path of the request.
    request_id : str
        Also in the header ``X-Request-Id`` and in the log.
    place : dict, optional
        Where it is: ``field``, ``row``, ``column``, ``index``, ``file``.
    errors : list, optional
        Everything wrong with the request, one entry a field.
    """

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    request_id: str
    place: dict[str, Any] | None = None
    errors: list[FieldProblem] | None = None


def problem_response(
    request: Request,
    error: SmematchError,
    *,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the problem that tells of an error."""
    problem = Problem(
        type=f"urn:smematch:problem:{error.code}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=_instance(request),
        code=error.code,
        request_id=str(request.scope.get("smematch.request_id", "")),
        place=error.place or None,
        errors=list(errors[:_MOST_ERRORS]) or None,
    )
    retry = {"Retry-After": "2"} if error.status == 503 else {}
    return Response(
        problem.model_dump_json(exclude_none=True),
        status_code=error.status,
        media_type=MEDIA_TYPE,
        headers={**retry, **(headers or {})},
    )


def unexpected(request: Request, error: Exception) -> Response:
    """Log an error nobody expected and return a problem that says nothing of its inside."""
    request_id = request.scope.get("smematch.request_id", "")
    _LOG.error("unexpected error, request %s", request_id, exc_info=error)
    return problem_response(request, SmematchError(f"服务器内部出错，请把请求编号 {request_id} 告知管理员"))


def install_handlers(app: FastAPI) -> None:
    """Make ``app`` answer every failure with a problem."""

    async def _known(request: Request, error: Exception) -> Response:
        if not isinstance(error, SmematchError):
            raise error
        if error.status >= 500:
            _LOG.error("%s, request %s", error.code, request.scope.get("smematch.request_id"), exc_info=error)
        return problem_response(request, error)

    async def _invalid(request: Request, error: Exception) -> Response:
        if not isinstance(error, RequestValidationError):
            raise error
        return invalid_request(request, error)

    async def _http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        return _from_http(request, error)

    app.add_exception_handler(SmematchError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def invalid_request(request: Request, error: RequestValidationError) -> Response:
    """Return the problem of a request that does not fit the route's schema."""
    found = field_problems(error.errors())
    told = summary(_finding(entry) for entry in found)
    return problem_response(request, InvalidInput(told, place=found[0].place), errors=found)


def field_problems(errors: Sequence[Any]) -> list[FieldProblem]:
    """Explain pydantic's findings in Chinese, each with the part of the request it is in.

    Parameters
    ----------
    errors : sequence of dict
        As FastAPI collects them: ``loc`` starts with body, query, path or header.
    """
    found: list[FieldProblem] = []
    for entry in errors[:_MOST_ERRORS]:
        where, *path = entry["loc"]
        told = explain(_validation_error(entry, tuple(path)))[0]
        place = {"in": str(where), "field": told.field} if told.field else {"in": str(where)}
        found.append(FieldProblem(code=told.code, detail=told.message, place=place))
    return found


def _finding(entry: FieldProblem) -> Finding:
    where = str(entry.place["in"])
    return Finding(str(entry.place.get("field") or _PARTS.get(where, where)), entry.detail, entry.code)


def _validation_error(entry: Mapping[str, Any], path: tuple[str | int, ...]) -> ValidationError:
    kind, context = entry["type"], entry.get("ctx", {})
    line = InitErrorDetails(type=kind, loc=path, input=entry.get("input"), ctx=context)
    try:
        return ValidationError.from_exception_data("request", [line])
    except (KeyError, TypeError):
        # FastAPI has kinds of its own that pydantic does not know.
        line["type"] = PydanticCustomError(kind, "{text}", {"text": str(entry.get("msg", ""))})
        line.pop("ctx")
        return ValidationError.from_exception_data("request", [line])


def _from_http(request: Request, error: HTTPException) -> Response:
    match error.status_code:
        case 404:
            known: SmematchError = UnknownRoute("没有这个地址，可用的地址见 /openapi.json")
        case 405:
            return _not_allowed(request, error)
        case 413:
            known = TooLarge(str(error.detail))
        case 400 if isinstance(error.__cause__, SmematchError):
            known = error.__cause__
        case 400 if "multipart" in request.headers.get("content-type", ""):
            known = MalformedForm("表单无法读取，请按 multipart/form-data 上传一个名为 file 的文件")
        case 400:
            known = MalformedRequest("请求正文无法读取")
        case _:
            return unexpected(request, error)
    return problem_response(request, known, headers=error.headers)


def _not_allowed(request: Request, error: HTTPException) -> Response:
    allowed = (error.headers or {}).get("Allow", "GET")
    found = request.app.methods_at(request.scope["path"])
    if found is not None:
        request.scope["smematch.route"], methods = found
        allowed = ", ".join(methods)
    known = MethodNotAllowed(f"这个地址不支持 {request.method[:20]}，可用的方法：{allowed}")
    return problem_response(request, known, headers={"Allow": allowed})


def _instance(request: Request) -> str:
    raw = request.scope.get("raw_path")
    path = raw.decode("latin-1") if isinstance(raw, bytes) else str(request.scope.get("path", "/"))
    return quote(path, safe="/%:@!$&'()*+,;=~")
