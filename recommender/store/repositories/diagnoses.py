"""Diagnoses: several an enterprise, the newest of which counts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select

from recommender.domain import Diagnosis
from recommender.store import tables
from recommender.store.failures import DiagnosisOfAnotherEnterprise, UnknownEnterprise
from recommender.store.repositories.record_history import chunks
from recommender.store.repositories.records import RecordRepository, Stored, plain

# Of two diagnoses on one day the one stored later is the correction.
_NEWEST_FIRST = (
    tables.diagnosis.c.assessed_on.desc(),
    tables.diagnosis.c.created_at.desc(),
    tables.diagnosis.c.id.desc(),
)


class DiagnosisRepository(RecordRepository[Diagnosis]):
    """Diagnoses; filters: uscc, method, instrument, assessed_on, synthetic."""

    model = Diagnosis
    table = tables.diagnosis
    filters = frozenset({"uscc", "method", "instrument", "assessed_on", "synthetic"})

    def for_enterprise(self, uscc: str) -> list[Stored[Diagnosis]]:
        """Return an enterprise's diagnoses, newest first."""
        statement = select(self.table).where(self.table.c.uscc == uscc).order_by(*_NEWEST_FIRST)
        return [self._stored(row) for row in self._connection.execute(statement).mappings()]

    def keys_of(self, usccs: Iterable[str]) -> list[str]:
        """Return the ids of all diagnoses of some enterprises; an id never changes its enterprise."""
        found: list[str] = []
        for chunk in chunks(usccs):
            statement = select(self.table.c.id).where(self.table.c.uscc.in_(chunk)).order_by(self.table.c.id)
            found += self._connection.execute(statement).scalars()
        return found

    def latest(self, uscc: str) -> Stored[Diagnosis] | None:
        """Return an enterprise's newest diagnosis, None before the first."""
        statement = select(self.table).where(self.table.c.uscc == uscc).order_by(*_NEWEST_FIRST).limit(1)
        row = self._connection.execute(statement).mappings().one_or_none()
        return None if row is None else self._stored(row)

    def latest_all(self) -> Iterator[Stored[Diagnosis]]:
        """Yield the newest diagnosis of every enterprise that has one, in the order of credit codes."""
        place = func.row_number().over(partition_by=self.table.c.uscc, order_by=_NEWEST_FIRST)
        ranked = select(self.table.c.id, place.label("place")).subquery()
        statement = (
            select(self.table)
            .join(ranked, ranked.c.id == self.table.c.id)
            .where(ranked.c.place == 1)
            .order_by(self.table.c.uscc)
        )
        for row in self._connection.execute(statement).mappings():
            yield self._stored(row)

    def _columns(self, record: Diagnosis) -> dict[str, Any]:
        return {
            "uscc": record.uscc,
            "assessed_on": record.assessed_on,
            "method": plain(record.method),
            "instrument": record.instrument,
        }

    def _check(self, records: Sequence[Diagnosis], first: int | None) -> None:
        enterprise = tables.enterprise.c.uscc
        wanted = {record.uscc for record in records}
        known = set(self._connection.execute(select(enterprise).where(enterprise.in_(wanted))).scalars())
        owner = self._owners(records)
        for offset, record in enumerate(records):
            place = {"field": "uscc"} if first is None else {"field": "uscc", "index": first + offset}
            if record.uscc not in known:
                raise UnknownEnterprise(
                    f"诊断 {record.id} 所属的企业 {record.uscc} 尚未录入，请先录入企业", place=place
                )
            # setdefault also catches two owners of one id within the batch.
            if owner.setdefault(record.id, record.uscc) != record.uscc:
                raise DiagnosisOfAnotherEnterprise(
                    f"诊断编号 {record.id} 已属于另一家企业，请换一个编号", place={**place, "field": "id"}
                )

    def _owners(self, records: Sequence[Diagnosis]) -> dict[str, str]:
        columns = self.table.c
        ids = {record.id for record in records}
        rows = self._connection.execute(select(columns.id, columns.uscc).where(columns.id.in_(ids)))
        return {key: uscc for key, uscc in rows}  # noqa: C416 - rows are not pairs to the type checker
