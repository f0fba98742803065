"""Forecasts against known answers."""

from datetime import date, timedelta

from recommender.outcomes.forecast import at_pace
from recommender.outcomes.targets import Pace

PACE = Pace(window_days=90, least_events=5)
TODAY = date(2026, 6, 30)


def test_the_present_pace_goes_on() -> None:
    days = [TODAY - timedelta(days=3 * n) for n in range(30)]
    found = at_pace(days, 50, TODAY, TODAY + timedelta(days=90), date(2024, 1, 1), PACE)
    assert found.seen == 30
    assert found.total.value == 30 + 30.5
    low, high = found.total.ci95
    assert low is not None
    assert high is not None
    assert 40 < low < 60.5 < high < 85
    assert found.chance is not None
    assert 0.8 < found.chance < 1


def test_too_little_says_so() -> None:
    found = at_pace([TODAY] * 4, 50, TODAY, TODAY + timedelta(days=90), date(2024, 1, 1), PACE)
    assert found.total.value is None
    assert "太少" in found.text


def test_a_young_pilot_is_not_a_slow_one() -> None:
    days = [TODAY - timedelta(days=n) for n in range(10)]
    found = at_pace(days, 50, TODAY, TODAY + timedelta(days=10), TODAY - timedelta(days=9), PACE)
    assert found.total.value == 10 + 10.5
