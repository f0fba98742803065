"""Small JSON documents that carry their own digest, so that a changed byte is found."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_DIGEST = "digest"


class Broken(ValueError):
    """The text is not what was sealed."""


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical(document: Mapping[str, Any]) -> str:
    """Return the one text that equal documents share."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def seal(document: Mapping[str, Any], *, indent: int | None = None) -> bytes:
    """Write a document with its digest, ending in a line end; on one line by default."""
    signed = {**document, _DIGEST: sha256(canonical(document).encode())}
    return (json.dumps(signed, ensure_ascii=False, indent=indent) + "\n").encode()


def unseal(content: bytes, *, indent: int | None = None) -> dict[str, Any]:
    """Read what :func:`seal` wrote.

    Raises
    ------
    Broken
        If a single byte differs, white space included.
    """
    try:
        document = json.loads(content)
        digest = document.pop(_DIGEST)
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise Broken("no sealed document") from error
    if sha256(canonical(document).encode()) != digest or seal(document, indent=indent) != content:
        raise Broken("the digest differs")
    return dict(document)
