"""What is reconstructed as of a past moment equals, to the byte, the snapshot taken at that moment."""

from datetime import datetime

import pytest

from recommender.course.compiling import case_file
from recommender.course.projects import projects
from tests.unit.course.histories import History, filled_pool
from tests.unit.course.telling import Told

HISTORIES = 200
STEPS = 5


@pytest.mark.slow
def test_as_of_equals_the_snapshot_on_random_histories(database_url: str) -> None:
    told = Told(database_url)
    filled_pool(told)
    snapshots: list[tuple[str, datetime, str]] = []
    stages = set()
    for number in range(1, HISTORIES + 1):
        history = History(told, number)
        for _ in range(STEPS):
            with told.store.read() as work:
                file = case_file(work, history.firm)
            stages |= {standing.state for standing in file.standings}
            snapshots.append((history.firm, told.now, file.model_dump_json()))
            history.step()
    with told.store.read() as work:
        for firm, moment, taken in snapshots:
            assert case_file(work, firm, moment).model_dump_json() == taken, (firm, moment)
    told.store.dispose()
    # The histories get about: otherwise equality would say little.
    assert len(snapshots) == HISTORIES * STEPS
    assert len(stages) >= 12
    assert len({taken for _, _, taken in snapshots}) == len(snapshots)


def test_projects_of_all_as_of_a_moment_equal_what_they_were(database_url: str) -> None:
    told = Told(database_url)
    filled_pool(told)
    histories = [History(told, number) for number in range(1, 11)]
    taken = []
    for _ in range(12):
        for history in histories:
            history.step()
        with told.store.read() as work:
            taken.append((told.now, projects(work)))
        told.later(minutes=1)
    with told.store.read() as work:
        for moment, rows in taken:
            assert projects(work, moment) == rows
            one = histories[3].firm
            assert projects(work, moment, uscc=one) == [row for row in rows if row.enterprise == one]
    told.store.dispose()
