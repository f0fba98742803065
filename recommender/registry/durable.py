"""Writing so that a crash leaves the old state or the new one."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

SCRATCH = ".writing-"


def write_file(path: Path, content: bytes) -> None:
    """Replace a file in one step."""
    number, scratch = tempfile.mkstemp(prefix=f"{SCRATCH}{path.name}-", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with read-only files in one step.

    Raises
    ------
    FileExistsError
        If there is one already.
    """
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=target.parent, ignore_cleanup_errors=True) as made:
        inside = Path(made) / target.name
        inside.mkdir()
        for name, content in files.items():
            with (inside / name).open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            (inside / name).chmod(0o444)
        sync_folder(inside)
        try:
            inside.rename(target)
        except OSError as error:
            if target.exists():
                raise FileExistsError(str(target)) from error
            raise
    sync_folder(target.parent)


def append_line(path: Path, line: bytes) -> None:
    """Append to a file, on disk before this returns."""
    number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(number, line)
        os.fsync(number)
    finally:
        os.close(number)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder to disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
