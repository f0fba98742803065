"""Subsidy rules of the cities as typed, versioned data (``data/policy/*.json``)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from recommender.diagnosis.level_rule import HIGHEST_LEVEL
from recommender.diagnosis.value import Value
from recommender.domain.enterprise import Yuan
from recommender.errors import InvalidInput
from recommender.policy.sourced import NOTICE, Figure, Period, Sourced
from recommender.settings import data_dir

Rate = Annotated[Decimal, Field(ge=0, le=1)]


class UnknownCity(InvalidInput):
    """No rules are shipped for the city."""

    code = "unknown_city"
    title = "没有该城市的政策数据"


class SpendMeasure(StrEnum):
    """The amounts of which the least is approved."""

    CONTRACT = "contract"
    INVOICE_EX_TAX = "invoice_ex_tax"
    PAYMENT = "payment"


MEASURE_NAMES = {
    SpendMeasure.CONTRACT: "合同额",
    SpendMeasure.INVOICE_EX_TAX: "不含税发票额",
    SpendMeasure.PAYMENT: "实际付款额",
}


class LevelCap(Value):
    """Most that is paid for one level after the transformation."""

    level: Annotated[int, Field(ge=1, le=HIGHEST_LEVEL)]
    cap_yuan: Figure[Yuan]


class SpendCategory(Sourced):
    """A kind of cost.

    Attributes
    ----------
    counts : bool, optional
        None where the sources do not say; such a cost is not reckoned with until the authority confirms it.
    """

    code: str
    name: str
    counts: bool | None


class Condition(Sourced):
    """What has to hold before anything is paid."""

    code: str
    text: str


class SubsidyPolicy(Period):
    """One version of one city's subsidy rules.

    Attributes
    ----------
    window_from, window_until : Figure of date
        Days within which spending can be taken into account, both included.
    rate : Figure of Decimal
        Share of the approved spend, 0–1.
    caps : tuple of LevelCap
        By level after the transformation.
    caps_cumulative : Figure of bool
        Whether earlier payments count towards the cap.
    approved_by : Figure of tuple
        Amounts of which the least is approved.
    """

    id: str
    version: str
    city: str
    city_name: str
    title: str
    note: str
    window_from: Figure[date]
    window_until: Figure[date]
    least_level: Figure[int]
    rate: Figure[Rate]
    caps_cumulative: Figure[bool]
    caps: tuple[LevelCap, ...]
    approved_by: Figure[tuple[SpendMeasure, ...]]
    categories: tuple[SpendCategory, ...]
    conditions: tuple[Condition, ...]
    notice: str = NOTICE

    @model_validator(mode="after")
    def _caps_rise(self) -> Self:
        levels = [cap.level for cap in self.caps]
        if levels != sorted(set(levels)):
            raise ValueError("caps stand once for each level, in order")
        amounts = [cap.cap_yuan.value for cap in self.caps if cap.cap_yuan.value is not None]
        if amounts != sorted(amounts):
            raise ValueError("a higher level has no lower cap")
        return self

    def cap(self, level: int) -> LevelCap | None:
        """Return the cap of the highest listed level that is reached, None below the first."""
        return max((cap for cap in self.caps if cap.level <= level), key=lambda cap: cap.level, default=None)

    def category(self, code: str) -> SpendCategory | None:
        """Return a listed cost category, None when the rules do not name it."""
        return next((category for category in self.categories if category.code == code), None)

    def in_window(self, on: date) -> bool:
        """Whether spending of a day can be taken into account."""
        first, last = self.window_from.value, self.window_until.value
        return (first is None or first <= on) and (last is None or on <= last)


@lru_cache(maxsize=1)
def load_subsidy_policies() -> tuple[SubsidyPolicy, ...]:
    """Read all shipped versions once, in the order of city and start."""
    files = sorted((data_dir() / "policy").glob("*.json"))
    found = [SubsidyPolicy.model_validate_json(file.read_bytes()) for file in files]
    return tuple(sorted(found, key=lambda policy: (policy.city, policy.valid_from.value or date.min)))


def subsidy_cities() -> dict[str, str]:
    """Return the cities with rules: code to Chinese name."""
    return {policy.city: policy.city_name for policy in load_subsidy_policies()}


def require_city(city: str, known: dict[str, str]) -> str:
    """Return the Chinese name of a city.

    Raises
    ------
    UnknownCity
        Naming those there are.
    """
    if city not in known:
        listed = "、".join(f"{name}（{code}）" for code, name in known.items())
        raise UnknownCity(f"没有“{city}”的政策数据，目前有：{listed}", place={"field": "city"})
    return known[city]


def policy_for(city: str, on: date) -> SubsidyPolicy | None:
    """Return the rules of a city that are in force on a day, the newest of several; None when none is.

    Raises
    ------
    UnknownCity
        If there are no rules for the city at all.
    """
    require_city(city, subsidy_cities())
    held = [policy for policy in load_subsidy_policies() if policy.city == city and policy.holds(on)]
    return held[-1] if held else None
