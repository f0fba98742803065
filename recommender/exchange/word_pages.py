"""What Word documents of offices share: Chinese fonts, text that XML can hold, the content of the file."""

import io
import re
from typing import TYPE_CHECKING, Any

from docx.oxml.ns import qn

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.font import Font

#: What XML cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def set_font(font: "Font", name: str) -> None:
    """Set the font of a style or a run, also for Chinese, which Word takes from a font of its own."""
    font.name = name
    element: Any = font.element
    element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def document_bytes(document: "Document") -> bytes:
    """Return a document as the content of a docx file."""
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
