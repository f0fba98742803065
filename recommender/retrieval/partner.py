"""Who could do it, as matching sees them: a lead unit with its consortium, a vendor with its products."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from recommender.domain import Capacity, LeadUnit, Solution
from recommender.domain.enterprise import PartnerKind
from recommender.domain.lead_unit import Preferences
from recommender.domain.solution import AuditState
from recommender.domain.taxonomy import Scenario, SubIndustry
from recommender.text.profiles import lead_unit_page, solution_page

#: Of each product's page so much speaks for its vendor, so that one long page does not drown the others.
_PAGE_CHARACTERS = 200
_PAGES = 10


@dataclass(frozen=True, slots=True)
class Partner:
    """What matching may know of a lead unit or a vendor.

    Attributes
    ----------
    coverage : frozenset of Scenario
        Of the consortium, or of the vendor's admitted products.
    sub_industries : frozenset of SubIndustry
        Whom it serves; empty means any.
    districts : frozenset of str
        Where it works; empty means everywhere.
    solutions : tuple of Solution
        Admitted products that it offers.
    page : str
        What it says of itself.
    mark : str, optional
        合成样本 beside a made-up name.
    """

    id: str
    name: str
    kind: PartnerKind
    coverage: frozenset[Scenario]
    sub_industries: frozenset[SubIndustry]
    solutions: tuple[Solution, ...]
    page: str
    districts: frozenset[str] = frozenset()
    base_district: str | None = None
    capacity: Capacity | None = None
    preferences: Preferences = field(default_factory=Preferences)
    mark: str | None = None

    def serves(self, sub_industry: SubIndustry | None, district: str | None) -> bool:
        """Whether it works in a sub-industry and a district; what is unknown is no hindrance."""
        industry = not self.sub_industries or sub_industry is None or sub_industry in self.sub_industries
        return industry and (not self.districts or district is None or district in self.districts)


def lead_unit_partner(unit: LeadUnit, solutions: Mapping[str, Solution]) -> Partner:
    """Return a lead unit as a partner, with those of its products that are admitted to the pool."""
    own = (solutions[key] for key in unit.solution_ids if key in solutions)
    return Partner(
        id=unit.id,
        name=unit.name,
        kind=PartnerKind.LEAD_UNIT,
        coverage=unit.coverage,
        sub_industries=frozenset(unit.sub_industries),
        solutions=tuple(_offered(own)),
        page=lead_unit_page(unit),
        districts=frozenset(unit.districts),
        base_district=unit.base_district,
        capacity=unit.capacity,
        preferences=unit.preferences,
        mark=unit.face_mark,
    )


def vendor_partner(vendor_id: str, solutions: Mapping[str, Solution]) -> Partner | None:
    """Return a vendor as a partner, None when no admitted product is its own.

    A vendor is whoever stands as the provider of a solution; all that is known of it is what it offers.
    """
    own = [solutions[key] for key in sorted(solutions)]
    offered = _offered(s for s in own if s.provider is not None and s.provider.id == vendor_id)
    if not offered or offered[0].provider is None:
        return None
    general = any(not solution.sub_industries for solution in offered)
    pages = (f"{s.name}：{s.summary or solution_page(s)}"[:_PAGE_CHARACTERS] for s in offered[:_PAGES])
    return Partner(
        id=vendor_id,
        name=offered[0].provider.name,
        kind=PartnerKind.VENDOR,
        coverage=frozenset(effect.scenario for s in offered for effect in s.scenarios),
        sub_industries=frozenset() if general else frozenset(c for s in offered for c in s.sub_industries),
        solutions=tuple(offered),
        page="\n".join(pages),
        mark=offered[0].face_mark if all(solution.synthetic for solution in offered) else None,
    )


def _offered(solutions: Iterable[Solution]) -> list[Solution]:
    return [s for s in solutions if s.audit_state is AuditState.ADMITTED and s.in_scope]
