"""Drafts of the questionnaire, by the digest of their code."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select, update

from recommender.store.tables import questionnaire_draft as table


class KeptDraft(NamedTuple):
    """A draft as it is stored: JSON of the sheet, and when it is to be deleted."""

    content: str
    expires_at: datetime


class QuestionnaireDraftRepository:
    """Rows as they are stored; what they mean is for :mod:`recommender.questionnaire` to tell."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, digest: str, content: str, now: datetime, expires_at: datetime) -> None:
        """Insert a draft or replace it."""
        values = {"content": content, "saved_at": now, "expires_at": expires_at}
        changed = self._connection.execute(update(table).where(table.c.digest == digest).values(values))
        if not changed.rowcount:
            self._connection.execute(insert(table).values({"digest": digest, **values}))

    def find(self, digest: str, now: datetime) -> KeptDraft | None:
        """Return a draft whose time is not over, None if there is none."""
        statement = select(table.c.content, table.c.expires_at).where(
            table.c.digest == digest, table.c.expires_at > now
        )
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else KeptDraft(*row)

    def delete(self, digest: str) -> bool:
        """Delete a draft and tell whether it was there."""
        return bool(self._connection.execute(delete(table).where(table.c.digest == digest)).rowcount)

    def purge(self, now: datetime) -> int:
        """Delete the drafts whose time is over and return how many that were."""
        return int(self._connection.execute(delete(table).where(table.c.expires_at <= now)).rowcount)

    def count(self) -> int:
        """Return how many drafts are stored."""
        return int(self._connection.execute(select(func.count()).select_from(table)).scalar_one())
