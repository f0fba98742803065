"""The repository of versioned records: what enterprises, diagnoses, solutions, lead units and needs share."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar, Generic, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, func, insert, select, update

from recommender.errors import PreconditionFailed
from recommender.store import counters
from recommender.store.failures import UnknownFilter
from recommender.store.repositories.record_history import RecordHistory, T, chunks

Outcome = Literal["created", "updated", "unchanged"]
#: What a listing can be filtered by; a list means any of its values.
FilterValue = str | bool | date | Sequence[str] | None

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Stored(Generic[T]):
    """A record with its place in history.

    Attributes
    ----------
    revision : int
        1 when first stored, one more with every change of content.
    created_at, updated_at : datetime
        UTC.
    change_number : int
        Number of the change that wrote this revision.
    """

    record: T
    revision: int
    created_at: datetime
    updated_at: datetime
    change_number: int

    @property
    def etag(self) -> str:
        """The revision as an HTTP entity tag."""
        return f'"{self.revision}"'


@dataclass(frozen=True, slots=True)
class Put(Generic[T]):
    """What a put left in the store and how it came about."""

    stored: Stored[T]
    outcome: Outcome


class Page(NamedTuple, Generic[T]):
    """One page of a listing; ``next_key`` is None on the last."""

    items: list[Stored[T]]
    next_key: str | None


class _Draft(NamedTuple, Generic[T]):
    key: str
    record: T
    document: str
    digest: str


class RecordRepository(RecordHistory[T]):
    """Reads and writes one kind of record.

    Parameters
    ----------
    connection : Connection
        Of an open unit of work.
    clock : callable
        Returns the present moment with its zone.
    """

    key_name: ClassVar[str] = "id"
    filters: ClassVar[frozenset[str]] = frozenset()
    scope: ClassVar[counters.Scope] = counters.Scope.CATALOGUE

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock
        self._key = self.table.c[self.key_name]
        self._computed = set(self.model.model_computed_fields)

    # -- what a kind of record adds ------------------------------------------------------------------

    def _columns(self, record: T) -> dict[str, Any]:
        """Return the typed columns beside the document."""
        raise NotImplementedError

    def _check(self, records: Sequence[T], first: int | None) -> None:
        """Raise if the store cannot take the records; ``first`` is the batch index of the first one."""

    # -- reading -------------------------------------------------------------------------------------

    def get(self, key: str, *, for_update: bool = False) -> Stored[T] | None:
        """Return one record, or None.

        Parameters
        ----------
        key : str
            Credit code or id.
        for_update : bool
            Keep other writers of this kind out until the unit of work ends, for reading, changing and putting
            back without ``if_match``.
        """
        if for_update:
            counters.lock(self._connection, self.scope)
        row = self._connection.execute(select(self.table).where(self._key == key)).mappings().one_or_none()
        return None if row is None else self._stored(row)

    def get_many(self, keys: Iterable[str]) -> dict[str, Stored[T]]:
        """Return the records that exist, by key."""
        found: dict[str, Stored[T]] = {}
        for chunk in chunks(keys):
            rows = self._connection.execute(select(self.table).where(self._key.in_(chunk))).mappings()
            found |= {row[self.key_name]: self._stored(row) for row in rows}
        return found

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Return those of ``keys`` that no record has."""
        wanted = set(keys)
        for chunk in chunks(sorted(wanted)):
            wanted -= set(self._connection.execute(select(self._key).where(self._key.in_(chunk))).scalars())
        return wanted

    def page(self, after: str | None = None, limit: int = 100, **filters: FilterValue) -> Page[T]:
        """Return up to ``limit`` records whose key comes after ``after``, in key order.

        Parameters
        ----------
        after : str, optional
            ``next_key`` of the page before; None starts at the beginning.
        limit : int
            At least 1.
        **filters
            Column values; None means any, a list means any of its values.

        Raises
        ------
        UnknownFilter
            For a column that this kind cannot be filtered by.
        """
        if limit < 1:
            raise ValueError("a page has at least one record")
        conditions = self._conditions(filters)
        if after is not None:
            conditions.append(self._key > after)
        # One more than asked tells whether another page follows.
        statement = select(self.table).where(*conditions).order_by(self._key).limit(limit + 1)
        items = [self._stored(row) for row in self._connection.execute(statement).mappings()]
        more = len(items) > limit
        items = items[:limit]
        return Page(items, self.key_of(items[-1].record) if more else None)

    def iterate(self, **filters: FilterValue) -> Iterator[Stored[T]]:
        """Yield every record in key order, holding one page at a time in memory."""
        after: str | None = None
        while True:
            page = self.page(after, _CHUNK, **filters)
            yield from page.items
            if page.next_key is None:
                return
            after = page.next_key

    def count(self, **filters: FilterValue) -> int:
        """Return how many records there are."""
        statement = select(func.count()).select_from(self.table).where(*self._conditions(filters))
        return int(self._connection.execute(statement).scalar_one())

    def found(self, text: str, limit: int = 20) -> list[Stored[T]]:
        """Return up to ``limit`` records whose name, where the kind has one, or key holds a text, by key."""
        holds = self._key.contains(text, autoescape=True)
        if "name" in self.table.c:
            holds = holds | self.table.c.name.contains(text, autoescape=True)
        statement = select(self.table).where(holds).order_by(self._key).limit(limit)
        return [self._stored(row) for row in self._connection.execute(statement).mappings()]

    # -- writing -------------------------------------------------------------------------------------

    def put(self, record: T, *, if_match: int | None = None) -> Put[T]:
        """Create or replace one record; equal content leaves revision and change number alone.

        Parameters
        ----------
        record : MarkedRecord
            The whole new content.
        if_match : int, optional
            The revision that the writer has seen.

        Raises
        ------
        PreconditionFailed
            If ``if_match`` is not the stored revision, or nothing is stored at all (RFC 9110, 13.1.1).
        """
        counters.lock(self._connection, self.scope)
        key = self.key_of(record)
        if if_match is not None:
            self._check_revision(key, if_match)
        self._check([record], None)
        (outcome,) = self._write([record])
        stored = self.get(key)
        if stored is None:
            raise RuntimeError(f"{self.table.name} {key} vanished while it was written")
        return Put(stored, outcome)

    def put_many(self, records: Iterable[T]) -> list[Outcome]:
        """Create or replace many records, all or none; a key that comes twice ends as its last content.

        Returns
        -------
        list of str
            ``created``, ``updated`` or ``unchanged`` for each record, in order.
        """
        counters.lock(self._connection, self.scope)
        outcomes: list[Outcome] = []
        for chunk in chunks(records):
            self._check(chunk, len(outcomes))
            outcomes += self._write(chunk)
        return outcomes

    def key_of(self, record: T) -> str:
        """Return a record's key."""
        return str(getattr(record, self.key_name))

    # -- inside --------------------------------------------------------------------------------------

    def _check_revision(self, key: str, if_match: int) -> None:
        statement = select(self.table.c.revision).where(self._key == key)
        revision = self._connection.execute(statement).scalar_one_or_none()
        if revision is None:
            raise PreconditionFailed("记录尚不存在，不能按 If-Match 更新；新建时请不要带 If-Match")
        if revision != if_match:
            raise PreconditionFailed(
                f"记录已是第 {revision} 版，您看到的是第 {if_match} 版，请重新读取后再改",
                place={"revision": revision},
            )

    def _draft(self, record: T) -> _Draft[T]:
        # What is computed from the record is derived, so it is never stored.
        document = record.model_dump_json(exclude=self._computed)
        return _Draft(self.key_of(record), record, document, hashlib.sha256(document.encode()).hexdigest())

    def _write(self, records: Sequence[T]) -> list[Outcome]:
        drafts = [self._draft(record) for record in records]
        columns = self.table.c
        statement = select(self._key, columns.content_hash, columns.revision).where(
            self._key.in_({draft.key for draft in drafts})
        )
        state = {key: (digest, revision) for key, digest, revision in self._connection.execute(statement)}
        existing = frozenset(state)
        # Another text may still say the same (18000 and 18000.00): those are compared as values.
        differing = {d.key for d in drafts if d.key in existing and state[d.key][0] != d.digest}
        content = {key: stored.record for key, stored in self.get_many(sorted(differing)).items()}
        outcomes: list[Outcome] = []
        changed: dict[str, tuple[_Draft[T], int]] = {}
        for draft in drafts:
            digest, revision = state.get(draft.key, ("", 0))
            if digest == draft.digest or content.get(draft.key) == draft.record:
                outcomes.append("unchanged")
                continue
            outcomes.append("updated" if revision else "created")
            state[draft.key] = (draft.digest, revision + 1)
            content[draft.key] = draft.record
            changed[draft.key] = (draft, revision + 1)
        if changed:
            self._save(changed, existing)
        return outcomes

    def _save(self, changed: Mapping[str, tuple[_Draft[T], int]], existing: frozenset[str]) -> None:
        number = counters.advance(self._connection, self.scope)
        now = self._clock()
        rows = {
            key: {
                **self._columns(draft.record),
                self.key_name: key,
                "synthetic": draft.record.synthetic,
                "document": draft.document,
                "content_hash": draft.digest,
                "revision": revision,
                "updated_at": now,
                "change_number": number,
            }
            for key, (draft, revision) in changed.items()
        }
        new = [{**row, "created_at": now} for key, row in rows.items() if key not in existing]
        if new:
            self._connection.execute(insert(self.table), new)
        old = [{**row, "stored_key": key} for key, row in rows.items() if key in existing]
        if old:
            values: dict[str, Any] = {
                name: bindparam(name) for name in old[0] if name not in {"stored_key", self.key_name}
            }
            statement = update(self.table).where(self._key == bindparam("stored_key")).values(values)
            self._connection.execute(statement, old)
        self._keep(rows, now)

    def _conditions(self, filters: Mapping[str, FilterValue]) -> list[ColumnElement[bool]]:
        unknown = sorted(set(filters) - self.filters)
        if unknown:
            raise UnknownFilter(
                f"不能按“{unknown[0]}”筛选，可用：{'、'.join(sorted(self.filters))}",
                place={"field": unknown[0]},
            )
        conditions: list[ColumnElement[bool]] = []
        for name, value in filters.items():
            column = self.table.c[name]
            if isinstance(value, str | bool | date):
                conditions.append(column == plain(value))
            elif value is not None:
                conditions.append(column.in_([plain(item) for item in value]))
        return conditions

    def _stored(self, row: RowMapping) -> Stored[T]:
        return Stored(
            record=self.model.model_validate_json(row["document"]),
            revision=row["revision"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            change_number=row["change_number"],
        )


def plain(value: Any) -> Any:  # noqa: ANN401 - passes any column value through
    """Return an enum's value, anything else as it is; drivers disagree about enums."""
    return value.value if isinstance(value, Enum) else value
