"""Assignments: stored when proposed, marked once when committed, otherwise never changed."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from recommender.domain.stored_assignment import StoredAssignment
from recommender.store.tables import assignment as table


class AssignmentRepository:
    """Reads and writes assignments; request and response come back exactly as they were given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, stored: StoredAssignment) -> None:
        """Store a new assignment; its id must not be taken."""
        self._connection.execute(insert(table), [stored.model_dump()])

    def get(self, assignment_id: str, *, for_update: bool = False) -> StoredAssignment | None:
        """Return one assignment, or None.

        Parameters
        ----------
        for_update : bool
            Keep others from committing it until the unit of work ends.
        """
        statement = select(table).where(table.c.assignment_id == assignment_id)
        if for_update:
            statement = statement.with_for_update()
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else StoredAssignment.model_validate(dict(row))

    def mark_committed(self, assignment_id: str, at: datetime, response: str) -> None:
        """Note that an assignment was committed, with the answer that tells so."""
        statement = update(table).where(table.c.assignment_id == assignment_id)
        self._connection.execute(statement.values(committed_at=at, response=response))

    def page(self, before: str | None = None, limit: int = 50) -> list[StoredAssignment]:
        """Return up to ``limit`` assignments, newest first, whose ids come before ``before``."""
        statement = select(table).order_by(table.c.assignment_id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(table.c.assignment_id < before)
        rows = self._connection.execute(statement).mappings()
        return [StoredAssignment.model_validate(dict(row)) for row in rows]
