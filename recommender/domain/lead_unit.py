"""The lead unit (牵引单位) and its 1+1+N consortium."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from recommender.domain.enterprise import SizeClass, Yuan
from recommender.domain.record import LongText, MarkedRecord, Name, Record, RecordId
from recommender.domain.taxonomy import DistrictCode, Scenario, SubIndustry


class LeadMode(StrEnum):
    """How a lead unit pulls its firms along."""

    SUPPLY_CHAIN = "supply_chain"
    INDUSTRY_CHAIN = "industry_chain"


MODE_NAMES = {LeadMode.SUPPLY_CHAIN: "供应链模式", LeadMode.INDUSTRY_CHAIN: "产业链模式"}


class Member(Record):
    """An integrator or ecosystem firm of a consortium."""

    name: Name
    role: Name | None = None
    scenarios: tuple[Scenario, ...] = ()


class Consortium(Record):
    """1+1+N: the lead unit itself, its integrators, and the ecosystem firms."""

    integrators: Annotated[tuple[Member, ...], Field(max_length=50)] = ()
    ecosystem: Annotated[tuple[Member, ...], Field(max_length=500)] = ()


class Capacity(Record):
    """How many enterprises a unit can serve and how many it serves now."""

    total: Annotated[int, Field(ge=0, le=1_000_000)]
    in_progress: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    @property
    def free(self) -> int:
        """Places left, never below 0."""
        return max(0, self.total - self.in_progress)


class Preferences(Record):
    """Whom a unit would rather serve; what is left empty means any. Wishes order a list, they hide no one.

    Attributes
    ----------
    districts : tuple of str
        Where it would rather work, within the districts that it serves.
    least_budget_yuan : Decimal, optional
        Smallest project worth its while, in yuan.
    scenarios : tuple of Scenario
        What it would rather do, within what it covers.
    """

    sizes: tuple[SizeClass, ...] = ()
    districts: tuple[DistrictCode, ...] = ()
    least_budget_yuan: Yuan | None = None
    scenarios: tuple[Scenario, ...] = ()


class LeadUnit(MarkedRecord):
    """A lead unit; at most three serve one sub-industry (a rule of the pilot, checked at selection).

    Attributes
    ----------
    scenarios : tuple of Scenario
        What the unit covers itself, beside its consortium.
    districts : tuple of str
        District codes it serves; empty means all.
    base_district : str, optional
        District that its people set out from.
    solution_ids : tuple of str
        Products of the pool that it offers.
    suspended : bool
        Whether the city suspended it for its measured effect (动态调整); recommended to nobody meanwhile.
    term_ended : bool
        Whether it has left its last sub-industry: it stays on record and is recommended to nobody.
    """

    id: RecordId
    name: Name
    mode: LeadMode
    sub_industries: tuple[SubIndustry, ...] = ()
    consortium: Consortium = Consortium()
    scenarios: tuple[Scenario, ...] = ()
    capacity: Capacity | None = None
    districts: tuple[DistrictCode, ...] = ()
    base_district: DistrictCode | None = None
    preferences: Preferences = Preferences()
    solution_ids: Annotated[tuple[RecordId, ...], Field(max_length=2_000)] = ()
    text: LongText = ""
    term_ended: bool = False
    suspended: bool = False

    @property
    def coverage(self) -> frozenset[Scenario]:
        """Scenarios that the unit or a member of its consortium covers."""
        members = (*self.consortium.integrators, *self.consortium.ecosystem)
        return frozenset(self.scenarios).union(*(member.scenarios for member in members))
