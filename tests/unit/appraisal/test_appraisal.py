"""Points and grades by hand, who keeps out, evidence that is missing, appeals, as of the past."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from recommender.appraisal.evidence import Evidence
from recommender.appraisal.faults import (
    AppraisalMoveNotAllowed,
    AppraisalSheetFaulty,
    ConflictOfInterest,
    InvalidScore,
    NotTheAppraised,
    TooFewReviewers,
)
from recommender.appraisal.points import interpolated, judged_points, point_range, result_of
from recommender.appraisal.service import Appraisals
from recommender.appraisal.sheet import ReviewerRules, load_sheet, read_sheet
from recommender.learning.intervals import Figure
from recommender.subsidy_round.faults import NotTheOffice
from tests.synthetic_records import lead_unit, solution
from tests.unit.course.telling import VENDOR, Told
from tests.unit.subsidy_round.telling import CITY, claimed

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
REVIEWERS = {"E1": "某大学", "E2": "某协会", "E3": "某研究院", "E4": "合成服务商"}
BEST = {item.code: item.points for item in load_sheet("vendor").judged}


@pytest.fixture
def told(database_url: str) -> Iterator[Told]:
    opened = Told(database_url)
    with opened.begin() as work:
        work.lead_units.put(lead_unit(1, solution_ids=["SYN-S00001"]))
        work.solutions.put(solution(1))
    yield opened
    opened.store.dispose()


def opened(told: Told, **more: Any) -> Appraisals:
    service = Appraisals(told.store)
    service.open("K1", "2026年度", "vendor", YEAR, CITY, reviewers=REVIEWERS, **more)
    return service


def scored(service: Appraisals, share: str = "1") -> None:
    for reviewer in ("E1", "E2", "E3"):
        given = {code: points * Decimal(share) for code, points in BEST.items()}
        assert service.score("K1", VENDOR, reviewer, given)


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_points_of_a_measure_run_straight_between_corners() -> None:
    table = ((0.5, Decimal(0)), (0.9, Decimal(20)))
    assert [interpolated(table, value) for value in (0.2, 0.5, 0.6, 0.7, 0.9, 1.0)] == [0, 0, 5, 10, 20, 20]
    peak = ((0.0, Decimal(0)), (1.0, Decimal(10)), (2.0, Decimal(0)))
    assert point_range(peak, 0.5, 1.8) == (Decimal(2), Decimal(10))


def test_extremes_are_dropped_from_five_reviewers_on() -> None:
    rules = ReviewerRules(least=3, drop_extremes_from=5)
    assert judged_points(decimals("1", "8"), rules) is None
    assert judged_points(decimals("1", "8", "8", "9"), rules) == Decimal("6.50")
    assert judged_points(decimals("0", "8", "8", "9", "10"), rules) == Decimal("8.33")


def test_missing_evidence_is_left_out_and_the_rest_rescaled() -> None:
    sheet = load_sheet("vendor")
    given = {code: [points / 2] * 3 for code, points in BEST.items()}
    # 55 points are judged: fewer than 60 with evidence give no grade, and no total of 0.
    none = result_of(sheet, given, {})
    assert (none.counted, none.total, none.grade) == (55, None, None)
    assert none.no_grade is not None
    acceptance = Evidence(figure=Figure(value=0.95, ci95=(0.7, 1.0)), n=5)
    some = result_of(sheet, given, {"acceptance": acceptance})
    # (27.5 + 20) of 75 points; at the lower end of the interval 0.2 / 0.45 * 20 = 8.89 points.
    assert some.counted == 75
    assert some.total == Decimal("63.33")
    assert (some.low, some.high) == (Decimal("48.52"), Decimal("63.33"))
    assert (some.grade, some.grades_possible) == ("合格", ("合格", "不合格"))
    left = {item.code: item.left_out for item in some.items if item.points is None}
    assert set(left) == {"level_gain", "satisfaction"}
    few = result_of(sheet, given, {"acceptance": acceptance.model_copy(update={"n": 4})})
    assert few.total is None


@pytest.mark.parametrize(
    ("total", "grade"),
    [("90", "优秀"), ("89.99", "良好"), ("80", "良好"), ("60", "合格"), ("59.99", "不合格")],
)
def test_grades_begin_at_their_thresholds(total: str, grade: str) -> None:
    assert load_sheet("vendor").grade_of(Decimal(total)).name == grade


def test_a_bad_sheet_is_refused_with_its_place() -> None:
    def refused(change: Any) -> tuple[str, str]:
        document = load_sheet("vendor").model_dump(mode="json")
        change(document)
        with pytest.raises(AppraisalSheetFaulty) as caught:
            read_sheet(document, "vendor")
        return str(caught.value.place["field"]), caught.value.detail

    place, detail = refused(lambda d: d["dimensions"][0].update(points=16))
    assert place == "sheet.dimensions[0]"
    assert "合计 15" in detail
    place, _ = refused(lambda d: d["dimensions"][2]["items"][0].update(table=[[0.5, 0], [0.5, 20]]))
    assert place.startswith("sheet.dimensions[2].items[0]")
    place, _ = refused(lambda d: d["dimensions"][2]["items"][0].update(measure="charm"))
    assert place.endswith("measure")
    assert "从高到低" in refused(lambda d: d["grades"].reverse())[1]
    with pytest.raises(AppraisalSheetFaulty):
        read_sheet(load_sheet("vendor").model_dump(mode="json"), "lead_unit")


def test_reviewers_who_stand_near_keep_out(told: Told) -> None:
    service = opened(told)
    with pytest.raises(ConflictOfInterest, match="被考评单位"):
        service.score("K1", VENDOR, "E4", BEST)
    more = {"E5": "合成牵引单位1广州分公司"}
    service.open("K1", "2026年度", "vendor", YEAR, CITY, reviewers=more)
    with pytest.raises(ConflictOfInterest, match="牵引单位"):
        service.score("K1", VENDOR, "E5", BEST)
    assert service.score("K1", VENDOR, "E4", {}, recused=True)
    assert service.show("K1").rows[0].scored == 0


def test_points_out_of_their_limits_are_refused(told: Told) -> None:
    service = opened(told)
    for change in ({"benefit": Decimal("15.1")}, {"benefit": Decimal("1.05")}, {"acceptance": Decimal(1)}):
        with pytest.raises(InvalidScore) as caught:
            service.score("K1", VENDOR, "E1", BEST | change)
        assert caught.value.place["field"] == f"points.{next(iter(change))}"
    with pytest.raises(InvalidScore, match="没有得分"):
        service.score("K1", VENDOR, "E1", {"benefit": Decimal(3)})
    with pytest.raises(NotTheOffice):
        service.score("K1", VENDOR, "E1", BEST, actor="E2")


def test_from_opening_to_an_appeal_and_back_in_time(told: Told) -> None:
    for number in range(1, 6):
        claimed(told, number, partner=VENDOR)
    told.at("2026-11-01")
    service = opened(told)
    with pytest.raises(TooFewReviewers, match="合成服务商"):
        service.publish("K1", CITY)
    scored(service, "0.4")
    assert service.show("K1").rows[0].result is None
    with pytest.raises(NotTheOffice):
        service.draft("K1", "440113")
    before = told.now
    told.at("2026-11-10")
    row = service.publish("K1", CITY).rows[0]
    assert row.result is not None
    drafted = service.draft("K1", CITY, before).rows[0].result
    assert drafted is not None
    assert drafted.model_dump() == row.result.model_dump()
    assert row.rank == 1
    by_code = {item.code: item for item in row.result.items}
    assert by_code["satisfaction"].left_out is not None
    assert by_code["acceptance"].n == 5
    assert service.show("K1", before).rows[0].result is None
    with pytest.raises(AppraisalMoveNotAllowed, match="公布"):
        service.score("K1", VENDOR, "E1", BEST)
    with pytest.raises(NotTheAppraised):
        service.appeal("K1", VENDOR, ["benefit"], "有合同为证", CITY)
    told.at("2026-11-20")
    assert service.appeal("K1", VENDOR, ["benefit"], "有合同为证", VENDOR).rows[0].state == "appealed"
    with pytest.raises(ConflictOfInterest):
        service.decide(
            "K1", VENDOR, f"{CITY}:E1", upheld=True, reason="属实", points={"benefit": Decimal(15)}
        )
    with pytest.raises(InvalidScore, match="没有对"):
        service.decide("K1", VENDOR, f"{CITY}:甲", upheld=True, reason="属实", points={"team": Decimal(1)})
    told.at("2026-11-25")
    final = service.decide(
        "K1", VENDOR, f"{CITY}:甲", upheld=True, reason="属实", points={"benefit": Decimal(15)}
    ).rows[0]
    assert final.state == "final"
    assert final.result is not None
    assert row.result.total is not None
    # 15 instead of 6 points of 90 that count.
    assert final.result.counted == 90
    assert final.result.total == row.result.total + 10
    assert service.show("K1", told.now.replace(day=12)).rows[0].result == row.result
    with pytest.raises(AppraisalMoveNotAllowed):
        service.appeal("K1", VENDOR, ["support"], "再申诉", VENDOR)


def test_a_final_bad_grade_is_a_proposal_only(told: Told) -> None:
    for number in range(1, 6):
        claimed(told, number, partner=VENDOR)
    told.at("2026-11-01")
    service = opened(told)
    scored(service, "0")
    service.publish("K1", CITY)
    assert service.consequences() == ()
    told.at("2026-11-12")
    with pytest.raises(AppraisalMoveNotAllowed, match="申诉期到 2026-11-11"):
        service.appeal("K1", VENDOR, ["benefit"], "晚了", VENDOR)
    (one,) = service.consequences()
    assert (one.unit, one.grade, one.proposes, one.final_on) == (VENDOR, "不合格", "warn", date(2026, 11, 12))
    with told.store.read() as work:
        stored = work.solutions.get("SYN-S00001")
    assert stored is not None
    assert stored.record.audit_state == "admitted"
