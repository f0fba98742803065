"""The worklist: every enterprise and project by where it stands, how long, and what is overdue."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from recommender.course.belonging import TOLD_BESIDE, Belonging
from recommender.course.levels import diagnoses_of
from recommender.course.missing import Facts
from recommender.course.naming import names_at
from recommender.course.projects import evidence_of, projects_of, sorted_events
from recommender.course.stages import load_course
from recommender.course.standing import Standing, enterprise_walk, standings_of, was_listed
from recommender.diagnosis.value import Value
from recommender.domain.calendar import local_day
from recommender.domain.taxonomy import DistrictCode, SubIndustry, load_taxonomy
from recommender.store import UnitOfWork


class WorkEntry(Value):
    """One line: an enterprise before its projects, or one of its projects."""

    enterprise: str
    name: str
    mark: str | None
    district: str | None
    district_name: str | None
    sub_industry: SubIndustry | None
    sub_industry_name: str | None
    partner_name: str | None
    standing: Standing

    @property
    def key(self) -> str:
        """Place in the list: the most overdue first, then by enterprise and project."""
        told = self.standing
        return (
            f"{999_999 - told.overdue_days:06d}|{self.enterprise}|{told.project or ''}|{told.partner or ''}"
        )


class WorkFilter(Value):
    """What to look at; None means any.

    Attributes
    ----------
    partner : str, optional
        Id of the lead unit or vendor of the project.
    overdue : bool, optional
        Only what is, or is not, overdue.
    closed : bool, optional
        Only what is, or is not, at its end.
    """

    stage: str | None = None
    district: DistrictCode | None = None
    sub_industry: SubIndustry | None = None
    partner: str | None = None
    overdue: bool | None = None
    closed: bool | None = None

    def takes(self, entry: WorkEntry) -> bool:
        """Whether an entry is wanted."""
        told = entry.standing
        return all(
            wanted is None or wanted == found
            for wanted, found in (
                (self.stage, told.stage),
                (self.district, entry.district),
                (self.sub_industry, entry.sub_industry),
                (self.partner, told.partner),
                (self.overdue, told.overdue),
                (self.closed, told.closed),
            )
        )


class StageCount(Value):
    """How many stand in a stage, how many of them are overdue."""

    stage: str
    name: str
    standing: int
    overdue: int


def worklist(work: UnitOfWork, moment: datetime | None = None) -> list[WorkEntry]:
    """Return every enterprise and project as they stood at a moment, the most overdue first."""
    moment = (moment or work.clock()).astimezone(UTC)
    today = local_day(moment)
    course = load_course()
    taxonomy = load_taxonomy()
    firms = {key: one.record for key, one in work.enterprises.as_of(moment).items()}
    stored = work.enterprises.first_recorded(moment)
    diagnoses = diagnoses_of(work, moment)
    types = [*(move.event for move in course.moves), *TOLD_BESIDE]
    told = sorted_events(work, work.events.lines(moment, types=types), set(firms), moment)
    partners = {key.partner for one in told.values() for key in one.projects if key.partner}
    names = names_at(work, moment, partners, ())
    # Scoring is what takes time: it is done where the next step asks for a level.
    asks_level = {
        state.code
        for state in course.states
        if (move := course.next_move(state.code)) and "level_reached" in move.needs
    }
    entries = []
    for uscc, firm in firms.items():
        own = told.get(uscc, _NOTHING)
        known = diagnoses.get(uscc, [])
        walk = enterprise_walk(
            local_day(stored[uscc]), known[0].record.assessed_on if known else None, own, course
        )
        facts = Facts(
            enterprise=firm,
            diagnosed=bool(known),
            listed=was_listed(walk),
            abouts=tuple(file.about for file in evidence_of(own.own)),
        )
        projects = projects_of(uscc, own, known, today, course, score=False)
        if any(project.state in asks_level for project in projects):
            projects = projects_of(uscc, own, known, today, course)
        entries += [
            WorkEntry(
                enterprise=uscc,
                name=firm.name,
                mark=firm.face_mark,
                district=firm.district,
                district_name=taxonomy.district_name(firm.district) if firm.district else None,
                sub_industry=firm.sub_industry,
                sub_industry_name=taxonomy.sub_industry_name(firm.sub_industry)
                if firm.sub_industry
                else None,
                partner_name=names.partner(standing.partner) if standing.partner else None,
                standing=standing,
            )
            for standing in standings_of(walk, projects, facts, today, course)
        ]
    return sorted(entries, key=lambda entry: entry.key)


def stage_counts(entries: Iterable[WorkEntry]) -> tuple[StageCount, ...]:
    """Count entries by stage in the order of the course, zeros included."""
    entries = list(entries)
    standing = Counter(entry.standing.stage for entry in entries)
    overdue = Counter(entry.standing.stage for entry in entries if entry.standing.overdue)
    return tuple(
        StageCount(stage=one.code, name=one.name, standing=standing[one.code], overdue=overdue[one.code])
        for one in load_course().stages
    )


_NOTHING = Belonging()
