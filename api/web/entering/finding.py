"""The records that a person can speak for."""

from typing import NamedTuple

from recommender.domain.taxonomy import load_taxonomy
from recommender.domain.viewer import Role
from recommender.errors import NotFound
from recommender.store import UnitOfWork

#: Shown at most; the rest is found by name.
_MOST = 20

#: What staff are called where nobody gives a name.
_STAFF = {Role.CITY: "市级工作人员", Role.ADMIN: "管理员", Role.AUDITOR: "审计人员"}


class UnknownSubject(NotFound):
    """There is no such enterprise, unit, vendor or district."""

    code = "unknown_subject"
    title = "没有这个单位"


class Choice(NamedTuple):
    """A record to speak for."""

    subject: str
    name: str


def choices(work: UnitOfWork, role: Role, text: str) -> tuple[Choice, ...]:
    """Return up to 20 records of a role whose name or code holds a text."""
    match role:
        case Role.ENTERPRISE:
            return tuple(
                Choice(one.record.uscc, one.record.name) for one in work.enterprises.found(text, _MOST)
            )
        case Role.LEAD_UNIT:
            return tuple(Choice(one.record.id, one.record.name) for one in work.lead_units.found(text, _MOST))
        case Role.VENDOR:
            return tuple(Choice(*one) for one in work.solutions.providers(text, _MOST).items())
        case Role.DISTRICT:
            districts = load_taxonomy().districts
            return tuple(Choice(one.code, one.name) for one in districts if text in one.name + one.code)
        case _:
            return ()


def named(work: UnitOfWork, role: Role, subject: str | None) -> str:
    """Return how someone is called who speaks for a record.

    Raises
    ------
    UnknownSubject
    """
    if role in _STAFF:
        return _STAFF[role]
    name = _name_of(work, role, subject or "")
    if name is None:
        raise UnknownSubject("没有找到这个单位，请重新选择", place={"field": "subject"})
    return name


def _name_of(work: UnitOfWork, role: Role, subject: str) -> str | None:
    match role:
        case Role.ENTERPRISE:
            enterprise = work.enterprises.get(subject)
            return enterprise.record.name if enterprise else None
        case Role.LEAD_UNIT:
            unit = work.lead_units.get(subject)
            return unit.record.name if unit else None
        case Role.VENDOR:
            return work.solutions.providers(subject).get(subject)
        case _:
            district = load_taxonomy().district_name(subject)
            return f"{district}工作人员" if district else None
