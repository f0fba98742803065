"""Lead units, by id."""

from typing import Any

from recommender.domain import LeadUnit
from recommender.store import tables
from recommender.store.repositories.records import RecordRepository, plain


class LeadUnitRepository(RecordRepository[LeadUnit]):
    """Lead units; filters: mode, synthetic."""

    model = LeadUnit
    table = tables.lead_unit
    filters = frozenset({"mode", "synthetic"})

    def _columns(self, record: LeadUnit) -> dict[str, Any]:
        return {"name": record.name, "mode": plain(record.mode)}
