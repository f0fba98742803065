"""Finding by name or number: whatever a viewer may see, by kind."""

from typing import NamedTuple

from api.web.navigation import navigation
from recommender.domain.viewer import Role, Viewer
from recommender.installation import Installation
from recommender.store import UnitOfWork

#: Of each kind.
_MOST = 10


class Hit(NamedTuple):
    """Something found; ``address`` is None where the viewer has no page of it."""

    name: str
    note: str
    address: str | None


class Group(NamedTuple):
    """What was found of one kind; ``title`` is Chinese."""

    title: str
    hits: tuple[Hit, ...]


def everything(here: Installation, viewer: Viewer, text: str) -> tuple[Group, ...]:
    """Return what a text finds, by kind, kinds without a hit left out.

    A district finds the enterprises of its own.
    """
    with here.store.read() as work:
        groups = [
            Group("页面", _pages(viewer, text)),
            Group("企业", _enterprises(work, viewer, text)),
            Group("产品", tuple(_solutions(work, text))),
            Group("牵引单位", tuple(_units(work, text))),
            Group("服务商", tuple(Hit(name, key, f"/vendors/{key}") for key, name in _vendors(work, text))),
            Group("政策、课程和活动", tuple(_notices(work, text))),
            Group("供需对接会", tuple(_meetings(work, text))),
        ]
    groups.append(Group("奖补轮次", tuple(_rounds(here, text))))
    return tuple(group for group in groups if group.hits)


def _pages(viewer: Viewer, text: str) -> tuple[Hit, ...]:
    links = (one for group in navigation(viewer, "") for one in group.entries)
    return tuple(Hit(one.label, "", one.address) for one in links if text in one.label)


def _enterprises(work: UnitOfWork, viewer: Viewer, text: str) -> tuple[Hit, ...]:
    own = viewer.role is Role.DISTRICT
    found = (one.record for one in work.enterprises.found(text, 10 * _MOST if own else _MOST))
    seen = [one for one in found if not own or one.district == viewer.subject]
    return tuple(Hit(one.name, one.uscc, f"/enterprises/{one.uscc}/file") for one in seen[:_MOST])


def _solutions(work: UnitOfWork, text: str) -> list[Hit]:
    found = work.solutions.found(text, _MOST)
    return [Hit(one.record.name, one.record.id, f"/solutions/{one.record.id}") for one in found]


def _units(work: UnitOfWork, text: str) -> list[Hit]:
    found = work.lead_units.found(text, _MOST)
    return [Hit(one.record.name, one.record.id, f"/lead-units/{one.record.id}") for one in found]


def _vendors(work: UnitOfWork, text: str) -> list[tuple[str, str]]:
    return list(work.solutions.providers(text, _MOST).items())


def _notices(work: UnitOfWork, text: str) -> list[Hit]:
    return [Hit(one.record.name, one.record.id, None) for one in work.notices.found(text, _MOST)]


def _meetings(work: UnitOfWork, text: str) -> list[Hit]:
    found = (one.record for one in work.matching_events.found(text, _MOST))
    return [Hit(one.name, str(one.held_on), f"/matching-events/{one.id}") for one in found]


def _rounds(here: Installation, text: str) -> list[Hit]:
    found = [one for one in here.subsidy_rounds.listing() if text in one.name or text in one.id]
    return [Hit(one.name, one.id, f"/rounds/{one.id}") for one in found[:_MOST]]
