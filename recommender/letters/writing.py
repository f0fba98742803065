"""A Word document of an office: title, paragraphs, tables, where it comes from."""

from collections.abc import Sequence
from datetime import datetime

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Length, Pt
from docx.text.paragraph import Paragraph

from recommender.domain.calendar import SHANGHAI
from recommender.exchange.word_pages import document_bytes, plain, set_font

_BODY_FONT, _TITLE_FONT = "仿宋", "黑体"
#: A4 with the margins of official documents (GB/T 9704), cm: width, height; top, right, bottom, left.
_PAGE, _MARGINS = (21.0, 29.7), (3.7, 2.6, 3.5, 2.8)
_TEXT_WIDTH = _PAGE[0] - _MARGINS[1] - _MARGINS[3]
#: Names stand in the first column, figures in the others.
_NAME_WIDTH = 5.0


class Letter:
    """A document that is written from top to bottom.

    Parameters
    ----------
    title : str
        Heading of the first page.
    mark : str, optional
        Says that what the letter tells is made up; stands under the title.
    """

    def __init__(self, title: str, mark: str | None = None) -> None:
        self._document = Document()
        page = self._document.sections[0]
        page.page_width, page.page_height = map(Cm, _PAGE)
        page.top_margin, page.right_margin, page.bottom_margin, page.left_margin = map(Cm, _MARGINS)
        normal = self._document.styles["Normal"]
        normal.font.size = Pt(12)
        set_font(normal.font, _BODY_FONT)
        self._centre, self._right = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
        self._heading(title, Pt(18)).alignment = self._centre
        self._section = Pt(13)
        if mark:
            self._document.add_paragraph(f"（{plain(mark)}，不是真实数据）").alignment = self._centre

    def heading(self, text: str) -> None:
        """Begin a part."""
        self._heading(text, self._section)

    def paragraph(self, text: str) -> None:
        """Write a paragraph."""
        self._document.add_paragraph(plain(text))

    def points(self, lines: Sequence[str]) -> None:
        """Write a numbered list, the numbers as text so that they survive copying."""
        for number, line in enumerate(lines, start=1):
            self.paragraph(f"{number}．{line}")

    def table(
        self, headers: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float] = ()
    ) -> None:
        """Write a table with a bold header.

        Parameters
        ----------
        widths : sequence of float, optional
            Of the columns, in cm; a wide first one and equal others by default.
        """
        table = self._document.add_table(rows=1, cols=len(headers), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, headers, strict=True):
            cell.paragraphs[0].add_run(text).bold = True
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = plain(text)
        others = len(headers) - 1
        chosen = widths or (_NAME_WIDTH, *[(_TEXT_WIDTH - _NAME_WIDTH) / max(others, 1)] * others)
        for column, width in zip(table.columns, chosen, strict=True):
            # Word goes by the cells, other programs by the column.
            column.width = Cm(width)
            for cell in column.cells:
                cell.width = Cm(width)

    def signed(self, moment: datetime) -> bytes:
        """Close the letter with its day and return it as the content of a docx file."""
        day = moment.astimezone(SHANGHAI)
        self.paragraph("评测口径以官方通知为准。本件由系统按登记数据生成，请核对后使用。")
        closing = self._document.add_paragraph(f"{day.year}年{day.month}月{day.day}日")
        closing.alignment = self._right
        return document_bytes(self._document)

    def _heading(self, text: str, size: Length) -> Paragraph:
        paragraph = self._document.add_paragraph()
        run = paragraph.add_run(plain(text))
        run.bold = True
        run.font.size = size
        set_font(run.font, _TITLE_FONT)
        return paragraph
