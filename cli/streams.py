"""Standard streams: one JSON document or a page for people on stdout, everything else on stderr, in UTF-8."""

import ctypes
import io
import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel
from rich.console import Console
from rich.theme import Theme

#: Records come from files of others: no escape sequence of theirs may reach the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_THEME = Theme(
    {
        "name": "bold",
        "mark": "black on yellow",
        "good": "green",
        "bad": "bold red",
        "note": "yellow",
        "quiet": "dim",
        "figure": "cyan",
    }
)


def use_utf8() -> None:
    """Write UTF-8 whatever the locale says; what is no character at all is written as an escape."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


@contextmanager
def native_output_aside() -> Iterator[None]:
    """Send what native code prints to stdout to stderr; HiGHS has messages that no option silences."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        # The C library keeps a buffer of its own.
        ctypes.CDLL(None).fflush(None)
        os.dup2(kept, 1)
        os.close(kept)


def log_to_stderr() -> None:
    """Send warnings of the log to stderr; ``SMEMATCH_LOG=INFO`` shows more."""
    level = os.environ.get("SMEMATCH_LOG", "WARNING").upper()
    known = level if level in logging.getLevelNamesMapping() else "WARNING"
    logging.basicConfig(
        level=known, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )


def console() -> Console:
    """Return the console for people; it writes to stdout."""
    return _console(sys.stdout)


def side_console() -> Console:
    """Return the console for progress and failures; it writes to stderr."""
    return _console(sys.stderr)


def _console(stream: Any) -> Console:  # noqa: ANN401 - any text stream
    return Console(file=stream, markup=False, emoji=False, highlight=False, theme=_THEME)


def harmless(text: object) -> str:
    """Return text without control characters but tab and line end."""
    return _CONTROL.sub("", str(text))


def emit(document: BaseModel | dict[str, Any] | list[Any] | str) -> None:
    """Write one JSON document to stdout; a string is taken as JSON already.

    Raises
    ------
    ValueError
        For NaN and infinity, which are no JSON.
    """
    if isinstance(document, BaseModel):
        document = document.model_dump(mode="json")
    if not isinstance(document, str):
        document = json.dumps(document, ensure_ascii=False, allow_nan=False)
    sys.stdout.write(f"{document}\n")
    sys.stdout.flush()
