"""The questionnaire goes out and comes back as the same diagnosis; what is wrong is named by its cell."""

import io

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from recommender.diagnosis.instrument import load_instrument
from recommender.exchange.questionnaire import FIRM, QUESTIONS, SCENARIOS, questionnaire, read_questionnaire
from recommender.sample.generator import make_enterprises
from tests.synthetic_records import enterprise, uscc

INSTRUMENT = load_instrument()


def book_of(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def column(sheet: Worksheet, header: str) -> int:
    return next(cell.column for cell in sheet[1] if cell.value == header)


@pytest.fixture
def empty() -> Workbook:
    """A questionnaire of an enterprise with day and method filled in, nothing answered."""
    book = book_of(questionnaire(enterprise(1)))
    firm = book[FIRM]
    firm.cell(2, column(firm, "评测日期")).value = "2026-03-01"
    firm.cell(2, column(firm, "方式")).value = "自评"
    return book


def tick(book: Workbook, item: str, letter: str) -> int:
    sheet = book[QUESTIONS]
    for row in range(2, sheet.max_row + 1):
        if (sheet.cell(row, 1).value, sheet.cell(row, column(sheet, "选项")).value) == (item, letter):
            sheet.cell(row, column(sheet, "符合")).value = "是"
            return row
    raise AssertionError(f"no {item} {letter}")


def test_diagnoses_come_back_as_they_went_out() -> None:
    for firm, diagnosis in make_enterprises(12, 5):
        found = read_questionnaire(questionnaire(firm, diagnosis))
        assert found.faults == ()
        assert found.diagnosis == diagnosis


def test_no_cell_changes_on_the_way() -> None:
    ((firm, diagnosis),) = make_enterprises(1, 5)
    first = questionnaire(firm, diagnosis)
    again = questionnaire(firm, read_questionnaire(first).diagnosis)
    cells = [
        [[cell.value for cell in row] for sheet in book.worksheets for row in sheet.iter_rows()]
        for book in (book_of(first), book_of(again))
    ]
    assert cells[0] == cells[1]


def test_every_question_and_scenario_is_asked(empty: Workbook) -> None:
    questions, scenarios = empty[QUESTIONS], empty[SCENARIOS]
    assert questions.max_row == 1 + sum(len(item.options) for item in INSTRUMENT.items)
    assert scenarios.max_row == 17
    assert questions.freeze_panes is not None
    assert questions.cell(1, column(questions, "符合")).comment is not None


def test_what_is_not_filled_in_is_named_and_no_fault(empty: Workbook) -> None:
    tick(empty, "network", "B")
    found = read_questionnaire(saved(empty))
    assert found.faults == ()
    assert found.diagnosis is not None
    assert found.diagnosis.uscc == uscc(1)
    assert found.diagnosis.answers == {"network": ("B",)}
    assert len(found.unanswered) == len(INSTRUMENT.items) - 1 + 16


def test_wrong_answers_are_named_by_their_row(empty: Workbook) -> None:
    single = next(item for item in INSTRUMENT.items if item.kind == "single")
    row = tick(empty, single.id, "A")
    tick(empty, single.id, "B")
    other = tick(empty, "network", "A")
    tick(empty, "network", "B")
    scenarios = empty[SCENARIOS]
    scenarios.cell(3, column(scenarios, "现在的等级")).value = "九级"
    found = read_questionnaire(saved(empty))
    assert found.diagnosis is None
    assert {(one.sheet, one.row, one.code) for one in found.faults} == {
        (QUESTIONS, row, "several_answers"),
        (QUESTIONS, other, "exclusive_answer"),
        (SCENARIOS, 3, "value_not_understood"),
    }


def test_changed_numbers_are_refused(empty: Workbook) -> None:
    empty[QUESTIONS].cell(2, 1).value = "made_up"
    found = read_questionnaire(saved(empty))
    assert [one.code for one in found.faults] == ["unknown_question"]


def test_firm_and_day_are_needed() -> None:
    found = read_questionnaire(questionnaire())
    assert [(one.sheet, one.code) for one in found.faults] == [(FIRM, "missing")]
    named = read_questionnaire(questionnaire(enterprise(1)))
    assert {one.column for one in named.faults} == {"评测日期", "方式"}
