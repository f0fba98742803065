"""Which enterprise and which project an event belongs to.

One contract is one project. An event names it by ``attributes.project``; one that does not belongs to the
only project that the enterprise has with the same partner.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from recommender.course.stages import Course
from recommender.store.repositories.events import EventLine

#: Events of a project that move no stage.
TOLD_BESIDE = (
    "link_transformed",
    "cost_recorded",
    "evidence_filed",
    "rating",
    "complaint",
    "complaint_closed",
)
#: Events beside the contract whose other party is the partner; the others may name a district or the project.
_TELL_PARTNER = frozenset(
    {"project_filed", "implementing", "accepted", "rejected", "withdrawn", "rating", "subsidy"}
)


class ProjectKey(NamedTuple):
    """One project of an enterprise.

    Attributes
    ----------
    project : str, optional
        Its id; None while no event has named one.
    partner : str
        The lead unit or vendor; empty where only the id is told.
    """

    project: str | None
    partner: str


@dataclass(slots=True)
class Belonging:
    """An enterprise's events, sorted to where they belong.

    Attributes
    ----------
    own : list of EventLine
        Of the enterprise itself.
    projects : dict
        Events of each project, in the order in which they happened.
    unclear : list of EventLine
        Events of some project, not clear which.
    """

    own: list[EventLine] = field(default_factory=list)
    projects: dict[ProjectKey, list[EventLine]] = field(default_factory=dict)
    unclear: list[EventLine] = field(default_factory=list)


def by_enterprise(lines: Iterable[EventLine], enterprises: Set[str]) -> dict[str, list[EventLine]]:
    """Sort events to the enterprises that they are about or towards, keeping their order."""
    found: dict[str, list[EventLine]] = defaultdict(list)
    for line in lines:
        if line.subject in enterprises:
            found[line.subject].append(line)
        elif line.object in enterprises:
            found[line.object].append(line)
    return found


def belonging(
    uscc: str, lines: Iterable[EventLine], providers: Mapping[str, str], course: Course
) -> Belonging:
    """Sort an enterprise's events to itself and its projects.

    Parameters
    ----------
    providers : mapping
        Product id to the id of its provider.
    """
    lines = list(lines)
    told = Belonging()
    of_project = [line for line in lines if course.per_project(line.type) or line.type in TOLD_BESIDE]
    partners = _partners(uscc, of_project, providers)
    ids: dict[str, set[str]] = defaultdict(set)
    for project, partner in partners.items():
        ids[partner].add(project)
    complaints = {line.event_id: line for line in of_project if line.type == "complaint"}
    for line in lines:
        if not (course.per_project(line.type) or line.type in TOLD_BESIDE):
            told.own.append(line)
            continue
        # What closes a complaint belongs where the complaint does.
        meant = complaints.get(str(line.attributes.get("complaint")), line)
        key = _key(uscc, meant, providers, partners, ids)
        if key is None:
            told.unclear.append(line)
        else:
            told.projects.setdefault(key, []).append(line)
    _leave_beside(told, course)
    return told


def every_line(told: Belonging) -> list[EventLine]:
    """Return all events of an enterprise again, in the order in which they happened."""
    lines = [*told.own, *told.unclear, *(line for own in told.projects.values() for line in own)]
    return sorted(lines, key=lambda line: (line.occurred_at, line.sequence))


def other_party(uscc: str, line: EventLine, providers: Mapping[str, str]) -> str:
    """Return the partner that an event is with: the other party, or the provider of that product."""
    other = line.object if line.subject == uscc else line.subject
    return providers.get(other, other)


def _project(line: EventLine) -> str | None:
    told = line.attributes.get("project")
    return told if isinstance(told, str) and told else None


def _partners(uscc: str, lines: Iterable[EventLine], providers: Mapping[str, str]) -> dict[str, str]:
    """Return the partner of each project that has an id: by its contract, else by what tells first."""
    by_contract: dict[str, str] = {}
    by_others: dict[str, str] = {}
    for line in lines:
        project = _project(line)
        other = other_party(uscc, line, providers)
        if project is None or other in {project, uscc}:
            continue
        if line.type == "contract":
            by_contract.setdefault(project, other)
        elif line.type in _TELL_PARTNER:
            by_others.setdefault(project, other)
    return by_others | by_contract


def _key(
    uscc: str,
    line: EventLine,
    providers: Mapping[str, str],
    partners: Mapping[str, str],
    ids: Mapping[str, Set[str]],
) -> ProjectKey | None:
    project = _project(line)
    if project is not None:
        return ProjectKey(project, partners.get(project, ""))
    other = other_party(uscc, line, providers)
    if other in partners:
        # The event is about the project itself.
        return ProjectKey(other, partners[other])
    named = ids.get(other, set())
    if len(named) > 1:
        return None
    return ProjectKey(next(iter(named), None), other)


def _leave_beside(told: Belonging, course: Course) -> None:
    """Take out what is no project: ratings, complaints and files without a single step of a project."""
    for key in list(told.projects):
        lines = told.projects[key]
        if key.project is None and not any(course.per_project(line.type) for line in lines):
            told.own += told.projects.pop(key)
    told.own.sort(key=lambda line: (line.occurred_at, line.sequence))
