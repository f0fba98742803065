"""The page as PDF: Chinese drawn, nothing fetched, and a plain word where something is missing."""

import builtins
import contextlib
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from recommender.report.pdf import PdfUnavailable, render_pdf
from tests.unit.report.test_page import page

ROOT = Path(__file__).resolve().parents[3]


def objects(pdf: bytes) -> bytes:
    """The whole file with its compressed streams opened."""
    opened = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            opened.append(zlib.decompress(stream))
    return b"\n".join(opened)


def test_the_page_is_drawn_with_an_embedded_chinese_font() -> None:
    pdf = render_pdf(page())
    assert pdf.startswith(b"%PDF-")
    inside = objects(pdf)
    assert b"/FontFile" in inside
    # Its text can be searched: glyphs are mapped back to characters such as 数.
    assert f"{ord('数'):04x}".encode() in inside.lower()


def test_a_character_without_a_glyph_is_no_box(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recommender.report.pdf._PROBE", "\U0010fffd")
    with pytest.raises(PdfUnavailable, match="中文字体"):
        render_pdf("<p>数\U0010fffd</p>")


def test_nothing_is_fetched_whatever_the_page_names(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("秘密", encoding="utf-8")
    outside = f'<p>数字化<img src="file://{secret}"><a rel="attachment" href="file://{secret}">x</a></p>'
    plain = render_pdf("<p>数字化<a>x</a></p>")
    assert len(objects(render_pdf(outside))) == pytest.approx(len(objects(plain)), rel=0.05)
    assert b"EmbeddedFile" not in objects(render_pdf(outside))


@pytest.mark.parametrize(("error", "told"), [(ImportError, r"smematch\[pdf\]"), (OSError, "Pango")])
def test_a_missing_part_is_told(error: type[Exception], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "weasyprint":
            raise error(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PdfUnavailable, match=told) as caught:
        render_pdf("<p>数字化</p>")
    assert caught.value.code == "pdf_unavailable"


def test_a_system_without_fonts_is_told_and_survives(tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    fonts = tmp_path / "fonts"
    fonts.mkdir()
    config.write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>", encoding="utf-8"
    )
    code = (
        "from recommender.report.pdf import PdfUnavailable, render_pdf\n"
        "try:\n    render_pdf('<p>数字化</p>')\n"
        "except PdfUnavailable as error:\n    print(error.code)\n"
    )
    environment: Mapping[str, str] = {**os.environ, "FONTCONFIG_FILE": str(config), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "pdf_unavailable", done.stderr
