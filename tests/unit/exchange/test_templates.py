from pathlib import Path

import pytest
from openpyxl import load_workbook

from recommender.diagnosis import load_instrument
from recommender.errors import SmematchError
from recommender.exchange import Kind, import_file, write_template
from recommender.exchange.declared import columns_of
from recommender.exchange.faults import FileNotReadable
from recommender.exchange.guidance import EXAMPLE_MARK, example_row, template_words
from recommender.store import Store
from tests.synthetic_records import enterprise, uscc


@pytest.mark.parametrize("kind", list(Kind))
def test_a_template_names_and_explains_every_column(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(kind, path)
    sheet = load_workbook(path)[kind.label]
    columns = columns_of(kind).exported(with_contact=True)
    assert [cell.value for cell in sheet[1]] == [column.header for column in columns]
    assert all(cell.comment is not None and cell.comment.text for cell in sheet[1])
    assert sheet.freeze_panes == "C2"
    for cell, column in zip(sheet[1], columns, strict=True):
        assert cell.comment is not None
        assert [part.partition("：")[0] for part in cell.comment.text.split("\n")][1] == "填什么"
        assert "用途：" in cell.comment.text
        assert cell.protection.locked
        assert sheet.column_dimensions[cell.column_letter].width >= 8, column.header
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet["A3"].protection.locked or not sheet.column_dimensions["A"].protection.locked
    required = {column.header for column in columns if column.required}
    marked = {cell.value for cell in sheet[1] if cell.comment and cell.comment.text.startswith("必填")}
    assert marked == required


@pytest.mark.parametrize("kind", list(Kind))
def test_every_drop_down_lists_what_the_import_understands(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(kind, path)
    book = load_workbook(path)
    columns = columns_of(kind).exported(with_contact=True)
    rules = [r for r in book[kind.label].data_validations.dataValidation if r.type == "list"]
    assert len(rules) == sum(bool(column.choices) for column in columns)
    for rule in rules:
        place = str(rule.sqref).rstrip("0123456789").split(":")[0].rstrip("0123456789")
        column = columns[book[kind.label][f"{place}1"].column - 1]
        sheet_name, _, area = rule.formula1.partition("!")
        listed = [row[0].value for row in book[sheet_name.strip("'")][area.replace("$", "")]]
        assert [str(name) for name in listed] == list(column.choices)
        for name in listed:
            assert not column.read(name).problems


@pytest.mark.parametrize("kind", list(Kind))
def test_every_example_is_one_that_the_import_understands(kind: Kind) -> None:
    columns = columns_of(kind).exported(with_contact=True)
    for column, example in zip(columns, example_row(kind), strict=True):
        if example and not example.startswith(EXAMPLE_MARK):
            assert not column.read(example).problems, column.header
            assert column.read(example).value is not None


def test_the_guide_explains_every_column_and_says_where_to_send(tmp_path: Path) -> None:
    write_template("solutions", tmp_path / "模板.xlsx")
    cells = [[c or "" for c in row] for row in load_workbook(tmp_path / "模板.xlsx")["填写说明"].values]
    assert template_words().version in cells[0][0]
    assert any(row[0] == "报送" for row in cells)
    named = {row[0] for row in cells}
    assert named.issuperset(c.header for c in columns_of(Kind.SOLUTIONS).exported(with_contact=True))


def test_an_example_row_that_was_filled_in_is_left_out_with_a_word(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template("needs", path)
    book = load_workbook(path)
    book["需求"]["B2"] = "真实的需求"
    book.save(path)
    report = import_file("needs", path, store)
    assert [found.code for found in report.reported] == ["example_row"]
    assert (report.rows, report.skipped, report.taken) == (1, 1, 0)


def test_options_chosen_from_the_drop_down_are_answers(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template("diagnoses", path)
    book = load_workbook(path)
    sheet = book["诊断"]
    places = {cell.value: cell.column for cell in sheet[1]}
    columns = columns_of(Kind.DIAGNOSES)
    for header, value in (("统一社会信用代码", uscc(1)), ("诊断日期", "2026-03-02")):
        sheet.cell(row=3, column=places[header], value=value)
    for item in load_instrument().items:
        column = columns.by_path(f"answers.{item.id}")
        assert column is not None
        sheet.cell(row=3, column=places[column.header], value=column.choices[-1])
    book.save(path)
    with store.begin() as unit:
        unit.enterprises.put(enterprise(1))
    assert import_file("diagnoses", path, store).created == 1
    with store.read() as unit:
        answers = unit.diagnoses.get(f"{uscc(1)}-2026-03-02").record.answers
    assert answers == {item.id: (item.options[-1].letter,) for item in load_instrument().items}


def test_a_filled_template_imports(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template("enterprises", path)
    book = load_workbook(path)
    sheet = book["企业"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for header, value in (("统一社会信用代码", uscc(1)), ("企业名称", "合成样本企业"), ("所属区", "南沙区")):
        sheet.cell(row=3, column=places[header], value=value)
    book.save(path)
    report = import_file("enterprises", path, store)
    assert (report.taken, report.rejected, report.reported) == (1, 0, ())


def test_an_empty_template_imports_nothing(store: Store, tmp_path: Path) -> None:
    write_template("needs", tmp_path / "模板.xlsx")
    report = import_file("needs", tmp_path / "模板.xlsx", store)
    assert (report.rows, report.taken) == (0, 0)


def test_a_template_of_another_kind_is_refused(store: Store, tmp_path: Path) -> None:
    write_template("needs", tmp_path / "模板.xlsx")
    with pytest.raises(SmematchError) as caught:
        import_file("lead-units", tmp_path / "模板.xlsx", store)
    assert caught.value.code == "missing_columns"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotReadable):
        write_template("needs", tmp_path / "没有" / "模板.xlsx")
