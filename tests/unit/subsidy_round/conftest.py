"""A store to tell claims to."""

from collections.abc import Iterator

import pytest

from tests.synthetic_records import lead_unit, solution
from tests.unit.course.telling import Told


@pytest.fixture
def told(database_url: str) -> Iterator[Told]:
    """One lead unit and one vendor's product; 2026-01-05."""
    opened = Told(database_url)
    with opened.begin() as work:
        work.lead_units.put(lead_unit(1))
        work.solutions.put(solution(1))
    yield opened
    opened.store.dispose()
