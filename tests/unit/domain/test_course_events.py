from decimal import Decimal

import pytest

from recommender.domain.course_events import load_course_events, yuan
from recommender.domain.event import load_funnel

COURSE = load_course_events()


def test_no_name_stands_in_the_funnel_as_well() -> None:
    assert not {kind.name for kind in COURSE.types} & {step.name for step in load_funnel().types}
    assert set(COURSE.funnel_attributes) <= {step.name for step in load_funnel().types}


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"project": "P-1", "scenario": "quality", "level": 2}, None),
        ({"project": "P-1", "scenario": "quality", "level": 2, "remark": {"free": 1}}, None),
        ({"scenario": "quality", "level": 2}, "project"),
        ({"project": "P 1", "scenario": "quality", "level": 2}, "project"),
        ({"project": "P-1", "scenario": "cooking", "level": 2}, "scenario"),
        ({"project": "P-1", "scenario": "quality", "level": 5}, "level"),
        ({"project": "P-1", "scenario": "quality", "level": True}, "level"),
        ({"project": "P-1", "scenario": ["quality"], "level": 2}, "scenario"),
    ],
)
def test_what_a_finished_link_must_tell(told: dict[str, object], field: str | None) -> None:
    problem = COURSE.problem("link_transformed", told)
    assert (problem and problem[0]) == field


@pytest.mark.parametrize("value", [-1, "abc", True, float("nan"), float("inf"), [1], "-0.01"])
def test_no_amount(value: object) -> None:
    assert yuan(value) is None
    assert COURSE.problem("contract", {"amount_yuan": value}) == (
        "amount_yuan",
        "“合同金额”应为0至1万亿的金额（元）",
    )


def test_an_amount_is_exact() -> None:
    assert yuan(0.1) == Decimal("0.1")
    assert yuan("120000.55") == Decimal("120000.55")


def test_a_step_without_attributes_takes_anything() -> None:
    assert COURSE.problem("view", {"anything": object()}) is None
