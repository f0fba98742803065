"""What surrounds every request: id, size limit, safe headers, log line, the last net for errors."""

import logging
import re
import time
from http import HTTPStatus

import uuid_utils
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem_response, unexpected
from api.system.metrics import Metrics
from recommender.errors import MalformedRequest, TooLarge

_LOG = logging.getLogger("smematch.access")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
#: Label of requests that no route takes; their paths may hold anything.
UNMATCHED = "(unmatched)"

_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    # Records hold personal data; routes whose answers may be kept say so themselves.
    "Cache-Control": "no-store",
}


class BodyTooLarge(HTTPException):
    """Raised while the body is read; FastAPI lets only this family through unchanged."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, too_large(limit).detail)


def too_large(limit: int) -> TooLarge:
    """Return the error of a body above ``limit`` bytes."""
    return TooLarge(f"请求正文超过 {limit} 字节的上限，请分批提交")


class Envelope:
    """ASGI middleware around the whole application.

    Parameters
    ----------
    max_body_bytes : int
        Largest body, in bytes; counted while it arrives, so that chunked bodies are held to it too.

    Notes
    -----
    The log line has the route's template and never the path or the query: those hold credit codes.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, max_body_bytes: int) -> None:
        self._app = app
        self._metrics = metrics
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; other kinds of connections pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _request_id(Headers(scope=scope).get("x-request-id"))
        scope["smematch.request_id"] = request_id
        answer = _Answer(send, request_id)
        try:
            await self._answer(scope, receive, answer)
        finally:
            self._record(scope, answer.status, time.perf_counter() - started, request_id)

    async def _answer(self, scope: Scope, receive: Receive, answer: "_Answer") -> None:
        request = Request(scope, receive)
        refused = self._refusal(Headers(scope=scope).get("content-length"))
        if refused is not None:
            await problem_response(request, refused)(scope, receive, answer)
            return
        try:
            await self._app(scope, _limited(receive, self._max_body_bytes), answer)
        except Exception as error:
            if answer.started:
                # Too late for a problem: the connection has to break, or half an answer would look whole.
                raise
            await unexpected(request, error)(scope, receive, answer)

    def _refusal(self, content_length: str | None) -> MalformedRequest | TooLarge | None:
        if content_length is None:
            return None
        if not (content_length.isascii() and content_length.isdigit()):
            return MalformedRequest("请求头 Content-Length 不是数字")
        # More digits than this are too large whatever they are.
        over = len(content_length) > 18 or int(content_length) > self._max_body_bytes
        return too_large(self._max_body_bytes) if over else None

    def _record(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        template = scope.get("smematch.route", UNMATCHED)
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._metrics.count_request(method, template, status, seconds)
        _LOG.info("%s %s %d %.1fms %s", method, template, status, seconds * 1000, request_id)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class _Answer:
    """The sending side: adds headers, remembers the status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status: int = HTTPStatus.INTERNAL_SERVER_ERROR
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self._request_id
            for name, value in _SAFE_HEADERS.items():
                headers.setdefault(name, value)
        await self._send(message)


def _request_id(given: str | None) -> str:
    return given if given and _REQUEST_ID.fullmatch(given) else str(uuid_utils.uuid7())


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def read() -> Message:
        nonlocal taken
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            if taken > limit:
                raise BodyTooLarge(limit)
        return message

    return read
