"""Every router of the pages."""

from fastapi import APIRouter

from api.web.account.endpoints import router as account
from api.web.design.endpoints import router as design
from api.web.entering.endpoints import router as entering
from api.web.exposure.endpoints import router as exposure
from api.web.file.endpoints import router as file
from api.web.gaps.endpoints import router as gaps
from api.web.home.endpoints import router as home
from api.web.office.endpoints import router as office
from api.web.outcomes.endpoints import router as outcomes
from api.web.pool.endpoints import router as pool
from api.web.rounds.endpoints import router as rounds
from api.web.search.endpoints import router as search

ROUTERS: tuple[APIRouter, ...] = (
    home,
    entering,
    account,
    design,
    office,
    file,
    rounds,
    outcomes,
    search,
    pool,
    gaps,
    exposure,
)
