"""Planning matching events, showing their schedules, and recording what came of the meetings."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recommender.domain.calendar import local_day
from recommender.domain.matching_event import MatchingEvent
from recommender.domain.meeting_schedule import Fixed, Meeting, MeetingSchedule
from recommender.domain.validation_text import explain, summary
from recommender.errors import Conflict, InvalidInput, NotFound
from recommender.feedback.event_log import EventLog
from recommender.matching.ranked import Engine
from recommender.matching.reciprocal import pair_scores
from recommender.matching.unknown import known_partner
from recommender.meeting.consent import may_be_shown
from recommender.meeting.planning import Gathering, Kept, plan_meetings
from recommender.meeting.results import HELD_TYPE, NO_SHOW_TYPE, MeetingResult, log_entries, outcome_ids
from recommender.store import Store, UnitOfWork
from recommender.store.repositories.records import Stored


class UnknownMatchingEvent(NotFound):
    """No matching event has this id."""

    code = "matching_event_not_found"
    title = "找不到对接会"


class ScheduleMissing(NotFound):
    """The matching event was not planned yet, or not so many times."""

    code = "schedule_not_found"
    title = "还没有排期"


class PinNotPossible(InvalidInput):
    """A pinned meeting contradicts a meeting that stays, or the enterprise did not agree to it."""

    code = "pin_not_possible"
    title = "固定的会面无法保留"


class PlanRequest(BaseModel):
    """How to plan.

    Attributes
    ----------
    dry_run : bool
        Plan and answer, keep nothing.
    from_slot : int
        Slots before it stay as they were planned, for planning anew while the event goes on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dry_run: bool = False
    from_slot: int = Field(default=1, ge=1)


class ResultNote(BaseModel):
    """A row that was not recorded, or not in full; ``row`` as the caller counts."""

    row: int
    code: str
    detail: str


class ResultsReport(BaseModel):
    """What became of reported results.

    Attributes
    ----------
    rows : int
        Rows with a result; empty ones do not count.
    inserted, duplicates : int
        Events written to the log, and those that were there already.
    """

    event_id: str
    rows: int
    inserted: int
    duplicates: int
    rejected: tuple[ResultNote, ...]


class MeetingService:
    """Plans and keeps the schedules of matching events.

    Parameters
    ----------
    engine : callable
        Returns what pairs are scored with now.
    """

    def __init__(self, store: Store, engine: Callable[[], Engine]) -> None:
        self.store = store
        self._engine = engine
        self._log = EventLog(store)

    def plan(self, event_id: str, request: PlanRequest) -> MeetingSchedule:
        """Plan around what is held, past or pinned; store the schedule unless it is a dry run.

        Raises
        ------
        UnknownMatchingEvent, PinNotPossible
        recommender.matching.unknown.UnknownLeadUnit, recommender.matching.unknown.UnknownVendor
            If a table's party is not stored any more.
        recommender.errors.Conflict
            If the matching event was changed meanwhile.
        """
        now = self.store.clock()
        on = local_day(now)
        engine = self._engine()
        with self.store.read() as work:
            stored = _event(work, event_id)
            event = stored.record
            coming = [attendee.uscc for attendee in event.attendees if attendee.comes(on)]
            found = work.enterprises.get_many(coming)
            kept = _kept(work, event, request.from_slot)
        if request.from_slot > event.slots:
            raise InvalidInput(f"本场对接会只有 {event.slots} 场", place={"field": "from_slot"})
        enterprises = [found[uscc].record for uscc in coming if uscc in found]
        parties = [known_partner(engine, table.kind, table.party) for table in event.tables]
        pairs = pair_scores(engine, enterprises, parties, on=on)
        gathering = Gathering(event, enterprises, parties, pairs, on)
        kept += _pinned(gathering, kept)
        schedule = plan_meetings(
            gathering,
            kept,
            from_slot=request.from_slot,
            event_revision=stored.revision,
            model_version=engine.model.version,
            now=now,
        )
        return schedule if request.dry_run else self._save(schedule)

    def _save(self, schedule: MeetingSchedule) -> MeetingSchedule:
        with self.store.begin() as work:
            present = work.matching_events.get(schedule.event_id, for_update=True)
            if present is None or present.revision != schedule.event_revision:
                raise Conflict("排期期间对接会的内容被修改，请重新排期")
            return work.schedules.save(schedule)

    def schedule(self, event_id: str, version: int | None = None) -> tuple[MatchingEvent, MeetingSchedule]:
        """Return a matching event and its schedule as it may be shown today.

        Meetings of enterprises that took back their agreement after planning are left out and counted.

        Raises
        ------
        UnknownMatchingEvent, ScheduleMissing
        """
        on = local_day(self.store.clock())
        with self.store.read() as work:
            event = _event(work, event_id).record
            schedule = work.schedules.get(event_id, version)
            if schedule is None:
                told = "还没有排期" if version is None else f"没有第 {version} 版排期"
                raise ScheduleMissing(f"对接会 {event_id} {told}", place={"field": "id"})
            firms = work.enterprises.get_many({meeting.uscc for meeting in schedule.meetings})
        attendees = {attendee.uscc: attendee for attendee in event.attendees}
        tables = {table.party: table for table in event.tables}

        def agreed(meeting: Meeting) -> bool:
            attendee, table = attendees.get(meeting.uscc), tables.get(meeting.party)
            firm = firms.get(meeting.uscc)
            if attendee is None or table is None or firm is None:
                return False
            return may_be_shown(firm.record, attendee, table, on)

        shown = tuple(meeting for meeting in schedule.meetings if agreed(meeting))
        withheld = len(schedule.meetings) - len(shown)
        return event, schedule.model_copy(update={"meetings": shown, "withheld": withheld})

    def record(self, event_id: str, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> ResultsReport:
        """Write the results of meetings to the event log; each row is judged alone.

        Parameters
        ----------
        rows : iterable of (int, mapping)
            Number of the row for the report, and the fields of :class:`MeetingResult`.

        Raises
        ------
        UnknownMatchingEvent, ScheduleMissing
        """
        with self.store.read() as work:
            _event(work, event_id)
            schedule = work.schedules.get(event_id)
        if schedule is None:
            raise ScheduleMissing(f"对接会 {event_id} 还没有排期", place={"field": "id"})
        planned = {(meeting.uscc, meeting.party): meeting for meeting in schedule.meetings}
        entries: list[dict[str, Any]] = []
        origin: list[int] = []
        notes: list[ResultNote] = []
        count = 0
        for number, fields in rows:
            count += 1
            result = _judged(number, fields, planned)
            if isinstance(result, ResultNote):
                notes.append(result)
                continue
            told = log_entries(event_id, planned[result.uscc, result.party], result)
            entries += told
            origin += [number] * len(told)
        appended = self._log.append(entries)
        notes += [
            ResultNote(row=origin[note.index], code=note.code, detail=note.detail)
            for note in appended.rejected
        ]
        return ResultsReport(
            event_id=event_id,
            rows=count,
            inserted=appended.inserted,
            duplicates=appended.duplicates,
            rejected=tuple(sorted(notes, key=lambda note: note.row)),
        )


def _event(work: UnitOfWork, event_id: str) -> Stored[MatchingEvent]:
    stored = work.matching_events.get(event_id)
    if stored is None:
        raise UnknownMatchingEvent(f"找不到对接会 {event_id}", place={"field": "id"})
    return stored


def _judged(
    number: int, fields: Mapping[str, Any], planned: Mapping[tuple[str, str], Meeting]
) -> MeetingResult | ResultNote:
    try:
        result = MeetingResult.model_validate(dict(fields))
    except ValidationError as error:
        problems = explain(error)
        return ResultNote(row=number, code=problems[0].code, detail=summary(problems))
    if (result.uscc, result.party) not in planned:
        detail = f"排期中没有 {result.uscc} 与 {result.party} 的会面"
        return ResultNote(row=number, code="meeting_not_planned", detail=detail)
    return result


def _kept(work: UnitOfWork, event: MatchingEvent, from_slot: int) -> list[Kept]:
    """Return the meetings of the newest schedule that took place, or lie in a slot that is left alone."""
    schedule = work.schedules.get(event.id)
    if schedule is None:
        return []
    by_id = outcome_ids(event.id, schedule.meetings)
    outcomes = work.events.types_of(list(by_id))
    kept: list[Kept] = []
    for key, meeting in by_id.items():
        outcome = outcomes.get(key)
        if outcome == HELD_TYPE:
            kept.append(Kept(meeting.uscc, meeting.party, meeting.slot, Fixed.HELD))
        elif meeting.slot < from_slot and outcome != NO_SHOW_TYPE:
            kept.append(Kept(meeting.uscc, meeting.party, meeting.slot, Fixed.PAST))
    return kept


def _pinned(gathering: Gathering, kept: list[Kept]) -> list[Kept]:
    event = gathering.event
    firms = {firm.uscc: firm for firm in gathering.enterprises}
    attendees = {attendee.uscc: attendee for attendee in event.attendees}
    tables = {table.party: table for table in event.tables}
    taken = {(uscc, slot) for uscc, _, slot, _ in kept} | {(party, slot) for _, party, slot, _ in kept}
    met = {(uscc, party) for uscc, party, _, _ in kept}
    pinned: list[Kept] = []
    for number, pin in enumerate(event.pins):
        if (pin.uscc, pin.party) in met:
            continue
        place = {"field": f"pins.{number}"}
        firm = firms.get(pin.uscc)
        if firm is None or not may_be_shown(firm, attendees[pin.uscc], tables[pin.party], gathering.on):
            raise PinNotPossible(f"企业 {pin.uscc} 不来，或未同意与 {pin.party} 会面", place=place)
        if {(pin.uscc, pin.slot), (pin.party, pin.slot)} & taken:
            raise PinNotPossible(f"第 {pin.slot} 场已有不能改动的会面", place=place)
        pinned.append(Kept(pin.uscc, pin.party, pin.slot, Fixed.PINNED))
    return pinned
