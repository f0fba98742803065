"""Rounds of selection and who holds office, read from the log."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from recommender.domain.lead_unit import LeadMode
from recommender.domain.taxonomy import SubIndustry
from recommender.selection.application import Application, AppliedMember, Call, Expert, ScoreSheet
from recommender.selection.faults import UnknownApplication, UnknownSelection
from recommender.store import UnitOfWork
from recommender.store.repositories.events import EventLine

#: Every kind of event that a selection writes.
SELECTION_EVENTS = (
    "selection_opened",
    "selection_panel_named",
    "selection_applied",
    "selection_withdrawn",
    "selection_member_confirmed",
    "selection_scored",
    "selection_recused",
    "selection_decided",
    "lead_unit_selected",
    "lead_unit_left",
    "selection_appealed",
    "selection_appeal_decided",
)


@dataclass(frozen=True, slots=True)
class Version:
    """One content of an application; the last one counts."""

    number: int
    application: Application
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal; ``upheld`` is None while it waits."""

    event_id: str
    decision: str
    reason: str
    at: datetime
    upheld: bool | None = None
    answer: str | None = None


@dataclass(slots=True)
class Entry:
    """One application of a round with all that was said of it.

    Attributes
    ----------
    confirmed : dict
        By member: the content that it confirmed. It no longer counts when the application says otherwise.
    sheets : dict
        The newest sheet of each expert.
    recused : dict
        Reason, by expert.
    """

    key: str
    versions: list[Version] = field(default_factory=list)
    withdrawn_at: datetime | None = None
    confirmed: dict[str, AppliedMember] = field(default_factory=dict)
    sheets: dict[str, ScoreSheet] = field(default_factory=dict)
    recused: dict[str, str] = field(default_factory=dict)
    appeals: list[Appeal] = field(default_factory=list)

    @property
    def application(self) -> Application:
        """The content that counts."""
        return self.versions[-1].application

    @property
    def unconfirmed(self) -> tuple[AppliedMember, ...]:
        """Members that have not confirmed what the application now says of them."""
        return self.application.unconfirmed(self.confirmed)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the city decided on one sub-industry; ``selected`` names applications."""

    event_id: str
    selected: tuple[str, ...]
    reason: str
    deviation_reason: str | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """An office as lead unit of one sub-industry that came from a selection.

    Attributes
    ----------
    round, application : str
        Where it came from.
    """

    unit: str
    sub_industry: SubIndustry
    mode: LeadMode
    round: str
    application: str
    since: datetime
    term_from: date
    term_until: date
    replaces: str | None = None


@dataclass(slots=True)
class Round:
    """One round; ``left`` tells of units of it that no longer hold office: application to the reason."""

    id: str
    call: Call
    opened_at: datetime
    opened_by: str
    panel: dict[str, Expert] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    decisions: dict[SubIndustry, list[Decision]] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)

    def entry(self, key: str) -> Entry:
        """Return an application.

        Raises
        ------
        UnknownApplication
        """
        if key not in self.entries:
            raise UnknownApplication(
                f"批次 {self.id} 中没有申报 {key}（写作 单位编号:细分行业）", place={"field": "application"}
            )
        return self.entries[key]

    def entries_of(self, sub: SubIndustry) -> list[Entry]:
        """Return the applications for a sub-industry that stand, in the order in which they came."""
        return [
            entry
            for entry in self.entries.values()
            if entry.withdrawn_at is None and entry.application.sub_industry == sub
        ]

    def decision(self, sub: SubIndustry) -> Decision | None:
        """Return the decision on a sub-industry that counts; None before the first."""
        made = self.decisions.get(sub)
        return made[-1] if made else None

    def reopened(self, sub: SubIndustry) -> bool:
        """Whether an appeal against the decision that counts was upheld, so that it is to be taken anew."""
        decision = self.decision(sub)
        return decision is not None and any(
            appeal.upheld and appeal.decision == decision.event_id
            for entry in self.entries.values()
            for appeal in entry.appeals
        )


@dataclass(slots=True)
class Ledger:
    """All rounds by id in the order of opening, and all offices that came from them and are held."""

    rounds: dict[str, Round] = field(default_factory=dict)
    seats: dict[tuple[str, SubIndustry], Seat] = field(default_factory=dict)

    def round(self, key: str) -> Round:
        """Return a round.

        Raises
        ------
        UnknownSelection
        """
        if key not in self.rounds:
            raise UnknownSelection(f"没有编号为 {key} 的遴选批次", place={"field": "id"})
        return self.rounds[key]

    def seats_of(self, unit: str) -> list[Seat]:
        """Return the offices of a unit."""
        return [seat for (holder, _), seat in self.seats.items() if holder == unit]

    def in_round(self, round_: str, sub: SubIndustry) -> dict[str, Seat]:
        """Return the offices that a round gave in a sub-industry, by application."""
        return {
            seat.application: seat
            for (_, where), seat in self.seats.items()
            if where == sub and seat.round == round_
        }


#: Everything that is on record, whatever the clocks said of those who wrote it.
EVERYTHING = datetime(9999, 1, 1, tzinfo=UTC)


def ledger(work: UnitOfWork, seen: datetime = EVERYTHING) -> Ledger:
    """Return all rounds and offices as they were on record at a moment; by default all that is."""
    lines = work.events.lines(seen, types=SELECTION_EVENTS)
    # In the order of writing: each was decided by what stood in the log then, whatever the clocks said.
    return ledger_of(sorted(lines, key=lambda line: line.sequence))


def ledger_of(lines: Iterable[EventLine]) -> Ledger:
    """Return the rounds and offices that events tell of, in the order in which they are given."""
    found = Ledger()
    for line in lines:
        told = line.attributes
        if line.type == "lead_unit_left":
            _leave(found, line)
        elif line.type == "selection_opened":
            call = Call.model_validate(told["document"])
            found.rounds[told["round"]] = Round(told["round"], call, line.occurred_at, line.actor)
        else:
            _tell(found, found.rounds[told["round"]], line)
    return found


def _tell(found: Ledger, here: Round, line: EventLine) -> None:
    told = line.attributes
    if line.type == "selection_panel_named":
        here.panel = {one["id"]: Expert.model_validate(one) for one in told["document"]["experts"]}
    elif line.type == "selection_decided":
        sub = SubIndustry(told["sub_industry"])
        here.decisions.setdefault(sub, []).append(
            Decision(
                line.event_id,
                tuple(told["selected"]),
                told["reason"],
                told.get("deviation_reason"),
                line.actor,
                line.occurred_at,
            )
        )
    elif line.type == "lead_unit_selected":
        _seat(found, here, line)
    else:
        key = told["application"]
        _TOLD[line.type](here.entries.setdefault(key, Entry(key)), line, told)


def _seat(found: Ledger, here: Round, line: EventLine) -> None:
    told = line.attributes
    sub = SubIndustry(told["sub_industry"])
    here.left.pop(told["application"], None)
    found.seats[line.subject, sub] = Seat(
        unit=line.subject,
        sub_industry=sub,
        mode=LeadMode(told["mode"]),
        round=here.id,
        application=told["application"],
        since=line.occurred_at,
        term_from=date.fromisoformat(told["term_from"]),
        term_until=date.fromisoformat(told["term_until"]),
        replaces=told.get("replaces"),
    )


def _leave(found: Ledger, line: EventLine) -> None:
    seat = found.seats.pop((line.subject, SubIndustry(line.attributes["sub_industry"])), None)
    if seat is not None:
        found.rounds[seat.round].left[seat.application] = line.attributes["kind"]


def _applied(entry: Entry, line: EventLine, told: dict[str, Any]) -> None:
    application = Application.model_validate(told["document"])
    entry.versions.append(Version(len(entry.versions) + 1, application, line.actor, line.occurred_at))
    entry.withdrawn_at = None


def _withdrawn(entry: Entry, line: EventLine, _told: dict[str, Any]) -> None:
    entry.withdrawn_at = line.occurred_at


def _confirmed(entry: Entry, line: EventLine, told: dict[str, Any]) -> None:
    version = entry.versions[int(told["version"]) - 1]
    entry.confirmed[line.actor] = next(one for one in version.application.members if one.id == line.actor)


def _scored(entry: Entry, line: EventLine, told: dict[str, Any]) -> None:
    entry.sheets[line.actor] = ScoreSheet.model_validate(told["document"])


def _recused(entry: Entry, line: EventLine, told: dict[str, Any]) -> None:
    entry.recused[line.actor] = told["reason"]


def _appealed(entry: Entry, line: EventLine, told: dict[str, Any]) -> None:
    entry.appeals.append(Appeal(line.event_id, told["decision"], told["reason"], line.occurred_at))


def _appeal_decided(entry: Entry, _line: EventLine, told: dict[str, Any]) -> None:
    entry.appeals = [
        Appeal(one.event_id, one.decision, one.reason, one.at, told["upheld"], told["reason"])
        if one.event_id == told["appeal"]
        else one
        for one in entry.appeals
    ]


_TOLD = {
    "selection_applied": _applied,
    "selection_withdrawn": _withdrawn,
    "selection_member_confirmed": _confirmed,
    "selection_scored": _scored,
    "selection_recused": _recused,
    "selection_appealed": _appealed,
    "selection_appeal_decided": _appeal_decided,
}
