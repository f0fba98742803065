"""The case file as a Word document, in the same parts as the page."""

from typing import TYPE_CHECKING

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from recommender.course.case_file import CaseFile
from recommender.course.parts import Part, case_parts, cell_text
from recommender.course.picture import course_picture
from recommender.domain.calendar import SHANGHAI
from recommender.exchange.word_pages import document_bytes, plain, set_font

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table

_FONT = "Noto Sans CJK SC"
_RED = RGBColor(0x99, 0x1B, 0x1B)


def case_document(file: CaseFile) -> bytes:
    """Return the case file as .docx, landscape A4; table heads repeat on every page."""
    document = Document()
    _page(document, file)
    if file.mark:
        _marked(document, f"{file.mark}：以下企业、单位和数字都是虚构的，只用于演示")
    document.add_heading(plain(f"{file.name}　一企一档"), level=0)
    as_of = f"{file.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    document.add_paragraph(f"统一社会信用代码 {file.uscc}　档案截至 {as_of}（广州时间）")
    document.add_paragraph(plain(course_picture(file).text))
    for part in case_parts(file):
        document.add_heading(part.title, level=1)
        if part.note:
            document.add_paragraph(plain(part.note))
        if part.rows:
            _table(document, part)
        else:
            document.add_paragraph(f"{part.empty}。")
    return document_bytes(document)


def _page(document: "WordDocument", file: CaseFile) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = Cm(1.6)
    section.top_margin = section.bottom_margin = Cm(1.6)
    for name in ("Normal", "Title", "Heading 1"):
        set_font(document.styles[name].font, _FONT)
    document.styles["Normal"].font.size = Pt(9)
    document.core_properties.title = plain(f"{file.name} 一企一档")
    document.core_properties.author = "smematch"
    if file.mark:
        paragraph = section.footer.paragraphs[0]
        run = paragraph.add_run(plain(f"{file.mark}，内容虚构"))
        run.bold, run.font.color.rgb = True, _RED


def _marked(document: "WordDocument", text: str) -> None:
    run = document.add_paragraph().add_run(plain(text))
    run.bold, run.font.color.rgb = True, _RED


def _table(document: "WordDocument", part: Part) -> None:
    table = document.add_table(rows=1 + len(part.rows), cols=len(part.columns), style="Table Grid")
    # By rows: asking a table for one cell after another takes time in the square of its size.
    for cell, column in zip(table.rows[0].cells, part.columns, strict=True):
        cell.text = column
        cell.paragraphs[0].runs[0].bold = True
    for row, values in zip(table.rows[1:], part.rows, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = plain(cell_text(value))
    _repeat_head(table)


def _repeat_head(table: "Table") -> None:
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(head)
