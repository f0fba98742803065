"""The solution: an audited product of the pool and what it does to the instrument."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from recommender.domain.record import LongText, MarkedRecord, Name, Record, RecordId, ShortText
from recommender.domain.taxonomy import Link, Scenario, SubIndustry


class Provenance(StrEnum):
    """Who says that a solution raises a scenario; weaker kinds never count as proof without saying so."""

    CONFIRMED = "confirmed"
    DECLARED = "declared"
    INFERRED = "inferred"


class AuditState(StrEnum):
    """Where a product stands in the pool's audit; only ``admitted`` is recommended."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ADMITTED = "admitted"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    RETIRED = "retired"


AUDIT_STATE_NAMES = {
    AuditState.SUBMITTED: "待审核",
    AuditState.RETURNED: "已退回",
    AuditState.ADMITTED: "已入池",
    AuditState.REJECTED: "未通过",
    AuditState.SUSPENDED: "已暂停",
    AuditState.RETIRED: "已下架",
}


class Deployment(StrEnum):
    """How a solution is run."""

    SAAS = "saas"
    ON_PREMISES = "on_premises"
    HYBRID = "hybrid"
    EDGE = "edge"


DEPLOYMENT_NAMES = {
    Deployment.SAAS: "云上使用",
    Deployment.ON_PREMISES: "本地部署",
    Deployment.HYBRID: "云加本地",
    Deployment.EDGE: "边缘设备",
}


class ProviderKind(StrEnum):
    """What kind of firm offers the solution."""

    VENDOR = "vendor"
    INTEGRATOR = "integrator"
    LEAD_UNIT = "lead_unit"


class Provider(Record):
    """The firm that offers a solution."""

    id: RecordId
    name: Name
    kind: ProviderKind = ProviderKind.VENDOR


class PriceBasis(StrEnum):
    """What a price is for."""

    ONE_OFF = "one_off"
    PER_YEAR = "per_year"


class PriceRange(Record):
    """List price in yuan, from a small to a large customer."""

    low_yuan: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
    high_yuan: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]
    basis: PriceBasis = PriceBasis.ONE_OFF

    @model_validator(mode="after")
    def _ordered(self) -> "PriceRange":
        if self.low_yuan > self.high_yuan:
            raise ValueError("最低价不能高于最高价")
        return self


class ScenarioEffect(Record):
    """One scenario that a solution lifts, to which level, by whose word.

    Attributes
    ----------
    confidence : float
        0–1; 1 for declared and confirmed effects, the inference's own confidence otherwise.
    evidence : str, optional
        The passage that an inferred effect was read from.
    """

    scenario: Scenario
    level: Annotated[int, Field(ge=1, le=4)]
    provenance: Provenance = Provenance.DECLARED
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    evidence: ShortText | None = None


class ClaimedItem(StrEnum):
    """Items of the instrument whose options a product or service can bring.

    Shares of equipment, spending and results depend on the enterprise and can be claimed by nobody.
    """

    NETWORK = "network"
    NETWORK_SECURITY = "network_security"
    DATA_SECURITY = "data_security"
    PLANNING = "planning"
    MECHANISMS = "mechanisms"
    TALENT = "talent"


class Claim(Record):
    """By whose word an effect on an item holds.

    Attributes
    ----------
    confidence : float
        0–1; 1 for declared and confirmed effects, the inference's own confidence otherwise.
    evidence : str, optional
        The passage or paper that it rests on.
    """

    provenance: Provenance = Provenance.DECLARED
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    evidence: ShortText | None = None


class LinkClaim(Claim):
    """An effect in one business link (业务环节) of the instrument, named by its scenario."""

    scenario: Scenario


class OptionClaim(Claim):
    """An option of an item that holds once the solution runs."""

    item: ClaimedItem
    letter: Annotated[str, Field(pattern=r"^[A-Z]$")]


class Evidence(Record):
    """A case, certificate, report or test that supports the page."""

    kind: Annotated[str, Field(pattern=r"^(case|certificate|report|test)$")]
    text: ShortText


class Solution(MarkedRecord):
    """A digital product of the pool; everything but id and name may be unknown.

    Attributes
    ----------
    text : str
        The searchable page, markdown.
    sub_industries : tuple of SubIndustry
        Whom it is made for; empty means any.
    collects, systems : tuple of LinkClaim
        Links whose data it collects automatically (数据采集), and links for which it is an information
        system (信息系统); what follows from the scenarios need not be repeated.
    item_options : tuple of OptionClaim
        Options of the network, security and management items that it brings.
    audit_state : AuditState
        Staff load products that are audited already, so a record that does not say is ``admitted``;
        a vendor's own submission must say ``submitted``.
    in_scope : bool
        False for a page that is stored but not offered to manufacturers.
    """

    id: RecordId
    name: Name
    provider: Provider | None = None
    summary: ShortText | None = None
    text: LongText = ""
    url: ShortText | None = None
    scenarios: Annotated[tuple[ScenarioEffect, ...], Field(max_length=16)] = ()
    collects: Annotated[tuple[LinkClaim, ...], Field(max_length=16)] = ()
    systems: Annotated[tuple[LinkClaim, ...], Field(max_length=16)] = ()
    item_options: Annotated[tuple[OptionClaim, ...], Field(max_length=30)] = ()
    links: tuple[Link, ...] = ()
    links_provenance: Provenance | None = None
    sub_industries: tuple[SubIndustry, ...] = ()
    price: PriceRange | None = None
    days_to_deploy: Annotated[int, Field(ge=0, le=3650)] | None = None
    payback_months: Annotated[int, Field(ge=0, le=600)] | None = None
    deployment: tuple[Deployment, ...] = ()
    audit_state: AuditState = AuditState.ADMITTED
    in_scope: bool = True
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=50)] = ()

    @model_validator(mode="before")
    @classmethod
    def _title_is_name(cls, data: Any) -> Any:  # noqa: ANN401
        # Catalogues crawled from the web call the name a title.
        if isinstance(data, dict) and "title" in data and "name" not in data:
            return {"name" if key == "title" else key: value for key, value in data.items()}
        return data

    @model_validator(mode="after")
    def _each_effect_once(self) -> "Solution":
        seen = [effect.scenario for effect in self.scenarios]
        if len(seen) != len(set(seen)):
            raise ValueError("同一场景只能写一次")
        for claims in (self.collects, self.systems):
            if len({claim.scenario for claim in claims}) != len(claims):
                raise ValueError("同一环节只能写一次")
        if len({(claim.item, claim.letter) for claim in self.item_options}) != len(self.item_options):
            raise ValueError("同一选项只能写一次")
        return self

    def level_for(self, scenario: Scenario) -> int:
        """Level that the solution lifts a scenario to, 0 if it does not touch it."""
        return next((effect.level for effect in self.scenarios if effect.scenario is scenario), 0)
