"""The worklist: who stands where, how long, what is overdue."""

from datetime import UTC, date, datetime

import pytest

from recommender.course.service import BadMoment, CourseService, UnknownStage
from recommender.course.standing import stage_of
from recommender.course.worklist import WorkFilter
from tests.synthetic_records import enterprise, uscc
from tests.unit.course.histories import History, filled_pool
from tests.unit.course.telling import DISTRICT, FIRM, UNIT, Told


def test_one_line_for_each_project_and_for_each_firm_without_one(told: Told) -> None:
    with told.begin() as work:
        work.enterprises.put(enterprise(2))
    told.event("contract", project="P1")
    told.event("contract", project="P2", object="SYN-V1")
    service = CourseService(told.store)
    found = service.worklist()
    assert {(one.enterprise, one.standing.project, one.partner_name) for one in found.entries} == {
        (uscc(2), None, None),
        (FIRM, "P1", "合成牵引单位1（合成样本）"),
        (FIRM, "P2", "合成服务商"),
    }
    assert len(found.entries) == 3
    assert {count.name: count.standing for count in found.counts if count.standing} == {
        "企业档案": 1,
        "项目备案": 2,
    }
    told.at("2026-02-15")
    late = service.worklist(WorkFilter(overdue=True, stage="filing")).entries
    assert [one.standing.overdue_days for one in late] == [11, 11]
    assert service.worklist(WorkFilter(partner=UNIT)).entries[0].standing.project == "P1"
    assert service.worklist(WorkFilter(district="440118")).entries[0].enterprise == uscc(2)
    told.event("withdrawn", project="P1")
    assert len(service.worklist(WorkFilter(closed=True)).entries) == 1


def test_the_remembered_list_follows_records_events_and_days(told: Told) -> None:
    service = CourseService(told.store)
    assert service.worklist().entries[0].standing.state == "assessed"
    told.event("pilot_applied", object=DISTRICT)
    assert service.worklist().entries[0].standing.state == "applied"
    with told.begin() as work:
        work.enterprises.put(enterprise(1, name="改名后"))
    assert service.worklist().entries[0].name == "改名后"
    told.at("2026-01-26")
    assert service.worklist().entries[0].standing.overdue_days == 1


@pytest.mark.parametrize(
    ("reported", "looked", "days"),
    [
        # 23:59 and 00:01 in Guangzhou are two days, whatever UTC says.
        (datetime(2026, 1, 10, 15, 59, tzinfo=UTC), datetime(2026, 1, 10, 16, 1, tzinfo=UTC), 1),
        (datetime(2026, 1, 10, 16, 1, tzinfo=UTC), datetime(2026, 1, 11, 15, 59, tzinfo=UTC), 0),
    ],
)
def test_days_are_those_of_guangzhou(told: Told, reported: datetime, looked: datetime, days: int) -> None:
    told.now = reported
    told.event("contract", project="P1")
    told.now = looked
    with told.store.read() as work:
        assert stage_of(work, FIRM)[0].days == days


def test_the_list_says_the_same_as_each_enterprise_alone(database_url: str) -> None:
    told = Told(database_url)
    filled_pool(told)
    histories = [History(told, number) for number in range(1, 21)]
    for history in histories:
        for _ in range(8):
            history.step()
    entries = CourseService(told.store).worklist().entries
    with told.store.read() as work:
        for history in histories:
            alone = stage_of(work, history.firm)
            listed = [one.standing for one in entries if one.enterprise == history.firm]
            assert sorted(listed, key=repr) == sorted(alone, key=repr)
    told.store.dispose()


def test_wrong_questions(told: Told) -> None:
    service = CourseService(told.store)
    with pytest.raises(UnknownStage, match="archive（企业档案）"):
        service.worklist(WorkFilter(stage="x"))
    with pytest.raises(BadMoment, match="将来"):
        service.case_file(FIRM, date(2026, 1, 6))
    with pytest.raises(BadMoment, match="时区"):
        service.case_file(FIRM, datetime(2026, 1, 5))  # noqa: DTZ001
    assert service.case_file(FIRM, date(2026, 1, 5)).today == date(2026, 1, 5)
