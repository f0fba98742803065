"""Planning stored matching events: agreement, reasons, planning anew, results."""

import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pydantic import ValidationError

from recommender.domain.matching_event import MatchingEvent
from recommender.domain.meeting_schedule import Fixed, Interest, MeetingSchedule
from recommender.errors import Conflict, InvalidInput, NotFound
from recommender.exchange.faults import MissingColumns, UnreadableWorkbook
from recommender.matching.reciprocal import pair_scores
from recommender.meeting import service
from recommender.meeting.service import (
    MeetingService,
    PinNotPossible,
    PlanRequest,
    ScheduleMissing,
    UnknownMatchingEvent,
)
from recommender.meeting.workbook import read_results, schedule_workbook
from tests.synthetic_records import enterprise, uscc
from tests.unit.meeting.gatherings import OTHER_UNIT, UNIT, VENDOR, matching_event

Put = Callable[[MatchingEvent], None]
CONSENT = {"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}


def pairs(schedule: MeetingSchedule) -> set[tuple[str, str]]:
    return {(meeting.uscc, meeting.party) for meeting in schedule.meetings}


def why(schedule: MeetingSchedule) -> dict[str, str]:
    return {one.uscc: one.code for one in schedule.unplaced}


def test_a_schedule_is_versioned_and_sound(meetings: MeetingService, put: Put) -> None:
    put(matching_event())
    dry = meetings.plan("SYN-M1", PlanRequest(dry_run=True))
    assert dry.version is None
    with pytest.raises(ScheduleMissing):
        meetings.schedule("SYN-M1")
    first, second = (meetings.plan("SYN-M1", PlanRequest()) for _ in range(2))
    assert (first.version, second.version) == (1, 2)
    assert first.solved.optimal
    assert len(first.meetings) == 12
    assert set(Counter(m.uscc for m in first.meetings).values()) == {2}
    times = {m.slot: f"{m.starts_at:%H:%M}–{m.ends_at:%H:%M}" for m in first.meetings}
    assert times == {1: "09:00–09:15", 2: "09:20–09:35", 3: "09:55–10:10", 4: "10:15–10:30"}
    assert meetings.schedule("SYN-M1", 1)[1] == first
    with pytest.raises(ScheduleMissing, match="第 9 版"):
        meetings.schedule("SYN-M1", 9)
    with pytest.raises(UnknownMatchingEvent):
        meetings.plan("nobody", PlanRequest())


def test_wishes_come_first(meetings: MeetingService, put: Put) -> None:
    attendees: list[dict[str, Any]] = [{"uscc": uscc(n), "registered_on": "2026-03-01"} for n in range(1, 13)]
    attendees[6]["wishes"] = [UNIT]
    tables = [{"number": 1, "party": UNIT, "wishes": [uscc(7), uscc(8)], "declines": [uscc(1)]}]
    put(matching_event(tables=tables, attendees=attendees, slots=2, pauses=[]))
    schedule = meetings.plan("SYN-M1", PlanRequest())
    interest = {m.uscc: m.interest for m in schedule.meetings}
    assert interest == {uscc(7): Interest.MUTUAL, uscc(8): Interest.PARTY}
    assert why(schedule)[uscc(1)] == "declined"
    assert why(schedule)[uscc(2)] == "tables_full"


def test_only_whom_it_agreed_to_meet(meetings: MeetingService, put: Put) -> None:
    with meetings.store.begin() as work:
        work.enterprises.put(enterprise(2, sub_industry="apparel", consents=[CONSENT | {"lead_unit": UNIT}]))
    attendees: list[dict[str, Any]] = [
        # Invited only: nothing agreed; agreed before to one unit; asks for the vendor itself.
        {"uscc": uscc(1)},
        {"uscc": uscc(2)},
        {"uscc": uscc(3), "wishes": [VENDOR]},
        # Registered, but not for one of them; registered and withdrawn; not stored at all.
        {"uscc": uscc(4), "registered_on": "2026-03-01", "declines": [UNIT, VENDOR]},
        {"uscc": uscc(5), "registered_on": "2026-03-01", "withdrawn_on": "2026-03-19"},
        {"uscc": uscc(99), "registered_on": "2026-03-01"},
    ]
    put(matching_event(attendees=attendees, max_meetings=3))
    schedule = meetings.plan("SYN-M1", PlanRequest())
    assert pairs(schedule) == {(uscc(2), UNIT), (uscc(3), VENDOR), (uscc(4), OTHER_UNIT)}
    assert why(schedule) == {uscc(1): "no_consent"}
    assert any(uscc(99) in note for note in schedule.notes)


def test_an_agreement_taken_back_hides_the_meeting_at_once(meetings: MeetingService, put: Put) -> None:
    put(matching_event(2))
    planned = meetings.plan("SYN-M1", PlanRequest())
    assert uscc(1) in {m.uscc for m in planned.meetings}
    attendees = [
        {"uscc": uscc(1), "registered_on": "2026-03-01", "withdrawn_on": "2026-03-20"},
        {"uscc": uscc(2), "registered_on": "2026-03-01"},
    ]
    put(matching_event(attendees=attendees))
    _, shown = meetings.schedule("SYN-M1")
    assert {m.uscc for m in shown.meetings} == {uscc(2)}
    assert shown.withheld == 2
    assert uscc(1).encode() not in schedule_workbook(*meetings.schedule("SYN-M1"))


def test_the_reason_of_each_enterprise_left_out(meetings: MeetingService, put: Put) -> None:
    with meetings.store.begin() as work:
        work.enterprises.put(enterprise(3, sub_industry="luggage"))
    registered = {"registered_on": "2026-03-01"}
    attendees = [
        {"uscc": uscc(1), **registered, "available_slots": []},
        {"uscc": uscc(2), **registered, "available_slots": [1]},
        {"uscc": uscc(3), **registered},
        {"uscc": uscc(4), **registered, "available_slots": [3, 4]},
    ]
    tables = [{"number": 1, "party": UNIT, "available_slots": [2, 3]}]
    put(matching_event(attendees=attendees, tables=tables))
    schedule = meetings.plan("SYN-M1", PlanRequest())
    assert [(m.uscc, m.slot) for m in schedule.meetings] == [(uscc(4), 3)]
    assert why(schedule) == {
        uscc(1): "not_there",
        uscc(2): "no_common_slot",
        uscc(3): "no_fitting_party",
    }
    assert schedule.tables[0].open_slots == 2


def test_the_share_of_a_table_is_bounded(meetings: MeetingService, put: Put) -> None:
    attendees = [{"uscc": uscc(n), "registered_on": "2026-03-01", "wishes": [UNIT]} for n in range(1, 7)]
    put(matching_event(attendees=attendees, max_meetings=1, slots=6, pauses=[]))
    free = meetings.plan("SYN-M1", PlanRequest(dry_run=True))
    assert [use.meetings for use in free.tables] == [6, 0, 0]
    put(matching_event(attendees=attendees, max_meetings=1, slots=6, pauses=[], max_share=0.4))
    bounded = meetings.plan("SYN-M1", PlanRequest(dry_run=True))
    assert bounded.tables[0].meetings == 3
    assert sum(use.meetings for use in bounded.tables) == 6


def test_planning_anew_keeps_what_was_held_past_and_pinned(meetings: MeetingService, put: Put) -> None:
    put(matching_event())
    first = meetings.plan("SYN-M1", PlanRequest())
    held = next(m for m in first.meetings if m.slot == 3)
    absent = next(m for m in first.meetings if m.slot == 1)
    told = [
        (0, {"uscc": held.uscc, "party": held.party, "outcome": "held"}),
        (1, {"uscc": absent.uscc, "party": absent.party, "outcome": "enterprise_absent"}),
    ]
    assert meetings.record("SYN-M1", told).inserted == 2
    other = next(m for m in first.meetings if m.slot == 4 and m.uscc != held.uscc)
    pin = {"uscc": other.uscc, "party": other.party, "slot": 4}
    put(matching_event(pins=[pin]))
    again = meetings.plan("SYN-M1", PlanRequest(from_slot=3))
    kept = {(m.uscc, m.party, m.slot): m.fixed for m in again.meetings if m.fixed}
    assert kept[held.uscc, held.party, 3] is Fixed.HELD
    assert kept[other.uscc, other.party, 4] is Fixed.PINNED
    assert Counter(kept.values())[Fixed.PAST] == 6 - 1
    assert (absent.uscc, absent.party, 1) not in {(m.uscc, m.party, m.slot) for m in again.meetings}
    assert len(pairs(again)) == len(again.meetings)
    assert max(Counter((m.uscc, m.slot) for m in again.meetings).values()) == 1
    clash = {"uscc": held.uscc, "party": next(p for p in (UNIT, OTHER_UNIT) if p != held.party), "slot": 3}
    put(matching_event(pins=[clash]))
    with pytest.raises(PinNotPossible):
        meetings.plan("SYN-M1", PlanRequest())
    with pytest.raises(InvalidInput, match="只有 4 场"):
        meetings.plan("SYN-M1", PlanRequest(from_slot=5))


def test_who_missed_a_meeting_may_have_it_later(meetings: MeetingService, put: Put) -> None:
    tables = [{"number": 1, "party": UNIT}]
    put(matching_event(1, tables=tables))
    (missed,) = meetings.plan("SYN-M1", PlanRequest()).meetings
    absent = {"uscc": missed.uscc, "party": UNIT, "outcome": "enterprise_absent"}
    assert meetings.record("SYN-M1", [(0, absent)]).inserted == 1
    (later,) = meetings.plan("SYN-M1", PlanRequest(from_slot=missed.slot + 1)).meetings
    assert later.slot > missed.slot
    held = {"uscc": later.uscc, "party": UNIT, "outcome": "held"}
    assert meetings.record("SYN-M1", [(0, held)]).inserted == 1
    (kept,) = meetings.plan("SYN-M1", PlanRequest()).meetings
    assert (kept.slot, kept.fixed) == (later.slot, Fixed.HELD)


def test_nobody_comes(meetings: MeetingService, put: Put) -> None:
    put(matching_event(0))
    schedule = meetings.plan("SYN-M1", PlanRequest())
    assert (schedule.meetings, schedule.unplaced) == ((), ())
    assert schedule_workbook(*meetings.schedule("SYN-M1"))


def test_a_pin_needs_agreement_and_a_table_needs_its_party(meetings: MeetingService, put: Put) -> None:
    pin = {"uscc": uscc(1), "party": UNIT, "slot": 1}
    put(matching_event(attendees=[{"uscc": uscc(1)}], pins=[pin]))
    with pytest.raises(PinNotPossible, match="未同意"):
        meetings.plan("SYN-M1", PlanRequest())
    for kind in ("lead_unit", "vendor"):
        put(matching_event(tables=[{"number": 1, "party": "gone", "kind": kind}]))
        with pytest.raises(NotFound, match="gone"):
            meetings.plan("SYN-M1", PlanRequest())


def test_a_change_while_planning_is_a_conflict(
    meetings: MeetingService, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(matching_event())

    def changed_meanwhile(*arguments: Any, **named: Any) -> Any:
        put(matching_event(5))
        return pair_scores(*arguments, **named)

    monkeypatch.setattr(service, "pair_scores", changed_meanwhile)
    with pytest.raises(Conflict, match="重新排期"):
        meetings.plan("SYN-M1", PlanRequest())
    with pytest.raises(ScheduleMissing):
        meetings.schedule("SYN-M1")


def test_results_come_back_from_the_filled_in_sheet(meetings: MeetingService, put: Put) -> None:
    put(matching_event())
    meetings.plan("SYN-M1", PlanRequest())
    event, schedule = meetings.schedule("SYN-M1")
    book = load_workbook(BytesIO(schedule_workbook(event, schedule)))
    assert book.sheetnames == ["总表", "按桌次", "按企业", "结果登记", "未排上的企业", "各桌占比"]
    sheet = book["结果登记"]
    header = [cell.value for cell in sheet[1]]
    column = {name: header.index(name) + 1 for name in ("会面结果", "企业意向", "单位意向", "单位编号")}
    filled = {
        2: {"会面结果": "已见面", "企业意向": "有意向", "单位意向": "无意向"},
        3: {"会面结果": "企业未到"},
        4: {"会面结果": "单位未到", "企业意向": "有意向"},
        5: {"会面结果": "也许"},
        6: {"会面结果": "已见面", "单位编号": "SYN-L999"},
        7: {"企业意向": "有意向"},
    }
    for row, words in filled.items():
        for name, word in words.items():
            sheet.cell(row, column[name], word)
    target = BytesIO()
    book.save(target)
    report = meetings.record("SYN-M1", read_results(target.getvalue(), "结果.xlsx"))
    assert report.rows == 6
    assert report.inserted == 3 + 1 + 2
    assert [(note.row, note.code) for note in report.rejected] == [
        (4, "invalid_value"),
        (5, "invalid_value"),
        (6, "meeting_not_planned"),
    ]
    with meetings.store.read() as work:
        assert work.events.count_by_type() == {
            "meeting": 2,
            "meeting_no_show": 1,
            "meeting_interested": 2,
            "meeting_not_interested": 1,
        }
        party_word = next(e.event for e in work.events.iterate() if e.event.type == "meeting_not_interested")
    first = schedule.meetings[0]
    assert (party_word.subject, party_word.object) == (first.party, first.uscc)
    assert party_word.attributes["matching_event"] == "SYN-M1"
    # The same sheet again adds nothing; another answer to the same question is a conflict.
    again = meetings.record("SYN-M1", read_results(target.getvalue(), "结果.xlsx"))
    assert (again.inserted, again.duplicates) == (0, 6)
    changed = {"uscc": first.uscc, "party": first.party, "outcome": "party_absent"}
    assert [note.code for note in meetings.record("SYN-M1", [(9, changed)]).rejected] == ["event_conflict"]


def test_files_that_hold_no_results(meetings: MeetingService, put: Put) -> None:
    with pytest.raises(UnreadableWorkbook):
        read_results(b"PK no workbook", "a.xlsx")
    book = load_workbook(BytesIO(_workbook(meetings, put)))
    del book["结果登记"]
    target = BytesIO()
    book.save(target)
    with pytest.raises(MissingColumns, match="会面结果"):
        read_results(target.getvalue(), "a.xlsx")
    assert read_results(_workbook(meetings, put), "未填.xlsx") == []


def _workbook(meetings: MeetingService, put: Put) -> bytes:
    put(matching_event())
    meetings.plan("SYN-M1", PlanRequest())
    return schedule_workbook(*meetings.schedule("SYN-M1"))


def test_a_name_that_looks_like_a_formula_stays_a_name(meetings: MeetingService, put: Put) -> None:
    with meetings.store.begin() as work:
        work.enterprises.put(enterprise(1, name="=1+1", sub_industry="apparel"))
    put(matching_event(1))
    meetings.plan("SYN-M1", PlanRequest())
    with zipfile.ZipFile(BytesIO(schedule_workbook(*meetings.schedule("SYN-M1")))) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet for sheet in sheets)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"start": "23:30"}, "24点"),
        ({"start": "09:00:00+08:00"}, "不带时区"),
        ({"tables": [{"number": 1, "party": "a"}, {"number": 1, "party": "b"}]}, "桌号 1 重复"),
        ({"tables": [{"number": 1, "party": "a"}, {"number": 2, "party": "a"}]}, "一张桌"),
        ({"attendees": [{"uscc": uscc(1)}, {"uscc": uscc(1)}]}, "重复报名"),
        ({"attendees": [{"uscc": uscc(1), "wishes": ["x"]}]}, "不在本场"),
        ({"attendees": [{"uscc": uscc(1), "wishes": [UNIT], "declines": [UNIT]}]}, "既想见又不想见"),
        ({"attendees": [{"uscc": uscc(1), "available_slots": [5]}]}, "只有 4 场"),
        ({"pins": [{"uscc": uscc(77), "party": UNIT, "slot": 1}]}, "固定的会面"),
        ({"pins": [{"uscc": uscc(n), "party": UNIT, "slot": 1} for n in (1, 2)]}, "冲突"),
    ],
)
def test_a_definition_that_cannot_be_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        matching_event(**changes)


def test_registering_is_a_dated_agreement() -> None:
    attendee = matching_event(1).attendees[0]
    assert not attendee.agreed_to_meet(UNIT, date(2026, 2, 28))
    assert attendee.agreed_to_meet(UNIT, date(2026, 3, 1))
    withdrawn = attendee.model_copy(update={"withdrawn_on": date(2026, 3, 5)})
    assert withdrawn.agreed_to_meet(UNIT, date(2026, 3, 4))
    assert not withdrawn.agreed_to_meet(UNIT, date(2026, 3, 5))
