"""Calendars: the right hours anywhere, one for everybody and one for each party, stable identities."""

from collections.abc import Callable
from datetime import UTC, datetime

from icalendar import Calendar

from recommender.domain.matching_event import MatchingEvent
from recommender.meeting.calendars import calendar_of, calendars_of_all, file_names
from recommender.meeting.page import render_schedule_page
from recommender.meeting.service import MeetingService, PlanRequest
from tests.unit.meeting.gatherings import UNIT, matching_event


def test_calendars(meetings: MeetingService, put: Callable[[MatchingEvent], None]) -> None:
    put(matching_event())
    meetings.plan("SYN-M1", PlanRequest())
    event, schedule = meetings.schedule("SYN-M1")
    everything = Calendar.from_ical(calendar_of(event, schedule))
    entries = everything.walk("VEVENT")
    assert len(entries) == len(schedule.meetings) == len({str(entry["uid"]) for entry in entries})
    assert [str(zone["tzid"]) for zone in everything.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    first = min(entry.decoded("dtstart") for entry in entries)
    assert first == datetime(2026, 3, 20, 1, 0, tzinfo=UTC)
    assert b"DTSTART;TZID=Asia/Shanghai:20260320T090000" in calendar_of(event, schedule)

    own = calendars_of_all(event, schedule)
    assert set(own) == {m.uscc for m in schedule.meetings} | {m.party for m in schedule.meetings}
    table = Calendar.from_ical(own[UNIT]).walk("VEVENT")
    assert len(table) == sum(m.party == UNIT for m in schedule.meetings)
    # The unit's calendar names the enterprise, not itself, with the mark of made-up records.
    assert all(
        "合成样本企业" in str(entry["summary"]) and "牵引" not in str(entry["summary"]) for entry in table
    )
    assert all("合成会议中心，1号桌" in str(entry["location"]) for entry in table)
    assert file_names(["a:b"]) == {"a:b": "a_b.ics"}

    meetings.plan("SYN-M1", PlanRequest())
    later = Calendar.from_ical(calendar_of(*meetings.schedule("SYN-M1"))).walk("VEVENT")
    assert {str(e["uid"]) for e in later} == {str(e["uid"]) for e in entries}
    assert {int(e["sequence"]) for e in later} == {2}


def test_the_page_escapes_names(meetings: MeetingService, put: Callable[[MatchingEvent], None]) -> None:
    put(matching_event(name="<b>对接会"))
    meetings.plan("SYN-M1", PlanRequest())
    page = render_schedule_page(*meetings.schedule("SYN-M1"))
    assert "&lt;b&gt;对接会" in page
    assert "<b>" not in page
    assert page.count("号桌") >= 3
    assert "合成样本" in page
