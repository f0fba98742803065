"""Registrations from files: what people write, row by row."""

from collections.abc import Callable
from datetime import date

import pytest

from recommender.domain.matching_event import MatchingEvent
from recommender.errors import InvalidInput
from recommender.exchange.faults import MissingColumns
from recommender.meeting.registrations import import_registrations, slot_numbers
from recommender.meeting.service import MeetingService, UnknownMatchingEvent
from tests.synthetic_records import uscc
from tests.unit.meeting.gatherings import OTHER_UNIT, UNIT, matching_event

Put = Callable[[MatchingEvent], None]


def test_rows_are_judged_alone(meetings: MeetingService, put: Put) -> None:
    put(matching_event(2))
    lines = [
        "统一社会信用代码,企业名称,报名日期,可参加场次,想见单位,不见单位",
        f"{uscc(2)},二,2026-03-01,,,",
        f"{uscc(3)},三,2026年3月5日,2-4,{UNIT}、{OTHER_UNIT},",
        f"{uscc(1)},一,,1,,{UNIT}",
        f"{uscc(3)},又三,2026-03-05,,,",
        f"{uscc(4)},四,2026-03-05,9,,",
        f"{uscc(5)},五,2026-03-05,,SYN-L999,",
        f"{uscc(6)},六,不日,,,",
        f"{uscc(7)},七,2026-03-05,上午,,",
        "123,八,2026-03-05,,,",
    ]
    data = "\n".join(lines).encode("gb18030")
    dry = import_registrations(meetings.store, "SYN-M1", data, name="报名.csv", dry_run=True)
    assert (dry.rows, dry.added, dry.updated, dry.unchanged) == (9, 1, 1, 1)
    with meetings.store.read() as work:
        assert len(work.matching_events.get("SYN-M1").record.attendees) == 2  # type: ignore[union-attr]
    report = import_registrations(meetings.store, "SYN-M1", data, name="报名.csv")
    assert report.rejected == dry.rejected
    assert [note.row for note in report.rejected] == [5, 6, 7, 8, 9, 10]
    told = [note.detail for note in report.rejected]
    for detail, part in zip(
        told, ("已出现过", "只有 4 场", "不在本场", "报名日期", "1-4、6", "18 个字"), strict=True
    ):
        assert part in detail
    with meetings.store.read() as work:
        event = work.matching_events.get("SYN-M1").record  # type: ignore[union-attr]
    attendees = {attendee.uscc: attendee for attendee in event.attendees}
    assert set(attendees) == {uscc(1), uscc(2), uscc(3)}
    assert attendees[uscc(1)].registered_on is None
    assert attendees[uscc(1)].declines == (UNIT,)
    assert attendees[uscc(3)].registered_on == date(2026, 3, 5)
    assert attendees[uscc(3)].available_slots == (2, 3, 4)
    assert attendees[uscc(3)].wishes == (UNIT, OTHER_UNIT)
    again = import_registrations(meetings.store, "SYN-M1", data, name="报名.csv")
    assert (again.added, again.updated, again.unchanged) == (0, 0, 3)


def test_what_is_no_list_of_registrations(meetings: MeetingService, put: Put) -> None:
    put(matching_event(1))
    with pytest.raises(MissingColumns, match="信用代码"):
        import_registrations(meetings.store, "SYN-M1", "企业,日期\n一,二\n".encode(), name="a.csv")
    crowd = "uscc\n" + "\n".join(uscc(number) for number in range(1, 2002))
    with pytest.raises(InvalidInput, match="最多 2000 项"):
        import_registrations(meetings.store, "SYN-M1", crowd.encode(), name="a.csv")
    with pytest.raises(UnknownMatchingEvent):
        import_registrations(meetings.store, "nobody", f"uscc\n{uscc(1)}\n".encode(), name="a.csv")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1-4、6", [1, 2, 3, 4, 6]), ("第2场至第3场", [2, 3]), (5, [5]), ("3,1,1", [1, 3]), ("４－５", [4, 5])],
)
def test_slots_as_people_write_them(written: object, meant: list[int]) -> None:
    assert slot_numbers(written).value == meant
