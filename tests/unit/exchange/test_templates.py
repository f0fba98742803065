from pathlib import Path

import pytest
from openpyxl import load_workbook

from recommender.errors import SmematchError
from recommender.exchange import Kind, import_file, write_template
from recommender.exchange.declared import columns_of
from recommender.exchange.faults import FileNotReadable
from recommender.store import Store
from tests.synthetic_records import uscc


@pytest.mark.parametrize("kind", list(Kind))
def test_a_template_names_and_explains_every_column(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(kind, path)
    sheet = load_workbook(path)[kind.label]
    columns = columns_of(kind).exported(with_contact=True)
    assert [cell.value for cell in sheet[1]] == [column.header for column in columns]
    assert all(cell.comment is not None and cell.comment.text for cell in sheet[1])
    assert sheet.freeze_panes == "A2"
    required = {column.header for column in columns if column.required}
    marked = {cell.value for cell in sheet[1] if cell.comment and cell.comment.text.startswith("必填")}
    assert marked == required


@pytest.mark.parametrize("kind", list(Kind))
def test_every_drop_down_lists_what_the_import_understands(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(kind, path)
    book = load_workbook(path)
    columns = columns_of(kind).exported(with_contact=True)
    rules = book[kind.label].data_validations.dataValidation
    assert len(rules) == sum(bool(column.choices) for column in columns)
    for rule in rules:
        place = str(rule.sqref).rstrip("0123456789").split(":")[0].rstrip("0123456789")
        column = columns[book[kind.label][f"{place}1"].column - 1]
        sheet_name, _, area = rule.formula1.partition("!")
        listed = [row[0].value for row in book[sheet_name.strip("'")][area.replace("$", "")]]
        assert listed == list(column.choices)
        for name in listed:
            assert not column.read(name).problems


def test_a_filled_template_imports(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template("enterprises", path)
    book = load_workbook(path)
    sheet = book["企业"]
    places = {cell.value: cell.column for cell in sheet[1]}
    for header, value in (("统一社会信用代码", uscc(1)), ("企业名称", "合成样本企业"), ("所属区", "南沙区")):
        sheet.cell(row=2, column=places[header], value=value)
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
