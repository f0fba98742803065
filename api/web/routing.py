"""The route class of the pages: failures as pages, forms only from our own site."""

import inspect
import logging
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from api.errors import UnknownRoute
from api.problems import field_problems
from api.web.failures import FromElsewhere, SignInNeeded, advice
from api.web.page import PageWriter
from api.web.session import current_viewer
from recommender.errors import InvalidInput, SmematchError

_LOG = logging.getLogger("smematch.web")
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route that answers with pages, whatever happens."""

    def get_route_handler(self) -> Handler:
        """Return the handler with the checks before and the failures after it."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            request.scope["smematch.route"] = self.path_format
            try:
                require_own_site(request)
                return await inner(request)
            except SignInNeeded as error:
                if request.method == "GET":
                    return RedirectResponse(f"/enter?next={quote(_path(request), safe='')}", 303)
                return _failed(request, error, ())
            except RequestValidationError as error:
                told = tuple(
                    f"{one.place.get('field') or ''} {one.detail}" for one in field_problems(error.errors())
                )
                return _failed(request, InvalidInput("有几处填写需要修改"), told)
            except SmematchError as error:
                if error.status >= 500:
                    _LOG.error(
                        "%s, request %s", error.code, request.scope.get("smematch.request_id"), exc_info=error
                    )
                return _failed(request, error, ())
            except Exception as error:  # noqa: BLE001 - the last net: a person is told on a page too
                request_id = request.scope.get("smematch.request_id", "")
                _LOG.error("unexpected error, request %s", request_id, exc_info=error)
                return _failed(request, SmematchError("系统内部出错，您填写的内容没有保存"), ())

        return handle


def install_unknown_page(app: FastAPI) -> None:
    """Make ``app`` answer a browser that asks for an address which is not there with a page.

    Programs, which do not ask for HTML, get the problem that the API answers with; call it after the API's
    handlers are installed.
    """
    otherwise = app.exception_handlers[HTTPException]

    async def unknown(request: Request, error: Exception) -> Response:
        wanted = request.headers.get("accept", "").partition(",")[0]
        if isinstance(error, HTTPException) and error.status_code == 404 and wanted == "text/html":
            return _failed(request, UnknownRoute("没有这一页，地址可能写错了"), ())
        answer = otherwise(request, error)
        return await answer if inspect.isawaitable(answer) else answer

    app.add_exception_handler(HTTPException, unknown)


def page_router() -> APIRouter:
    """Return a router for pages; they are no part of the API's document."""
    return APIRouter(route_class=PageRoute, include_in_schema=False, redirect_slashes=False)


def require_own_site(request: Request) -> None:
    """Refuse what changes something and was sent by a page of another site.

    Browsers name the sender in ``Sec-Fetch-Site``, older ones in ``Origin``; a program names neither and
    carries no cookie of ours by accident.

    Raises
    ------
    FromElsewhere
    """
    if request.method in {"GET", "HEAD"}:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise FromElsewhere("这个表单不是从本系统的页面提交的")
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise FromElsewhere("这个表单不是从本系统的页面提交的")


def local_path(asked: str | None, otherwise: str = "/") -> str:
    """Return a path of ours to go to next; whatever could lead elsewhere is not followed."""
    if not asked or not asked.startswith("/") or asked.startswith(("//", "/\\")):
        return otherwise
    return asked if asked.isprintable() else otherwise


def see(path: str) -> Response:
    """Return the answer after a form: go there and look (303)."""
    return RedirectResponse(path, 303)


def _failed(request: Request, error: SmematchError, details: tuple[str, ...]) -> Response:
    writer = PageWriter(request, current_viewer(request))
    return writer.show(
        "problem.html", status=error.status, error=error, details=details, advice=advice(error)
    )


def _path(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
