"""Whether a call keeps to what is the caller's own: the records it names, and in whose name it acts."""

from collections.abc import Iterator, Mapping
from typing import Any

from recommender.domain.viewer import Role, Viewer
from recommender.installation import Installation
from recommender.pool.parties import owners_of
from recommender.pool.steps import locked_course

#: Routes whose body names the enterprise that is asked for.
_NAMES_ENTERPRISE = frozenset({"/v1/recommendations", "/v1/plans", "/v1/plans:page"})
_LISTED = (Role.ENTERPRISE, Role.LEAD_UNIT, Role.VENDOR)


def keeps_to_own(
    here: Installation,
    viewer: Viewer,
    template: str,
    path: Mapping[str, str],
    query: Mapping[str, str],
    body: object,
) -> bool:
    """Whether everything that a call names is the caller's to see or change.

    Parameters
    ----------
    template : str
        Of the route: ``/v1/enterprises/{uscc}``.
    path, query : mapping
        What the address says.
    body : object
        The JSON of the call, None without one.
    """
    return (
        _record(here, viewer, template, path)
        and _enterprise_named(viewer, template, body)
        and _district_named(viewer, template, path, query, body)
        and _in_own_name(viewer, template, query, body)
    )


def _record(here: Installation, viewer: Viewer, template: str, path: Mapping[str, str]) -> bool:
    if template.startswith("/v1/enterprises/{uscc}"):
        return _enterprise(here, viewer, path["uscc"])
    if template.startswith("/v1/lead-units/{id}/") and viewer.role in _LISTED:
        return viewer.speaks_for(Role.LEAD_UNIT, path["id"])
    if template == "/v1/lead-units/{id}" and viewer.role is Role.LEAD_UNIT:
        return True
    if template.startswith("/v1/vendors/{id}") and viewer.role in _LISTED:
        return viewer.speaks_for(Role.VENDOR, path["id"])
    if template.startswith(("/v1/recommendations/{id}", "/v1/plans/{id}")) and viewer.role in _LISTED:
        return _served(here, viewer, path["id"])
    owned = ("/v1/solutions/{id}:", "/v1/solutions/{id}/history", "/v1/pool/submissions/{id}")
    if template.startswith(owned) and viewer.role in _LISTED:
        return _product(here, viewer, path["id"])
    return True


def _enterprise(here: Installation, viewer: Viewer, uscc: str) -> bool:
    match viewer.role:
        case Role.ENTERPRISE:
            return viewer.subject == uscc
        case Role.DISTRICT:
            with here.store.read() as work:
                stored = work.enterprises.get(uscc)
            return stored is not None and stored.record.district == viewer.subject
        case Role.LEAD_UNIT | Role.VENDOR:
            # Moves of a project judge by themselves whose project it is; the actor is checked with the body.
            return True
        case _:
            return True


def _served(here: Installation, viewer: Viewer, recommendation_id: str) -> bool:
    with here.store.read() as work:
        served = work.served_lists.get(recommendation_id)
    return served is not None and served.subject == viewer.subject


def _product(here: Installation, viewer: Viewer, solution_id: str) -> bool:
    with here.store.begin() as work:
        return viewer.subject in owners_of(locked_course(work, solution_id), work)


def _enterprise_named(viewer: Viewer, template: str, body: object) -> bool:
    if viewer.role is not Role.ENTERPRISE or template not in _NAMES_ENTERPRISE:
        return True
    named = body.get("enterprise") if isinstance(body, dict) else None
    return named in {None, viewer.subject}


def _district_named(
    viewer: Viewer, template: str, path: Mapping[str, str], query: Mapping[str, str], body: object
) -> bool:
    """Whether a district names itself wherever it could see others."""
    if viewer.role is not Role.DISTRICT or "uscc" in path or template not in _OF_DISTRICTS:
        return True
    if template.endswith(":collect"):
        return isinstance(body, dict) and body.get("district") == viewer.subject
    return query.get("district") == viewer.subject


#: Routes that list enterprises or their projects.
_OF_DISTRICTS = frozenset(
    {
        "/v1/enterprises",
        "/v1/course",
        "/v1/course:workbook",
        "/v1/board",
        "/v1/subsidy-rounds/{id}",
        "/v1/subsidy-rounds/{id}/summary.xlsx",
        "/v1/subsidy-rounds/{id}/checks",
        "/v1/subsidy-rounds/{id}:collect",
    }
)


def _in_own_name(viewer: Viewer, template: str, query: Mapping[str, str], body: object) -> bool:
    """Whether nobody is acted for but the caller; a program of the administrator reports for all."""
    if viewer.role is Role.ADMIN:
        return True
    if template == "/v1/events":
        return all(_own_event(viewer, one) for one in _parts(body))
    own = {None, viewer.actor, viewer.name}
    if query.get("actor") not in own or query.get("role") not in {None, viewer.role.value}:
        return False
    return all(
        one.get("actor") in own and ("event" not in one or one.get("role") == viewer.role.value)
        for one in _parts(body)
    )


def _own_event(viewer: Viewer, event: Mapping[str, Any]) -> bool:
    """Whether an event is told by the caller, and of himself where he is not an office."""
    if event.get("actor") not in {viewer.actor, viewer.name}:
        return False
    return viewer.role not in _LISTED or viewer.subject in {event.get("subject"), event.get("object")}


def _parts(body: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a body that can name an actor: itself, or each of a list of events."""
    for one in body if isinstance(body, list) else [body]:
        if isinstance(one, dict):
            yield one
