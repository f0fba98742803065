"""Solutions of the product pool, by id."""

from typing import Any

from recommender.domain import Solution
from recommender.store import tables
from recommender.store.repositories.records import RecordRepository, plain


class SolutionRepository(RecordRepository[Solution]):
    """Solutions; filters: provider_id, audit_state, in_scope, synthetic."""

    model = Solution
    table = tables.solution
    filters = frozenset({"provider_id", "audit_state", "in_scope", "synthetic"})

    def _columns(self, record: Solution) -> dict[str, Any]:
        return {
            "name": record.name,
            "provider_id": record.provider.id if record.provider else None,
            "audit_state": plain(record.audit_state),
            "in_scope": record.in_scope,
        }
