"""What a suspension changes in the records, in the unit of work of the decision."""

from collections.abc import Iterable

from recommender.adjustment.rules import Side
from recommender.domain.solution import AuditState
from recommender.pool.steering import steer
from recommender.store import UnitOfWork


def suspend(work: UnitOfWork, side: Side, key: str, reason: str, actor: str) -> list[str]:
    """Suspend the product, or every admitted product of the vendor, in the pool; return their ids.

    A lead unit keeps its products: they are their vendors' own.
    """
    if side == "solution":
        steer(work, key, "suspend", reason, actor)
        return [key]
    if side == "vendor":
        admitted = [one.record.id for one in work.solutions.iterate(provider_id=key, audit_state="admitted")]
        for product in admitted:
            steer(work, product, "suspend", f"服务商被暂停：{reason}", actor)
        return admitted
    return []


def restore(work: UnitOfWork, products: Iterable[str], reason: str, actor: str) -> None:
    """Restore what a suspension suspended and is suspended still."""
    for product in products:
        stored = work.solutions.get(product)
        if stored is not None and stored.record.audit_state is AuditState.SUSPENDED:
            steer(work, product, "restore", reason, actor)


def mark_unit(work: UnitOfWork, key: str, *, suspended: bool) -> None:
    """Write into a lead unit's record whether it is suspended; call it after the decision's event."""
    stored = work.lead_units.get(key)
    if stored is not None and stored.record.suspended is not suspended:
        work.lead_units.put(stored.record.model_copy(update={"suspended": suspended}))
