"""The application: an installation behind thin routes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

import recommender
from api.adjustments.endpoints import router as adjustments
from api.appraisals.endpoints import router as appraisals
from api.assignments.endpoints import router as assignments
from api.benchmarks.endpoints import router as benchmarks
from api.board.endpoints import router as board
from api.consents.endpoints import router as consents
from api.course.endpoints import router as course
from api.diagnoses.endpoints import router as diagnoses
from api.eligibility.endpoints import router as eligibility
from api.enterprises.endpoints import router as enterprises
from api.envelope import Envelope
from api.events.endpoints import router as events
from api.exposure.endpoints import router as exposure
from api.gaps.endpoints import router as gaps
from api.imports.endpoints import router as imports
from api.lead_units.endpoints import router as lead_units
from api.matching_events.endpoints import router as matching_events
from api.model_health.endpoints import router as model_health
from api.models.endpoints import router as models
from api.notices.endpoints import router as notices
from api.openapi import Application
from api.outcomes.endpoints import router as outcomes
from api.plans.endpoints import router as plans
from api.pool.endpoints import router as pool
from api.problems import install_handlers
from api.recommendations.endpoints import router as recommendations
from api.reference.endpoints import router as reference
from api.selections.endpoints import router as selections
from api.selections.forms import router as selection_forms
from api.solutions.endpoints import router as solutions
from api.subsidy_rounds.endpoints import router as subsidy_rounds
from api.system.endpoints import router as system
from api.system.metrics import Metrics
from api.vendors.endpoints import router as vendors
from api.web.routers import ROUTERS as PAGES
from api.web.routing import install_unknown_page
from api.workbooks.endpoints import router as workbooks
from recommender.installation import Installation, open_installation
from recommender.settings import Settings

_DESCRIPTION = """按企业的数字化诊断和需求推荐解决方案与牵引单位，也为牵引单位推荐同意展示的企业。

所有错误都是 RFC 9457 的 `application/problem+json`，程序请按 `code` 判断。
每个 POST 都接受 `Idempotency-Key`；记录用 `ETag` / `If-Match` 防止互相覆盖；列表用 `cursor` 翻页。"""


def _opened(settings: Settings, installation: Installation | None) -> Installation:
    return installation or open_installation(settings)


def _forget_what_expired(installation: Installation) -> None:
    with installation.store.begin() as work:
        work.idempotency.purge()
        work.questionnaire_drafts.purge(installation.store.clock())


def create_app(settings: Settings | None = None, installation: Installation | None = None) -> FastAPI:
    """Return the application; it opens its installation when it starts and closes it when it stops.

    Parameters
    ----------
    settings : Settings, optional
        From the environment by default.
    installation : Installation, optional
        One that is open already; whoever opened it closes it.

    Raises
    ------
    recommender.errors.SmematchError
        At start-up, from :func:`recommender.installation.open_installation`.
    """
    chosen = installation.settings if installation else settings or Settings()
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        opened = await run_in_threadpool(_opened, chosen, installation)
        app.state.installation = opened
        await run_in_threadpool(_forget_what_expired, opened)
        metrics.follow(opened.keeper)
        opened.keeper.start()
        # In a thread: requests that need no encoder are answered meanwhile.
        warming = asyncio.create_task(run_in_threadpool(opened.warm_up))
        try:
            yield
        finally:
            await warming
            # Stopping waits for an index build under way.
            await run_in_threadpool(opened.keeper.stop)
            if installation is None:
                await run_in_threadpool(opened.close)

    app = Application(
        title="smematch",
        version=recommender.__version__,
        description=_DESCRIPTION,
        lifespan=lifespan,
        # They load scripts from elsewhere; /developers links to the document.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.metrics = metrics
    install_handlers(app)
    install_unknown_page(app)
    app.add_middleware(Envelope, metrics=metrics, max_body_bytes=chosen.max_body_bytes)
    for router in (
        system,
        reference,
        enterprises,
        diagnoses,
        benchmarks,
        eligibility,
        solutions,
        pool,
        lead_units,
        vendors,
        notices,
        gaps,
        consents,
        imports,
        workbooks,
        recommendations,
        plans,
        assignments,
        events,
        matching_events,
        exposure,
        model_health,
        models,
        course,
        board,
        outcomes,
        subsidy_rounds,
        adjustments,
        selection_forms,
        selections,
        appraisals,
        *PAGES,
    ):
        app.include_router(router)
    return app
