"""Where an enterprise and each of its projects stand, whose turn it is, and what the next step lacks."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from recommender.course.belonging import Belonging
from recommender.course.levels import diagnoses_of
from recommender.course.missing import Facts, Missing, unmet
from recommender.course.project import Project
from recommender.course.projects import evidence_of, own_events, projects_of
from recommender.course.stages import ROLE_NAMES, Course, State, load_course
from recommender.course.walking import Wait, Walk, wait_of
from recommender.diagnosis.value import Value
from recommender.domain import Diagnosis, Enterprise
from recommender.domain.calendar import local_day
from recommender.matching.unknown import UnknownEnterprise
from recommender.store import UnitOfWork
from recommender.store.repositories.record_history import Revision


class Standing(Value):
    """Where an enterprise, or one project of it, stands.

    Attributes
    ----------
    project, partner : str, optional
        None for the enterprise itself.
    since : date
        Day of Guangzhou on which the state was entered.
    days : int
        Calendar days since then.
    due_by : date, optional
        Last day in time.
    overdue_days : int
        0 while in time.
    waits_for : tuple of str
        Whose turn it is, Chinese names of roles.
    missing : tuple of Missing
        What the next step still needs.
    """

    stage: str
    stage_name: str
    state: str
    state_name: str
    project: str | None
    partner: str | None
    since: date
    days: int
    due_by: date | None
    overdue_days: int
    closed: bool
    waits_for: tuple[str, ...]
    next: str
    missing: tuple[Missing, ...]

    @property
    def overdue(self) -> bool:
        """Whether the last day is over."""
        return self.overdue_days > 0


def enterprise_walk(stored_on: date, diagnosed_on: date | None, told: Belonging, course: Course) -> Walk:
    """Walk an enterprise to where it stands before its projects.

    Parameters
    ----------
    stored_on : date
        Day on which its record was first stored.
    diagnosed_on : date, optional
        Day of its first diagnosis; it counts from the day of the record on.
    """
    walk = Walk(course)
    walk.enter("archived", stored_on)
    if diagnosed_on is not None:
        walk.enter("assessed", max(stored_on, diagnosed_on))
    for line in told.own:
        move = course.move(line.type)
        if move is not None:
            walk.take(move, line)
    return walk


def standings_of(
    walk: Walk, projects: Iterable[Project], facts: Facts, today: date, course: Course
) -> tuple[Standing, ...]:
    """Return one standing for each project, or the enterprise's own while it has none."""
    made = tuple(_of_project(project, replace(facts, project=project), today, course) for project in projects)
    return made or (_of_enterprise(walk, facts, today, course),)


def was_listed(walk: Walk) -> bool:
    """Whether the enterprise has been put on the pilot's list, and not been refused since."""
    return walk.state == "listed"


@dataclass(frozen=True, slots=True)
class Situation:
    """All that decides where an enterprise stands at a moment.

    Attributes
    ----------
    told : Belonging
        Its events, sorted.
    diagnoses : list
        As they were known then, oldest first.
    """

    enterprise: Enterprise
    revision: int
    stored_on: date
    today: date
    told: Belonging
    diagnoses: list[Revision[Diagnosis]]
    projects: list[Project]
    walk: Walk
    facts: Facts


def situation_of(work: UnitOfWork, uscc: str, moment: datetime) -> Situation:
    """Read what decides where an enterprise stood at a moment.

    Raises
    ------
    UnknownEnterprise
        If it was not stored by then.
    """
    course = load_course()
    known = known_enterprise(work, uscc, moment)
    told = own_events(work, uscc, moment)
    diagnoses = diagnoses_of(work, moment, [uscc]).get(uscc, [])
    today = local_day(moment)
    stored_on = local_day(work.enterprises.first_recorded(moment, [uscc])[uscc])
    walk = enterprise_walk(stored_on, diagnoses[0].record.assessed_on if diagnoses else None, told, course)
    return Situation(
        enterprise=known.record,
        revision=known.number,
        stored_on=stored_on,
        today=today,
        told=told,
        diagnoses=diagnoses,
        projects=projects_of(uscc, told, diagnoses, today, course),
        walk=walk,
        facts=Facts(
            enterprise=known.record,
            diagnosed=bool(diagnoses),
            listed=was_listed(walk),
            abouts=tuple(file.about for file in evidence_of(told.own)),
        ),
    )


def stage_of(work: UnitOfWork, uscc: str, moment: datetime | None = None) -> tuple[Standing, ...]:
    """Return where an enterprise stood at a moment: with each project, or itself while it has none.

    Parameters
    ----------
    moment : datetime, optional
        With its zone; now by default.

    Raises
    ------
    UnknownEnterprise
        If it was not stored by then.
    """
    here = situation_of(work, uscc, moment or work.clock())
    return standings_of(here.walk, here.projects, here.facts, here.today, load_course())


def known_enterprise(work: UnitOfWork, uscc: str, moment: datetime) -> Revision[Enterprise]:
    """Return what an enterprise's record said at a moment.

    Raises
    ------
    UnknownEnterprise
        If it was not stored by then.
    """
    revision = work.enterprises.as_of(moment, [uscc]).get(uscc)
    if revision is None:
        later = " 当时" if work.enterprises.get(uscc) is not None else ""
        raise UnknownEnterprise(f"找不到企业 {uscc}{later}的档案", place={"field": "uscc"})
    return revision


def _standing(stage: str, state: State, since: date, wait: Wait, facts: Facts, course: Course) -> Standing:
    move = None if state.closed else course.next_move(state.code)
    return Standing(
        stage=stage,
        stage_name=course.stage(stage).name,
        state=state.code,
        state_name=state.name,
        project=facts.project.project if facts.project else None,
        partner=facts.project.partner if facts.project else None,
        since=since,
        days=wait.days,
        due_by=wait.due_on,
        overdue_days=wait.overdue_days,
        closed=state.closed,
        waits_for=tuple(ROLE_NAMES[role] for role in state.waits_for),
        next=state.next,
        missing=unmet(move.needs, facts, course) if move else (),
    )


def _of_enterprise(walk: Walk, facts: Facts, today: date, course: Course) -> Standing:
    state = course.state(walk.state or "archived")
    since = walk.since or today
    stage = walk.stage or course.stages[0].code
    return _standing(stage, state, since, wait_of(state, since, today), facts, course)


def _of_project(project: Project, facts: Facts, today: date, course: Course) -> Standing:
    state = course.state(project.state)
    wait = wait_of(state, project.since, today, project.due_on)
    return _standing(project.stage, state, project.since, wait, facts, course)
