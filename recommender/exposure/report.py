"""What the exposure report says."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from recommender.exposure.caps import Market
from recommender.learning.intervals import Figure


class SliceKind(StrEnum):
    """By what the enterprises of a slice are alike."""

    ALL = "all"
    SUB_INDUSTRY = "sub_industry"
    DISTRICT = "district"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class PartyExposure(_Frozen):
    """One lead unit or vendor in one slice.

    Attributes
    ----------
    impressions, contacts : int
        Of the events ``impression`` (seen) and ``contact``.
    share, contact_share : Figure
        Of all impressions, of all contacts.
    served_share : Figure
        Of the places in served lists, a place at rank k counting 1/k. Served is not seen.
    merit_share : Figure
        What the share of impressions would be if every enterprise's attention were divided among the parties
        that its lists could have held in proportion to their two-sided score.
    mean_merit : float, optional
        Mean two-sided score over those enterprises; None when there is none.
    could_hold : int
        Their number.
    ratio : Figure
        ``share`` over ``merit_share``: above 1 it is seen more than its merit gives it.
    """

    party: str
    name: str
    mark: str | None
    impressions: int
    share: Figure
    served_share: Figure
    contacts: int
    contact_share: Figure
    merit_share: Figure
    mean_merit: float | None
    could_hold: int
    ratio: Figure


class ExposureSlice(_Frozen):
    """One market among the enterprises of one slice.

    Attributes
    ----------
    code : str, optional
        Of the sub-industry or district; None for all enterprises.
    enterprises : int
        Those with an impression or a contact; one that was only served a list counts for the served share.
    gini, hhi : Figure
        Of the shares of impressions over all parties that some list could have held, unseen ones included.
    equal_hhi : float, optional
        What the HHI would be if all were seen alike.
    """

    kind: SliceKind
    code: str | None
    name: str
    enterprises: int
    impressions: int
    contacts: int
    served_lists: int
    gini: Figure
    hhi: Figure
    equal_hhi: float | None
    parties: tuple[PartyExposure, ...]


class Month(_Frozen):
    """Concentration in one month."""

    month: str
    enterprises: int
    impressions: int
    gini: Figure
    hhi: Figure


class Alarm(_Frozen):
    """A share above its cap.

    Attributes
    ----------
    measure : str
        ``impressions`` or ``contacts``.
    certain : bool
        Whether the whole 95 % interval is above the cap.
    """

    market: Market
    kind: SliceKind
    code: str | None
    party: str
    measure: str
    share: Figure
    cap: float
    certain: bool
    text: str


class MarketExposure(_Frozen):
    """One market: lead units or vendors."""

    market: Market
    slices: tuple[ExposureSlice, ...]
    months: tuple[Month, ...]


class ExposureReport(_Frozen):
    """The report of a period; both days included.

    Attributes
    ----------
    unattributed : dict
        Events by type, and places in served lists, that belong to no stored enterprise or no known party.
    """

    since: date
    until: date
    sub_industry: str | None
    district: str | None
    caps_version: str
    markets: tuple[MarketExposure, ...]
    alarms: tuple[Alarm, ...]
    unattributed: dict[str, int]
    notes: tuple[str, ...]
