"""What a simulated world is like; every number is an assumption, none was measured."""

from functools import cached_property
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

Floats = NDArray[np.float64]

#: Written wherever a simulated record has a face.
MARK = "模拟数据"
#: 0–1; a spread from 0; a delay or rate above 0; a probability that is neither 0 nor 1; a number from 1.
Share = Annotated[float, Field(ge=0, le=1)]
Spread = Annotated[float, Field(ge=0)]
Days = Annotated[float, Field(gt=0)]
Rate = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]


class WorldSettings(BaseModel):
    """Size, tastes, habits, delays and capacity of a simulated world.

    Attributes
    ----------
    enterprises, products, vendors : int
        How many there are.
    lists : int
        Lists asked for, one a visit.
    candidates : int
        Products that pass the constraints at a visit.
    list_length : int
        Lines shown of them.
    newcomers_share : float
        Share of the products that enter the pool later, on a day drawn over the whole time.
    lists_per_day : float
        Mean number of visits a day, averaged over the year.
    season : float
        0–1: by which part of the mean the visits swing over the year.
    unknown_share : float
        Probability that a feature of a product, or of a pair, is not told.
    steepness : float
        Logit for one unit of weighted features: how much the features decide.
    taste_sd, sub_industry_sd : float
        Standard deviation of the true weights around the expert's, for all and for each sub-industry; the
        expert's weights add up to 1.
    product_sd, vendor_sd, readiness_sd, pair_sd : float
        Standard deviations, in logits, of what no feature shows: of a product, its vendor, the enterprise and
        the pair at this visit.
    suitable_share : float
        Share of all pairs that suit.
    contract_share, accepted_share : float
        Contracts among suitable contacts, and acceptances among contracts, of an average vendor.
    examination_power : float
        A line at rank r is examined with probability ``r ** -power``.
    trust : float
        Probability that an unsuitable line is acted on at rank 1 because it stands there; falls as 1 / rank.
    contact_days, contract_days, accepted_days, refusal_days : float
        Mean delay from the list to a contact, from there to the contract, from there to the end of the
        project, and to a refusal. In days; cut off so that every step stays within its horizon.
    vendor_pace_sd : float
        Standard deviation of the logarithm of how long vendors take to a contract.
    dismiss_share, withdrawn_share : float
        Share of the examined lines without a contact, and of the contacts without a contract, whose refusal
        is reported; of the others nothing more is ever heard.
    impressions_share : float
        Share of the lists whose page reports which lines were seen.
    capacity : int
        Projects that a vendor runs at the same time; a full one is not offered and cannot sign.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    enterprises: Count = 200
    products: Count = 60
    vendors: Count = 20
    lists: Count = 2_000
    candidates: Count = 20
    list_length: Count = 10
    newcomers_share: Share = 0.3
    lists_per_day: Annotated[float, Field(gt=0)] = 4.0
    season: Share = 0.0
    unknown_share: Share = 0.12
    steepness: Spread = 7.0
    taste_sd: Spread = 0.08
    sub_industry_sd: Spread = 0.06
    product_sd: Spread = 0.5
    vendor_sd: Spread = 0.4
    readiness_sd: Spread = 0.5
    pair_sd: Spread = 0.3
    suitable_share: Rate = 0.10
    contract_share: Rate = 0.35
    accepted_share: Rate = 0.8
    examination_power: Spread = 0.7
    trust: Share = 0.04
    contact_days: Days = 6.0
    contract_days: Days = 55.0
    accepted_days: Days = 120.0
    refusal_days: Days = 4.0
    vendor_pace_sd: Spread = 0.4
    dismiss_share: Share = 0.2
    withdrawn_share: Share = 0.5
    impressions_share: Share = 0.5
    capacity: Count = 30

    @model_validator(mode="after")
    def _enough_products(self) -> "WorldSettings":
        if self.candidates > self.products - self.newcomers:
            raise ValueError("候选产品数不能超过一开始就在池中的产品数")
        if self.list_length > self.candidates:
            raise ValueError("清单长度不能超过候选产品数")
        return self

    @property
    def newcomers(self) -> int:
        """How many products enter the pool later."""
        return round(self.newcomers_share * self.products)

    @cached_property
    def examination(self) -> Floats:
        """Probability that each rank is examined, float64 (list_length,)."""
        return np.arange(1, self.list_length + 1, dtype=np.float64) ** -self.examination_power

    @cached_property
    def trusted(self) -> Floats:
        """Probability that an unsuitable examined line is acted on, float64 (list_length,)."""
        return self.trust / np.arange(1, self.list_length + 1, dtype=np.float64)
