"""Conditions read every attribute, an unknown value meets none, and each says itself in Chinese."""

import pytest
from pydantic import ValidationError

from recommender.domain import Enterprise, LeadUnit, Solution
from recommender.retrieval.conditions import Attribute, Condition, attributes_of, values_of
from tests.synthetic_records import enterprise, lead_unit, solution


def _condition(**fields: object) -> Condition:
    return Condition.model_validate(fields)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"field": "scenario", "any": ["planning_scheduling", "quality"]}, True),
        ({"field": "scenario", "any": ["finance"]}, False),
        ({"field": "price_yuan", "lte": 20000}, True),
        ({"field": "price_yuan", "gte": 20000}, False),
        ({"field": "price_yuan", "gte": 18000, "lte": 18000}, True),
        ({"field": "days_to_deploy", "lte": 9999}, False),
        ({"field": "provider", "any": ["SYN-V1"]}, True),
        ({"field": "provider", "any": ["合成服务商"]}, True),
        ({"field": "sub_industry", "any": ["luggage"]}, True),
        ({"field": "synthetic", "any": [True]}, True),
        ({"field": "mode", "any": ["supply_chain"]}, False),
    ],
)
def test_conditions_on_a_solution(condition: dict[str, object], holds: bool) -> None:
    assert _condition(**condition).holds(solution(1)) is holds


def test_every_attribute_of_a_kind_can_be_read() -> None:
    for kind, record in ((Solution, solution(1)), (LeadUnit, lead_unit(1)), (Enterprise, enterprise(1))):
        for attribute in attributes_of(kind):
            assert isinstance(values_of(record, attribute), tuple)
        assert Attribute.ID in attributes_of(kind)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"field": "scenario", "any": ["quality", "finance"]}, "场景为质量管理、财务管理"),
        ({"field": "price_yuan", "gte": 1000, "lte": 50000}, "价格（元）不低于 1,000且不高于 50,000"),
        ({"field": "deployment", "any": ["saas"]}, "部署方式为云上使用"),
        ({"field": "scenario", "any": ["no_such"]}, "场景为no_such"),
    ],
)
def test_text(condition: dict[str, object], text: str) -> None:
    assert _condition(**condition).text() == text


@pytest.mark.parametrize(
    "fields",
    [
        {"field": "price_yuan"},
        {"field": "price_yuan", "any": [1], "lte": 2},
        {"field": "price_yuan", "lte": float("nan")},
        {"field": "password", "any": ["x"]},
        {"field": "id", "any": ["x"], "boost": 3},
    ],
)
def test_unclear_conditions_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        _condition(**fields)
