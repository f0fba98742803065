"""Monotonic numbers of changes and events, handed out in commit order."""

from enum import StrEnum

from sqlalchemy import Connection, select, update

from recommender.errors import NotSetUp
from recommender.store.tables import change_counter


class Scope(StrEnum):
    """What a counter counts."""

    CATALOGUE = "catalogue"
    NEEDS = "needs"
    EVENTS = "events"
    MATCHING_EVENTS = "matching_events"


def lock(connection: Connection, scope: Scope) -> int:
    """Return the last number and keep other writers of the scope out until the transaction ends.

    Without the lock two PostgreSQL transactions could commit their numbers in the wrong order, and a reader
    that remembers the last number it saw would miss the smaller one for ever. SQLite writers hold the whole
    database already.
    """
    return _number(connection, scope, for_update=True)


def current(connection: Connection, scope: Scope) -> int:
    """Return the last number of a scope, 0 before the first."""
    return _number(connection, scope, for_update=False)


def advance(connection: Connection, scope: Scope, by: int = 1) -> int:
    """Take the next ``by`` numbers and return the last of them; call :func:`lock` first."""
    statement = (
        update(change_counter)
        .where(change_counter.c.scope == scope.value)
        .values(number=change_counter.c.number + by)
    )
    connection.execute(statement)
    return current(connection, scope)


def _number(connection: Connection, scope: Scope, *, for_update: bool) -> int:
    statement = select(change_counter.c.number).where(change_counter.c.scope == scope.value)
    if for_update:
        statement = statement.with_for_update()
    number = connection.execute(statement).scalar_one_or_none()
    if number is None:
        raise NotSetUp("数据库缺少变更计数，请先运行 smematch init")
    return int(number)
