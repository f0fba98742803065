"""Idempotent requests: the same key and body get the stored answer, the work is done once."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, RowMapping, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from recommender.errors import InvalidInput
from recommender.store.failures import IdempotencyKeyReused, RequestInProgress
from recommender.store.tables import idempotency as table

#: How long an answer is kept for replay.
KEPT_FOR = timedelta(hours=24)
#: After this long without an answer, the process that claimed a key is taken to be dead.
STALE_AFTER = timedelta(seconds=60)


class InvalidIdempotencyKey(InvalidInput):
    """A key that cannot be stored."""

    code = "invalid_idempotency_key"
    title = "幂等键无效"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as it was given, to the byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work of a request, or the answer it already got.

    Attributes
    ----------
    token : str
        Tells this claim from a later one that took it over.
    answer : StoredAnswer, optional
        Present when the work is done: replay it.
    """

    key: str
    token: str
    answer: StoredAnswer | None = None


class IdempotencyRepository:
    """Claims, answers and their expiry.

    Notes
    -----
    Commit the claim in a unit of work of its own, so that others see it; then call :meth:`finish` in the
    unit of work that does the work, so that effect and answer are stored together or not at all.
    """

    def __init__(self, connection: Connection, clock: Callable[[], datetime]) -> None:
        self._connection = connection
        self._clock = clock

    def claim(self, key: str, route: str, body_hash: str) -> Claim:
        """Claim a key for a request, or return the answer that the same request got.

        Raises
        ------
        IdempotencyKeyReused
            If the key was used for another route or body in the last 24 hours.
        RequestInProgress
            If the same request was claimed less than 60 seconds ago and has no answer yet.
        InvalidIdempotencyKey
            If the key is empty, longer than 200 characters or not printable ASCII.
        """
        if not (0 < len(key) <= 200 and key.isascii() and key.isprintable()):
            raise InvalidIdempotencyKey("Idempotency-Key 应为 1–200 个可打印的 ASCII 字符")
        now = self._clock()
        fresh = {
            "route": route,
            "body_hash": body_hash,
            "token": str(uuid4()),
            "claimed_at": now,
            "finished_at": None,
            "status": None,
            "headers": None,
            "body": None,
        }
        row = self._row(key) or self._insert({"key": key, **fresh})
        if row is None:
            return Claim(key, str(fresh["token"]))
        if row["claimed_at"] > now - KEPT_FOR:
            if (row["route"], row["body_hash"]) != (route, body_hash):
                raise IdempotencyKeyReused("这个 Idempotency-Key 已用于另一个请求，请换一个新的")
            if row["finished_at"] is not None:
                return Claim(key, row["token"], _answer(row))
            if row["claimed_at"] > now - STALE_AFTER:
                raise RequestInProgress("相同的请求正在处理，请稍后再试")
        self._connection.execute(update(table).where(table.c.key == key).values(fresh))
        return Claim(key, str(fresh["token"]))

    def finish(self, claim: Claim, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Store the answer of a claimed request.

        Raises
        ------
        RequestInProgress
            If another request took the claim over meanwhile; roll back, its work counts.
        """
        values = {
            "finished_at": self._clock(),
            "status": status,
            "headers": json.dumps(dict(headers), ensure_ascii=False),
            "body": body,
        }
        if self._connection.execute(update(table).where(*self._held(claim)).values(values)).rowcount != 1:
            raise RequestInProgress("处理超时，相同的请求已由另一次重试接手")

    def release(self, claim: Claim) -> None:
        """Give a claim back without an answer, so that a retry need not wait."""
        self._connection.execute(delete(table).where(*self._held(claim)))

    def find(self, key: str) -> StoredAnswer | None:
        """Return the answer stored for a key, None if there is none or it has expired."""
        row = self._row(key, for_update=False)
        if row is None or row["finished_at"] is None or row["claimed_at"] <= self._clock() - KEPT_FOR:
            return None
        return _answer(row)

    def purge(self) -> int:
        """Delete what has expired and return how many keys that were."""
        result = self._connection.execute(delete(table).where(table.c.claimed_at <= self._clock() - KEPT_FOR))
        return int(result.rowcount)

    def _held(self, claim: Claim) -> tuple[Any, ...]:
        return table.c.key == claim.key, table.c.token == claim.token, table.c.finished_at.is_(None)

    def _row(self, key: str, *, for_update: bool = True) -> RowMapping | None:
        statement = select(table).where(table.c.key == key)
        if for_update:
            statement = statement.with_for_update()
        return self._connection.execute(statement).mappings().one_or_none()

    def _insert(self, values: Mapping[str, Any]) -> RowMapping | None:
        """Insert a claim; return the row of whoever was faster, None if that was us."""
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(table).values(values))
        except IntegrityError:
            return self._row(str(values["key"]))
        return None


def _answer(row: RowMapping) -> StoredAnswer:
    return StoredAnswer(row["status"], json.loads(row["headers"]), bytes(row["body"]))
