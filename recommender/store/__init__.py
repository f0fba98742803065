"""Everything that is kept: records, served lists, the event log, idempotent answers."""

from recommender.store.store import Store, UnitOfWork

__all__ = ["Store", "UnitOfWork"]
