"""A store to tell a course to."""

from collections.abc import Iterator

import pytest

from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution
from tests.unit.course.telling import Told


@pytest.fixture
def told(database_url: str) -> Iterator[Told]:
    """One firm with its first diagnosis, one lead unit, one vendor's product; 2026-01-05."""
    opened = Told(database_url)
    with opened.begin() as work:
        work.lead_units.put(lead_unit(1))
        work.solutions.put(solution(1))
        work.enterprises.put(enterprise(1))
        work.diagnoses.put(diagnosis(1))
    yield opened
    opened.store.dispose()
