"""Admitting a call: known, of a role that may, within its own; else refused before anything is read."""

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from api.access.credentials import caller_of
from api.access.faults import Forbidden, NoCredentials
from api.access.ownership import keeps_to_own
from api.access.rules import load_access_rules
from recommender.installation import Installation

#: POST routes that compute and change nothing of the records: a key for reading may call them.
_COMPUTES = frozenset(
    {
        "POST /v1/recommendations",
        "POST /v1/plans",
        "POST /v1/plans:page",
        "POST /v1/lead-units/{id}/prospects",
        "POST /v1/vendors/{id}/prospects",
        "POST /v1/notices/{id}:audience",
        "POST /v1/evaluations",
    }
)


async def admit(request: Request, template: str) -> None:
    """Let a call pass, or refuse it.

    Where nobody signs in (loopback only) every call passes.

    Parameters
    ----------
    template : str
        Of the route.

    Raises
    ------
    NoCredentials, Forbidden
    recommender.identity.faults.TokenNotValid
    """
    here: Installation = request.app.state.installation
    rules, route = load_access_rules(), f"{request.method} {template}"
    if here.settings.sign_in == "none" or rules.is_open(route):
        return
    known = await run_in_threadpool(caller_of, request, here)
    if known is None:
        raise NoCredentials("请在请求头 Authorization 中带上接口密钥：Bearer smk_…")
    if known.viewer.role not in rules.roles(route):
        raise Forbidden("您的身份不能调用这个接口")
    if not known.may_write and request.method not in {"GET", "HEAD"} and route not in _COMPUTES:
        raise Forbidden("这个密钥只能读取，不能改动")
    body = await _json(request)
    own = await run_in_threadpool(
        keeps_to_own, here, known.viewer, template, request.path_params, request.query_params, body
    )
    if not own:
        raise Forbidden("只能查看和办理自己的记录")
    request.state.viewer = known.viewer


async def _json(request: Request) -> object:
    """Return the JSON of a body; None without one, and for what the route will refuse itself."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method not in {"POST", "PUT", "DELETE"} or kind != "application/json":
        return None
    return await request.json() if await request.body() else None
