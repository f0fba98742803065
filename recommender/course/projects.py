"""Every project of the pilot as one row: contract, money, stages, levels before and after, ratings, subsidy.

A view of the log and the records as they were known at a moment; whoever reads projects reads them here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pandas as pd

from recommender.course.belonging import (
    TOLD_BESIDE,
    Belonging,
    ProjectKey,
    belonging,
    by_enterprise,
    other_party,
)
from recommender.course.levels import diagnoses_of, level_of
from recommender.course.project import DeclaredLink, EvidenceFile, Project, ProjectStep
from recommender.course.stages import Course, load_course
from recommender.course.walking import Walk, wait_of
from recommender.domain import Diagnosis
from recommender.domain.calendar import local_day
from recommender.domain.course_events import yuan
from recommender.domain.taxonomy import Scenario
from recommender.store import UnitOfWork
from recommender.store.repositories.events import EventLine
from recommender.store.repositories.record_history import Revision

#: Fields of a project that are no plain value.
_NESTED = frozenset({"solutions", "steps", "links", "evidence", "irregular"})


def projects(work: UnitOfWork, moment: datetime | None = None, *, uscc: str | None = None) -> list[Project]:
    """Return every project that was known at a moment, by enterprise and day of beginning.

    Parameters
    ----------
    moment : datetime, optional
        With its zone; now by default. What was recorded up to it counts.
    uscc : str, optional
        Of one enterprise only.
    """
    moment = moment or work.clock()
    course = load_course()
    if uscc is None:
        types = [*(move.event for move in course.moves), *TOLD_BESIDE]
        firms = set(work.enterprises.first_recorded(moment))
        told = sorted_events(work, work.events.lines(moment, types=types), firms, moment)
    else:
        told = {uscc: own_events(work, uscc, moment)}
    diagnoses = diagnoses_of(work, moment, [firm for firm, sorted_ in told.items() if sorted_.projects])
    today = local_day(moment)
    return [
        project
        for firm in sorted(told)
        for project in projects_of(firm, told[firm], diagnoses.get(firm, ()), today, course)
    ]


def sorted_events(
    work: UnitOfWork, lines: Iterable[EventLine], firms: set[str], moment: datetime
) -> dict[str, Belonging]:
    """Return the events of every enterprise, sorted to itself and its projects."""
    course = load_course()
    by_firm = by_enterprise(lines, firms)
    others = {other_party(firm, line, {}) for firm, own in by_firm.items() for line in own}
    products = work.solutions.as_of(moment, sorted(others))
    providers = {
        key: revision.record.provider.id
        for key, revision in products.items()
        if revision.record.provider is not None
    }
    return {firm: belonging(firm, own, providers, course) for firm, own in by_firm.items()}


def own_events(work: UnitOfWork, uscc: str, moment: datetime) -> Belonging:
    """Return the events of one enterprise, sorted to itself and its projects."""
    lines = list(work.events.lines(moment, party=uscc))
    # What another enterprise reports about its own course with this one stays with that one.
    firms = set(work.enterprises.first_recorded(moment, {uscc, *(line.subject for line in lines)}))
    return sorted_events(work, lines, firms, moment).get(uscc, Belonging())


def projects_of(
    uscc: str,
    told: Belonging,
    diagnoses: Iterable[Revision[Diagnosis]],
    today: date,
    course: Course,
    *,
    score: bool = True,
) -> list[Project]:
    """Return an enterprise's projects from its sorted events.

    Parameters
    ----------
    diagnoses : iterable of Revision
        Oldest first.
    score : bool
        False leaves the levels before and after None: scoring is what takes time.
    """
    records = [one.record for one in diagnoses]
    made = [
        _project(uscc, key, lines, records, today, course, score=score)
        for key, lines in told.projects.items()
    ]
    return sorted(made, key=lambda project: (project.steps[0].on, project.project or "", project.partner))


def project_frame(rows: Iterable[Project]) -> pd.DataFrame:
    """Return projects as a table: a column for each plain field, amounts in yuan as floats."""
    plain = [name for name in Project.model_fields if name not in _NESTED]
    frame = pd.DataFrame([{name: getattr(row, name) for name in plain} for row in rows], columns=plain)
    for name in plain:
        if name.endswith("_yuan"):
            frame[name] = frame[name].astype(float)
    return frame


def _project(
    uscc: str,
    key: ProjectKey,
    lines: list[EventLine],
    diagnoses: list[Diagnosis],
    today: date,
    course: Course,
    *,
    score: bool,
) -> Project:
    walk = Walk(course)
    for line in lines:
        move = course.move(line.type)
        if move is not None:
            walk.take(move, line)
    if walk.state is None or walk.stage is None or walk.since is None:
        # Only what is told beside the steps: the project is named, nothing says that it was signed.
        walk.enter("signed", local_day(lines[0].occurred_at))
        walk.irregular.append("没有签订合同的记录，只有其他事件提到这个项目")
    contract = _contract(lines)
    money = _money(lines, contract.amount)
    on = _days(walk)
    begun = contract.on or walk.steps[0].on
    before, after = _before_and_after(lines, diagnoses, begun, on.get("accepted"))
    complaints = _complaints(lines)
    ratings = [line for line in lines if line.type == "rating" and line.value is not None]
    paid = [line for line in lines if line.type == "subsidy"]
    asked = [line for line in lines if line.type == "subsidy_requested"]
    state = course.state(walk.state or "")
    wait = wait_of(state, walk.since or begun, today, contract.due_on)
    return Project(
        enterprise=uscc,
        project=key.project,
        partner=key.partner,
        solutions=contract.solutions,
        contract_yuan=contract.amount,
        contract_on=contract.on,
        due_on=contract.due_on,
        target_level=contract.target_level,
        invoice_yuan=money["invoice"],
        paid_yuan=money["payment"],
        approved_yuan=money["approved"],
        stage=walk.stage or "",
        state=state.code,
        since=walk.since or begun,
        days=wait.days,
        due_by=wait.due_on,
        overdue_days=wait.overdue_days,
        closed=state.closed,
        steps=steps_of(walk),
        filed_on=on.get("filed"),
        registered_on=_first(lines, "project_registered"),
        started_on=_first(lines, "implementing") or on.get("implementing"),
        acceptance_requested_on=on.get("requested"),
        accepted_on=on.get("accepted") if state.code in {"accepted", "claimed", "paid"} else None,
        rejections=sum(line.type == "rejected" for line in lines),
        withdrawn_on=walk.since if state.code == "withdrawn" else None,
        withdrawn_cause=_withdrawn_cause(lines, key.partner) if state.code == "withdrawn" else None,
        links=_links(lines),
        level_before=level_of(before).level if before and score else None,
        level_after=level_of(after).level if after and score else None,
        diagnosis_before=before.id if before else None,
        diagnosis_after=after.id if after else None,
        rating=ratings[-1].value if ratings else None,
        rated_on=local_day(ratings[-1].occurred_at) if ratings else None,
        complaints=complaints[0],
        complaints_open=complaints[1],
        complaints_upheld=complaints[2],
        evidence=evidence_of(lines),
        subsidy_requested_on=local_day(asked[-1].occurred_at) if asked else None,
        subsidy_requested_yuan=yuan(asked[-1].attributes.get("amount_yuan")) if asked else None,
        subsidy_paid_on=local_day(paid[-1].occurred_at) if paid else None,
        subsidy_paid_yuan=_sum(_paid(line) for line in paid),
        irregular=tuple(walk.irregular),
    )


@dataclass(frozen=True, slots=True)
class _Contract:
    on: date | None = None
    amount: Decimal | None = None
    due_on: date | None = None
    target_level: int | None = None
    solutions: tuple[str, ...] = ()


def _contract(lines: Iterable[EventLine]) -> _Contract:
    """Read the contract with its amendments: what a later one does not tell stays as it was."""
    told = _Contract()
    for line in lines:
        if line.type == "project_filed" and told.amount is None:
            told = _Contract(
                told.on, _amount(line, "amount_yuan"), told.due_on, told.target_level, told.solutions
            )
        if line.type != "contract":
            continue
        attributes = line.attributes
        due = attributes.get("due_on")
        level = attributes.get("target_level")
        named = tuple(attributes.get("solutions") or ())
        told = _Contract(
            told.on or local_day(line.occurred_at),
            _first_known(_amount(line, "amount_yuan"), told.amount),
            date.fromisoformat(due) if isinstance(due, str) else told.due_on,
            level if isinstance(level, int) else told.target_level,
            named or told.solutions,
        )
    return told


def _amount(line: EventLine, name: str) -> Decimal | None:
    """Return an amount of the attributes; for a contract the event's own value will do."""
    amount = yuan(line.attributes.get(name))
    return amount if amount is not None or line.type != "contract" else yuan(line.value)


def _paid(line: EventLine) -> Decimal | None:
    return _first_known(yuan(line.attributes.get("amount_yuan")), yuan(line.value))


def _first_known(*amounts: Decimal | None) -> Decimal | None:
    return next((amount for amount in amounts if amount is not None), None)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, start=Decimal(0)) if known else None


def _money(lines: Iterable[EventLine], contract: Decimal | None) -> Mapping[str, Decimal | None]:
    told: dict[str, list[Decimal | None]] = {"invoice": [], "payment": []}
    for line in lines:
        if line.type == "cost_recorded" and line.attributes.get("document") in told:
            told[line.attributes["document"]].append(yuan(line.attributes.get("amount_yuan")))
    sums = {document: _sum(amounts) for document, amounts in told.items()}
    three = [contract, *sums.values()]
    known = [amount for amount in three if amount is not None]
    return {**sums, "approved": min(known) if len(known) == len(three) else None}


def steps_of(walk: Walk) -> tuple[ProjectStep, ...]:
    """Return the states that were entered, in order."""
    return tuple(
        ProjectStep(
            state=step.state, stage=walk.course.state(step.state).stage, on=step.on, event_id=step.event_id
        )
        for step in walk.steps
    )


def _days(walk: Walk) -> dict[str, date]:
    """Return the last day on which each state was entered."""
    return {step.state: step.on for step in walk.steps}


def _first(lines: Iterable[EventLine], kind: str) -> date | None:
    return next((local_day(line.occurred_at) for line in lines if line.type == kind), None)


def _links(lines: Iterable[EventLine]) -> tuple[DeclaredLink, ...]:
    """Return the last declaration of each link."""
    found: dict[Scenario, DeclaredLink] = {}
    for line in lines:
        if line.type == "link_transformed":
            scenario = Scenario(line.attributes["scenario"])
            found[scenario] = DeclaredLink(
                scenario=scenario,
                level=line.attributes["level"],
                on=local_day(line.occurred_at),
                event_id=line.event_id,
            )
    return tuple(found.values())


def evidence_of(lines: Iterable[EventLine]) -> tuple[EvidenceFile, ...]:
    """Return the files on record, each once however often the same was reported."""
    found: dict[tuple[str, str], EvidenceFile] = {}
    for line in lines:
        if line.type == "evidence_filed":
            told = line.attributes
            found.setdefault(
                (told["sha256"], told["about"]),
                EvidenceFile(
                    file=told["file"],
                    sha256=told["sha256"],
                    about=told["about"],
                    on=local_day(line.occurred_at),
                    by=line.actor,
                    event_id=line.event_id,
                ),
            )
    return tuple(found.values())


def _withdrawn_cause(lines: Iterable[EventLine], partner: str) -> str | None:
    """Return the cause that the last withdrawal tells; a partner cannot excuse itself."""
    told = [line for line in lines if line.type == "withdrawn"]
    if not told or told[-1].actor == partner:
        return None
    return told[-1].attributes.get("cause")


def _complaints(lines: Iterable[EventLine]) -> tuple[int, int, int]:
    made: set[str] = set()
    closed: dict[str, bool] = {}
    for line in lines:
        if line.type == "complaint":
            made.add(line.event_id)
        elif line.type == "complaint_closed":
            closed[str(line.attributes.get("complaint"))] = line.attributes.get("upheld") is True
    ended = {event_id: upheld for event_id, upheld in closed.items() if event_id in made}
    return len(made), len(made) - len(ended), sum(ended.values())


def _before_and_after(
    lines: Iterable[EventLine], diagnoses: list[Diagnosis], begun: date, accepted: date | None
) -> tuple[Diagnosis | None, Diagnosis | None]:
    before = [one for one in diagnoses if one.assessed_on <= begun]
    by_id = {one.id: one for one in diagnoses}
    named = [str(line.attributes.get("diagnosis")) for line in lines if line.type == "accepted"]
    after = next((by_id[key] for key in reversed(named) if key in by_id), None)
    if after is None:
        later = [
            one
            for one in diagnoses
            if one.assessed_on > begun and (accepted is None or one.assessed_on <= accepted)
        ]
        after = later[-1] if later else None
    return (before[-1] if before else None), after
