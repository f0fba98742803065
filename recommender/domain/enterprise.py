"""The enterprise: who it is, what it makes, what hurts, and whom it agreed to be shown to."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, computed_field, model_validator

from recommender.domain.credit_code import CreditCode
from recommender.domain.record import NO_NUL, MarkedRecord, Name, Record, RecordId, ShortText
from recommender.domain.solution import Deployment
from recommender.domain.taxonomy import DistrictCode, ManufacturingClass, SubIndustry

#: Yuan, exact to the fen.
Yuan = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)]


class SizeClass(StrEnum):
    """Official size classes of industrial enterprises."""

    LARGE = "large"
    MEDIUM = "medium"
    SMALL = "small"
    MICRO = "micro"


SIZE_NAMES = {
    SizeClass.LARGE: "大型",
    SizeClass.MEDIUM: "中型",
    SizeClass.SMALL: "小型",
    SizeClass.MICRO: "微型",
}


def size_class(employees: int | None, revenue_yuan: Decimal | None) -> SizeClass | None:
    """Return the size class of an industrial firm, None while either figure is missing.

    Parameters
    ----------
    employees : int, optional
        Persons employed.
    revenue_yuan : Decimal, optional
        Yearly revenue in yuan.

    Notes
    -----
    统计上大中小微型企业划分办法(2017), industry. Both limits must be reached, from the top down:
    large 1000 persons and 400 million yuan; medium 300 and 20 million; small 20 and 3 million; else micro.
    """
    if employees is None or revenue_yuan is None:
        return None
    for name, least_persons, least_yuan in (
        (SizeClass.LARGE, 1000, 400_000_000),
        (SizeClass.MEDIUM, 300, 20_000_000),
        (SizeClass.SMALL, 20, 3_000_000),
    ):
        if employees >= least_persons and revenue_yuan >= least_yuan:
            return name
    return SizeClass.MICRO


class PartnerKind(StrEnum):
    """The kinds of firms that an enterprise may be shown to."""

    LEAD_UNIT = "lead_unit"
    VENDOR = "vendor"


PARTNER_NAMES = {PartnerKind.LEAD_UNIT: "牵引单位", PartnerKind.VENDOR: "服务商"}


class ConsentPurpose(StrEnum):
    """What an enterprise may agree to."""

    SHOW_TO_LEAD_UNITS = "show_to_lead_units"
    SHOW_TO_VENDORS = "show_to_vendors"
    SHARE_CONTACT = "share_contact"


#: The consent that lets a firm of each kind see an enterprise among its prospects.
SHOWING = {
    PartnerKind.LEAD_UNIT: ConsentPurpose.SHOW_TO_LEAD_UNITS,
    PartnerKind.VENDOR: ConsentPurpose.SHOW_TO_VENDORS,
}


class Consent(Record):
    """A dated, revocable agreement to one purpose.

    Attributes
    ----------
    lead_unit, vendor : str, optional
        Limits the consent to one lead unit or one vendor, never to both; without either it covers all whom
        the purpose names.
    """

    purpose: ConsentPurpose
    granted_on: date
    revoked_on: date | None = None
    lead_unit: str | None = None
    vendor: RecordId | None = None

    @model_validator(mode="after")
    def _one_scope(self) -> "Consent":
        if self.lead_unit is not None and self.vendor is not None:
            raise ValueError("一项授权只能限定给一家牵引单位或一家服务商")
        return self

    def covers(self, kind: PartnerKind, partner: str) -> bool:
        """Whether a firm falls into the scope, whatever the day."""
        if self.lead_unit is None and self.vendor is None:
            return True
        return (self.lead_unit if kind is PartnerKind.LEAD_UNIT else self.vendor) == partner

    def in_force(self, on: date) -> bool:
        """Whether it holds on a day for whom it covers; a revocation counts from its own day."""
        return self.granted_on <= on and (self.revoked_on is None or on < self.revoked_on)

    def holds(self, on: date, kind: PartnerKind, partner: str) -> bool:
        """Whether the consent covers a firm on a day; a revocation counts from its own day."""
        return (
            self.covers(kind, partner)
            and self.granted_on <= on
            and (self.revoked_on is None or on < self.revoked_on)
        )


#: Entries that the history of one enterprise can hold.
MOST_CONSENTS = 200


class Contact(Record):
    """Who to call; shown to no one before the enterprise opens contact, never a feature."""

    person: Name | None = None
    phone: Annotated[str, Field(max_length=40, pattern=NO_NUL)] | None = None
    email: Annotated[str, Field(max_length=200, pattern=NO_NUL)] | None = None


class SubIndustrySource(StrEnum):
    """Where the sub-industry comes from."""

    DECLARED = "declared"
    GB4754 = "gb4754"
    BUSINESS_SCOPE = "business_scope"


class Enterprise(MarkedRecord):
    """A manufacturer; everything but the credit code and the name may be unknown."""

    uscc: CreditCode
    name: Name
    registered_on: date | None = None
    district: DistrictCode | None = None
    address: ShortText | None = None
    business_scope: Annotated[str, Field(max_length=20_000, pattern=NO_NUL)] | None = None
    gb4754: ManufacturingClass | None = None
    sub_industry: SubIndustry | None = None
    sub_industry_source: SubIndustrySource | None = None
    sub_industry_evidence: ShortText | None = None
    employees: Annotated[int, Field(ge=0, le=5_000_000)] | None = None
    revenue_yuan: Yuan | None = None
    needs: Annotated[tuple[ShortText, ...], Field(max_length=50)] = ()
    budget_yuan: Yuan | None = None
    deployment_preference: tuple[Deployment, ...] = ()
    contact: Contact | None = None
    consents: Annotated[tuple[Consent, ...], Field(max_length=MOST_CONSENTS)] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def size_class(self) -> SizeClass | None:
        """Official size class, None while employees or revenue are unknown."""
        return size_class(self.employees, self.revenue_yuan)

    @model_validator(mode="before")
    @classmethod
    def _drop_computed(cls, data: object) -> object:
        # A record read back from the API carries the computed size class; it is derived, never stored.
        if isinstance(data, dict) and "size_class" in data:
            return {key: value for key, value in data.items() if key != "size_class"}
        return data

    def consents_to(self, purpose: ConsentPurpose, kind: PartnerKind, partner: str, on: date) -> bool:
        """Whether a consent to ``purpose`` covers a firm on a day."""
        return any(c.purpose is purpose and c.holds(on, kind, partner) for c in self.consents)

    def shows_itself_to(self, kind: PartnerKind, partner: str, on: date) -> bool:
        """Whether a firm may see this enterprise among its prospects on a day."""
        return self.consents_to(SHOWING[kind], kind, partner, on)

    def opened_contact_with(self, kind: PartnerKind, partner: str, on: date) -> Consent | None:
        """Return the consent by which a firm may see the contact data on a day, None before.

        Contact is opened with one firm after another: a consent to all to share it opens it to no one yet.
        """
        return next(
            (
                c
                for c in self.consents
                if c.purpose is ConsentPurpose.SHARE_CONTACT
                and partner in {c.lead_unit, c.vendor}
                and c.holds(on, kind, partner)
            ),
            None,
        )
