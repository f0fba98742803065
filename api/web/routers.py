"""Every router of the pages."""

from fastapi import APIRouter

from api.web.design.endpoints import router as design
from api.web.entering.endpoints import router as entering
from api.web.home.endpoints import router as home
from api.web.matching.endpoints import router as matching
from api.web.planning.endpoints import router as planning

ROUTERS: tuple[APIRouter, ...] = (home, entering, design, matching, planning)
