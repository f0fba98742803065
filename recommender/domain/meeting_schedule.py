"""The schedule of a matching event: who meets whom when, as it was planned at one moment."""

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from recommender.domain.credit_code import CreditCode
from recommender.domain.enterprise import PartnerKind
from recommender.domain.record import Record, RecordId


class Interest(StrEnum):
    """Which sides asked for a meeting."""

    MUTUAL = "mutual"
    ENTERPRISE = "enterprise"
    PARTY = "party"
    NONE = "none"


INTEREST_NAMES = {
    Interest.MUTUAL: "双方互选",
    Interest.ENTERPRISE: "企业选择",
    Interest.PARTY: "单位选择",
    Interest.NONE: "系统匹配",
}


class Fixed(StrEnum):
    """Why planning left a meeting alone."""

    HELD = "held"
    PAST = "past"
    PINNED = "pinned"


class Meeting(Record):
    """One meeting.

    Attributes
    ----------
    score : float, optional
        Two-sided score 0–1 at the time of planning; None where it was not computed.
    enterprise_mark, party_mark : str, optional
        合成样本 beside a made-up name.
    """

    slot: int
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    table: int
    party: RecordId
    party_kind: PartnerKind
    party_name: str
    party_mark: str | None = None
    uscc: CreditCode
    enterprise_name: str
    enterprise_mark: str | None = None
    interest: Interest
    score: Annotated[float, Field(ge=0, le=1)] | None
    fixed: Fixed | None = None


class Unplaced(Record):
    """An enterprise without any meeting, and why."""

    uscc: CreditCode
    name: str
    mark: str | None = None
    code: str
    text: str


class TableUse(Record):
    """How much of a table is used.

    Attributes
    ----------
    open_slots : int
        Slots in which it is manned.
    share : float, optional
        Of all meetings; None when there are none.
    """

    table: int
    party: RecordId
    party_name: str
    party_mark: str | None = None
    open_slots: int
    meetings: int
    share: float | None


class Stage(Record):
    """One aim of planning, in order: a later one never costs an earlier one anything."""

    name: str
    text: str
    value: float
    optimal: bool


class Solved(Record):
    """How the schedule was found.

    Attributes
    ----------
    optimal : bool
        Whether every stage is a proven optimum.
    blocks : int
        Groups of slots with the same availability; within one, slots are interchangeable.
    """

    solver: str
    optimal: bool
    blocks: int
    seconds: float
    stages: tuple[Stage, ...]


class MeetingSchedule(Record):
    """A version of the schedule of one matching event.

    Attributes
    ----------
    version : int, optional
        1, 2, 3, …; None for a dry run, which is not kept.
    event_revision : int
        Revision of the matching event that was planned.
    from_slot : int
        Slots before it were left as they were.
    withheld : int
        Meetings left out of what is shown because the enterprise took back its agreement after planning.
    """

    event_id: RecordId
    event_revision: int
    version: int | None
    planned_at: AwareDatetime
    model_version: str
    from_slot: int
    meetings: tuple[Meeting, ...]
    unplaced: tuple[Unplaced, ...]
    tables: tuple[TableUse, ...]
    solved: Solved
    notes: tuple[str, ...] = ()
    withheld: int = 0
