"""The route class of the API: strict JSON, the right content type, and POST answered once for each key."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from api.access.admission import admit
from api.errors import UnsupportedMediaType
from api.idempotency import answer_once
from api.json_body import decode

#: Bodies above this many bytes are read in a thread, so that other requests go on meanwhile.
_LARGE_BODY = 64 * 1024

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class JsonRequest(Request):
    """A request whose JSON is read by :func:`api.json_body.decode`."""

    async def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """Return the value of the body."""
        body = await self.body()
        return await run_in_threadpool(decode, body) if len(body) > _LARGE_BODY else decode(body)


class Route(APIRoute):
    """A route that admits who may call it, reads JSON strictly and honours ``Idempotency-Key`` on POST."""

    def get_route_handler(self) -> Handler:
        """Return the handler with both around it."""
        inner = super().get_route_handler()
        reads_json = self.body_field is not None
        may_be_empty = self.body_field is not None and not self.body_field.field_info.is_required()

        async def handle(request: Request) -> Response:
            request.scope["smematch.route"] = self.path_format
            strict = JsonRequest(request.scope, request.receive)
            await admit(strict, self.path_format)
            if reads_json and not (may_be_empty and _is_empty(strict)):
                _require_json(strict)
            if request.method == "POST" and "idempotency-key" in request.headers:
                return await answer_once(strict, inner, self.path_format)
            return await inner(strict)

        return handle


def _is_empty(request: Request) -> bool:
    """Whether a request says that it has no body."""
    headers = request.headers
    return "transfer-encoding" not in headers and headers.get("content-length", "0") == "0"


def _require_json(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        told = f"收到的是 {kind[:60]}" if kind else "请求没有写 Content-Type"
        raise UnsupportedMediaType(f"请求正文应为 application/json，{told}")


async def _idempotency_key(
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            description="同一个键和同样的内容在24小时内只处理一次，重试得到同样的回答",
            min_length=1,
            max_length=200,
            pattern=r"^[ -~]+$",
        ),
    ] = None,
) -> None:
    """Declare the header; the route class acts on it before the body is looked at."""


#: Dependencies of every POST route.
ONCE = [Depends(_idempotency_key)]


def make_router(tag: str) -> APIRouter:
    """Return a router for one resource."""
    return APIRouter(route_class=Route, tags=[tag], redirect_slashes=False)
