"""The page as PDF, by WeasyPrint: an extra, since it needs Pango and a Chinese font of the system."""

import logging
from functools import lru_cache

from recommender.errors import SmematchError

#: A character that is on every page, and in every font for simplified Chinese.
_PROBE = "数"
_APT = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 fonts-noto-cjk"
_INSTEAD = "也可以取网页格式，在浏览器里打印成 PDF"
_NO_FONT = f"系统里没有中文字体，PDF 会是方框，请执行 {_APT}；{_INSTEAD}"


class PdfUnavailable(SmematchError):
    """What turns the page into PDF is not installed."""

    code = "pdf_unavailable"
    status = 501
    title = "无法生成 PDF"


def render_pdf(page: str) -> bytes:
    """Return a page of :func:`recommender.report.page.render_plan_page` as PDF, fonts embedded.

    Nothing is fetched, from the network or the disk, whatever the page names.

    Raises
    ------
    PdfUnavailable
        If WeasyPrint, Pango or a Chinese font is missing.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except ImportError as error:
        raise PdfUnavailable(
            f"没有安装生成 PDF 的组件，请执行 pip install 'smematch[pdf]'；{_INSTEAD}"
        ) from error
    except OSError as error:
        raise PdfUnavailable(f"缺少系统组件 Pango，请执行 {_APT}；{_INSTEAD}") from error
    if not _has_fonts():
        raise PdfUnavailable(_NO_FONT)
    # They tell of every property and font table that they pass over, which is nothing for our users.
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    document = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=())).render()
    written: bytes | None = document.write_pdf()
    # A glyph that no font has is noted while it is drawn.
    if written is None or any(ord(_PROBE) in font.missing for font in document.fonts.values()):
        raise PdfUnavailable(_NO_FONT)
    return written


@lru_cache(maxsize=1)
def _has_fonts() -> bool:
    """Whether the system has any font; without one Pango ends the whole process."""
    from weasyprint.text.ffi import ffi, fontconfig

    config = ffi.gc(fontconfig.FcInitLoadConfigAndFonts(), fontconfig.FcConfigDestroy)
    return bool(fontconfig.FcConfigGetFonts(config, fontconfig.FcSetSystem).nfont)
