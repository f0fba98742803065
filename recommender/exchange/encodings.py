"""Which encoding a text file is in, decided strictly: a wrong guess would garble names unseen.

Lines that do not fit the file's encoding keep their bytes as lone surrogates, so that the row they stand in
can be refused while the others are read.
"""

import codecs
import re
from dataclasses import dataclass

from recommender.exchange.faults import UnreadableEncoding

_UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_CJK = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
#: Real Chinese text in GB18030 is nearly all GB 2312; Big5, Shift-JIS or Latin-1 read as GB18030 is not.
_LEAST_GB2312_SHARE = 0.8
_ADVICE = "请用 UTF-8 或 GB18030（GBK）编码另存后重试，或改用 xlsx 文件"


@dataclass(frozen=True, slots=True)
class DecodedText:
    """The text of a file.

    Attributes
    ----------
    encoding : str
        ``utf-8``, ``utf-8-sig``, ``gb18030``, ``utf-16-le`` or ``utf-16-be``.
    uncertain : bool
        True when the bytes would make plausible Chinese in GB18030 as well.
    """

    text: str
    encoding: str
    uncertain: bool = False


def undecodable(text: str) -> bool:
    """Tell whether a piece of decoded text holds bytes that did not fit the file's encoding."""
    return _SURROGATE.search(text) is not None


def decode(data: bytes, name: str) -> DecodedText:
    """Return the text of a file, its encoding detected.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        File name for messages.

    Raises
    ------
    UnreadableEncoding
        If no accepted encoding fits the file as a whole.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnreadableEncoding(f"文件“{name}”是 UTF-32 编码，{_ADVICE}。", place={"file": name})
    if data[:2] in _UTF16_MARKS:
        return _decode_utf16(data, name)
    if data.startswith(codecs.BOM_UTF8):
        return _decode_lines(data[len(codecs.BOM_UTF8) :], "utf-8-sig", name)
    # Text that is a quarter NUL bytes is UTF-16 without its mark, or not text at all.
    if data.count(0) * 4 > len(data):
        raise UnreadableEncoding(
            f"文件“{name}”不是文本，或是没有标记的 UTF-16，{_ADVICE}。", place={"file": name}
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_lines(data, _likelier(data), name)
    return DecodedText(text, "utf-8", uncertain=_also_chinese(data, text))


def _decode_utf16(data: bytes, name: str) -> DecodedText:
    encoding = _UTF16_MARKS[data[:2]]
    try:
        return DecodedText(data[2:].decode(encoding, errors="surrogatepass"), encoding)
    except UnicodeDecodeError as error:
        raise UnreadableEncoding(
            f"文件“{name}”标为 UTF-16，但内容不完整，{_ADVICE}。", place={"file": name}
        ) from error


def _likelier(data: bytes) -> str:
    """Return the encoding of most of the lines that are not plain ASCII."""
    utf8 = other = 0
    for line in data.split(b"\n"):
        if line.isascii():
            continue
        if _as_utf8(line) is None:
            other += 1
        else:
            utf8 += 1
    return "utf-8" if utf8 > other else "gb18030"


def _decode_lines(data: bytes, encoding: str, name: str) -> DecodedText:
    codec = "gb18030" if encoding == "gb18030" else "utf-8"
    lines: list[str] = []
    good = bad = 0
    for line in data.split(b"\n"):
        if line.isascii():
            lines.append(line.decode("ascii"))
            continue
        text = _as_gb18030(line) if codec == "gb18030" else _as_utf8(line)
        bad, good = (bad + 1, good) if text is None else (bad, good + 1)
        # In both encodings no byte of a multi-byte character is a comma, quote, tab or line end, so the
        # shape of a table survives this.
        lines.append(line.decode("ascii", errors="surrogateescape") if text is None else text)
    whole = "\n".join(lines)
    if bad > good or (codec == "gb18030" and not _mostly_gb2312(whole)):
        raise UnreadableEncoding(
            f"文件“{name}”既不是 UTF-8 也不是 GB18030（GBK）编码，{_ADVICE}。", place={"file": name}
        )
    return DecodedText(whole, encoding)


def _as_utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _as_gb18030(line: bytes) -> str | None:
    utf8 = _as_utf8(line)
    # Chinese UTF-8 inside a GB18030 file was pasted in from elsewhere; read as GB18030 it would be nonsense.
    if utf8 is not None and _CJK.search(utf8):
        return None
    try:
        return line.decode("gb18030")
    except UnicodeDecodeError:
        return None


def _mostly_gb2312(text: str) -> bool:
    special = [char for char in text if char > "\x7f" and not "\ud800" <= char <= "\udfff"]
    # The middle dot and the dash are GB 2312 too, but Python's two codecs disagree on their code points.
    plain = "".join(special).replace("·", "的").replace("—", "的")
    known = len(plain.encode("gb2312", errors="ignore")) / 2
    return known >= _LEAST_GB2312_SHARE * len(special)


def _also_chinese(data: bytes, text: str) -> bool:
    """Tell whether UTF-8 text without any Chinese would be common Chinese in GB18030."""
    if text.isascii() or _CJK.search(text):
        return False
    try:
        return _mostly_gb2312(data.decode("gb18030"))
    except UnicodeDecodeError:
        return False
