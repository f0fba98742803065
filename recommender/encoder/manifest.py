"""The record a built model folder carries of its source and of the hash of each file."""

import hashlib
import json
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a model folder, or None when it has no readable one."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and isinstance(manifest.get("files"), dict) else None


def differing_file(folder: Path, manifest: dict[str, Any]) -> str | None:
    """Return the first file that is missing or whose hash is not the recorded one, else None."""
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file() or file_hash(path) != expected:
            return str(name)
    return None
