"""What a caller asks for: who, what, how many, under which conditions."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from recommender.domain.credit_code import CreditCode
from recommender.domain.diagnosis import Diagnosis, Letter
from recommender.domain.enterprise import Enterprise, Yuan
from recommender.domain.record import NO_NUL, Name, NeedText, Record, RecordId, ShortText
from recommender.domain.solution import Deployment
from recommender.domain.taxonomy import DistrictCode, ManufacturingClass, Scenario, SubIndustry
from recommender.retrieval.conditions import Filter


class Target(StrEnum):
    """What to rank."""

    SOLUTION = "solution"
    LEAD_UNIT = "lead_unit"
    NOTICE = "notice"


class Profile(Record):
    """An enterprise described in the request itself; nothing of it is stored but the request.

    Attributes
    ----------
    answers, scenarios : dict
        As in a diagnosis; leave out what is unknown.
    """

    name: Name | None = None
    district: DistrictCode | None = None
    business_scope: Annotated[str, Field(max_length=20_000, pattern=NO_NUL)] | None = None
    gb4754: ManufacturingClass | None = None
    sub_industry: SubIndustry | None = None
    employees: Annotated[int, Field(ge=0, le=5_000_000)] | None = None
    revenue_yuan: Yuan | None = None
    needs: Annotated[tuple[ShortText, ...], Field(max_length=50)] = ()
    budget_yuan: Yuan | None = None
    deployment_preference: tuple[Deployment, ...] = ()
    answers: Annotated[dict[str, tuple[Letter, ...]], Field(max_length=40, default_factory=dict)]
    scenarios: dict[Scenario, Annotated[int, Field(ge=0, le=4, strict=True)]] = Field(default_factory=dict)

    def as_enterprise(self) -> Enterprise:
        """Return the profile as an unnamed enterprise that is never stored."""
        fields = self.model_dump(exclude={"answers", "scenarios", "name"})
        return Enterprise.model_validate({"uscc": "0" * 18, "name": self.name or "（未登记企业）", **fields})

    def as_diagnosis(self) -> Diagnosis | None:
        """Return the answers as a diagnosis, None when there are none."""
        from datetime import UTC, datetime

        if not self.answers and not self.scenarios:
            return None
        return Diagnosis(
            id="profile",
            uscc="0" * 18,
            assessed_on=datetime.now(UTC).date(),
            answers=self.answers,
            scenarios=self.scenarios,
        )


class RecommendationRequest(Record):
    """Exactly one of ``enterprise`` (a stored one), ``profile`` or ``text`` says for whom.

    Attributes
    ----------
    target_level : int, optional
        Level aimed at, 1–4; the next one above the present level when left out, at least 2.
    budget_yuan : Decimal, optional
        Overrides the enterprise's own budget.
    positive, negative : tuple of str
        Ids of records to be more like and less like.
    """

    enterprise: CreditCode | None = None
    profile: Profile | None = None
    text: NeedText | None = None
    target: Target = Target.SOLUTION
    k: Annotated[int, Field(ge=1, le=200)] = 10
    target_level: Annotated[int, Field(ge=1, le=4)] | None = None
    budget_yuan: Yuan | None = None
    filter: Filter = Filter()
    positive: Annotated[tuple[RecordId, ...], Field(max_length=50)] = ()
    negative: Annotated[tuple[RecordId, ...], Field(max_length=50)] = ()
    exclude_ids: Annotated[tuple[RecordId, ...], Field(max_length=1_000)] = ()

    @model_validator(mode="after")
    def _one_subject(self) -> "RecommendationRequest":
        given = [name for name in ("enterprise", "profile", "text") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("enterprise、profile、text 三项必须且只能填一项")
        return self


class ProspectRequest(Record):
    """What a lead unit asks for.

    Attributes
    ----------
    text : str, optional
        What the unit looks for, beside its own page.
    """

    k: Annotated[int, Field(ge=1, le=200)] = 10
    text: NeedText | None = None
    filter: Filter = Filter()
    positive: Annotated[tuple[RecordId, ...], Field(max_length=50)] = ()
    negative: Annotated[tuple[RecordId, ...], Field(max_length=50)] = ()
    exclude_ids: Annotated[tuple[RecordId, ...], Field(max_length=1_000)] = ()
