"""Compiling the case file of one enterprise as of any moment, from records, served lists and the log."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from recommender.course.belonging import Belonging, every_line, other_party
from recommender.course.case_file import Basics, CaseFile, Completeness
from recommender.course.delivered import complaint_entries, project_entries
from recommender.course.diagnosed import diagnosis_entries, foundation, grades_of
from recommender.course.encounters import (
    PROSPECT,
    consent_entries,
    contact_entries,
    plan_entries,
    served_entries,
    shown_entries,
)
from recommender.course.happening import timeline
from recommender.course.missing import Facts, unmet
from recommender.course.naming import names_at
from recommender.course.project import EvidenceFile, Project
from recommender.course.projects import evidence_of, steps_of
from recommender.course.stages import Course, Role, load_course
from recommender.course.standing import Situation, situation_of, standings_of
from recommender.course.walking import Walk
from recommender.domain.calendar import local_day
from recommender.domain.contact_mask import masked
from recommender.domain.enterprise import SIZE_NAMES, PartnerKind
from recommender.domain.taxonomy import load_taxonomy
from recommender.store import UnitOfWork

_PARTNERS: dict[Role, PartnerKind] = {"lead_unit": PartnerKind.LEAD_UNIT, "vendor": PartnerKind.VENDOR}


class Asker(NamedTuple):
    """Who wants to see a file; that it is who it says it is, is for authentication to tell.

    Attributes
    ----------
    id : str
        Credit code of the enterprise, or id of the lead unit or vendor.
    """

    role: Role
    id: str


def case_file(
    work: UnitOfWork, uscc: str, moment: datetime | None = None, *, asker: Asker | None = None
) -> CaseFile:
    """Compile an enterprise's file as it was at a moment.

    Parameters
    ----------
    moment : datetime, optional
        With its zone; now by default. Records as they said then, events and lists recorded by then.
    asker : Asker, optional
        Contact data is masked but for the enterprise itself and for whom its contact is open today.

    Raises
    ------
    recommender.matching.unknown.UnknownEnterprise
        If it was not stored by then.
    """
    moment = (moment or work.clock()).astimezone(UTC)
    course = load_course()
    here = situation_of(work, uscc, moment)
    enterprise, told, projects, today = here.enterprise, here.told, here.projects, here.today
    lines = every_line(told)
    served = work.served_lists.for_subject(uscc, None, until=moment)
    showings = work.served_lists.showing(uscc, PROSPECT, moment)
    names = names_at(
        work,
        moment,
        {
            *(other_party(uscc, line, {}) for line in lines),
            *(project.partner for project in projects),
            *(showing.subject for showing in showings if showing.subject),
            *(partner for one in enterprise.consents if (partner := one.lead_unit or one.vendor)),
        },
        {key for project in projects for key in project.solutions},
    )
    entries = diagnosis_entries(here.diagnoses)
    plans = plan_entries(served)
    facts = replace(here.facts, served=any(one.target != PROSPECT for one in served), planned=bool(plans))
    standings = standings_of(here.walk, projects, facts, today, course)
    return CaseFile(
        uscc=uscc,
        name=enterprise.name,
        mark=enterprise.face_mark,
        as_of=moment,
        today=today,
        basics=_basics(here, is_open=sees_contact(work, uscc, asker)),
        standings=standings,
        steps=steps_of(here.walk),
        foundation=foundation(here.diagnoses, entries),
        diagnoses=entries,
        served=served_entries(served),
        shown_to=shown_entries(showings, names),
        consents=consent_entries(enterprise.consents, names, today),
        contacts=contact_entries(uscc, lines, names),
        plans=plans,
        projects=project_entries(
            projects, standings[: len(projects)], grades_of(here.diagnoses), names, today
        )
        if projects
        else (),
        evidence=_evidence(told, projects),
        complaints=complaint_entries(uscc, told, names),
        timeline=timeline(uscc, here.stored_on, entries, told, names, course),
        completeness=_completeness(here.walk, projects, facts, course),
        notes=_notes(here.walk, projects, told),
    )


def sees_contact(work: UnitOfWork, uscc: str, asker: Asker | None) -> bool:
    """Whether someone may see an enterprise's contact data: by what holds today, whatever moment is shown."""
    if asker is None:
        return False
    if asker.role == "enterprise":
        return asker.id == uscc
    kind = _PARTNERS.get(asker.role)
    stored = work.enterprises.get(uscc)
    if kind is None or stored is None:
        return False
    return stored.record.opened_contact_with(kind, asker.id, local_day(work.clock())) is not None


def _basics(here: Situation, *, is_open: bool) -> Basics:
    taxonomy = load_taxonomy()
    firm = here.enterprise
    contact = firm.contact
    return Basics(
        registered_on=firm.registered_on,
        district=firm.district,
        district_name=taxonomy.district_name(firm.district) if firm.district else None,
        address=firm.address,
        business_scope=firm.business_scope,
        gb4754=firm.gb4754,
        sub_industry=firm.sub_industry,
        sub_industry_name=taxonomy.sub_industry_name(firm.sub_industry) if firm.sub_industry else None,
        employees=firm.employees,
        revenue_yuan=firm.revenue_yuan,
        size_class=firm.size_class,
        size_name=SIZE_NAMES[firm.size_class] if firm.size_class else None,
        needs=firm.needs,
        budget_yuan=firm.budget_yuan,
        contact=contact if is_open or contact is None else masked(contact),
        contact_open=is_open,
        stored_on=here.stored_on,
        revision=here.revision,
    )


def _evidence(told: Belonging, projects: Iterable[Project]) -> tuple[EvidenceFile, ...]:
    files = {file.event_id: file for file in evidence_of(told.own)}
    files |= {file.event_id: file for project in projects for file in project.evidence}
    return tuple(sorted(files.values(), key=lambda file: (file.on, file.event_id)))


def _completeness(walk: Walk, projects: Iterable[Project], facts: Facts, course: Course) -> Completeness:
    """Hold the file against what the stages reached so far ask for."""
    projects = list(projects)
    reached = [walk.stage or course.stages[0].code, *(project.stage for project in projects)]
    furthest = max(map(course.place, reached))
    asked = [
        (code, facts)
        for stage in course.stages[: furthest + 1]
        if stage.per == "enterprise"
        for code in stage.file
    ]
    for project in projects:
        own = replace(facts, project=project)
        asked += [
            (code, own)
            for stage in course.stages[: course.place(project.stage) + 1]
            if stage.per == "project"
            for code in stage.file
        ]
    found = [unmet([code], own, course) for code, own in asked]
    # What the enterprise itself lacks is told once, however many projects ask for it.
    missing = tuple(dict.fromkeys(one for each in found for one in each))
    return Completeness(needed=len(asked), present=sum(not each for each in found), missing=missing)


def _notes(walk: Walk, projects: Iterable[Project], told: Belonging) -> tuple[str, ...]:
    notes = list(walk.irregular)
    for project in projects:
        head = f"项目 {project.project}" if project.project else f"与 {project.partner} 的项目"
        notes += [f"{head}：{text}" for text in project.irregular]
    if told.unclear:
        ids = "、".join(line.event_id for line in told.unclear)
        notes.append(f"企业与同一家单位有多个项目，以下事件没有写明项目编号，无法归属：{ids}")
    return tuple(notes)
