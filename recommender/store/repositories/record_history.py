"""Everything that the records of one kind ever said."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, func, insert, select

from recommender.domain.record import MarkedRecord
from recommender.store import tables

T = TypeVar("T", bound=MarkedRecord)
_CHUNK = 500


class Revision(NamedTuple, Generic[T]):
    """What a record said from one moment on.

    Attributes
    ----------
    number : int
        1 when first stored. A record that is older than the history begins with the number it had then.
    recorded_at : datetime
        UTC.
    """

    record: T
    number: int
    recorded_at: datetime


def chunks(values: Iterable[Any], size: int = _CHUNK) -> Iterator[list[Any]]:
    """Cut an iterable into lists of at most ``size``."""
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk


class RecordHistory(Generic[T]):
    """The revisions of one kind of record."""

    model: type[T]
    table: ClassVar[Table]
    _connection: Connection

    def history(self, key: str) -> list[Revision[T]]:
        """Return everything that a record ever said, oldest first."""
        table = tables.record_revision
        statement = (
            select(table)
            .where(table.c.kind == self.table.name, table.c.key == key)
            .order_by(table.c.revision)
        )
        return [self._revision(row) for row in self._connection.execute(statement).mappings()]

    def as_of(self, moment: datetime, keys: Iterable[str] | None = None) -> dict[str, Revision[T]]:
        """Return what each record said at a moment, by key; those stored later are left out.

        Parameters
        ----------
        moment : datetime
            With its zone; what was recorded at that very moment counts.
        keys : iterable of str, optional
            Of these records only; all by default.
        """
        table = tables.record_revision
        found: dict[str, Revision[T]] = {}
        for conditions in self._known(moment, keys):
            newest = (
                select(table.c.key, func.max(table.c.revision).label("revision"))
                .where(*conditions)
                .group_by(table.c.key)
                .subquery()
            )
            same = (table.c.key == newest.c.key) & (table.c.revision == newest.c.revision)
            statement = select(table).join(newest, same).where(table.c.kind == self.table.name)
            rows = self._connection.execute(statement).mappings()
            found |= {row["key"]: self._revision(row) for row in rows}
        return found

    def first_recorded(self, moment: datetime, keys: Iterable[str] | None = None) -> dict[str, datetime]:
        """Return when each record that was known at a moment was first stored, UTC, by key."""
        table = tables.record_revision
        found: dict[str, datetime] = {}
        for conditions in self._known(moment, keys):
            statement = (
                select(table.c.key, func.min(table.c.recorded_at)).where(*conditions).group_by(table.c.key)
            )
            found.update((key, first) for key, first in self._connection.execute(statement))
        return found

    def _known(
        self, moment: datetime, keys: Iterable[str] | None
    ) -> Iterator[tuple[ColumnElement[bool], ...]]:
        """Yield the conditions of what was recorded by a moment, a chunk of keys at a time."""
        table = tables.record_revision
        known = (table.c.kind == self.table.name, table.c.recorded_at <= moment)
        if keys is None:
            yield known
            return
        for chunk in chunks(keys):
            yield (*known, table.c.key.in_(chunk))

    def _keep(self, rows: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
        """Add new contents, by key, with their revision and document."""
        self._connection.execute(
            insert(tables.record_revision),
            [
                {
                    "kind": self.table.name,
                    "key": key,
                    "revision": row["revision"],
                    "recorded_at": now,
                    "document": row["document"],
                }
                for key, row in rows.items()
            ],
        )

    def _revision(self, row: RowMapping) -> Revision[T]:
        return Revision(self.model.model_validate_json(row["document"]), row["revision"], row["recorded_at"])
