"""From a matching event and its parties to a schedule, with a reason for whoever is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from recommender.domain import Enterprise
from recommender.domain.matching_event import MatchingEvent
from recommender.domain.meeting_schedule import Fixed, Interest, Meeting, MeetingSchedule, TableUse, Unplaced
from recommender.matching.reciprocal import PairScores
from recommender.meeting.consent import may_be_shown
from recommender.meeting.problem import MeetingProblem
from recommender.meeting.timetabling import Placed, Timetable, timetable
from recommender.retrieval.partner import Partner

_INTEREST = {
    (True, True): Interest.MUTUAL,
    (True, False): Interest.ENTERPRISE,
    (False, True): Interest.PARTY,
    (False, False): Interest.NONE,
}


class Kept(NamedTuple):
    """A meeting that stays as it is; its slot counts from 1."""

    uscc: str
    party: str
    slot: int
    why: Fixed


@dataclass(frozen=True, slots=True)
class Gathering:
    """A matching event with the records behind its ids, all in the order of the arrays.

    Attributes
    ----------
    enterprises : sequence of Enterprise
        Those that come (and are stored).
    parties : sequence of Partner
        One for each table.
    pairs : PairScores
        Enterprises by tables.
    on : date
        Day of planning; agreements must hold on it.
    """

    event: MatchingEvent
    enterprises: Sequence[Enterprise]
    parties: Sequence[Partner]
    pairs: PairScores
    on: date


class _Arrays:
    """Who may meet whom and when, before any meeting is placed."""

    def __init__(self, gathering: Gathering) -> None:
        event = gathering.event
        attendees = {attendee.uscc: attendee for attendee in event.attendees}
        coming = [attendees[enterprise.uscc] for enterprise in gathering.enterprises]
        shape = (len(coming), len(event.tables))
        self.enterprise_wish, self.party_wish = np.zeros(shape, bool), np.zeros(shape, bool)
        self.agreed, self.declined = np.zeros(shape, bool), np.zeros(shape, bool)
        for column, table in enumerate(event.tables):
            wishes, declines = set(table.wishes), set(table.declines)
            for row, attendee in enumerate(coming):
                self.enterprise_wish[row, column] = table.party in attendee.wishes
                self.party_wish[row, column] = attendee.uscc in wishes
                firm = gathering.enterprises[row]
                self.agreed[row, column] = may_be_shown(firm, attendee, table, gathering.on)
                self.declined[row, column] = table.party in attendee.declines or attendee.uscc in declines
        # A firm may ask for anyone, also for a unit that serves another sub-industry or district.
        fits = gathering.pairs.allowed | self.enterprise_wish
        self.allowed = self.agreed & fits & ~self.declined
        self.interest = self.enterprise_wish.astype(np.int64) + self.party_wish
        self.enterprise_open = _open([attendee.available_slots for attendee in coming], event.slots)
        self.table_open = _open([table.available_slots for table in event.tables], event.slots)


def _open(available: Sequence[tuple[int, ...] | None], slots: int) -> NDArray[np.bool_]:
    opened = np.zeros((len(available), slots), bool)
    for row, numbers in enumerate(available):
        opened[row] = numbers is None
        opened[row, [number - 1 for number in numbers or ()]] = True
    return opened


def plan_meetings(
    gathering: Gathering,
    kept: Sequence[Kept],
    *,
    from_slot: int,
    event_revision: int,
    model_version: str,
    now: datetime,
) -> MeetingSchedule:
    """Plan, around meetings that stay as they are.

    Parameters
    ----------
    kept : sequence of Kept
        Held, past and pinned meetings; of enterprises that come no more they are left out.
    from_slot : int
        First slot, from 1, that may still be planned.

    Returns
    -------
    MeetingSchedule
        Without a version; storing gives it one.
    """
    arrays = _Arrays(gathering)
    problem, fixed = _problem(gathering, arrays, kept, from_slot)
    made = timetable(problem)
    meetings = [_meeting(gathering, arrays, placed, None) for placed in made.placed]
    meetings += [_meeting(gathering, arrays, placed, why) for placed, why in fixed]
    meetings.sort(key=lambda meeting: (meeting.slot, meeting.table))
    return MeetingSchedule(
        event_id=gathering.event.id,
        event_revision=event_revision,
        version=None,
        planned_at=now,
        model_version=model_version,
        from_slot=from_slot,
        meetings=tuple(meetings),
        unplaced=_unplaced(gathering, arrays, problem, made, {meeting.uscc for meeting in meetings}),
        tables=_uses(gathering, arrays, meetings),
        solved=made.solved,
        notes=_notes(gathering, arrays),
    )


def _problem(
    gathering: Gathering, arrays: _Arrays, kept: Sequence[Kept], from_slot: int
) -> tuple[MeetingProblem, list[tuple[Placed, Fixed]]]:
    event = gathering.event
    row_of = {enterprise.uscc: row for row, enterprise in enumerate(gathering.enterprises)}
    column_of = {table.party: column for column, table in enumerate(event.tables)}
    allowed = arrays.allowed.copy()
    enterprise_open, table_open = arrays.enterprise_open.copy(), arrays.table_open.copy()
    enterprise_open[:, : from_slot - 1] = False
    most = np.full(len(row_of), event.max_meetings, np.int64)
    fixed_at = np.zeros(len(column_of), np.int64)
    fixed = []
    for uscc, party, slot, why in kept:
        if uscc not in row_of or party not in column_of:
            continue
        placed = Placed(row_of[uscc], column_of[party], slot - 1)
        allowed[placed.enterprise, placed.table] = False
        enterprise_open[placed.enterprise, placed.slot] = False
        table_open[placed.table, placed.slot] = False
        most[placed.enterprise] -= 1
        fixed_at[placed.table] += 1
        fixed.append((placed, why))
    problem = MeetingProblem(
        score=gathering.pairs.p_match,
        allowed=allowed,
        interest=arrays.interest,
        enterprise_open=enterprise_open,
        table_open=table_open,
        most=np.maximum(most, 0),
        covered=most < event.max_meetings,
        fixed_at=fixed_at,
        max_share=event.max_share,
    )
    return problem, fixed


def _meeting(gathering: Gathering, arrays: _Arrays, placed: Placed, fixed: Fixed | None) -> Meeting:
    row, column = placed.enterprise, placed.table
    enterprise, party, table = (
        gathering.enterprises[row],
        gathering.parties[column],
        gathering.event.tables[column],
    )
    slot = gathering.event.timetable()[placed.slot]
    wished = bool(arrays.enterprise_wish[row, column]), bool(arrays.party_wish[row, column])
    return Meeting(
        slot=slot.number,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        table=table.number,
        party=table.party,
        party_kind=table.kind,
        party_name=party.name,
        party_mark=party.mark,
        uscc=enterprise.uscc,
        enterprise_name=enterprise.name,
        enterprise_mark=enterprise.face_mark,
        interest=_INTEREST[wished],
        score=round(float(gathering.pairs.p_match[row, column]), 6),
        fixed=fixed,
    )


def _unplaced(
    gathering: Gathering, arrays: _Arrays, problem: MeetingProblem, made: Timetable, met: set[str]
) -> tuple[Unplaced, ...]:
    left_out = []
    for row, enterprise in enumerate(gathering.enterprises):
        if enterprise.uscc in met:
            continue
        code, text = _why(arrays, problem, row, proven=made.solved.optimal)
        left_out.append(
            Unplaced(
                uscc=enterprise.uscc, name=enterprise.name, mark=enterprise.face_mark, code=code, text=text
            )
        )
    return tuple(left_out)


def _why(arrays: _Arrays, problem: MeetingProblem, row: int, *, proven: bool) -> tuple[str, str]:
    """Return why nobody meets an enterprise: the first condition that nothing passes."""
    together = problem.table_open @ problem.enterprise_open[row]
    checks = (
        (problem.enterprise_open[row].any(), "not_there", "没有可以参加的场次"),
        (arrays.agreed[row].any(), "no_consent", "未报名，也未同意向在场单位展示"),
        ((arrays.agreed & ~arrays.declined)[row].any(), "declined", "与可见的单位，有一方表示不见"),
        (
            arrays.allowed[row].any(),
            "no_fitting_party",
            "在场单位都不服务该企业所在的行业或区，也没有选择单位",
        ),
        ((problem.allowed[row] & together).any(), "no_common_slot", "与可见的单位没有共同的空闲场次"),
    )
    for passed, code, text in checks:
        if not passed:
            return code, text
    if not proven:
        return "not_found", "求解时间用尽，没有排上；可缩小规模或重排"
    if problem.max_share is not None:
        return "tables_full", "可见的单位场次已满，或已达到单家单位的会面占比上限"
    return "tables_full", "可见的单位场次已满；要让该企业排上，必有另一家企业一次也排不上"


def _uses(gathering: Gathering, arrays: _Arrays, meetings: Sequence[Meeting]) -> tuple[TableUse, ...]:
    counts: Mapping[str, int] = {
        table.party: sum(meeting.party == table.party for meeting in meetings)
        for table in gathering.event.tables
    }
    return tuple(
        TableUse(
            table=table.number,
            party=table.party,
            party_name=party.name,
            party_mark=party.mark,
            open_slots=int(opened.sum()),
            meetings=counts[table.party],
            share=round(counts[table.party] / len(meetings), 6) if meetings else None,
        )
        for table, party, opened in zip(
            gathering.event.tables, gathering.parties, arrays.table_open, strict=True
        )
    )


def _notes(gathering: Gathering, arrays: _Arrays) -> tuple[str, ...]:
    event = gathering.event
    notes = ["任一场次中，只要有一家在场、空闲且可见的企业，对应的桌就不会空着（已到占比上限的桌除外）。"]
    stored = {enterprise.uscc for enterprise in gathering.enterprises}
    if missing := [a.uscc for a in event.attendees if a.comes(gathering.on) and a.uscc not in stored]:
        notes.append(f"{len(missing)} 家报名企业没有档案，未参加排期：{'、'.join(missing[:5])}")
    coming = {attendee.uscc for attendee in event.attendees}
    if absent := {uscc for table in event.tables for uscc in table.wishes} - coming:
        notes.append(f"单位想见的企业中有 {len(absent)} 家没有报名。")
    if hidden := int((arrays.party_wish & ~arrays.agreed).sum()):
        notes.append(f"单位想见的企业中有 {hidden} 对因企业未同意展示而没有排入。")
    return tuple(notes)
