"""Largest shares that staff allow, from ``data/fairness/exposure.json``."""

from enum import StrEnum
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from recommender.domain.taxonomy import SubIndustry
from recommender.settings import data_dir

EVERY = "*"


class Market(StrEnum):
    """Who competes for places: lead units in lists of lead units, vendors in lists of solutions."""

    LEAD_UNIT = "lead_unit"
    VENDOR = "vendor"


MARKET_NAMES = {Market.LEAD_UNIT: "牵引单位", Market.VENDOR: "服务商"}


class Cap(BaseModel):
    """The largest share of one party.

    Attributes
    ----------
    sub_industry : str, optional
        None: of everything; ``*``: in every sub-industry that has no cap of its own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    market: Market
    sub_industry: SubIndustry | Annotated[str, Field(pattern=r"^\*$")] | None
    max_share: Annotated[float, Field(gt=0, le=1)]


class Caps(BaseModel):
    """All caps, and how much must be known before one is held against anybody."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    least_impressions: Annotated[int, Field(ge=1)]
    least_enterprises: Annotated[int, Field(ge=2)]
    caps: tuple[Cap, ...]

    def of(self, market: Market, sub_industry: str | None) -> float | None:
        """Return the largest share in a market, of all or of a sub-industry; None where none is set."""
        found = {cap.sub_industry: cap.max_share for cap in self.caps if cap.market is market}
        if sub_industry is None:
            return found.get(None)
        return found.get(sub_industry, found.get(EVERY))


@lru_cache(maxsize=1)
def load_caps() -> Caps:
    """Read the shipped caps once."""
    return Caps.model_validate_json((data_dir() / "fairness" / "exposure.json").read_text(encoding="utf-8"))
