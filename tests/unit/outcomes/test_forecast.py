"""Forecasts against known answers."""

from datetime import date, timedelta

from recommender.course.project import Project, ProjectStep
from recommender.outcomes.forecast import at_pace, by_pipeline
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


def project(firm: str, *states: tuple[str, int]) -> Project:
    """A project that entered states so many days ago."""
    steps = [
        ProjectStep(state=state, stage=None, on=TODAY - timedelta(days=ago), event_id=None)
        for state, ago in states
    ]
    return Project.model_construct(enterprise=firm, steps=tuple(steps), state=states[-1][0], closed=False)


def test_projects_under_way_end_as_those_before_them() -> None:
    past = [project(f"a{n}", ("signed", 200), ("accepted", 150)) for n in range(15)]
    past += [project(f"b{n}", ("signed", 200)) for n in range(5)]
    due = TODAY + timedelta(days=100)
    done = frozenset(f"a{n}" for n in range(15))
    found = by_pipeline(past, done, 18, TODAY, due, 10)
    # Five wait in a state that led 15 of 20 to acceptance in time.
    assert found.seen == 20
    assert found.total.value == 15 + 5 * 15.5 / 21
    assert found.total.ci95[0] is not None
    assert 15 <= found.total.ci95[0] < found.total.value
    assert found.chance is not None
    assert found.chance > 0.5
    few = by_pipeline(past, done, 18, TODAY, due, 21)
    assert few.total.value is None
    assert "太少" in few.text
