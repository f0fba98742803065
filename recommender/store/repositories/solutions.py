"""Solutions of the product pool, by id."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from recommender.domain import Solution
from recommender.domain.solution import AUDIT_STATE_NAMES, AuditState
from recommender.store import tables
from recommender.store.failures import AuditStateDecided
from recommender.store.repositories.record_history import chunks
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

    def providers(self, text: str = "", limit: int = 20) -> dict[str, str]:
        """Return up to ``limit`` providers of products whose id or name holds a text: names by id."""
        table = self.table.c
        named: dict[str, str] = {}
        statement = select(self.table).where(table.provider_id.is_not(None)).order_by(table.provider_id)
        for row in self._connection.execute(statement).mappings():
            provider = self._stored(row).record.provider
            if provider is None or provider.id in named:
                continue
            if text in provider.id or text in provider.name:
                named[provider.id] = provider.name
                if len(named) == limit:
                    break
        return named

    def decided_states(self, keys: Iterable[str]) -> dict[str, AuditState]:
        """Return the audit state that the log of the pool gives each product that has one there."""
        event = tables.event.c
        states: dict[str, AuditState] = {}
        for chunk in chunks(sorted(set(keys))):
            statement = (
                select(event.subject, event.document)
                .where(event.subject.in_(chunk), event.type.startswith("pool_", autoescape=True))
                .order_by(event.sequence)
            )
            for key, document in self._connection.execute(statement):
                state = json.loads(document)["attributes"].get("audit_state")
                if state is not None:
                    states[key] = AuditState(state)
        return states

    def _check(self, records: Sequence[Solution], first: int | None) -> None:
        decided = self.decided_states(record.id for record in records)
        for offset, record in enumerate(records):
            state = decided.get(record.id)
            if state is not None and record.audit_state is not state:
                raise AuditStateDecided(
                    audit_state_decided(record.id, state),
                    place={"field": "audit_state"} | ({} if first is None else {"index": first + offset}),
                )

    def _columns(self, record: Solution) -> dict[str, Any]:
        return {
            "name": record.name,
            "provider_id": record.provider.id if record.provider else None,
            "audit_state": plain(record.audit_state),
            "in_scope": record.in_scope,
        }


def audit_state_decided(key: str, state: AuditState) -> str:
    """Say that the audit state of a product is the pool's to change."""
    name = AUDIT_STATE_NAMES[state]
    return f"产品 {key} 的审核状态由产品池决定，现为“{name}”（{state}），不能随资料改动；请到产品池办理"
