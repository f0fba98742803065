"""Registrations from a file: one row for each enterprise that comes."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from recommender.domain.matching_event import Attendee, MatchingEvent
from recommender.domain.validation_text import explain, summary
from recommender.errors import InvalidInput
from recommender.exchange.cells import ReadCell, Reading, credit_code, day, error, spelling
from recommender.exchange.faults import MissingColumns
from recommender.exchange.lists import record_ids
from recommender.exchange.readers import read_rows
from recommender.exchange.rows import BadRow, Row
from recommender.meeting.service import UnknownMatchingEvent
from recommender.store import Store

_RANGE = re.compile(r"第?(\d{1,3})(?:场?[-–—~至到]第?(\d{1,3}))?场?")


class RegistrationNote(BaseModel):
    """A row that was not taken; ``row`` counts from 1, the header included."""

    row: int
    code: str
    detail: str


class RegistrationsReport(BaseModel):
    """What became of a file of registrations: ``rows = added + updated + unchanged + len(rejected)``."""

    event_id: str
    dry_run: bool
    rows: int
    added: int
    updated: int
    unchanged: int
    rejected: tuple[RegistrationNote, ...]


def slot_numbers(value: object) -> Reading:
    """Read slots as people write them: ``1-4、6`` or ``第2场至第5场``."""
    numbers: list[int] = []
    for part in filter(None, re.split(r"[、,，;；]+", spelling(value))):
        found = _RANGE.fullmatch(part)
        if found is None:
            return error("invalid_slots", f"场次“{part}”应写成 1-4、6 的样子")
        first, last = int(found[1]), int(found[2] or found[1])
        numbers += range(first, last + 1)
    return Reading(sorted(set(numbers)))


#: Headers, the first as the template of a workbook would have it, and how their cells are read.
_FIELDS: Mapping[str, tuple[tuple[str, ...], ReadCell]] = {
    "uscc": (("统一社会信用代码", "信用代码", "uscc"), credit_code),
    "registered_on": (("报名日期", "registered_on"), day),
    "withdrawn_on": (("撤回日期", "withdrawn_on"), day),
    "available_slots": (("可参加场次", "available_slots"), slot_numbers),
    "wishes": (("想见单位", "想见的单位", "wishes"), record_ids),
    "declines": (("不见单位", "不见的单位", "declines"), record_ids),
}
_FIELD_OF = {spelling(header): field for field, (headers, _) in _FIELDS.items() for header in headers}


def import_registrations(
    store: Store, event_id: str, source: Path | bytes, *, name: str | None = None, dry_run: bool = False
) -> RegistrationsReport:
    """Add or replace attendees of a matching event from a csv, xlsx or jsonl file; each row is judged alone.

    A row without a day of registration is an enterprise that staff invited. Who is not in the file stays.

    Raises
    ------
    UnknownMatchingEvent
    recommender.errors.MalformedRequest
        If the file cannot be read.
    recommender.exchange.faults.MissingColumns
        If it has no column for the credit code.
    """
    rows = read_rows(source, name=name, is_known=lambda header: spelling(header) in _FIELD_OF)
    if rows.columns is not None and "uscc" not in {_FIELD_OF.get(spelling(c)) for c in rows.columns}:
        raise MissingColumns("缺少列：统一社会信用代码", place={"file": rows.name})
    read = list(rows.rows)
    with store.begin() as work:
        stored = work.matching_events.get(event_id, for_update=True)
        if stored is None:
            raise UnknownMatchingEvent(f"找不到对接会 {event_id}", place={"field": "id"})
        taken, notes = _judge_all(read, stored.record)
        before = {attendee.uscc: attendee for attendee in stored.record.attendees}
        after = before | taken
        changed = [attendee for attendee in taken.values() if before.get(attendee.uscc) != attendee]
        event = _with_attendees(stored.record, after)
        if changed and not dry_run:
            work.matching_events.put(event)
    added = sum(attendee.uscc not in before for attendee in changed)
    return RegistrationsReport(
        event_id=event_id,
        dry_run=dry_run,
        rows=len(read),
        added=added,
        updated=len(changed) - added,
        unchanged=len(taken) - len(changed),
        rejected=tuple(notes),
    )


def _with_attendees(event: MatchingEvent, attendees: Mapping[str, Attendee]) -> MatchingEvent:
    values = {**event.model_dump(), "attendees": [one.model_dump() for one in attendees.values()]}
    try:
        return MatchingEvent.model_validate(values)
    except ValidationError as problem:
        raise InvalidInput(summary(explain(problem)), place={"field": "attendees"}) from problem


def _judge_all(
    rows: list[Row | BadRow], event: MatchingEvent
) -> tuple[dict[str, Attendee], list[RegistrationNote]]:
    frame = event.model_dump(exclude={"attendees", "pins"})
    taken: dict[str, Attendee] = {}
    notes = []
    for row in rows:
        judged = _judged(row, frame)
        if isinstance(judged, Attendee) and judged.uscc in taken:
            judged = ("repeated", f"企业 {judged.uscc} 在文件中已出现过")
        if isinstance(judged, Attendee):
            taken[judged.uscc] = judged
        else:
            notes.append(RegistrationNote(row=row.number, code=judged[0], detail=judged[1]))
    return taken, notes


def _judged(row: Row | BadRow, frame: Mapping[str, Any]) -> Attendee | tuple[str, str]:
    """Return the attendee of a row, or the code and reason of its refusal.

    Parameters
    ----------
    frame : mapping
        The matching event without anybody in it; with this one alone it says whether parties and slots exist.
    """
    if isinstance(row, BadRow):
        return row.code, row.detail
    fields: dict[str, Any] = {}
    for header, value in row.values.items():
        field = _FIELD_OF.get(spelling(header))
        if field is None or value is None:
            continue
        read: Callable[[object], Reading] = _FIELDS[field][1]
        reading = read(value)
        if reading.problems:
            return reading.problems[0].code, f"{header}：{reading.problems[0].detail}"
        fields[field] = reading.value
    try:
        attendee = Attendee.model_validate(fields)
        MatchingEvent.model_validate({**frame, "attendees": [attendee.model_dump()]})
    except ValidationError as problem:
        found = explain(problem)
        return found[0].code, summary(found)
    return attendee
