"""What a caller may ask of a plan."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from recommender.domain.credit_code import CreditCode
from recommender.domain.enterprise import Yuan
from recommender.domain.record import Record, RecordId
from recommender.matching.request import Profile
from recommender.planning.plan import Objective
from recommender.planning.problem import Schedule

_Ids = Annotated[tuple[RecordId, ...], Field(max_length=1_000)]


class PricePoint(StrEnum):
    """Which point of a price range a plan reckons with."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


PRICE_POINT_NAMES = {
    PricePoint.LOW: "最低报价",
    PricePoint.MIDDLE: "报价区间的中值",
    PricePoint.HIGH: "最高报价",
}


class PlanRequest(Record):
    """Exactly one of ``enterprise`` (a stored one) and ``profile`` says for whom.

    Attributes
    ----------
    target_level : int, optional
        Level aimed at, 1–4; the next one above the present level when left out, at least 2.
    objective : Objective, optional
        Least cost by default; the highest level where a budget but no target is given.
    budget_yuan : Decimal, optional
        Most that the plan may cost, measures included. The enterprise's own budget is used for
        ``highest_level`` and ``most_value`` only.
    years : int
        Years of a yearly price that are reckoned with.
    assumed_price_yuan : Decimal, optional
        What a product without a price is reckoned with (估算); left out, such products are not used.
    max_days : int, optional
        Longest item (parallel) or sum of all items (sequential).
    has : tuple of str
        Products in use already: not bought again, and present in the diagnosis.
    must, exclude_ids : tuple of str
        Products that have to be in the plan, and that must not.
    conflicts : tuple of tuple of str
        Products of which at most one may be chosen.
    prerequisites : dict
        Product id to the products it needs.
    exclude_measures : tuple of str
        Measures not to reckon with.
    allow_inferred : bool
        Whether effects count that are only inferred; otherwise only declared and confirmed ones do.
    min_confidence : float, optional
        Least confidence of an inferred effect that counts; configured by default.
    probability : float, optional
        Chance with which the target has to be reached.
    alternatives : int
        How many next best plans to add; 0 leaves out all alternatives.
    city : str
        Whose subsidy rules apply.
    platform_discount_yuan, already_received_yuan : Decimal
        What platform or provider take off the products, and subsidy received before.
    """

    enterprise: CreditCode | None = None
    profile: Profile | None = None
    target_level: Annotated[int, Field(ge=1, le=4)] | None = None
    objective: Objective | None = None
    budget_yuan: Yuan | None = None
    price_point: PricePoint = PricePoint.MIDDLE
    years: Annotated[int, Field(ge=1, le=5)] = 1
    assumed_price_yuan: Yuan | None = None
    max_parties: Annotated[int, Field(ge=1, le=100)] | None = None
    max_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    schedule: Schedule = Schedule.PARALLEL
    has: _Ids = ()
    must: Annotated[tuple[RecordId, ...], Field(max_length=20)] = ()
    exclude_ids: _Ids = ()
    conflicts: Annotated[
        tuple[Annotated[tuple[RecordId, ...], Field(min_length=2, max_length=50)], ...], Field(max_length=200)
    ] = ()
    prerequisites: Annotated[
        dict[RecordId, Annotated[tuple[RecordId, ...], Field(max_length=20)]],
        Field(max_length=200, default_factory=dict),
    ]
    allow_measures: bool = True
    exclude_measures: Annotated[tuple[RecordId, ...], Field(max_length=100)] = ()
    allow_inferred: bool = True
    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    probability: Annotated[float, Field(gt=0, lt=1)] | None = None
    alternatives: Annotated[int, Field(ge=0, le=3)] = 3
    city: Annotated[str, Field(pattern=r"^[a-z]{2,40}$")] = "guangzhou"
    platform_discount_yuan: Yuan = Decimal(0)
    already_received_yuan: Yuan = Decimal(0)

    @model_validator(mode="after")
    def _one_subject(self) -> "PlanRequest":
        if (self.enterprise is None) == (self.profile is None):
            raise ValueError("enterprise、profile 两项必须且只能填一项")
        return self

    @property
    def wanted_objective(self) -> Objective:
        """The objective, with its default."""
        if self.objective is not None:
            return self.objective
        return (
            Objective.HIGHEST_LEVEL
            if self.budget_yuan is not None and self.target_level is None
            else Objective.LEAST_COST
        )
