"""Style, script and icon files, served from memory under an address that changes with their content."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
#: One request for all styles: the base, then what builds on it.
_STYLES = ("vendor/pico.min.css", "tokens.css", "layout.css", "parts.css", "charts.css")
#: Small script of our own after the library.
_SCRIPTS = ("vendor/htmx.min.js", "site.js")
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file as it is sent.

    Attributes
    ----------
    address : str
        ``/static/`` and the name with a digest of the content; whoever keeps it never gets an old one.
    body, compressed : bytes
        As is, and in gzip form.
    """

    address: str
    media_type: str
    body: bytes
    compressed: bytes


@lru_cache(maxsize=1)
def static_files() -> dict[str, StaticFile]:
    """Return every file by its plain name: ``site.css``, ``site.js``, ``icon.svg``."""
    parts = {"site.css": _STYLES, "site.js": _SCRIPTS, "icon.svg": ("icon.svg",)}
    return {name: _static(name, b"\n".join(_read(part) for part in of)) for name, of in parts.items()}


@lru_cache(maxsize=1)
def by_address() -> dict[str, StaticFile]:
    """Return every file by the address that pages name."""
    return {one.address: one for one in static_files().values()}


def _static(name: str, body: bytes) -> StaticFile:
    stem, _, ending = name.rpartition(".")
    digest = hashlib.sha256(body).hexdigest()[:12]
    return StaticFile(
        address=f"/static/{stem}-{digest}.{ending}",
        media_type=_KINDS[f".{ending}"],
        body=body,
        compressed=gzip.compress(body, 9, mtime=0),
    )


def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
