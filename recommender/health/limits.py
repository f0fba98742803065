"""Where normal ends, from ``data/health/health.json``."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from recommender.settings import data_dir

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class _Limits(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PeriodLimits(_Limits):
    """Length of the two periods by default, in days."""

    recent_days: Count
    reference_days: Count


class DriftLimits(_Limits):
    """When a feature counts as changed.

    Attributes
    ----------
    significance : float
        Largest false discovery rate.
    psi_notice, psi_alarm : float
        Of the population stability index, beyond what chance explains.
    unknown_notice, unknown_alarm : float
        Of the change of the share of unknown values, 0–1.
    """

    least_enterprises: Count
    significance: Share
    psi_notice: float
    psi_alarm: float
    unknown_notice: Share
    unknown_alarm: Share


class Prediction(_Limits):
    """A logged number to be held against what came.

    Attributes
    ----------
    feature : str
        Name of the logged feature, or ``score``.
    step : str
        Step of the funnel that it foretells.
    is_probability : bool
        Whether it claims to be the probability of that step; only then is it judged.
    """

    target: str
    feature: str
    title: str
    step: str
    is_probability: bool


class CalibrationLimits(_Limits):
    """How far predictions may be from what came, and how much must be known to say so."""

    least_enterprises: Count
    least_lines: Count
    bins: Count
    least_lines_a_bin: Count
    significance: Share
    gap_notice: Share
    gap_alarm: Share
    predictions: tuple[Prediction, ...]


class CoverageLimits(_Limits):
    """Smallest share of the pool that is shown, and fewest products for a scenario of a sub-industry."""

    top_k: Count
    shown_notice: Share
    shown_alarm: Share
    least_products: Count
    least_lists: Count


class NewcomerLimits(_Limits):
    """Until when an item is new, in days, and how far below its due its exposure may be (1 is its due)."""

    days: Count
    notice: float
    alarm: float


class VolumeLimits(_Limits):
    """Largest share of degraded lists and smallest share of lists that report what was seen."""

    degraded_notice: Share
    degraded_alarm: Share
    reported_notice: Share
    reported_alarm: Share
    least_lists: Count


class HealthLimits(_Limits):
    """All limits, and the Chinese titles of the logged features."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    periods: PeriodLimits
    drift: DriftLimits
    calibration: CalibrationLimits
    coverage: CoverageLimits
    newcomers: NewcomerLimits
    volume: VolumeLimits
    titles: Mapping[str, str]

    def title(self, feature: str) -> str:
        """Chinese title of a feature, its name where none is given."""
        return self.titles.get(feature, feature)


@lru_cache(maxsize=1)
def load_limits() -> HealthLimits:
    """Read the shipped limits once."""
    file = data_dir() / "health" / "health.json"
    return HealthLimits.model_validate_json(file.read_text(encoding="utf-8"))
