"""The shipped rules, and what their schema refuses."""

from datetime import date

import pytest
from pydantic import ValidationError

from recommender.errors import InvalidInput
from recommender.policy.eligibility_rules import (
    EligibilityRules,
    NoPolicyInForce,
    eligibility_rules_for,
    load_eligibility_rules,
)
from recommender.policy.rules import (
    SubsidyPolicy,
    UnknownCity,
    load_subsidy_policies,
    policy_for,
    subsidy_cities,
)
from recommender.policy.sourced import Figure
from recommender.policy.zjtx import load_zjtx_rule, zjtx_gain


def test_both_cities_are_shipped_and_unknown_figures_are_left_unknown() -> None:
    assert subsidy_cities() == {"guangzhou": "广州市", "zhongshan": "中山市"}
    guangzhou, zhongshan = load_subsidy_policies()
    assert [(cap.level, cap.cap_yuan.value) for cap in guangzhou.caps] == [
        (2, 600_000),
        (3, 1_000_000),
        (4, 1_500_000),
    ]
    assert [(cap.level, cap.cap_yuan.value) for cap in zhongshan.caps] == [
        (2, 300_000),
        (3, 600_000),
        (4, 1_000_000),
    ]
    assert zhongshan.rate.value is None
    assert zhongshan.valid_until.value == date(2026, 12, 31)
    assert policy_for("zhongshan", date(2027, 1, 1)) is None


def test_a_figure_is_empty_exactly_when_it_was_not_found() -> None:
    with pytest.raises(ValidationError):
        Figure[int](value=None, source="某处", status="excerpt")
    with pytest.raises(ValidationError):
        Figure[int](value=1, source="某处", status="not_found")
    assert Figure[int](value=1, source="某处", status="excerpt").source_text == "某处；通知摘录"


def test_contradictory_rules_are_refused() -> None:
    policy = load_subsidy_policies()[0]
    with pytest.raises(ValidationError):
        SubsidyPolicy.model_validate({**policy.model_dump(), "caps": policy.model_dump()["caps"][::-1]})
    rules = load_eligibility_rules()[0]
    with pytest.raises(ValidationError):
        EligibilityRules.model_validate({**rules.model_dump(), "rules": rules.model_dump()["rules"][1:]})
    unbounded = {"value": None, "source": "某处", "status": "not_found"}
    with pytest.raises(ValidationError):
        EligibilityRules.model_validate({**rules.model_dump(), "max_employees": unbounded})


def test_conditions_are_dated_too() -> None:
    assert eligibility_rules_for("guangzhou", date(2026, 12, 31)).version == "guangzhou-eligibility-2025-1"
    with pytest.raises(NoPolicyInForce):
        eligibility_rules_for("guangzhou", date(2027, 1, 1))
    with pytest.raises(UnknownCity):
        eligibility_rules_for("zhongshan", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("before", "after", "gain"),
    [(0, 1, 0), (1, 2, 3), (0, 2, 3), (2, 3, 2), (1, 3, 5), (3, 4, 0), (4, 2, 0), (2, 2, 0)],
)
def test_what_a_level_adds_elsewhere(before: int, after: int, gain: int) -> None:
    found = zjtx_gain(before, after)
    assert found.gain == gain
    assert found.source
    assert found.notice == "以官方通知为准"


def test_levels_that_do_not_exist() -> None:
    with pytest.raises(InvalidInput):
        zjtx_gain(1, 5)
    assert [load_zjtx_rule().points_of(level) for level in range(5)] == [0, 0, 3, 5, 5]
