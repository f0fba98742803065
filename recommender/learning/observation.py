"""What is assumed of delays and examination before any record, from ``data/events/observation.json``."""

from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from recommender.settings import data_dir


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class AssumedExamination(_Part):
    """Chance that the line at position k is looked at: k to the power of ``-decay``.

    Attributes
    ----------
    counts_as : float
        Lines of each position that the assumption counts as beside those with recorded impressions.
    """

    decay: float = Field(ge=0)
    counts_as: float = Field(gt=0)


class AssumedTrust(_Part):
    """Chance that the first line is acted on whatever it is; it falls with the position."""

    first: float = Field(ge=0, lt=1)


class AssumedDelay(_Part):
    """A Weibull distribution of the time to an outcome.

    Attributes
    ----------
    median_share : float
        Median as a share of the horizon.
    shape : float
        1 for a constant rate.
    doubt : float
        Standard deviation of both logarithms.
    """

    median_share: float = Field(gt=0, lt=1)
    shape: float = Field(gt=0)
    doubt: float = Field(gt=0)


class Observation(_Part):
    """All that is assumed."""

    version: str
    examination: AssumedExamination
    trust: AssumedTrust
    delay: AssumedDelay


@lru_cache(maxsize=1)
def load_observation() -> Observation:
    """Read the assumptions once."""
    file = data_dir() / "events" / "observation.json"
    return Observation.model_validate_json(file.read_text(encoding="utf-8"))
