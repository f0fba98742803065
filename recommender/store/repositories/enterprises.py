"""Enterprises, by credit code."""

from typing import Any

from recommender.domain import Enterprise
from recommender.store import tables
from recommender.store.repositories.records import RecordRepository, plain


class EnterpriseRepository(RecordRepository[Enterprise]):
    """Enterprises; filters: district, sub_industry, synthetic."""

    model = Enterprise
    table = tables.enterprise
    key_name = "uscc"
    filters = frozenset({"district", "sub_industry", "synthetic"})

    def _columns(self, record: Enterprise) -> dict[str, Any]:
        return {
            "name": record.name,
            "district": record.district,
            "sub_industry": plain(record.sub_industry),
        }
