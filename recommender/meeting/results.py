"""What came of a meeting, as one row a person fills in, and as events of the log."""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from pydantic import field_validator, model_validator

from recommender.domain.credit_code import CreditCode
from recommender.domain.meeting_schedule import Meeting
from recommender.domain.record import Record, RecordId


class Outcome(StrEnum):
    """Whether the meeting took place."""

    HELD = "held"
    ENTERPRISE_ABSENT = "enterprise_absent"
    PARTY_ABSENT = "party_absent"


OUTCOME_NAMES = {
    Outcome.HELD: "已见面",
    Outcome.ENTERPRISE_ABSENT: "企业未到",
    Outcome.PARTY_ABSENT: "单位未到",
}
#: Event type of a meeting that took place, and of one that did not.
HELD_TYPE, NO_SHOW_TYPE = "meeting", "meeting_no_show"
_INTEREST_TYPES = {True: "meeting_interested", False: "meeting_not_interested"}


class MeetingResult(Record):
    """The result of one planned meeting.

    Attributes
    ----------
    enterprise_interested, party_interested : bool, optional
        Whether each side wants to go on; None where it did not say.
    """

    uscc: CreditCode
    party: RecordId
    outcome: Outcome
    enterprise_interested: bool | None = None
    party_interested: bool | None = None

    @field_validator("outcome", mode="before")
    @classmethod
    def _outcome_in_words(cls, value: object) -> object:
        by_name = {name: outcome for outcome, name in OUTCOME_NAMES.items()}
        told = by_name.get(value, value) if isinstance(value, str) else value
        if told not in list(Outcome):
            raise ValueError(f"会面结果只能是：{'、'.join(by_name)}，现为“{value}”")
        return told

    @model_validator(mode="after")
    def _interest_needs_a_meeting(self) -> "MeetingResult":
        told = self.enterprise_interested is not None or self.party_interested is not None
        if told and self.outcome is not Outcome.HELD:
            raise ValueError("没有见面的会面不能填写意向")
        return self


def log_id(event_id: str, meeting: Meeting, about: str) -> str:
    """Return the event id of one statement about a meeting: said twice it is one event, else a conflict.

    A meeting that did not take place and was planned anew, in another slot, is another meeting.

    Parameters
    ----------
    about : str
        ``outcome``, ``enterprise`` or ``party``.
    """
    parts = (event_id, meeting.uscc, meeting.party, str(meeting.slot), about)
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"meeting-{digest[:40]}"


def log_entries(event_id: str, meeting: Meeting, result: MeetingResult) -> list[dict[str, Any]]:
    """Return the events that tell of a result.

    The outcome is the organiser's word; each side's interest is its own word about the other side, so an
    enterprise's has the enterprise as subject and the party as object, and a party's the reverse.
    """
    attributes = {"matching_event": event_id, "slot": meeting.slot, "table": meeting.table}
    held = result.outcome is Outcome.HELD
    entries: list[tuple[str, str, str, str, str]] = [
        ("outcome", HELD_TYPE if held else NO_SHOW_TYPE, result.uscc, result.party, event_id)
    ]
    for about, said, speaker, other in (
        ("enterprise", result.enterprise_interested, result.uscc, result.party),
        ("party", result.party_interested, result.party, result.uscc),
    ):
        if said is not None:
            entries.append((about, _INTEREST_TYPES[said], speaker, other, speaker))
    return [
        {
            "event_id": log_id(event_id, meeting, about),
            "type": kind,
            "subject": subject,
            "object": about_whom,
            "actor": actor,
            "occurred_at": meeting.starts_at,
            "attributes": {**attributes, "outcome": result.outcome.value}
            if about == "outcome"
            else attributes,
        }
        for about, kind, subject, about_whom, actor in entries
    ]


def outcome_ids(event_id: str, meetings: Sequence[Meeting]) -> dict[str, Meeting]:
    """Return the meetings by the event id of their outcome."""
    return {log_id(event_id, meeting, "outcome"): meeting for meeting in meetings}
