"""An event: something that happened after a list was served, or on the way to an outcome."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from recommender.domain.record import Record
from recommender.settings import data_dir

Party = Annotated[str, StringConstraints(pattern=r"^[^\s\x00]{1,100}$")]


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("时间超出可记录的范围") from error


class EventType(BaseModel):
    """One step of the declared funnel.

    Attributes
    ----------
    weight : float
        What the step is worth as a label; negative for a refusal.
    horizon_days : float
        How long after serving a list the step may still be credited to it, in days.
    needs_reason : bool
        Whether ``attributes.reason`` must say why.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    weight: float
    horizon_days: float
    needs_reason: bool = False


class Funnel(BaseModel):
    """The ordered funnel of event types, from ``data/events/funnel.json``."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: str
    types: tuple[EventType, ...]

    def find(self, name: str) -> EventType | None:
        """Return the declared type, or None."""
        return next((step for step in self.types if step.name == name), None)


@lru_cache(maxsize=1)
def load_funnel() -> Funnel:
    """Read the funnel once."""
    return Funnel.model_validate_json((data_dir() / "events" / "funnel.json").read_text(encoding="utf-8"))


class Event(Record):
    """An event as it is reported; the log keeps it forever, unchanged.

    Attributes
    ----------
    event_id : str
        Made by the reporter; the same id again is a duplicate, with another body a conflict.
    recommendation_id : str, optional
        The served list it answers; an unknown one is kept and flagged.
    subject, object, actor : str
        Who it is about, what it is about, who did it: record ids or credit codes.
    value : float, optional
        A rating, or an amount in yuan.
    """

    event_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
    type: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
    recommendation_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,64}$")] | None = None
    subject: Party
    object: Party
    actor: Party
    occurred_at: Annotated[AwareDatetime, AfterValidator(_utc)]
    value: Annotated[float, Field(allow_inf_nan=False)] | None = None
    attributes: Annotated[dict[str, Any], Field(max_length=50, default_factory=dict)]
