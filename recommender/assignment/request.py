"""What a caller asks for: which enterprises, which objective, under which limits."""

from typing import Annotated

from pydantic import Field, model_validator

from recommender.assignment.problem import Objective
from recommender.assignment.stable import Proposing
from recommender.domain.credit_code import CreditCode
from recommender.domain.record import Record, RecordId
from recommender.domain.taxonomy import DistrictCode, SubIndustry

Places = Annotated[int, Field(ge=0, le=1_000_000)]
#: Most enterprises of one batch.
MOST_ENTERPRISES = 100_000


class UnitLimits(Record):
    """Limits of one unit in this batch, in the place of what its record says.

    Attributes
    ----------
    min, max : int, optional
        Least and most enterprises of the batch, fixed ones included; ``max`` is the unit's free places when
        left out, ``min`` 0.
    sub_industries, districts : dict
        Most enterprises of a sub-industry or a district.
    """

    min: Places | None = None
    max: Places | None = None
    sub_industries: dict[SubIndustry, Places] = Field(default_factory=dict)
    districts: dict[DistrictCode, Places] = Field(default_factory=dict)


class Couple(Record):
    """One enterprise and one lead unit or vendor."""

    enterprise: CreditCode
    unit: RecordId


class AssignmentRequest(Record):
    """What to assign.

    Attributes
    ----------
    enterprises : tuple of str
        The batch; all that consent to be shown to some unit when empty.
    sub_industry, district : str, optional
        Keep only enterprises like this.
    units : tuple of str
        Lead units that take part; all when empty.
    vendors : tuple of str
        Vendors that take part beside them. A vendor registers no places: ``capacities`` must say how many.
    proposing : Proposing
        For ``stable``: the side that gets the best for itself.
    share_cap : float, optional
        Largest part of the batch for one unit, (0, 1].
    floor_new : int
        Least for each unit that has nobody yet.
    capacities : dict of str to UnitLimits
        By unit.
    fixed : tuple of Couple
        Decided already, beside the running engagements of the log.
    forbidden : tuple of Couple
        Not to be proposed.
    seed : int, optional
        Of the lot that breaks ties; drawn from the batch itself when left out.
    compare_to : str, optional
        An earlier assignment; the answer tells the difference to it.
    """

    enterprises: Annotated[tuple[CreditCode, ...], Field(max_length=MOST_ENTERPRISES)] = ()
    sub_industry: SubIndustry | None = None
    district: DistrictCode | None = None
    units: Annotated[tuple[RecordId, ...], Field(max_length=2_000)] = ()
    vendors: Annotated[tuple[RecordId, ...], Field(max_length=2_000)] = ()
    objective: Objective = Objective.EXPECTED_MATCHES
    proposing: Proposing = Proposing.ENTERPRISE
    share_cap: Annotated[float, Field(gt=0, le=1)] | None = None
    floor_new: Places = 0
    capacities: Annotated[dict[RecordId, UnitLimits], Field(max_length=2_000, default_factory=dict)]
    fixed: Annotated[tuple[Couple, ...], Field(max_length=MOST_ENTERPRISES)] = ()
    forbidden: Annotated[tuple[Couple, ...], Field(max_length=MOST_ENTERPRISES)] = ()
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] | None = None
    compare_to: RecordId | None = None
    dry_run: bool = True

    @model_validator(mode="after")
    def _one_place_each(self) -> "AssignmentRequest":
        fixed = [couple.enterprise for couple in self.fixed]
        if len(set(fixed)) < len(fixed):
            raise ValueError("fixed 中同一家企业只能对应一个单位")
        for vendor in self.vendors:
            limits = self.capacities.get(vendor)
            if limits is None or limits.max is None:
                raise ValueError(f"服务商 {vendor} 没有登记名额，请在 capacities 中写明 max")
        return self
