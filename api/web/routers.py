"""Every router of the pages."""

from fastapi import APIRouter

from api.web.design.endpoints import router as design
from api.web.entering.endpoints import router as entering
from api.web.home.endpoints import router as home
from api.web.office.endpoints import router as office

ROUTERS: tuple[APIRouter, ...] = (home, entering, design, office)
