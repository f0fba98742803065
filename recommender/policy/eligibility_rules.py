"""The pilot's conditions for enterprises as typed, versioned data (``data/policy/eligibility``)."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Self

from pydantic import model_validator

from recommender.domain.enterprise import Yuan
from recommender.errors import NotFound
from recommender.policy.rules import require_city
from recommender.policy.sourced import Figure, Period, Sourced
from recommender.settings import data_dir


class NoPolicyInForce(NotFound):
    """The city has rules, but none that hold on the day asked for."""

    code = "no_policy_in_force"
    title = "当日没有有效的政策数据"


class RuleCode(StrEnum):
    """Every rule that is answered."""

    MANUFACTURING = "manufacturing"
    SME_BY_PILOT = "sme_by_pilot"
    OFFICIAL_SIZE = "official_size"
    REGISTERED_IN_CITY = "registered_in_city"
    SUB_INDUSTRY = "sub_industry"
    INDEPENDENT_LEGAL_PERSON = "independent_legal_person"
    PRODUCTION_IN_CITY = "production_in_city"
    NOT_LISTED = "not_listed"
    NO_MAJOR_ACCIDENT = "no_major_accident"
    PLANS_WITHIN_A_YEAR = "plans_within_a_year"
    DIAGNOSED_ON_SITE = "diagnosed_on_site"


class RuleKind(StrEnum):
    """What an answer does to the verdict.

    A *condition* answered no excludes; a *step* answered no is still to be done; *information* decides
    nothing.
    """

    CONDITION = "condition"
    STEP = "step"
    INFORMATION = "information"


class EligibilityRule(Sourced):
    """One rule, and what would settle it."""

    code: RuleCode
    title: str
    kind: RuleKind
    settled_by: str


class EligibilityRules(Period):
    """One version of one city's conditions.

    Attributes
    ----------
    region_prefix : str
        First digits of the administrative codes of the city.
    max_revenue_yuan, max_employees : Figure
        The pilot's own test of an SME: either suffices, the bound itself included.
    """

    id: str
    version: str
    city: str
    city_name: str
    title: str
    region_prefix: str
    max_revenue_yuan: Figure[Yuan]
    max_employees: Figure[int]
    rules: tuple[EligibilityRule, ...]

    @model_validator(mode="after")
    def _every_rule_once(self) -> Self:
        if sorted(rule.code for rule in self.rules) != sorted(RuleCode):
            raise ValueError("every rule stands exactly once")
        _ = self.sme_bounds
        return self

    @property
    def sme_bounds(self) -> tuple[Decimal, int]:
        """Most revenue in yuan and most persons of the pilot's test of an SME."""
        most_yuan, most_persons = self.max_revenue_yuan.value, self.max_employees.value
        if most_yuan is None or most_persons is None:
            raise ValueError("the pilot's test of an SME needs both bounds")
        return most_yuan, most_persons


@lru_cache(maxsize=1)
def load_eligibility_rules() -> tuple[EligibilityRules, ...]:
    """Read all shipped versions once, in the order of city and start."""
    files = sorted((data_dir() / "policy" / "eligibility").glob("*.json"))
    found = [EligibilityRules.model_validate_json(file.read_bytes()) for file in files]
    return tuple(sorted(found, key=lambda rules: (rules.city, rules.valid_from.value or date.min)))


def eligibility_rules_for(city: str, on: date) -> EligibilityRules:
    """Return the conditions of a city that are in force on a day, the newest of several.

    Raises
    ------
    recommender.policy.rules.UnknownCity
        If there are none for the city at all.
    NoPolicyInForce
        If there are some, but not for that day.
    """
    name = require_city(city, {rules.city: rules.city_name for rules in load_eligibility_rules()})
    held = [rules for rules in load_eligibility_rules() if rules.city == city and rules.holds(on)]
    if not held:
        raise NoPolicyInForce(f"没有在 {on} 有效的{name}申报条件数据", place={"field": "on"})
    return held[-1]
