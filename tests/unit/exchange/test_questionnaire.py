"""The diagnosis questionnaire: what an owner fills in comes back as a diagnosis, faults by sheet and cell."""

import io
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from recommender.diagnosis import load_instrument
from recommender.domain import Diagnosis
from recommender.errors import NotFound
from recommender.exchange import ImportReport, Kind, import_file
from recommender.exchange.questionnaire import (
    ANSWER,
    BASICS,
    ITEMS,
    KEY,
    SCENARIOS,
    TICKS,
    StartedForm,
    started_form,
)
from recommender.exchange.questionnaire_workbook import questionnaire_workbook
from recommender.exchange.rejected import RejectedRows, error_workbook
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, diagnosis, enterprise, uscc

INSTRUMENT = load_instrument()


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def answer_cells(book: Workbook) -> Iterator[tuple[str, Any]]:
    """Key and answer cell of every line."""
    for title in (BASICS, ITEMS, SCENARIOS):
        headers = [cell.value for cell in book[title][2]]
        for row in book[title].iter_rows(min_row=3):
            if row[headers.index(KEY)].value:
                yield str(row[headers.index(KEY)].value), row[headers.index(ANSWER)]


def filled(data: bytes, answers: dict[str, object]) -> tuple[bytes, dict[str, str]]:
    """Fill in answers by key; return the file and where each of them stands."""
    book = opened(data)
    places = {}
    for key, cell in answer_cells(book):
        if key in answers:
            cell.value = answers[key]
            places[key] = f"{cell.parent.title}!{cell.coordinate}"
    assert places.keys() == answers.keys()
    return saved(book), places


def back(store: Store, data: bytes, **more: Any) -> ImportReport:
    return import_file(Kind.DIAGNOSES, data, store, name="问卷.xlsx", **more)


def empty() -> bytes:
    return questionnaire_workbook(StartedForm(enterprise(1)))


def started(store: Store, correcting: str | None = None) -> bytes:
    with store.read() as unit:
        return questionnaire_workbook(started_form(unit, uscc(1), correcting))


@pytest.fixture
def known(store: Store) -> Store:
    with store.begin() as unit:
        unit.enterprises.put(enterprise(1))
    return store


def test_every_item_and_scenario_stands_with_wording_options_reason_and_evidence() -> None:
    book = opened(questionnaire_workbook())
    told = {title: [list(row) for row in book[title].values] for title in (ITEMS, SCENARIOS)}
    cells = {str(cell) for rows in told.values() for row in rows for cell in row if cell}
    text = "\n".join(cells)
    keys = {key for key, _ in answer_cells(book)}
    for item in INSTRUMENT.items:
        for part in (item.question, item.explanation, *item.evidence, *(o.text for o in item.options)):
            assert part in text, part
        multi = {f"answers.{item.id}#{option.letter}" for option in item.options}
        assert (multi if item.kind == "multi" else {f"answers.{item.id}"}) <= keys
    for scenario in INSTRUMENT.scenarios:
        assert f"scenarios.{scenario.id}" in keys
        for level in scenario.levels:
            assert f"：{level.text}" in text
    assert sum(row[3] == "单选" for row in told[ITEMS]) == sum(i.kind == "single" for i in INSTRUMENT.items)


def test_every_answer_has_a_drop_down_in_words_that_the_import_understands(known: Store) -> None:
    book = opened(empty())
    choices = book["_选项"]
    lists: dict[str, list[str]] = {}
    for title in (ITEMS, SCENARIOS):
        for rule in book[title].data_validations.dataValidation:
            area = rule.formula1.split("!")[1].replace("$", "")
            lists[f"{title}!{rule.sqref}"] = [row[0].value for row in choices[area]]
    last: dict[str, object] = {"assessed_on": date(2026, 4, 1)}
    for key, cell in answer_cells(book):
        if cell.parent.title != BASICS:
            last[key] = lists[f"{cell.parent.title}!{cell.coordinate}"][0 if "#" in key else -1]
    for item in INSTRUMENT.items:
        if item.exclusive:
            last[f"answers.{item.id}#{item.exclusive}"] = "否"
    data, _ = filled(empty(), last)
    report = back(known, data)
    assert (report.created, report.rejected, report.warnings) == (1, 0, 0), report.reported
    made = stored(known, f"{uscc(1)}-2026-04-01").record
    assert set(made.scenarios.values()) == {4}
    assert made.answers["data_collection"] == tuple("BCDEFGHIJKLMNO")
    assert made.answers["equipment_connected"] == ("E",)
    assert made.synthetic


def stored(store: Store, key: str) -> Any:
    with store.read() as unit:
        found = unit.diagnoses.get(key)
    assert found is not None
    return found


answers = st.fixed_dictionaries(
    {},
    optional={
        item.id: st.sampled_from([o.letter for o in item.options]).map(lambda letter: [letter])
        if item.kind == "single"
        else st.one_of(
            st.just([item.exclusive]),
            st.lists(
                st.sampled_from([o.letter for o in item.options if o.letter != item.exclusive]),
                min_size=1,
                unique=True,
            ).map(sorted),
        )
        for item in INSTRUMENT.items
    },
)
grades = st.dictionaries(st.sampled_from([s.id for s in INSTRUMENT.scenarios]), st.integers(0, 4))


def test_a_round_trip_of_any_diagnosis_changes_no_cell(known: Store) -> None:
    @settings(max_examples=12, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(answers, grades, st.sampled_from(["self", "on_site"]))
    def holds(told: dict[str, list[str]], scenarios: dict[str, int], method: str) -> None:
        record = Diagnosis.model_validate(
            diagnosis(1).model_dump() | {"answers": told, "scenarios": scenarios, "method": method}
        )
        with known.begin() as unit:
            unit.diagnoses.put(record)
        before = started(known, record.id)
        report = back(known, before)
        assert (report.unchanged, report.warnings, report.conflicts) == (1, 0, ()), report.reported
        after = started(known, record.id)
        assert [c.value for _, c in answer_cells(opened(after))] == [
            c.value for _, c in answer_cells(opened(before))
        ]

    holds()


def test_previous_answers_are_filled_in_and_become_a_new_diagnosis(known: Store) -> None:
    with known.begin() as unit:
        unit.diagnoses.put(diagnosis(1))
    data, _ = filled(
        started(known),
        {"assessed_on": "2026-5-6", "answers.network#A": "否", "answers.network#B": "是"},
    )
    assert back(known, data).created == 1
    new = stored(known, f"{uscc(1)}-2026-05-06").record
    assert new.answers == diagnosis(1).answers | {"network": ("B",)}
    assert new.scenarios == diagnosis(1).scenarios
    assert stored(known, diagnosis(1).id).record == diagnosis(1)


def test_faults_are_told_by_sheet_row_and_cell_and_marked_in_the_form(known: Store) -> None:
    data, places = filled(
        empty(),
        {
            "assessed_on": "昨天",
            "answers.equipment_connected": "差不多",
            "answers.network#C": "也许",
            "answers.network_security#A": "是",
            "scenarios.quality": "五级",
        },
    )
    kept = RejectedRows()
    report = back(known, data, rejected=kept)
    assert (report.rows, report.rejected) == (1, 1)
    told = {found.column: found for found in report.reported if found.severity == "error"}
    for key in ("assessed_on", "answers.equipment_connected", "answers.network#C", "scenarios.quality"):
        found = told[places[key]]
        assert found.row == int("".join(filter(str.isdigit, places[key])))
    marked = opened(error_workbook(Kind.DIAGNOSES, kept, report.reported, SERVED_AT))
    sheet, cell = places["answers.network#C"].split("!")
    comment = marked[sheet][cell].comment
    assert comment is not None
    assert "也许" in comment.text
    assert len(marked[ITEMS].data_validations.dataValidation) > 0


def test_what_contradicts_itself_is_refused_at_its_line(known: Store) -> None:
    form = empty()
    day = {"assessed_on": date(2026, 4, 1)}
    both, places = filled(form, day | {"answers.network#A": "是", "answers.network#B": "是"})
    report = back(known, both)
    assert [(f.code, f.column) for f in report.reported] == [
        ("exclusive_option", places["answers.network#A"])
    ]
    network = next(item for item in INSTRUMENT.items if item.id == "network")
    nothing, _ = filled(form, day | {f"answers.network#{o.letter}": "否" for o in network.options})
    assert [f.code for f in back(known, nothing).reported] == ["no_option"]


def test_all_no_is_none_and_half_a_no_is_no_answer_both_said(known: Store) -> None:
    network = next(item for item in INSTRUMENT.items if item.id == "network")
    others: dict[str, object] = {
        f"answers.network#{option.letter}": TICKS[1]
        for option in network.options
        if option.letter != network.exclusive
    }
    data, _ = filled(
        empty(),
        others | {"assessed_on": date(2026, 4, 1), "answers.data_security#B": "否"},
    )
    report = back(known, data)
    assert sorted(found.code for found in report.reported) == ["partly_answered", "taken_as_none"]
    assert stored(known, f"{uscc(1)}-2026-04-01").record.answers == {"network": ("A",)}


def test_a_missing_day_or_code_is_told_of_its_cell(known: Store) -> None:
    report = back(known, empty())
    (found,) = report.reported
    assert (found.code, found.column) == ("missing", f"{BASICS}!B4")
    data, _ = filled(questionnaire_workbook(), {"assessed_on": date(2026, 4, 1)})
    assert back(known, data).reported[0].column == f"{BASICS}!B3"


def test_a_correction_merges_with_what_changed_meanwhile(known: Store) -> None:
    with known.begin() as unit:
        unit.diagnoses.put(diagnosis(1))
    form = started(known, diagnosis(1).id)
    data, places = filled(form, {"scenarios.quality": "二级"})
    with known.begin() as unit:
        unit.diagnoses.put(diagnosis(1, scenarios={"quality": 3, "planning_scheduling": 0}))
    report = back(known, data)
    assert [(c.field, c.stored, c.file) for c in report.conflicts] == [("scenarios.quality", "3", "2")]
    assert places["scenarios.quality"].startswith(SCENARIOS)
    with known.begin() as unit:
        unit.diagnoses.put(diagnosis(1, answers={"network": ["B"], "planning": ["B"]}))
    assert back(known, data).merged == 1
    now = stored(known, diagnosis(1).id).record
    assert (now.answers["network"], now.scenarios["quality"]) == (("B",), 2)


def test_a_form_of_nobody_or_of_another_enterprise_is_refused(known: Store) -> None:
    with known.begin() as unit:
        unit.diagnoses.put(diagnosis(1))
    with known.read() as unit:
        for uscc_, key in ((uscc(2), None), (None, "nothing"), (uscc(2), diagnosis(1).id)):
            with pytest.raises(NotFound):
                started_form(unit, uscc_, key)
