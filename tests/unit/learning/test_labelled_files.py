from pathlib import Path

import pytest

from recommender.errors import SmematchError
from recommender.learning.labelled_files import read_demands, read_grades, read_needs, read_solutions

from .pages import graded_files, jsonl, needs_file, solutions_file, table


def test_title_is_the_name_and_unknown_fields_are_not_read(tmp_path: Path) -> None:
    path = solutions_file(tmp_path, {"id": "SYN-S9", "title": "合成样本", "text": "", "crawler": "x"})
    solutions = read_solutions(path)
    assert [solution.id for solution in solutions] == ["SYN-S1", "SYN-S2", "SYN-S3", "SYN-S4", "SYN-S9"]
    assert solutions[-1].name == "合成样本"
    assert solutions[-1].in_scope


def test_the_heading_of_the_right_page_never_leaves_the_file(tmp_path: Path) -> None:
    path = needs_file(
        tmp_path, {"id": "SYN-N9", "text": "交期乱", "solution_id": "SYN-S1", "scenario_title": "答案"}
    )
    assert "答案" not in "".join(need.model_dump_json() for need in read_needs(path))


def test_demands_and_grades(tmp_path: Path) -> None:
    demands, grades = graded_files(tmp_path, count=2)
    assert [demand.demand_id for demand in read_demands(demands)] == ["SYN-D000", "SYN-D001"]
    assert [row.grade for row in read_grades(grades)] == [4, 2, 1, 1] * 2


def test_a_blank_text_is_an_empty_one(tmp_path: Path) -> None:
    path = table(tmp_path / "d.csv", ("demand_id", "title", "text"), [("D1", "合成", "")])
    assert read_demands(path)[0].text == ""


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('{"id": "SYN-N9", "text": "", "solution_id": "SYN-S1"}', "text"),
        ('{"id": "SYN-N9", "solution_id": "SYN-S1"}', "text"),
        ('{"id": "SYN-N9", "text": 7, "solution_id": "SYN-S1"}', "text"),
    ],
)
def test_a_bad_need_is_named_by_line_and_field(tmp_path: Path, line: str, column: str) -> None:
    path = needs_file(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(SmematchError) as caught:
        read_needs(path)
    assert caught.value.code == "unusable_row"
    assert caught.value.place == {"file": "needs.jsonl", "row": 6, "column": column}
    assert "第6行" in caught.value.detail


def test_a_line_that_is_not_json(tmp_path: Path) -> None:
    path = tmp_path / "needs.jsonl"
    path.write_text('{"id": "SYN-N1", "text": "甲"}\n{"id": \n', encoding="utf-8")
    with pytest.raises(SmematchError, match="JSON") as caught:
        read_needs(path)
    assert caught.value.place == {"file": "needs.jsonl", "row": 2}


@pytest.mark.parametrize("grade", ["5", "0", "高", "", "1.5"])
def test_a_grade_must_be_one_to_four(tmp_path: Path, grade: str) -> None:
    header = ("demand_id", "supply_id", "supply_title", "grade")
    path = table(tmp_path / "g.csv", header, [("D1", "A1", "合成", "2"), ("D1", "A2", "合成", grade)])
    with pytest.raises(SmematchError) as caught:
        read_grades(path)
    assert caught.value.code == "unusable_row"
    assert caught.value.place == {"file": "g.csv", "row": 3, "column": "grade"}


def test_a_missing_column(tmp_path: Path) -> None:
    path = table(tmp_path / "g.csv", ("demand_id", "supply_id", "supply_title"), [("D1", "A1", "合成")])
    with pytest.raises(SmematchError, match="grade") as caught:
        read_grades(path)
    assert caught.value.code == "missing_columns"


def test_a_row_must_not_count_twice(tmp_path: Path) -> None:
    row = {"id": "SYN-N1", "text": "又一次", "solution_id": "SYN-S1"}
    with pytest.raises(SmematchError) as caught:
        read_needs(needs_file(tmp_path, row))
    assert caught.value.code == "repeated_row"
    assert caught.value.place["row"] == 6


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.jsonl", None, "file_not_readable"),
        ("needs.pdf", "%PDF", "unknown_format"),
        ("empty.jsonl", " \n", "empty_file"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, content: str | None, code: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(SmematchError) as caught:
        read_needs(path)
    assert caught.value.code == code
    assert caught.value.place["file"] == name


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "solutions.jsonl", [{"text": "没有编号"}])
    with pytest.raises(SmematchError) as caught:
        read_solutions(path)
    assert caught.value.place["row"] == 1
