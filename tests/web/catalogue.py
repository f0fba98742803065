"""The messages of the pages and their English.

``python -m tests.web.catalogue`` adds what is new, to be filled in, and drops what is gone.
Messages of ``templates/X/…`` and of ``api/web/X/…`` belong to ``locale/en/X.po``, those of the frame to
``frame.po``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from api.web.translations import LOCALE

WEB = LOCALE.parent
_METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
_OPTIONS = {"templates/**.html": {"extensions": "jinja2.ext.do", "silent": "false"}}
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None}


def messages() -> Iterator[tuple[str, str]]:
    """Yield the room and the text of every message in the source."""
    for name, _, message, _, _ in extract_from_dir(WEB, _METHODS, _OPTIONS, _KEYWORDS):
        path = Path(name)
        parts = path.parts[1:] if path.parts[0] == "templates" else path.parts
        room = parts[0] if len(parts) > 1 else "frame"
        yield room, message if isinstance(message, str) else message[0]


def rooms() -> dict[str, list[str]]:
    """Return the messages by room; one that the frame has is not repeated."""
    found: dict[str, list[str]] = {}
    for room, message in sorted(messages(), key=lambda one: one[0] != "frame"):
        if message not in found.get("frame", ()) and message not in found.setdefault(room, []):
            found[room].append(message)
    return found


def english(room: str) -> dict[str, str]:
    """Return the English of a room by Chinese message."""
    file = LOCALE / "en" / f"{room}.po"
    if not file.exists():
        return {}
    with file.open("rb") as opened:
        return {str(one.id): str(one.string) for one in read_po(opened, locale="en") if one.id}


def refresh() -> int:
    """Write the catalogues anew with what is in the source; return how many messages have no English."""
    missing = 0
    for room, wanted in rooms().items():
        known = english(room)
        catalogue = Catalog(locale="en", header_comment=f"# English of the pages: {room}")
        for message in wanted:
            catalogue.add(message, known.get(message, ""))
            missing += not known.get(message)
        with (LOCALE / "en" / f"{room}.po").open("wb") as opened:
            write_po(opened, catalogue, width=0, omit_header=True)
    return missing


if __name__ == "__main__":
    sys.exit(f"{left} messages have no English" if (left := refresh()) else 0)
