"""What fair lists are asked for with, and what comes back."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from recommender.domain.record import Record
from recommender.domain.taxonomy import SubIndustry


class FairMethod(StrEnum):
    """Methods of :data:`recommender.market.METHODS` by which lists may be made."""

    NAIVE = "naive"
    PRODUCT = "product"
    TRANSFERABLE = "transferable"
    ITERATED_LP = "iterated_lp"
    SOCIAL_WELFARE = "social_welfare"
    NASH = "nash"
    ENVY_FREE = "envy_free"


class FairListsRequest(Record):
    """What market to make lists for.

    Attributes
    ----------
    sub_industry : SubIndustry, optional
        Enterprises of it and the units that serve it; all by default.
    depth : int
        Ranks shown in each list.
    share_cap : float, optional
        Largest share 0–1 of all exposure in the enterprises' lists that one unit may take.
    """

    sub_industry: SubIndustry | None = None
    method: FairMethod = FairMethod.ENVY_FREE
    depth: Annotated[int, Field(ge=1, le=200)] = 10
    share_cap: Annotated[float, Field(gt=0, le=1)] | None = None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ListOutcome(_Part):
    """What one set of lists does, see :class:`recommender.market.Outcome`; left are the enterprises."""

    matches: float
    enterprise_envies: int
    unit_envies: int
    worst_envy: float
    largest_unit_share: float


class Ranking(_Part):
    """One ranking of a lottery and how often it is shown."""

    probability: float
    ids: tuple[str, ...]


class ShownItem(_Part):
    """One line of the day's ranking; ``propensity`` is how often the item stands at this rank."""

    rank: int
    id: str
    name: str
    synthetic_mark: str | None
    propensity: float


class FairList(_Part):
    """The list of one member.

    Attributes
    ----------
    matches, matches_now : float
        Expected matches with the fair lists and with today's.
    exposure, exposure_now : float
        Share of all exposure in the other side's lists.
    rankings : tuple of Ranking
        Most frequent first; the probabilities add up to 1.
    shown : tuple of ShownItem
        The ranking of the day.
    """

    id: str
    name: str
    synthetic_mark: str | None
    matches: float
    matches_now: float
    exposure: float
    exposure_now: float
    rankings: tuple[Ranking, ...]
    shown: tuple[ShownItem, ...]


class FairLists(_Part):
    """Fair lists of a market beside today's.

    Attributes
    ----------
    policy_version : str
        What the log of served lists would name.
    on : date
        Day on which consent was looked at, and whose ranking is shown.
    enterprises_left_out : int
        Enterprises of the sub-industry that may be shown to no unit with places left.
    warnings : tuple of str
    """

    method: str
    title: str
    policy_version: str
    model_version: str
    index_version: str
    on: date
    degraded: str | None
    enterprises_left_out: int
    fair: ListOutcome
    now: ListOutcome
    enterprises: tuple[FairList, ...]
    lead_units: tuple[FairList, ...]
    warnings: tuple[str, ...]
