"""Every router of the pages."""

from fastapi import APIRouter

from api.web.account.endpoints import router as account
from api.web.assessment.endpoints import router as assessment
from api.web.contacts.endpoints import router as contacts
from api.web.design.endpoints import router as design
from api.web.entering.endpoints import router as entering
from api.web.enterprise.endpoints import router as enterprise
from api.web.exposure.endpoints import router as exposure
from api.web.file.endpoints import router as file
from api.web.gaps.endpoints import router as gaps
from api.web.home.endpoints import router as home
from api.web.lead_units.endpoints import router as lead_units
from api.web.matching.endpoints import router as matching
from api.web.office.endpoints import router as office
from api.web.outcomes.endpoints import router as outcomes
from api.web.partners.endpoints import router as partners
from api.web.planning.endpoints import router as planning
from api.web.pool.endpoints import router as pool
from api.web.rounds.endpoints import router as rounds
from api.web.search.endpoints import router as search

ROUTERS: tuple[APIRouter, ...] = (
    home,
    entering,
    account,
    design,
    assessment,
    enterprise,
    matching,
    lead_units,
    planning,
    office,
    file,
    rounds,
    outcomes,
    search,
    contacts,
    partners,
    pool,
    gaps,
    exposure,
)
