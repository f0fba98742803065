"""Promoting and rolling back while requests come in: none fails, and each is by one model from end to end."""

import pytest

from recommender.settings import Settings
from tests.benchmarks.promotion_under_load import measure


@pytest.mark.slow
def test_no_request_fails_while_the_model_changes(settings: Settings) -> None:
    report = measure(settings, seconds=2.5, threads=3, every=0.2, workers=2, sample=30)
    assert report["failed"] == report["by_neither_model"] == report["inconsistent"] == 0, report
    assert report["requests"] > 40
    assert report["switches"] >= 4
    assert report["damaged_pointers"] >= 2
    assert set(report["by_model"]) == {"load-a", "load-b"}
