"""How much room text takes in a drawing, and where it breaks."""

import re
import unicodedata

from api.web.charts.chart import LETTER

#: A narrow character takes about this much of a wide one, in the fonts of the pages.
_NARROW = 0.57
#: A Latin word with the blanks after it, or one character of any other kind.
_PIECE = re.compile(r"[!-~]+\s*|.", re.DOTALL)


def text_width(text: str, size: float = LETTER) -> float:
    """Return about how wide the text is, in units of the view box."""
    wide = sum(unicodedata.east_asian_width(letter) in "WFA" for letter in text)
    return size * (wide + _NARROW * (len(text) - wide))


def wrapped(text: str, room: float, *, most: int = 2, size: float = LETTER) -> tuple[str, ...]:
    """Break text into lines.

    Parameters
    ----------
    room : float
        Width of a line.
    most : int
        Lines; what does not fit is cut, and the cut is shown as ``…``. The table has the whole.
    """
    lines = [""]
    for piece in _pieces(text, room, size):
        if lines[-1] and text_width((lines[-1] + piece).rstrip(), size) > room:
            lines.append("")
        lines[-1] += piece
    lines = [line.strip() for line in lines]
    if len(lines) > most:
        last = lines[most - 1]
        while last and text_width(f"{last}…", size) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last}…"]
    return tuple(lines)


def _pieces(text: str, room: float, size: float) -> list[str]:
    # A word longer than the line breaks inside.
    return [
        part
        for piece in _PIECE.findall(text)
        for part in ([piece] if text_width(piece.rstrip(), size) <= room else piece)
    ]
