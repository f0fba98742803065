"""``Idempotency-Key``: the same request with the same key is worked on once and answered alike."""

import hashlib
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from recommender.store import Store
from recommender.store.repositories.idempotency import Claim

#: Headers that belong to the answer; the others are made for each request.
_KEPT_HEADERS = ("content-type", "etag", "location", "cache-control")
REPLAYED = "Idempotency-Replayed"


async def answer_once(
    request: Request, handle: Callable[[Request], Coroutine[Any, Any, Response]], route: str
) -> Response:
    """Answer a request that carries a key: from memory if it was answered before, else by ``handle``.

    Only successes are kept. A failure changed nothing, so the same key may try again. The work commits
    before its answer is kept: after a crash in between, a retry does the work again, which every POST
    of this API allows (events and records are told apart by their ids, a served list nobody saw is only
    a list).

    Raises
    ------
    IdempotencyKeyReused, RequestInProgress, InvalidIdempotencyKey
        From the claim.
    """
    store: Store = request.app.state.installation.store
    digest = _digest(request, await request.body())
    claim = await run_in_threadpool(_claim, store, request.headers["idempotency-key"], route, digest)
    if claim.answer is not None:
        kept = claim.answer
        return Response(kept.body, kept.status, {**kept.headers, REPLAYED: "true"})
    try:
        response = await handle(request)
    except Exception:
        await run_in_threadpool(_release, store, claim)
        raise
    if response.status_code < 300:
        await run_in_threadpool(_finish, store, claim, response)
    else:
        await run_in_threadpool(_release, store, claim)
    return response


def _digest(request: Request, body: bytes) -> str:
    head = "\n".join(
        (
            request.url.path,
            request.scope["query_string"].decode("latin-1"),
            request.headers.get("content-type", ""),
        )
    )
    return hashlib.sha256(head.encode() + b"\n\n" + body).hexdigest()


def _claim(store: Store, key: str, route: str, digest: str) -> Claim:
    with store.begin() as work:
        return work.idempotency.claim(key, f"POST {route}", digest)


def _finish(store: Store, claim: Claim, response: Response) -> None:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    with store.begin() as work:
        work.idempotency.finish(claim, response.status_code, bytes(response.body), headers)


def _release(store: Store, claim: Claim) -> None:
    with store.begin() as work:
        work.idempotency.release(claim)
