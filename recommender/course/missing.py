"""What the course asks for and is not there, each by its name with the reason why it is needed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from recommender.course.levels import instrument_of
from recommender.course.project import Project
from recommender.course.stages import Course, Need
from recommender.diagnosis.value import Value
from recommender.domain import Enterprise
from recommender.domain.taxonomy import load_taxonomy

#: Of the instrument, whose lists say what counts as evidence of a link.
EDITION = "2024"


class Missing(Value):
    """Something that is not there.

    Attributes
    ----------
    detail : str, optional
        What exactly, where the title leaves it open.
    project, partner : str, optional
        The project that lacks it; both None for the enterprise itself.
    """

    code: str
    title: str
    why: str
    detail: str | None = None
    project: str | None = None
    partner: str | None = None

    @property
    def text(self) -> str:
        """The name with its detail, in Chinese."""
        return self.title if self.detail is None else f"{self.title}（{self.detail}）"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the needs are held against.

    Attributes
    ----------
    abouts : tuple of str
        What the evidence files of the enterprise itself say they are about.
    served, planned : bool
        Whether a list, a plan was served.
    level_after : int, optional
        Stands in for the project's own where an acceptance names another diagnosis.
    """

    enterprise: Enterprise
    diagnosed: bool = False
    listed: bool = False
    served: bool = False
    planned: bool = False
    abouts: tuple[str, ...] = ()
    project: Project | None = None
    level_after: int | None = None


def unmet(codes: Iterable[str], facts: Facts, course: Course) -> tuple[Missing, ...]:
    """Return which of some needs are not met, in their order."""
    return tuple(missing for code in codes for missing in _unmet(course.need(code), facts))


def _unmet(need: Need, facts: Facts) -> list[Missing]:
    if need.code == "link_evidence":
        details: list[str | None] = [*_links_without_evidence(facts)]
    elif need.about is not None:
        details = [] if any(need.about in about for about in _abouts(facts)) else [None]
    else:
        details = [] if _MET[need.code](facts, need) else [_detail(need, facts)]
    project = facts.project if need.code not in _OF_ENTERPRISE else None
    return [
        Missing(
            code=need.code,
            title=need.title,
            why=need.why,
            detail=detail,
            project=project.project if project else None,
            partner=project.partner if project else None,
        )
        for detail in details
    ]


def _abouts(facts: Facts) -> list[str]:
    own = [file.about for file in facts.project.evidence] if facts.project else []
    return [*facts.abouts, *own]


def _links_without_evidence(facts: Facts) -> list[str]:
    """Name the declared links that no file is about, with what the instrument takes as evidence."""
    told = _abouts(facts)
    found = []
    for link in facts.project.links if facts.project else ():
        name = load_taxonomy().scenario_name(link.scenario)
        if any(name in about or link.scenario in about for about in told):
            continue
        scenario = instrument_of(EDITION).scenario(link.scenario)
        kinds = next((s.evidence for s in scenario.levels if s.level == link.level), ()) if scenario else ()
        found.append(f"{name}，如{'、'.join(kinds)}" if kinds else name)
    return found


def _detail(need: Need, facts: Facts) -> str | None:
    if need.code != "level_reached":
        return None
    level = _level_after(facts)
    return "改造后等级未知" if level is None else f"现为{level}级，应不低于{need.level}级"


def _level_after(facts: Facts) -> int | None:
    if facts.level_after is not None:
        return facts.level_after
    return facts.project.level_after if facts.project else None


def _of_project(name: str) -> Callable[[Facts, Need], bool]:
    return lambda facts, need: facts.project is not None and getattr(facts.project, name) not in {None, ()}


def _has_size(facts: Facts, _need: Need) -> bool:
    return facts.enterprise.employees is not None and facts.enterprise.revenue_yuan is not None


def _has_contact(facts: Facts, _need: Need) -> bool:
    contact = facts.enterprise.contact
    return contact is not None and bool(contact.person) and bool(contact.phone or contact.email)


def _reaches(facts: Facts, need: Need) -> bool:
    level = _level_after(facts)
    return level is not None and level >= (need.level or 0)


_OF_ENTERPRISE = frozenset(
    {"name", "district", "sub_industry", "size", "contact", "diagnosis", "listed", "served_list", "plan"}
)
_MET: dict[str, Callable[[Facts, Need], bool]] = {
    "name": lambda facts, need: bool(facts.enterprise.name),
    "district": lambda facts, need: facts.enterprise.district is not None,
    "sub_industry": lambda facts, need: facts.enterprise.sub_industry is not None,
    "size": _has_size,
    "contact": _has_contact,
    "diagnosis": lambda facts, need: facts.diagnosed,
    "listed": lambda facts, need: facts.listed,
    "served_list": lambda facts, need: facts.served,
    "plan": lambda facts, need: facts.planned,
    "contract": _of_project("contract_on"),
    "contract_amount": _of_project("contract_yuan"),
    "due_on": _of_project("due_on"),
    "diagnosis_before": _of_project("diagnosis_before"),
    "links": _of_project("links"),
    "invoice": _of_project("invoice_yuan"),
    "payment": _of_project("paid_yuan"),
    "diagnosis_after": _of_project("diagnosis_after"),
    "rating": _of_project("rating"),
    "level_reached": _reaches,
}
