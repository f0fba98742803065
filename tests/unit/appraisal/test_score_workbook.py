"""A reviewer's workbook: nothing changes on the way back, faults have their cell, both sides are merged."""

import io
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook

from recommender.appraisal.service import Appraisals
from recommender.errors import InvalidInput
from recommender.exchange.conflicts import resolver
from tests.synthetic_records import lead_unit, solution
from tests.unit.appraisal.test_appraisal import BEST, REVIEWERS, YEAR
from tests.unit.course.telling import VENDOR, Told
from tests.unit.subsidy_round.telling import CITY

HEADER = "让利优惠（15分）"


@pytest.fixture
def service(database_url: str) -> Iterator[Appraisals]:
    told = Told(database_url)
    with told.begin() as work:
        work.lead_units.put(lead_unit(1))
        work.solutions.put(solution(1))
        work.solutions.put(solution(2, provider={"id": "SYN-V2", "name": "另一合成服务商"}))
    made = Appraisals(told.store)
    made.open("K1", "2026年度", "vendor", YEAR, CITY, reviewers=REVIEWERS)
    yield made
    told.store.dispose()


def edited(data: bytes, change: Callable[[Any, dict[str, int]], None]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    sheet = book["评分"]
    change(sheet, {cell.value: cell.column for cell in sheet[1]})
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def row_of(sheet: Any, unit: str) -> int:
    return next(row[0].row for row in sheet.iter_rows(min_row=2) if row[0].value == unit)


def setting(unit: str, header: str, value: object) -> Callable[[Any, dict[str, int]], None]:
    def change(sheet: Any, places: dict[str, int]) -> None:
        sheet.cell(row_of(sheet, unit), places[header]).value = value

    return change


def values(data: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(data))["评分"].iter_rows(values_only=True))


def test_nothing_changes_on_the_way_back(service: Appraisals) -> None:
    halves = {code: points / 2 for code, points in BEST.items()}
    service.score("K1", VENDOR, "E1", halves, remark="=合同齐全")
    service.score("K1", "SYN-V2", "E1", {}, recused=True)
    service.report("K1", VENDOR, "本年服务12家", VENDOR)
    before = service.workbook("K1", "E1")
    assert "本年服务12家" in values(before)[1]
    report = service.take_workbook("K1", "E1", before, actor=CITY)
    assert (report.rows, report.unchanged, report.warnings, report.reported) == (2, 2, 0, ())
    assert values(service.workbook("K1", "E1")) == values(before)


def test_the_sheet_guides_and_limits(service: Appraisals) -> None:
    sheet = load_workbook(io.BytesIO(service.workbook("K1", "E1")))["评分"]
    assert sheet.freeze_panes == "A2"
    header = next(cell for cell in sheet[1] if cell.value == HEADER)
    assert "材料：报价单" in header.comment.text
    kinds = {(rule.type, rule.formula2) for rule in sheet.data_validations.dataValidation}
    assert {("decimal", "15"), ("list", None)} <= kinds
    # E4 belongs to the first vendor; whoever must keep out is not asked.
    units = [row[0] for row in values(service.workbook("K1", "E4"))[1:]]
    assert VENDOR not in units


def test_rows_are_taken_skipped_and_refused_with_their_cell(service: Appraisals) -> None:
    def fill(sheet: Any, places: dict[str, int]) -> None:
        for header, column in places.items():
            if "分）" in header:
                sheet.cell(row_of(sheet, VENDOR), column).value = 3.5

    filled = edited(service.workbook("K1", "E1"), fill)
    tried = service.take_workbook("K1", "E1", filled, dry_run=True)
    assert (tried.created, tried.skipped) == (1, 1)
    assert service.take_workbook("K1", "E1", filled).created == 1
    again = service.take_workbook("K1", "E1", filled)
    assert (again.unchanged, again.created, again.conflicting) == (1, 0, 0)
    for value, code in ((15.5, "invalid_score"), ("很好", "not_a_number"), (1.25, "invalid_score")):
        bad = edited(service.workbook("K1", "E1"), setting(VENDOR, HEADER, value))
        report = service.take_workbook("K1", "E1", bad)
        (finding,) = report.reported
        assert (finding.code, finding.column, finding.value) == (code, HEADER, str(value))
        assert report.rejected == 1


def test_what_both_changed_is_a_conflict(service: Appraisals) -> None:
    service.score("K1", VENDOR, "E1", BEST)
    book = service.workbook("K1", "E1")
    service.score("K1", VENDOR, "E1", BEST | {"benefit": Decimal(9)})
    other = edited(book, setting(VENDOR, "评审意见", "补充"))
    assert service.take_workbook("K1", "E1", other).merged == 1
    both = edited(book, setting(VENDOR, HEADER, 4))
    report = service.take_workbook("K1", "E1", both)
    (conflict,) = report.conflicts
    assert (conflict.base, conflict.stored, conflict.file) == ("15.0", "9.0", "4.0")
    assert service.take_workbook("K1", "E1", both, resolve=resolver("theirs")).updated == 1
    with pytest.raises(InvalidInput, match="不是给评审人 E2"):
        service.take_workbook("K1", "E2", book)
