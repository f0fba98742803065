"""Solutions of the product pool, by id."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from recommender.domain import Solution
from recommender.store import tables
from recommender.store.repositories.records import RecordRepository, plain


class SolutionRepository(RecordRepository[Solution]):
    """Solutions; filters: provider_id, audit_state, in_scope, synthetic."""

    model = Solution
    table = tables.solution
    filters = frozenset({"provider_id", "audit_state", "in_scope", "synthetic"})

    def provider_names(self, moment: datetime, ids: Iterable[str]) -> dict[str, str]:
        """Return the names of providers as products told them at a moment, by id, without the unknown."""
        revision = tables.record_revision
        found: dict[str, str] = {}
        for wanted in ids:
            # A product may have changed its provider since, so the column of today does not tell.
            told = revision.c.document.contains(f'"provider":{{"id":"{wanted}"', autoescape=True)
            statement = select(revision.c.key).where(
                revision.c.kind == self.table.name, revision.c.recorded_at <= moment, told
            )
            keys = sorted(set(self._connection.execute(statement).scalars()))
            for stored in self.as_of(moment, keys).values():
                provider = stored.record.provider
                if provider is not None and provider.id == wanted:
                    found.setdefault(wanted, provider.name)
        return found

    def _columns(self, record: Solution) -> dict[str, Any]:
        return {
            "name": record.name,
            "provider_id": record.provider.id if record.provider else None,
            "audit_state": plain(record.audit_state),
            "in_scope": record.in_scope,
        }
