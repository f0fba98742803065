"""Names of partners and products as they were at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from recommender.domain import Solution
from recommender.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class Names:
    """Chinese names by id; an id without a record stands for itself."""

    partners: dict[str, str]
    products: dict[str, str]

    def partner(self, key: str) -> str:
        """Name of a lead unit, a vendor, or the provider of a product."""
        return self.partners.get(key, key)

    def product(self, key: str) -> str:
        """Name of a product."""
        return self.products.get(key, key)


def names_at(work: UnitOfWork, moment: datetime, partners: Iterable[str], products: Iterable[str]) -> Names:
    """Read the names as they were at a moment."""
    wanted = sorted(set(partners))
    units = {
        key: _marked(one.record.name, one.record.face_mark)
        for key, one in work.lead_units.as_of(moment, wanted).items()
    }
    left = [key for key in wanted if key not in units]
    sold = work.solutions.as_of(moment, sorted({*products, *left}))
    providers = work.solutions.provider_names(moment, [key for key in left if key not in sold])
    return Names(
        partners=units | providers | {key: _seller(one.record) for key, one in sold.items() if key in left},
        products={key: _marked(one.record.name, one.record.face_mark) for key, one in sold.items()},
    )


def _seller(solution: Solution) -> str:
    return solution.provider.name if solution.provider else solution.name


def _marked(name: str, mark: str | None) -> str:
    return f"{name}（{mark}）" if mark and mark not in name else name
