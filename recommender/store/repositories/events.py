"""The append-only event log in the store."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, or_, select

from recommender.domain import Event
from recommender.store import counters
from recommender.store.repositories.columns import Columns, blocks
from recommender.store.repositories.record_history import chunks
from recommender.store.repositories.served_lists import ServedListRepository
from recommender.store.tables import event as table

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with its place in the log.

    Attributes
    ----------
    sequence : int
        1, 2, 3, … in the order in which events were committed.
    recorded_at : datetime
        When it was written, UTC.
    unknown_recommendation : bool
        Whether it named a list that was not in the store at that time.
    """

    sequence: int
    event: Event
    recorded_at: datetime
    unknown_recommendation: bool


class EventLine(NamedTuple):
    """An event as views of many read it: its columns and attributes, without checking them again."""

    sequence: int
    event_id: str
    type: str
    recommendation_id: str | None
    subject: str
    object: str
    actor: str
    occurred_at: datetime
    recorded_at: datetime
    value: float | None
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of one event of an append."""

    outcome: Literal["inserted", "duplicate", "conflict"]
    unknown_recommendation: bool = False


def canonical_json(event: Event) -> str:
    """Return the one text that equal events share: sorted keys, UTC, no spaces.

    Raises
    ------
    ValueError, TypeError, RecursionError
        If ``attributes`` holds what JSON cannot: NaN, objects, nesting without end.
    """
    # Pydantic's own JSON would quietly turn NaN into null and sets into lists.
    body = {**event.model_dump(), "occurred_at": event.occurred_at.isoformat()}
    return json.dumps(body, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def body_hash(text: str) -> str:
    """Return the identity of an event's canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


class EventRepository:
    """Appends and reads events; nothing here changes or removes one."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock

    def append(self, events: Sequence[Event]) -> list[Appended]:
        """Append events in order and say what became of each.

        The same id with the same body is a ``duplicate``, also within the batch; with another body it is a
        ``conflict`` and is not stored. An event of an unknown served list is stored and marked.
        """
        last = counters.lock(self._connection, counters.Scope.EVENTS)
        drafts = [(event, text, body_hash(text)) for event in events for text in [canonical_json(event)]]
        seen = self._hashes([event.event_id for event in events])
        named = [event.recommendation_id for event in events if event.recommendation_id is not None]
        known = ServedListRepository(self._connection).exists(named) if named else set()
        now = self._clock()
        rows: list[dict[str, Any]] = []
        results: list[Appended] = []
        for event, text, digest in drafts:
            unknown = event.recommendation_id is not None and event.recommendation_id not in known
            earlier = seen.setdefault(event.event_id, None)
            if earlier is not None:
                results.append(Appended("duplicate" if earlier == digest else "conflict", unknown))
                continue
            seen[event.event_id] = digest
            rows.append(
                {
                    "sequence": last + len(rows) + 1,
                    **event.model_dump(exclude={"attributes"}),
                    "unknown_recommendation": unknown,
                    "recorded_at": now,
                    "document": text,
                    "body_hash": digest,
                }
            )
            results.append(Appended("inserted", unknown))
        if rows:
            self._connection.execute(insert(table), rows)
            counters.advance(self._connection, counters.Scope.EVENTS, len(rows))
        return results

    def get(self, event_id: str) -> LoggedEvent | None:
        """Return one event, or None."""
        return next(iter(self._select(table.c.event_id == event_id)), None)

    def types_of(self, event_ids: Sequence[str]) -> dict[str, str]:
        """Return the types of those of the events that are in the log, by id."""
        found: dict[str, str] = {}
        for chunk in chunks(sorted(set(event_ids))):
            statement = select(table.c.event_id, table.c.type).where(table.c.event_id.in_(chunk))
            found.update((key, name) for key, name in self._connection.execute(statement))
        return found

    def for_recommendation(self, recommendation_id: str) -> list[LoggedEvent]:
        """Return the events that answer a served list, in log order."""
        return self._select(table.c.recommendation_id == recommendation_id)

    def for_subject(self, subject: str) -> list[LoggedEvent]:
        """Return the events about a subject, in log order."""
        return self._select(table.c.subject == subject)

    def of_types(self, types: Sequence[str]) -> list[LoggedEvent]:
        """Return the events of some types, in log order."""
        return self._select(table.c.type.in_(types))

    def concerning(self, party: str) -> list[LoggedEvent]:
        """Return the events with ``party`` as subject or object, in log order."""
        return self._select(or_(table.c.subject == party, table.c.object == party))

    def lines(
        self, until: datetime, *, types: Sequence[str] | None = None, party: str | None = None
    ) -> Iterator[EventLine]:
        """Yield what was recorded up to a moment, in the order in which it happened.

        Parameters
        ----------
        until : datetime
            With its zone; what was recorded at that very moment counts.
        types : sequence of str, optional
            All by default.
        party : str, optional
            Only events with it as subject or object.
        """
        conditions = [table.c.recorded_at <= until]
        if types is not None:
            conditions.append(table.c.type.in_(types))
        if party is not None:
            conditions.append(or_(table.c.subject == party, table.c.object == party))
        columns = [table.c[name] for name in EventLine._fields[:-1]]
        statement = (
            select(*columns, table.c.document)
            .where(*conditions)
            .order_by(table.c.occurred_at, table.c.sequence)
        )
        for row in self._connection.execute(statement):
            yield EventLine._make((*row[:-1], json.loads(row[-1])["attributes"]))

    def recommendations(self, types: Sequence[str]) -> list[str]:
        """Return the ids of the served lists that events of some types answer."""
        named = table.c.recommendation_id
        statement = (
            select(named).where(table.c.type.in_(types), named.is_not(None)).distinct().order_by(named)
        )
        return list(self._connection.execute(statement).scalars())

    def last_sequence(self) -> int:
        """Return the sequence number of the newest event, 0 before the first."""
        return counters.current(self._connection, counters.Scope.EVENTS)

    def last_sequence_but(self, types: Sequence[str]) -> int:
        """Return the sequence number of the newest event of any other type, 0 before the first."""
        statement = (
            select(table.c.sequence)
            .where(table.c.type.not_in(types))
            .order_by(table.c.sequence.desc())
            .limit(1)
        )
        return self._connection.execute(statement).scalar() or 0

    def iterate(self, after: int = 0, *, subject: str | None = None) -> Iterator[LoggedEvent]:
        """Yield the events after a sequence number, in log order, a page at a time; of a subject if named."""
        chosen = select(table) if subject is None else select(table).where(table.c.subject == subject)
        while True:
            statement = chosen.where(table.c.sequence > after).order_by(table.c.sequence).limit(_PAGE)
            rows = self._connection.execute(statement).mappings().all()
            yield from map(_logged, rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1]["sequence"]

    def answers(
        self, types: Sequence[str], until: datetime, *, since: datetime | None = None
    ) -> Iterator[Columns]:
        """Yield what answers served lists and happened by a moment, as columns, a block at a time.

        Returns
        -------
        iterator of columns
            ``recommendation_id``, ``object``, ``type`` and ``occurred_at``, in no particular order.
        """
        columns = (table.c.recommendation_id, table.c.object, table.c.type, table.c.occurred_at)
        statement = select(*columns).where(
            table.c.recommendation_id.is_not(None), table.c.type.in_(types), table.c.occurred_at <= until
        )
        if since is not None:
            statement = statement.where(table.c.occurred_at >= since)
        yield from blocks(self._connection, statement)

    def counts(self, kind: str, since: datetime, until: datetime) -> Iterator[tuple[str, str, int]]:
        """Yield (subject, object, number) of the events of a type that happened in a half-open period.

        The same thing reported twice for one served list, under two event ids, counts once.
        """
        once = func.coalesce(table.c.recommendation_id, table.c.event_id)
        statement = (
            select(table.c.subject, table.c.object, func.count(once.distinct()))
            .where(table.c.type == kind, table.c.occurred_at >= since, table.c.occurred_at < until)
            .group_by(table.c.subject, table.c.object)
        )
        for subject, thing, number in self._connection.execute(statement):
            yield subject, thing, int(number)

    def count_by_type(self) -> dict[str, int]:
        """Return how many events of each type there are."""
        statement = select(table.c.type, func.count()).group_by(table.c.type)
        return {name: int(number) for name, number in self._connection.execute(statement)}

    def subjects_by_type(self) -> dict[str, int]:
        """Return how many different subjects have an event of each type."""
        statement = select(table.c.type, func.count(table.c.subject.distinct())).group_by(table.c.type)
        return {name: int(number) for name, number in self._connection.execute(statement)}

    def _hashes(self, event_ids: Sequence[str]) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for chunk in chunks(sorted(set(event_ids))):
            statement = select(table.c.event_id, table.c.body_hash).where(table.c.event_id.in_(chunk))
            found.update((key, digest) for key, digest in self._connection.execute(statement))
        return found

    def _select(self, condition: ColumnElement[bool]) -> list[LoggedEvent]:
        statement = select(table).where(condition).order_by(table.c.sequence)
        return [_logged(row) for row in self._connection.execute(statement).mappings()]


def _logged(row: RowMapping) -> LoggedEvent:
    return LoggedEvent(
        sequence=row["sequence"],
        event=Event.model_validate_json(row["document"]),
        recorded_at=row["recorded_at"],
        unknown_recommendation=row["unknown_recommendation"],
    )
