"""What is handed in: the call of a round, the panel, applications with their consortium, score sheets."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from recommender.domain.event import Party
from recommender.domain.lead_unit import LeadMode
from recommender.domain.record import LongText, MarkedRecord, Name, Record, RecordId, ShortText
from recommender.domain.taxonomy import DistrictCode, Scenario, SubIndustry

Code = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
RoundId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
Part = Literal["integrator", "ecosystem"]
PART_NAMES: dict[Part, str] = {"integrator": "集成商", "ecosystem": "生态企业"}


def _two_decimals(value: Decimal) -> Decimal:
    if value != value.quantize(Decimal("0.01")):
        raise ValueError("最多两位小数")
    return value


#: Points that an expert gives for an item.
Mark = Annotated[Decimal, Field(ge=0, le=1_000, allow_inf_nan=False), AfterValidator(_two_decimals)]


class Call(Record):
    """A round as the city opens it.

    Attributes
    ----------
    apply_until, score_until : datetime
        Last moment for applications, and for score sheets.
    term_from, term_until : date
        Days of office of who is selected, both included.
    """

    name: Name
    sub_industries: Annotated[tuple[SubIndustry, ...], Field(min_length=1)]
    modes: Annotated[tuple[LeadMode, ...], Field(min_length=1)] = tuple(LeadMode)
    apply_until: AwareDatetime
    score_until: AwareDatetime
    term_from: date
    term_until: date

    @model_validator(mode="after")
    def _in_order(self) -> "Call":
        if self.score_until <= self.apply_until:
            raise ValueError("评分截止应晚于申报截止")
        if self.term_until < self.term_from:
            raise ValueError("任期止早于任期起")
        return self


class Expert(Record):
    """An expert of the panel, under an id that says nothing of the person.

    Attributes
    ----------
    employer : str, optional
        Name of the firm or institution.
    interests : tuple of str
        Credit codes or ids of firms that the expert owns, advises or works for.
    """

    id: Party
    employer: Name | None = None
    interests: Annotated[tuple[Party, ...], Field(max_length=50)] = ()


class AppliedMember(Record):
    """A member of the consortium beside the lead.

    Attributes
    ----------
    id : str
        Credit code, or the id under which the pool knows it as a provider.
    kind : str, optional
        Class of an integrator, of ``integrator_kinds``.
    description : str, optional
        What it is; needed for a firm that no record knows.
    """

    id: Party
    name: Name
    part: Part
    kind: Code | None = None
    role: Name
    scenarios: tuple[Scenario, ...] = ()
    description: ShortText | None = None


class ServiceRecord(Record):
    """What the unit has done for small enterprises so far.

    Attributes
    ----------
    served, reached_level : int
        Enterprises served, and those of them that reached level 2 or more.
    evidence : str, optional
        Names of the documents that show it.
    """

    served: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    reached_level: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    evidence: ShortText | None = None

    @model_validator(mode="after")
    def _within(self) -> "ServiceRecord":
        if self.reached_level > self.served:
            raise ValueError("达到二级的企业数不能多于已服务的企业数")
        return self


class Application(MarkedRecord):
    """An application for one sub-industry in one mode.

    Attributes
    ----------
    unit : str
        Id of the lead unit; a firm that is none yet applies under its credit code.
    uscc : str, optional
        Credit code of the lead firm, by which related parties are found.
    members : tuple of AppliedMember
        One integrator or more, and the ecosystem firms.
    capacity : int
        Enterprises that the unit can serve in all.
    districts : tuple of str
        Empty means all.
    related : tuple of str
        Credit codes of firms that control the lead, or that it controls.
    commitments : tuple of str
        Codes of the declared commitments.
    """

    unit: RecordId
    name: Name
    uscc: Party | None = None
    sub_industry: SubIndustry
    mode: LeadMode
    members: Annotated[tuple[AppliedMember, ...], Field(max_length=500)] = ()
    scenarios: tuple[Scenario, ...] = ()
    capacity: Annotated[int, Field(ge=0, le=1_000_000)]
    districts: tuple[DistrictCode, ...] = ()
    solution_ids: Annotated[tuple[RecordId, ...], Field(max_length=2_000)] = ()
    service: ServiceRecord = ServiceRecord()
    related: Annotated[tuple[Party, ...], Field(max_length=100)] = ()
    commitments: tuple[Code, ...] = ()
    text: LongText = ""

    @property
    def key(self) -> str:
        """Name of the application within its round."""
        return f"{self.unit}:{self.sub_industry.value}"

    def unconfirmed(self, confirmed: Mapping[str, AppliedMember]) -> tuple[AppliedMember, ...]:
        """Return the members that have not confirmed what is now said of them."""
        return tuple(member for member in self.members if confirmed.get(member.id) != member)

    @property
    def own_ids(self) -> frozenset[str]:
        """Every id of the lead firm."""
        return frozenset({self.unit, *filter(None, [self.uscc])})


class ScoreSheet(Record):
    """What one expert gives one application.

    Attributes
    ----------
    points : mapping of str to Decimal
        By item of the score sheet, at most two decimals.
    """

    application: str
    points: Mapping[Code, Mark]
    comment: ShortText | None = None

    @property
    def total(self) -> Decimal:
        """Sum of the points."""
        return sum(self.points.values(), start=Decimal(0))


class Replacement(Record):
    """Who leaves, who moves up, or both.

    Attributes
    ----------
    leaving : str, optional
        Id of a lead unit in office.
    successor : str, optional
        The application that gets the place; next in line is who scored best.
    deviation_reason : str, optional
        Needed where somebody who could move up scored no less.
    """

    sub_industry: SubIndustry
    reason: ShortText
    leaving: RecordId | None = None
    kind: Literal["withdrawn", "removed", "term_ended"] = "withdrawn"
    successor: Annotated[str, StringConstraints(max_length=110)] | None = None
    deviation_reason: ShortText | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "Replacement":
        if self.leaving is None and self.successor is None:
            raise ValueError("请写明谁退出或谁递补")
        return self

    @property
    def own_withdrawal(self) -> bool:
        """Whether it is what a unit may do by itself."""
        return self.leaving is not None and self.kind == "withdrawn" and self.successor is None
