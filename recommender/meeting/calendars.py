"""The schedule as iCalendar (RFC 5545): one calendar for everybody, or one for each enterprise and table."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vText

from recommender.domain.matching_event import MatchingEvent
from recommender.domain.meeting_schedule import Meeting, MeetingSchedule
from recommender.meeting.workbook import named

#: Hours are written as those of Guangzhou, with the zone's definition, and are the same moment anywhere.
_ZONE = ZoneInfo("Asia/Shanghai")


def calendar_of(event: MatchingEvent, schedule: MeetingSchedule, party: str | None = None) -> bytes:
    """Return a calendar.

    Parameters
    ----------
    party : str, optional
        Credit code of an enterprise or id of a table's party: only its meetings, named after the other side.

    Notes
    -----
    A meeting of the same two keeps its UID from version to version and its SEQUENCE grows, so that a
    calendar that imports a later version moves it instead of doubling it.
    """
    meetings = [m for m in schedule.meetings if party is None or party in {m.uscc, m.party}]
    calendar = Calendar()
    calendar.add("prodid", "-//smematch//matching event//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", event.name)
    calendar.add("x-wr-timezone", str(_ZONE))
    for meeting in meetings:
        calendar.add_component(_entry(event, schedule, meeting, party))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def calendars_of_all(event: MatchingEvent, schedule: MeetingSchedule) -> dict[str, bytes]:
    """Return one calendar for each enterprise and each table that has a meeting, by its code or id."""
    parties = [m.party for m in schedule.meetings] + [m.uscc for m in schedule.meetings]
    return {party: calendar_of(event, schedule, party) for party in dict.fromkeys(parties)}


def _entry(event: MatchingEvent, schedule: MeetingSchedule, meeting: Meeting, party: str | None) -> Event:
    entry = Event()
    entry.add("uid", f"{meeting.uscc}.{meeting.party}.{event.id}@smematch")
    entry.add("sequence", schedule.version or 0)
    entry.add("dtstamp", schedule.planned_at)
    entry.add("dtstart", meeting.starts_at.astimezone(_ZONE))
    entry.add("dtend", meeting.ends_at.astimezone(_ZONE))
    entry.add("summary", _summary(meeting, party))
    entry["location"] = vText("，".join(filter(None, (event.venue, f"{meeting.table}号桌"))))
    entry.add("description", f"{event.name}，第{meeting.slot}场")
    entry.add("status", "CONFIRMED")
    entry.add("transp", "OPAQUE")
    return entry


def _summary(meeting: Meeting, party: str | None) -> str:
    enterprise = named(meeting.enterprise_name, meeting.enterprise_mark)
    host = named(meeting.party_name, meeting.party_mark)
    if party is None:
        return f"{enterprise} × {host}"
    return f"会面：{host if party == meeting.uscc else enterprise}"


def file_names(parties: Sequence[str]) -> dict[str, str]:
    """Return the file name of each party's calendar; ids of vendors may hold a colon, file names may not."""
    return {party: f"{party.replace(':', '_')}.ics" for party in parties}
