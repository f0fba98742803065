"""The pilot's targets as data (``data/outcomes/targets.json``)."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from recommender.diagnosis.value import Value
from recommender.policy.sourced import Sourced
from recommender.settings import data_dir

OutcomeKind = Literal["benchmark_case", "excellent_product", "district_sample"]
Counts = Literal["enterprises_accepted", "products_admitted"] | OutcomeKind


class Target(Sourced):
    """One target.

    Attributes
    ----------
    counts : str
        Name of the figure that is held against the goal.
    counting : str
        Its rule, in Chinese.
    due_on : date
        Last day that counts.
    """

    code: str
    title: str
    counts: Counts
    goal: Annotated[int, Field(ge=1)]
    due_on: date
    counting: str


class Pace(Value):
    """Over how many days the pace is taken, and how many events it takes to say anything."""

    window_days: Annotated[int, Field(ge=1)]
    least_events: Annotated[int, Field(ge=1)]


class Pipeline(Value):
    """How many past entries into a state it takes to say how often they end well."""

    least_entries: Annotated[int, Field(ge=1)]


class Targets(Value):
    """The whole declaration."""

    version: str
    title: str
    note: str
    pace: Pace
    pipeline: Pipeline
    targets: tuple[Target, ...]


@lru_cache(maxsize=1)
def load_targets() -> Targets:
    """Read the declaration once."""
    return Targets.model_validate_json((data_dir() / "outcomes" / "targets.json").read_text(encoding="utf-8"))
