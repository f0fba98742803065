"""The file as page, workbook and document: all parts, the mark, nothing run, nothing lost."""

import io
import re
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from openpyxl import load_workbook

from recommender.course import picture as picture_module
from recommender.course.case_file import CaseFile
from recommender.course.compiling import case_file
from recommender.course.document import case_document
from recommender.course.page import PAGE, render_case_page
from recommender.course.parts import case_parts, cell_text
from recommender.course.picture import FILLS, course_picture
from recommender.course.stages import load_course
from recommender.course.workbook import case_workbook
from tests.synthetic_records import enterprise
from tests.unit.course.telling import FIRM, Told
from tests.unit.course.test_projects import whole_course

NASTY = '=HYPERLINK("http://x")<script>alert(1)</script>'


@pytest.fixture
def file(told: Told) -> CaseFile:
    whole_course(told)
    told.event("complaint", project="P1", reason=NASTY)
    with told.store.read() as work:
        return case_file(work, FIRM)


def test_the_workbook_has_a_sheet_for_each_part(file: CaseFile) -> None:
    book = load_workbook(io.BytesIO(case_workbook(file)))
    parts = case_parts(file)
    assert book.sheetnames == ["封面", *(part.title for part in parts)]
    for part in parts:
        sheet = book[part.title]
        assert sheet.freeze_panes == "A2"
        assert [cell.value for cell in sheet[1]] == list(part.columns)
        assert sheet.cell(sheet.max_row, 1).value == "合成样本，内容虚构"
    money = book["合同与投入"]
    assert (money["F2"].value, money["D2"].value.date()) == (200000, date(2026, 1, 10))
    reason = book["投诉"]["D2"]
    assert (reason.value, reason.data_type) == (NASTY, "s")


def test_the_document_has_a_table_for_each_part_and_the_mark(file: CaseFile) -> None:
    data = case_document(file)
    document = Document(io.BytesIO(data))
    full = [part for part in case_parts(file) if part.rows]
    assert len(document.tables) == len(full)
    for table, part in zip(document.tables, full, strict=True):
        assert [cell.text for cell in table.rows[0].cells] == list(part.columns)
        assert len(table.rows) == 1 + len(part.rows)
    assert "合成样本" in document.sections[0].footer.paragraphs[0].text
    # The heads repeat on every page.
    assert ZipFile(io.BytesIO(data)).read("word/document.xml").count(b"w:tblHeader") == len(full)


def test_control_characters_do_not_break_the_document(told: Told) -> None:
    told.event("complaint", reason="拖\x01延\x0b")
    with told.store.read() as work:
        file = case_file(work, FIRM)
    assert "拖延" in ZipFile(io.BytesIO(case_document(file))).read("word/document.xml").decode()
    assert load_workbook(io.BytesIO(case_workbook(file)))["投诉"]["D2"].value


def test_the_page_stands_alone_and_escapes(file: CaseFile) -> None:
    page = render_case_page(file)
    assert "<script" not in page
    assert "&lt;script" in page
    assert not re.search(r'(src|href)="', page)
    assert "合成样本" in page
    assert "sha256-" in PAGE.policy()
    for part in case_parts(file):
        if part.key not in {"standings", "missing"}:
            assert f'id="{part.key}"' in page
    picture = course_picture(file)
    assert picture.text in page
    assert "P1：2026-01-10 已签合同，待备案" in picture.text


def test_the_picture_keeps_inside_its_box(file: CaseFile) -> None:
    picture = course_picture(file)
    assert len(picture.lanes) == 2
    for lane in picture.lanes:
        for segment in lane.segments:
            assert picture.left <= segment.x
            assert segment.x + segment.width <= picture.right + 3.0
    assert [mark.title for mark in picture.marks] == [
        "2026-01-02 自评：无等级",
        "2026-04-05 入企诊断：无等级",
    ]
    assert [name for _, name in picture.legend] == [
        "企业档案", "数字化水平评测", "项目备案", "改造实施", "申请验收", "申请奖补"
    ]  # fmt: skip


def test_every_stage_has_one_colour_in_picture_and_legend() -> None:
    style = (Path(picture_module.__file__).parent / "templates" / "case_file.css").read_text(encoding="utf-8")
    assert set(FILLS) == {stage.code for stage in load_course().stages}
    for code, fill in FILLS.items():
        assert f".{code} {{ background: {fill}; }}" in style


def test_a_firm_of_today_can_be_drawn_and_written(told: Told) -> None:
    with told.begin() as work:
        work.enterprises.put(enterprise(2, synthetic=False, mark=None))
    with told.store.read() as work:
        file = case_file(work, enterprise(2).uscc)
    assert "内容虚构" not in render_case_page(file).partition("</style>")[2]
    assert case_document(file)
    assert load_workbook(io.BytesIO(case_workbook(file)))["材料归档"]["A2"].value == "尚未归档材料"


def test_unknown_is_a_dash_and_never_a_zero() -> None:
    assert [cell_text(cell) for cell in (None, "", 0, "x")] == ["—", "—", "0", "x"]
