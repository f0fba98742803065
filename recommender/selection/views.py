"""What the service of the selection answers."""

from datetime import date, datetime
from typing import Literal

from recommender.diagnosis.value import Value
from recommender.domain.lead_unit import MODE_NAMES, LeadMode
from recommender.domain.taxonomy import SubIndustry, load_taxonomy
from recommender.policy.sourced import NOTICE
from recommender.pool.form import FormFinding
from recommender.selection.application import Application
from recommender.selection.ledger import Appeal, Decision, Entry, Round, Seat
from recommender.selection.scores import Scored, Stability

Phase = Literal["applying", "scoring", "deciding", "decided"]
PHASE_NAMES: dict[Phase, str] = {
    "applying": "申报中",
    "scoring": "评分中",
    "deciding": "待决定",
    "decided": "已公布",
}
EntryState = Literal["applied", "withdrawn", "selected", "not_selected", "left"]
STATE_NAMES: dict[EntryState, str] = {
    "applied": "已申报",
    "withdrawn": "已撤回",
    "selected": "入选",
    "not_selected": "未入选",
    "left": "已退出",
}


class Applied(Value):
    """An application that was taken, or in a trial run would be.

    Attributes
    ----------
    version : int
        Number of its versions so far.
    repeated : bool
        Whether the same content stood already, so that nothing was written.
    acceptable : bool
        Whether no finding is an error.
    """

    round: str
    application: str
    version: int
    repeated: bool
    acceptable: bool
    findings: tuple[FormFinding, ...]


class AppealView(Value):
    """An appeal; ``upheld`` is None while it waits, until ``due_on``."""

    id: str
    reason: str
    at: datetime
    due_on: date
    upheld: bool | None
    answer: str | None


class EntryView(Value):
    """One application as tables show it.

    Attributes
    ----------
    unconfirmed : tuple of str
        Names of members that have not confirmed what the application says of them.
    hindrances : tuple of str
        What keeps it from being selected.
    scored : Scored, optional
        None once it is withdrawn.
    left : str, optional
        How its office ended.
    """

    key: str
    unit: str
    name: str
    mark: str | None
    sub_industry: SubIndustry
    mode: LeadMode
    mode_name: str
    version: int
    applied_at: datetime
    integrators: int
    ecosystem: int
    capacity: int
    state: EntryState
    state_name: str
    unconfirmed: tuple[str, ...]
    hindrances: tuple[str, ...]
    findings: tuple[FormFinding, ...]
    scored: Scored | None
    left: str | None
    appeals: tuple[AppealView, ...]


class SeatView(Value):
    """A lead unit in office in a sub-industry; terms are None where no selection gave the office.

    Attributes
    ----------
    term_over : bool
        Whether its last day has passed.
    """

    unit: str
    name: str
    mark: str | None
    round: str | None
    application: str | None
    since: datetime | None
    term_from: date | None
    term_until: date | None
    term_over: bool
    replaces: str | None


class DecisionView(Value):
    """What the city decided; appeals are taken until ``appeal_until``."""

    selected: tuple[str, ...]
    reason: str
    deviation_reason: str | None
    at: datetime
    appeal_until: datetime
    reopened: bool


class SubIndustryView(Value):
    """One sub-industry of a round: ranking, decision, who is in office, who would move up.

    Attributes
    ----------
    free_places : int
        Beside who is in office now.
    next_in_line : tuple of str
        Applications that could move up, best first.
    """

    sub_industry: SubIndustry
    name: str
    phase: Phase
    phase_name: str
    free_places: int
    entries: tuple[EntryView, ...]
    stability: Stability
    decision: DecisionView | None
    in_office: tuple[SeatView, ...]
    next_in_line: tuple[str, ...]


class SelectionHead(Value):
    """A round without its applications."""

    id: str
    name: str
    sub_industries: tuple[SubIndustry, ...]
    modes: tuple[LeadMode, ...]
    apply_until: datetime
    score_until: datetime
    term_from: date
    term_until: date
    opened_at: datetime
    applications: int
    experts: int


class SelectionView(SelectionHead):
    """A round with everything in it; ``places`` is the most of one sub-industry."""

    places: int
    parts: tuple[SubIndustryView, ...]
    notice: str = NOTICE


class VersionView(Value):
    """One content that an application had."""

    number: int
    at: datetime
    by: str
    application: Application


class EntryHistory(Value):
    """Every version of an application, oldest first, and whether it was withdrawn."""

    key: str
    withdrawn_at: datetime | None
    versions: tuple[VersionView, ...]


def head_of(round_: Round) -> SelectionHead:
    """Return a round without its applications."""
    call = round_.call
    return SelectionHead(
        id=round_.id,
        name=call.name,
        sub_industries=call.sub_industries,
        modes=call.modes,
        apply_until=call.apply_until,
        score_until=call.score_until,
        term_from=call.term_from,
        term_until=call.term_until,
        opened_at=round_.opened_at,
        applications=sum(entry.withdrawn_at is None for entry in round_.entries.values()),
        experts=len(round_.panel),
    )


def history_of(entry: Entry) -> EntryHistory:
    """Return every version of an application."""
    return EntryHistory(
        key=entry.key,
        withdrawn_at=entry.withdrawn_at,
        versions=tuple(
            VersionView(number=one.number, at=one.at, by=one.actor, application=one.application)
            for one in entry.versions
        ),
    )


def entry_view(
    round_: Round,
    entry: Entry,
    seat: Seat | None,
    scored: Scored | None,
    findings: tuple[FormFinding, ...],
    why_not: tuple[str, ...],
    appeals: tuple[AppealView, ...],
) -> EntryView:
    """Return an application with its state."""
    application = entry.application
    state = _state(round_, entry, seat)
    parts = [member.part for member in application.members]
    return EntryView(
        key=entry.key,
        unit=application.unit,
        name=application.name,
        mark=application.face_mark,
        sub_industry=application.sub_industry,
        mode=application.mode,
        mode_name=MODE_NAMES[application.mode],
        version=len(entry.versions),
        applied_at=entry.versions[-1].at,
        integrators=parts.count("integrator"),
        ecosystem=parts.count("ecosystem"),
        capacity=application.capacity,
        state=state,
        state_name=STATE_NAMES[state],
        unconfirmed=tuple(member.name for member in entry.unconfirmed),
        hindrances=why_not,
        findings=findings,
        scored=scored,
        left=round_.left.get(entry.key),
        appeals=appeals,
    )


def _state(round_: Round, entry: Entry, seat: Seat | None) -> EntryState:
    if seat is not None:
        return "selected"
    if round_.left.get(entry.key, "redecided") != "redecided":
        return "left"
    if entry.withdrawn_at is not None:
        return "withdrawn"
    return "applied" if round_.decision(entry.application.sub_industry) is None else "not_selected"


def appeal_view(appeal: Appeal, due_on: date) -> AppealView:
    """Return an appeal with the day by which it is to be decided."""
    return AppealView(
        id=appeal.event_id,
        reason=appeal.reason,
        at=appeal.at,
        due_on=due_on,
        upheld=appeal.upheld,
        answer=appeal.answer,
    )


def decision_view(decision: Decision, appeal_until: datetime, *, reopened: bool) -> DecisionView:
    """Return a decision with the end of its time for appeals."""
    return DecisionView(
        selected=decision.selected,
        reason=decision.reason,
        deviation_reason=decision.deviation_reason,
        at=decision.at,
        appeal_until=appeal_until,
        reopened=reopened,
    )


def sub_industry_name(sub: SubIndustry) -> str:
    """Return the Chinese name of a sub-industry."""
    return load_taxonomy().sub_industry_name(sub)
