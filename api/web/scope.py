"""Whose record a viewer may open: the one place that decides it for the pages."""

from api.web.failures import NotForThisRole
from recommender.domain import Enterprise
from recommender.domain.viewer import Role, Viewer
from recommender.installation import Installation
from recommender.matching.unknown import UnknownEnterprise

#: Roles of the offices; a district sees its own enterprises.
OFFICES = (Role.DISTRICT, Role.CITY, Role.ADMIN, Role.AUDITOR)
_WHOLE_CITY = frozenset({Role.CITY, Role.ADMIN, Role.AUDITOR})


def enterprise_for(here: Installation, viewer: Viewer, uscc: str) -> Enterprise:
    """Return an enterprise that the viewer may open: its own, of its district, or any for the city.

    Raises
    ------
    NotForThisRole
        Whether there is such an enterprise is not told.
    UnknownEnterprise
        For those who may open any.
    """
    with here.store.read() as work:
        stored = work.enterprises.get(uscc)
    if viewer.role in _WHOLE_CITY:
        if stored is None:
            raise UnknownEnterprise(f"没有统一社会信用代码为 {uscc} 的企业", place={"field": "uscc"})
        return stored.record
    district = stored.record.district if stored else None
    of_district = district is not None and viewer.speaks_for(Role.DISTRICT, district)
    if stored is None or not (viewer.speaks_for(Role.ENTERPRISE, uscc) or of_district):
        raise NotForThisRole("您只能查看自己的企业或本区企业的资料")
    return stored.record


def district_of(viewer: Viewer, asked: str | None) -> str | None:
    """Return the district to look at: a district's own whatever it asks, any for the city."""
    return viewer.subject if viewer.role is Role.DISTRICT else asked
