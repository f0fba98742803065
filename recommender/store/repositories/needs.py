"""Needs, by id. They are no part of the catalogue: a new need rebuilds no index."""

from typing import Any

from recommender.domain import Need
from recommender.store import tables
from recommender.store.counters import Scope
from recommender.store.repositories.records import RecordRepository


class NeedRepository(RecordRepository[Need]):
    """Needs; filters: uscc, solution_id, synthetic."""

    model = Need
    table = tables.need
    filters = frozenset({"uscc", "solution_id", "synthetic"})
    scope = Scope.NEEDS

    def _columns(self, record: Need) -> dict[str, Any]:
        return {"uscc": record.uscc, "solution_id": record.solution_id}
