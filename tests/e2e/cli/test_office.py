"""Offline work of a district, error workbooks, letters and tables from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.e2e.cli.conftest import Run

Document = Callable[..., dict[str, Any]]


def edit(path: str, **cells: object) -> str:
    """Set cells of the second row by header; return the credit code that stands there."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    places = {str(cell.value): cell.column for cell in sheet[1]}
    for header, value in cells.items():
        sheet.cell(2, places[header]).value = value  # type: ignore[assignment]
    book.save(path)
    return str(sheet.cell(2, places.get("统一社会信用代码", 1)).value)


@pytest.mark.usefixtures("home")
def test_a_district_works_offline_and_a_person_decides_the_conflict(document: Document) -> None:
    document("export", "enterprises", "番禺.xlsx", "--where", "所属区=番禺区")
    document("export", "enterprises", "市.xlsx")
    uscc = edit("番禺.xlsx", 从业人员=77)
    rows = load_workbook("市.xlsx").worksheets[0]
    assert rows["A2"].value is not None
    city = load_workbook("市.xlsx")
    sheet = city.worksheets[0]
    staff = next(cell.column for cell in sheet[1] if cell.value == "从业人员")
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, 1).value == uscc:
            sheet.cell(row, staff).value = 55
    city.save("市.xlsx")
    (first,) = document("import", "enterprises", "市.xlsx")["files"]
    assert (first["updated"], first["conflicts"]) == (1, [])
    (second,) = document("import", "enterprises", "番禺.xlsx", "--conflicts", "冲突.xlsx")["files"]
    (conflict,) = second["conflicts"]
    assert (conflict["key"], conflict["stored"], conflict["file"]) == (uscc, "55", "77")
    edit("冲突.xlsx", 采用="文件")
    (third,) = document("import", "enterprises", "番禺.xlsx", "--resolve", "冲突.xlsx")["files"]
    assert (third["updated"], third["conflicting"]) == (1, 0)


@pytest.mark.usefixtures("home")
def test_refused_rows_come_back_as_a_workbook(run: Run, document: Document) -> None:
    Path("企业.csv").write_text("统一社会信用代码,企业名称,从业人员\n123,合成样本厂,很多\n", encoding="utf-8")
    assert run("import", "enterprises", "企业.csv", "--errors", "错误.xlsx").exit_code == 1
    sheet = load_workbook("错误.xlsx")["企业"]
    assert sheet["C2"].comment is not None
    assert run("import", "enterprises", "a.csv", "b.csv", "--errors", "错误.xlsx").exit_code == 2


@pytest.mark.usefixtures("home")
def test_letters_and_tables_are_files(run: Run, document: Document) -> None:
    document("export", "enterprises", "番禺.xlsx", "--where", "所属区=番禺区")
    uscc = edit("番禺.xlsx")
    document("letter", "result", "--enterprise", uscc, "告知书.docx")
    document("letter", "district", "番禺区", "汇总.docx")
    document("letter", "notice", "申报通知", "--enterprise", uscc, "通知.docx")
    assert Path("通知.docx").read_bytes()[:2] == b"PK"
    refused = run("letter", "notice", "subsidy_result", "--enterprise", uscc, "奖补.docx", "--json")
    assert (refused.exit_code, Path("奖补.docx").exists()) == (1, False)
    assert "notice_not_due" in refused.output
    document("recommend", "solutions", "--enterprise", uscc, "-k", "3", "--xlsx", "推荐.xlsx")
    assert load_workbook("推荐.xlsx").sheetnames == ["推荐的解决方案", "未列入的原因", "说明"]
    document("plan", "--enterprise", uscc, "--xlsx", "方案.xlsx")
    document("exposure", "--xlsx", "曝光.xlsx")
    document("gaps", "--xlsx", "征集.xlsx", "--docx", "征集.docx")
    assert load_workbook("征集.xlsx").sheetnames == ["征集需求", "征集说明"]
    assert Path("征集.docx").read_bytes()[:2] == b"PK"
    assert load_workbook("方案.xlsx").sheetnames == ["改造方案", "说明"]
    assert load_workbook("曝光.xlsx").sheetnames == ["曝光", "说明"]
    assert run("export", "enterprises", "a.xlsx", "--where", "所属区=火星").exit_code == 2


@pytest.mark.usefixtures("home")
def test_a_questionnaire_is_written_filled_in_and_imported(run: Run, document: Document) -> None:
    document("export", "diagnoses", "诊断.xlsx")
    rows = load_workbook("诊断.xlsx").worksheets[0]
    key, uscc = str(rows["A2"].value), str(rows["B2"].value)
    document("questionnaire", "write", "空.xlsx")
    document("questionnaire", "write", "打印.docx", "--enterprise", uscc)
    document("questionnaire", "write", "订正.xlsx", "--diagnosis", key)
    (again,) = document("import", "diagnoses", "订正.xlsx")["files"]
    assert (again["rows"], again["unchanged"]) == (1, 1)
    document("questionnaire", "write", "新.xlsx", "--enterprise", uscc)
    assert run("import", "diagnoses", "新.xlsx", "--errors", "错误.xlsx").exit_code == 1
    book = load_workbook("错误.xlsx")
    assert book["基本信息"]["B4"].comment is not None
    book["基本信息"]["B4"] = "2026-11-20"
    book.save("错误.xlsx")
    (new,) = document("import", "diagnoses", "错误.xlsx")["files"]
    assert new["created"] == 1
    assert run("questionnaire", "write", "a.xlsx", "--diagnosis", "nothing").exit_code == 1
