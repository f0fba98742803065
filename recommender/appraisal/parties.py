"""Who is appraised, who may act, and which reviewers must keep out.

Whether a caller is who it says it is is for authentication to tell; these rules hold for whoever is named.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from recommender.appraisal.faults import NotTheAppraised
from recommender.appraisal.sheet import Side
from recommender.domain import LeadUnit, Solution
from recommender.domain.solution import AuditState, ProviderKind
from recommender.store import UnitOfWork
from recommender.subsidy_round.identity import plain_text
from recommender.text.tokens import normalise

_IN_POOL = frozenset({AuditState.ADMITTED, AuditState.SUSPENDED})
#: A shorter name says too little to be looked for within another.
_LEAST_NAME = 4


def roster(work: UnitOfWork, side: Side, moment: datetime) -> dict[str, dict[str, Any]]:
    """Return name and synthetic mark of everyone who can be appraised: lead units, or vendors in the pool."""
    if side == "lead_unit":
        return {
            key: {"name": one.record.name, "mark": one.record.face_mark}
            for key, one in sorted(work.lead_units.as_of(moment).items())
        }
    found: dict[str, dict[str, Any]] = {}
    for one in work.solutions.as_of(moment).values():
        provider = one.record.provider
        offered = provider is not None and provider.kind is not ProviderKind.LEAD_UNIT
        if provider is not None and offered and one.record.audit_state in _IN_POOL:
            found.setdefault(provider.id, {"name": provider.name, "mark": one.record.face_mark})
    return dict(sorted(found.items()))


def require_unit(unit: str, actor: str) -> None:
    """Raise unless a unit acts for itself; ``actor`` is its id, or ``id:person``.

    Raises
    ------
    NotTheAppraised
    """
    if actor.partition(":")[0] != unit:
        raise NotTheAppraised(
            f"只能由被考评单位（{unit}）自己办理，收到的办理人为“{actor}”", place={"field": "actor"}
        )


def person(actor: str) -> str:
    """Return who acts, without the office in whose name."""
    return actor.rpartition(":")[2]


class Surroundings:
    """Who stands near the units of a side: the records are read once."""

    def __init__(self, work: UnitOfWork, side: Side) -> None:
        self._near = _near_lead_unit if side == "lead_unit" else _near_vendor
        self._units = [stored.record for stored in work.lead_units.iterate()]
        self._products = [stored.record for stored in work.solutions.iterate()]

    def conflict(self, affiliation: str, unit: str) -> str | None:
        """Return what whoever belongs to ``affiliation`` is to a unit, None when nothing stands against it.

        Compared by id and by name without width, case and punctuation; a branch that carries the name of the
        whole counts as the whole.
        """
        own = {_plain(affiliation), normalise(affiliation)}
        found: dict[str, str] = {normalise(unit): "被考评单位"}
        for name, why in self._near(self._units, self._products, unit):
            found.setdefault(_plain(name), why)
        for name, why in found.items():
            if name and (name in own or (len(name) >= _LEAST_NAME and any(name in one for one in own))):
                return why
        return None


def _near_lead_unit(units: list[LeadUnit], products: list[Solution], key: str) -> Iterable[tuple[str, str]]:
    for unit in units:
        if unit.id != key:
            continue
        yield unit.name, "被考评单位"
        for member in (*unit.consortium.integrators, *unit.consortium.ecosystem):
            yield member.name, "联合体成员"
        for product in products:
            if product.provider is not None and product.id in unit.solution_ids:
                yield product.provider.id, "所带产品的服务商"
                yield product.provider.name, "所带产品的服务商"


def _near_vendor(units: list[LeadUnit], products: list[Solution], key: str) -> Iterable[tuple[str, str]]:
    own = [one for one in products if one.provider is not None and one.provider.id == key]
    names = {_plain(one.provider.name) for one in own if one.provider is not None}
    for one in own:
        if one.provider is not None:
            yield one.provider.name, "被考评单位"
    offered = {one.id for one in own}
    for unit in units:
        members = (*unit.consortium.integrators, *unit.consortium.ecosystem)
        joined = any(_plain(member.name) in names for member in members)
        if joined or offered.intersection(unit.solution_ids):
            yield unit.id, "带其产品的牵引单位"
            yield unit.name, "带其产品的牵引单位"
        if joined:
            yield from ((member.name, "同一联合体成员") for member in members)


def _plain(name: str) -> str:
    return plain_text(normalise(name)) or ""
