"""Rules of dynamic adjustment as data (``data/adjustment/rules.json``)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from recommender.diagnosis.value import Value
from recommender.settings import data_dir

Side = Literal["solution", "vendor", "lead_unit"]
Action = Literal["promote", "warn", "suspend", "clear", "dismiss"]
MeasureCode = Literal["acceptance", "level_gain", "days_over_plan", "price_over_list", "rating", "complaints"]
SIDE_NAMES: dict[Side, str] = {"solution": "产品", "vendor": "服务商", "lead_unit": "牵引单位"}
ACTION_NAMES: dict[Action, str] = {
    "promote": "提升推荐",
    "warn": "提醒",
    "suspend": "暂停",
    "clear": "解除",
    "dismiss": "不采纳建议",
}


class MeasureForm(Value):
    """A measure as it is told; ``unit`` is one of share, levels, days, points, per_project."""

    code: MeasureCode
    title: str
    unit: str


class Rule(Value):
    """When an action is proposed.

    Attributes
    ----------
    bound : {"low", "high"}
        Which end of the 95 % interval is held against the limit.
    at_least, at_most : float, optional
        The limit; one of the two.
    least_settled : int
        Projects with a result that it takes.
    text : str
        Why, in Chinese.
    """

    code: str
    action: Literal["promote", "warn", "suspend"]
    measure: MeasureCode
    bound: Literal["low", "high"]
    at_least: float | None = None
    at_most: float | None = None
    least_settled: Annotated[int, Field(ge=1)]
    text: str

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"rule {self.code} needs one limit: at_least or at_most")
        return self

    def holds(self, low: float, high: float) -> bool:
        """Whether the end of an interval is beyond the limit."""
        end = low if self.bound == "low" else high
        return end >= self.at_least if self.at_least is not None else end <= (self.at_most or 0.0)


class AdjustmentRules(Value):
    """The whole declaration.

    Attributes
    ----------
    few_units : int
        With fewer parties that tell, there is little to draw a value towards, which is noted.
    in_force_days : int
        How long a decision holds.
    offsets : dict
        What a decision adds to the score (0–1) of a recommendation.
    """

    version: str
    title: str
    note: str
    few_units: Annotated[int, Field(ge=1)]
    measures: tuple[MeasureForm, ...]
    in_force_days: Annotated[int, Field(ge=1)]
    appeal_days: Annotated[int, Field(ge=1)]
    offsets: Mapping[Literal["promote", "warn"], Annotated[float, Field(ge=-0.5, le=0.5)]]
    rules: tuple[Rule, ...]

    def measure_title(self, code: MeasureCode) -> str:
        """Return the Chinese name of a measure."""
        return next(one.title for one in self.measures if one.code == code)


@lru_cache(maxsize=1)
def load_adjustment_rules() -> AdjustmentRules:
    """Read the declaration once."""
    file = data_dir() / "adjustment" / "rules.json"
    return AdjustmentRules.model_validate_json(file.read_text(encoding="utf-8"))
