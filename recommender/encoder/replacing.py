"""Putting a finished folder in the place of an older one."""

import os
import shutil
import tempfile
from pathlib import Path


def swap_in(folder: Path, target: Path) -> None:
    """Rename a folder to ``target`` once its files are on disk; what was there goes away.

    A crash leaves the old folder or the new one, never a mixture.
    """
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    folder.chmod(0o755)
    aside = None
    if target.exists():
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.old-", dir=target.parent))
        target.rename(aside / target.name)
    folder.rename(target)
    if aside:
        shutil.rmtree(aside, ignore_errors=True)
