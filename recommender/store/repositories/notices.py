"""Notices."""

from typing import Any

from recommender.domain import Notice
from recommender.store import tables
from recommender.store.repositories.records import RecordRepository, plain


class NoticeRepository(RecordRepository[Notice]):
    """Notices; filters: kind, published_on, synthetic."""

    model = Notice
    table = tables.notice
    filters = frozenset({"kind", "published_on", "synthetic"})

    def _columns(self, record: Notice) -> dict[str, Any]:
        return {"name": record.name, "kind": plain(record.kind), "published_on": record.published_on}
