"""Matching events by id, and the versions of their schedules."""

from typing import Any

from sqlalchemy import Connection, func, insert, select

from recommender.domain.matching_event import MatchingEvent
from recommender.domain.meeting_schedule import MeetingSchedule
from recommender.store import tables
from recommender.store.counters import Scope
from recommender.store.repositories.records import RecordRepository


class MatchingEventRepository(RecordRepository[MatchingEvent]):
    """Matching events; filters: held_on, synthetic. No index depends on them."""

    model = MatchingEvent
    table = tables.matching_event
    filters = frozenset({"held_on", "synthetic"})
    scope = Scope.MATCHING_EVENTS

    def _columns(self, record: MatchingEvent) -> dict[str, Any]:
        return {"name": record.name, "held_on": record.held_on}


class ScheduleRepository:
    """Schedules; a version is written once and never changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, schedule: MeetingSchedule) -> MeetingSchedule:
        """Store a schedule as the next version of its matching event and return it with its number.

        Hold the matching event (``get(id, for_update=True)``), so that no two planners take the same number.
        """
        columns = tables.meeting_schedule.c
        last = self._connection.execute(
            select(func.max(columns.version)).where(columns.event_id == schedule.event_id)
        ).scalar_one()
        numbered = schedule.model_copy(update={"version": (last or 0) + 1})
        row = {
            "event_id": numbered.event_id,
            "version": numbered.version,
            "planned_at": numbered.planned_at,
            "document": numbered.model_dump_json(),
        }
        self._connection.execute(insert(tables.meeting_schedule), [row])
        return numbered

    def get(self, event_id: str, version: int | None = None) -> MeetingSchedule | None:
        """Return a version of the schedule, the newest if none is named; None if there is none."""
        columns = tables.meeting_schedule.c
        statement = select(columns.document).where(columns.event_id == event_id)
        if version is not None:
            statement = statement.where(columns.version == version)
        statement = statement.order_by(columns.version.desc()).limit(1)
        document = self._connection.execute(statement).scalar_one_or_none()
        return None if document is None else MeetingSchedule.model_validate_json(document)
