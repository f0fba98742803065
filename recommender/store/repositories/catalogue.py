"""The catalogue's version: what an index snapshot was built from and what has changed since."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, Table, select

from recommender.store import counters, tables

#: Kind of record to its table, in the order in which one needs the other.
KINDS: Mapping[str, Table] = MappingProxyType(
    {
        "enterprise": tables.enterprise,
        "diagnosis": tables.diagnosis,
        "solution": tables.solution,
        "lead_unit": tables.lead_unit,
        "notice": tables.notice,
    }
)


class Catalogue:
    """Change numbers over enterprises, diagnoses, solutions, lead units and notices."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def version(self) -> int:
        """Return the number of the last change, 0 before the first."""
        return counters.current(self._connection, counters.Scope.CATALOGUE)

    def changed_since(self, number: int) -> dict[str, list[str]]:
        """Return the keys written after change ``number``, by kind, each kind present and sorted."""
        changed: dict[str, list[str]] = {}
        for kind, table in KINDS.items():
            (key,) = table.primary_key.columns
            statement = select(key).where(table.c.change_number > number).order_by(key)
            changed[kind] = list(self._connection.execute(statement).scalars())
        return changed
