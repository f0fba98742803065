"""The schedule as a page to print: the whole day, then one card for each table and each enterprise."""

from itertools import groupby

from recommender.domain.enterprise import PARTNER_NAMES
from recommender.domain.matching_event import MatchingEvent
from recommender.domain.meeting_schedule import INTEREST_NAMES, MeetingSchedule
from recommender.meeting.workbook import clock_time, named
from recommender.report.standalone import StandalonePage

PAGE = StandalonePage("recommender.meeting", "schedule.html.j2", "schedule.css")


def render_schedule_page(event: MatchingEvent, schedule: MeetingSchedule) -> str:
    """Return the page as HTML; send it with ``PAGE.policy()``."""
    by_firm = sorted(schedule.meetings, key=lambda m: (m.enterprise_name, m.uscc, m.slot))
    return PAGE.render(
        event=event,
        schedule=schedule,
        slots=event.timetable(),
        cells={(meeting.slot, meeting.table): meeting for meeting in schedule.meetings},
        by_table={
            use.table: [m for m in schedule.meetings if m.table == use.table] for use in schedule.tables
        },
        by_enterprise=[(uscc, list(own)) for uscc, own in groupby(by_firm, key=lambda m: m.uscc)],
        named=named,
        clock_time=clock_time,
        interest_names=INTEREST_NAMES,
        kind_names=PARTNER_NAMES,
    )
