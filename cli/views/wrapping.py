"""Line breaking for Chinese: between any two characters, but never before a mark that closes."""

import re

from rich.cells import cell_len
from rich.text import Text

# A run of Latin letters and digits stays whole, as does the space after it; every other character is its own.
_PIECES = re.compile(r"[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+ *|\s|.", re.DOTALL)
_NOT_FIRST = frozenset("，。、；：！？）】》”’…,.;:!?)]}%")
_NOT_LAST = frozenset("（【《“‘([{")


def wrapped(text: Text, width: int) -> list[Text]:
    """Break a text into lines that fit, keeping its styles.

    Parameters
    ----------
    width : int
        In columns; a Chinese character takes two. A single longer word is cut.
    """
    lines: list[Text] = []
    for paragraph in text.split("\n", allow_blank=True):
        breaks = _breaks(paragraph.plain, max(width, 4))
        for line in paragraph.divide(breaks):
            line.rstrip()
            lines.append(line)
    return lines


def _breaks(plain: str, width: int) -> list[int]:
    breaks: list[int] = []
    used = 0
    place = 0
    for piece in _glued(plain, width):
        size = cell_len(piece)
        if used and used + cell_len(piece.rstrip()) > width:
            breaks.append(place)
            used = 0
        used += size
        place += len(piece)
    return breaks


def _glued(plain: str, width: int) -> list[str]:
    """Cut into pieces that no line break may divide."""
    pieces: list[str] = []
    for found in _PIECES.findall(plain):
        closes = found[0] in _NOT_FIRST
        opened = bool(pieces) and pieces[-1][-1] in _NOT_LAST
        if pieces and (closes or opened) and cell_len(pieces[-1] + found) <= width:
            pieces[-1] += found
        else:
            pieces += (
                [found[at : at + width // 2] for at in range(0, len(found), width // 2)]
                if (cell_len(found) > width)
                else [found]
            )
    return pieces
