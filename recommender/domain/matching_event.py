"""The matching event (供需对接会): tables, slots, who comes, who wishes to meet whom.

It is never called just an event: an event is an entry of the log (:mod:`recommender.domain.event`), and what
happens at a matching event is told there.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated, NamedTuple

from pydantic import Field, model_validator

from recommender.domain.calendar import SHANGHAI
from recommender.domain.credit_code import CreditCode
from recommender.domain.enterprise import PartnerKind
from recommender.domain.record import MarkedRecord, Name, Record, RecordId, ShortText

MOST_SLOTS = 48
#: Numbers of slots, from 1; None means all of them.
SlotNumbers = Annotated[tuple[Annotated[int, Field(ge=1, le=MOST_SLOTS)], ...], Field(max_length=MOST_SLOTS)]


class Slot(NamedTuple):
    """One slot; both moments with their zone."""

    number: int
    starts_at: datetime
    ends_at: datetime


class Pause(Record):
    """A break after a slot, in place of the changeover."""

    after_slot: Annotated[int, Field(ge=1, le=MOST_SLOTS)]
    minutes: Annotated[int, Field(ge=1, le=240)]


class EventTable(Record):
    """A table: one party, one enterprise at a time.

    Attributes
    ----------
    party : str
        Id of a lead unit, or provider id of a vendor with products in the pool.
    available_slots : tuple of int, optional
        When it is manned; None means always.
    wishes, declines : tuple of str
        Credit codes of enterprises that it asked to meet, and that it does not want to.
    """

    number: Annotated[int, Field(ge=1, le=999)]
    party: RecordId
    kind: PartnerKind = PartnerKind.LEAD_UNIT
    available_slots: SlotNumbers | None = None
    wishes: Annotated[tuple[CreditCode, ...], Field(max_length=5_000)] = ()
    declines: Annotated[tuple[CreditCode, ...], Field(max_length=5_000)] = ()


class Attendee(Record):
    """An enterprise that comes.

    Attributes
    ----------
    registered_on : date, optional
        Day on which it registered itself. Registering is its recorded, dated agreement to be shown to the
        tables of this matching event, except those it declines. None for a firm that staff invited: it is
        planned only with whom its standing consent covers, and with whom it wished to meet itself.
    withdrawn_on : date, optional
        From this day on it is not planned and not shown any more.
    available_slots : tuple of int, optional
        When it is there; late arrivals leave the first ones out. None means always.
    wishes, declines : tuple of str
        Parties that it asked to meet, and that it must never be shown to.
    """

    uscc: CreditCode
    registered_on: date | None = None
    withdrawn_on: date | None = None
    available_slots: SlotNumbers | None = None
    wishes: Annotated[tuple[RecordId, ...], Field(max_length=200)] = ()
    declines: Annotated[tuple[RecordId, ...], Field(max_length=200)] = ()

    def comes(self, on: date) -> bool:
        """Whether it has not withdrawn by a day."""
        return self.withdrawn_on is None or on < self.withdrawn_on

    def agreed_to_meet(self, party: str, on: date) -> bool:
        """Whether it agreed, by registering or by its own wish, to be shown to a party of this event."""
        if party in self.declines or not self.comes(on):
            return False
        return party in self.wishes or (self.registered_on is not None and self.registered_on <= on)


class Pin(Record):
    """A meeting that staff fixed; planning works around it."""

    uscc: CreditCode
    party: RecordId
    slot: Annotated[int, Field(ge=1, le=MOST_SLOTS)]


class MatchingEvent(MarkedRecord):
    """A day of meetings between enterprises and lead units or vendors.

    Attributes
    ----------
    max_meetings : int
        Most meetings of one enterprise.
    max_share : float, optional
        Largest share of all meetings that one table may get, rounded up to a whole meeting.
    """

    id: RecordId
    name: Name
    held_on: date
    venue: ShortText | None = None
    start: time
    slots: Annotated[int, Field(ge=1, le=MOST_SLOTS)]
    slot_minutes: Annotated[int, Field(ge=5, le=240)] = 15
    changeover_minutes: Annotated[int, Field(ge=0, le=60)] = 0
    pauses: Annotated[tuple[Pause, ...], Field(max_length=MOST_SLOTS)] = ()
    tables: Annotated[tuple[EventTable, ...], Field(min_length=1, max_length=100)]
    attendees: Annotated[tuple[Attendee, ...], Field(max_length=2_000)] = ()
    max_meetings: Annotated[int, Field(ge=1, le=MOST_SLOTS)] = 3
    max_share: Annotated[float, Field(gt=0, le=1)] | None = None
    pins: Annotated[tuple[Pin, ...], Field(max_length=10_000)] = ()

    @model_validator(mode="after")
    def _sound(self) -> "MatchingEvent":
        if self.start.tzinfo is not None:
            raise ValueError("开始时刻按北京时间填写，不带时区")
        _distinct((table.number for table in self.tables), "桌号 {} 重复")
        _distinct((table.party for table in self.tables), "{} 占了两张桌；一家单位一张桌")
        _distinct((attendee.uscc for attendee in self.attendees), "企业 {} 重复报名")
        _distinct((pause.after_slot for pause in self.pauses), "第 {} 场之后写了两次休息")
        self._check_references()
        self._check_slots()
        if self.timetable()[-1].ends_at.date() != self.held_on:
            raise ValueError("最后一场超过了当天24点，请减少场次或提早开始")
        return self

    def _check_references(self) -> None:
        parties = {table.party for table in self.tables}
        for attendee in self.attendees:
            for party in (*attendee.wishes, *attendee.declines):
                if party not in parties:
                    raise ValueError(f"企业 {attendee.uscc} 选了 {party}，但它不在本场的桌上")
            if both := set(attendee.wishes) & set(attendee.declines):
                raise ValueError(f"企业 {attendee.uscc} 对 {min(both)} 既想见又不想见")
        comes = {attendee.uscc for attendee in self.attendees}
        for pin in self.pins:
            if pin.party not in parties or pin.uscc not in comes:
                raise ValueError(f"固定的会面（{pin.uscc}，{pin.party}）不在本场的企业和桌上")
        _distinct(((pin.uscc, pin.party) for pin in self.pins), "固定的会面 {} 重复")
        _distinct(((pin.uscc, pin.slot) for pin in self.pins), "固定的会面中企业与场次 {} 冲突")
        _distinct(((pin.party, pin.slot) for pin in self.pins), "固定的会面中单位与场次 {} 冲突")

    def _check_slots(self) -> None:
        available = [table.available_slots for table in self.tables]
        available += [attendee.available_slots for attendee in self.attendees]
        named = [slot for slots in available for slot in slots or ()]
        named += [pin.slot for pin in self.pins] + [pause.after_slot for pause in self.pauses]
        if named and max(named) > self.slots:
            raise ValueError(f"写到了第 {max(named)} 场，本场对接会只有 {self.slots} 场")

    def timetable(self) -> tuple[Slot, ...]:
        """Return the slots in order, by the clock of Guangzhou."""
        pauses = {pause.after_slot: pause.minutes for pause in self.pauses}
        at = datetime.combine(self.held_on, self.start, SHANGHAI)
        slots = []
        for number in range(1, self.slots + 1):
            ends = at + timedelta(minutes=self.slot_minutes)
            slots.append(Slot(number, at, ends))
            at = ends + timedelta(minutes=pauses.get(number, self.changeover_minutes))
        return tuple(slots)


def _distinct(keys: Iterable[object], message: str) -> None:
    seen = set()
    for key in keys:
        if key in seen:
            shown = "、".join(map(str, key)) if isinstance(key, tuple) else key
            raise ValueError(message.format(shown))
        seen.add(key)
