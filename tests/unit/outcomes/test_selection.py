"""Candidates by outcome, limits, and the decisions of people."""

from collections.abc import Iterator

import pytest

from recommender.outcomes.service import CandidateBlocked, NotChosen, Outcomes, UnknownCandidate
from recommender.outcomes.workbook import candidates_workbook
from recommender.subsidy_round.faults import NotTheOffice
from tests.synthetic_records import lead_unit, solution, uscc
from tests.unit.course.telling import Told
from tests.unit.subsidy_round.telling import CITY, claimed


@pytest.fixture
def told(database_url: str) -> Iterator[Told]:
    opened = Told(database_url)
    with opened.begin() as work:
        work.lead_units.put(lead_unit(1))
        work.solutions.put(solution(1))
    yield opened
    opened.store.dispose()


def test_cases_are_ranked_limited_and_chosen_by_people(told: Told) -> None:
    keys = [claimed(told, number, level=4 if number < 3 else 3) for number in range(1, 7)]
    service = Outcomes(told.store)
    found = service.candidates("benchmark_case")
    assert {one.id for one in found.items[:2]} == set(keys[:2])
    best = found.items[0]
    gain = best.figures["level_gain"]
    # Drawn towards the mean of all: less than what the two best show.
    assert gain.value is not None
    assert gain.value < 4
    assert gain.ci95[0] is not None
    assert "材料：验收" in best.missing
    assert "数据：满意度" in best.missing
    # One district and one lead unit: no more than four fit.
    assert sum(one.proposed for one in found.items) == 4
    for key in keys[:4]:
        service.select("benchmark_case", key, CITY)
    with pytest.raises(CandidateBlocked, match="最多4个"):
        service.select("benchmark_case", keys[4], CITY)
    before = told.now
    told.later(hours=1)
    service.remove("benchmark_case", keys[0], CITY, "成效回落")
    assert len(service.select("benchmark_case", keys[4], CITY).items) == 4
    assert {one.candidate for one in service.chosen(None, before).items} == set(keys[:4])
    assert candidates_workbook(service.candidates("benchmark_case"))[:2] == b"PK"


def test_illegal_decisions_write_nothing(told: Told) -> None:
    low = claimed(told, 1, level=1)
    service = Outcomes(told.store)
    with told.store.read() as work:
        last = work.events.last_sequence()
    with pytest.raises(UnknownCandidate):
        service.select("benchmark_case", f"{uscc(9)}:P1", CITY)
    with pytest.raises(UnknownCandidate):
        service.select("benchmark_case", low, CITY)
    with pytest.raises(NotTheOffice):
        service.select("benchmark_case", low, "440113")
    with pytest.raises(NotChosen):
        service.remove("benchmark_case", low, CITY, "没有选定")
    with told.store.read() as work:
        assert work.events.last_sequence() == last


def test_several_choices_at_once_keep_to_the_limits_together(told: Told) -> None:
    keys = [claimed(told, number, level=3) for number in range(1, 7)]
    service = Outcomes(told.store)
    with pytest.raises(CandidateBlocked, match="最多4个"):
        service.select_many("benchmark_case", keys[:5], CITY)
    assert service.chosen().items == ()
    service.select("benchmark_case", keys[1], CITY)
    assert {one.candidate for one in service.select_many("benchmark_case", keys[:4], CITY).items} == set(
        keys[:4]
    )
