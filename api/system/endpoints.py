"""Liveness, readiness and figures."""

from typing import Any

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from api.installed import Installed
from api.openapi import problems
from api.routing import make_router
from recommender.errors import NotSetUp

router = make_router("system")


class Alive(BaseModel):
    """The process answers."""

    status: str


class Ready(BaseModel):
    """Everything a request needs is there.

    Attributes
    ----------
    catalogue_version, index_catalogue_version : int
        Last change of the store, and the last one that the index holds.
    index_behind_seconds : float
        How long the index has been behind, in seconds; 0 when it is not.
    index_failure : str, optional
        Code of why the index could not be refreshed; the old one stays in use.
    encoder : dict
        ``setting`` as configured, ``fingerprint`` of the encoder in use, ``available``; without a semantic
        encoder matching is lexical only.
    model : dict
        ``version`` that this process ranks with, ``since`` when, and ``failure``: code of why it is not the
        promoted one.
    """

    status: str
    catalogue_version: int
    index_version: str
    index_catalogue_version: int
    index_behind_seconds: float
    index_failure: str | None
    encoder: dict[str, Any]
    model: dict[str, Any]


class PrometheusResponse(PlainTextResponse):
    """Figures in the Prometheus text format."""

    media_type = CONTENT_TYPE_LATEST.partition(";")[0]


@router.get("/healthz", summary="进程是否存活", responses=problems())
async def healthz() -> Alive:
    """Answer as long as the process runs; looks at nothing else."""
    return Alive(status="ok")


@router.get("/readyz", summary="是否可以服务", responses=problems(NotSetUp))
def readyz(here: Installed) -> Ready:
    """Answer 200 when the store answers and an index is loaded, a 503 problem otherwise."""
    with here.store.read() as work:
        version = work.catalogue.version()
    snapshot = here.keeper.current
    standing = here.model_keeper.refresh()
    return Ready(
        status="ready",
        catalogue_version=version,
        index_version=snapshot.version,
        index_catalogue_version=snapshot.catalogue.version,
        index_behind_seconds=round(here.keeper.seconds_behind, 3),
        index_failure=here.keeper.last_failure,
        encoder={
            "setting": here.settings.encoder,
            "fingerprint": here.encoder.fingerprint,
            "available": here.encoder.available,
        },
        model={
            "version": standing.served.model.version,
            "since": standing.served.since,
            "failure": standing.failure.code if standing.failure else None,
        },
    )


@router.get(
    "/metrics", summary="运行指标（Prometheus）", response_class=PrometheusResponse, responses=problems()
)
def metrics(request: Request) -> Response:
    """Return the figures of this worker."""
    return Response(request.app.state.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
