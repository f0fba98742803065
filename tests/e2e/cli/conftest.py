"""The command line on an installation of its own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.app import app
from tests.conftest import child_environment

Run = Callable[..., Result]
Spawn = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the synthetic sample."""
    home = tmp_path_factory.mktemp("cli") / "home"
    made = CliRunner().invoke(app, ["init"], env={"SMEMATCH_HOME": str(home), "SMEMATCH_ENCODER": "hashing"})
    assert made.exit_code == 0, made.output
    return home


@pytest.fixture
def home(sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which commands of this test work on; the working folder is empty."""
    shutil.copytree(sample_home, tmp_path / "home")
    return _use(tmp_path, monkeypatch)


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that does not exist yet."""
    return _use(tmp_path, monkeypatch)


def _use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("SMEMATCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SMEMATCH_HOME", str(folder / "home"))
    monkeypatch.setenv("SMEMATCH_ENCODER", "hashing")
    (folder / "work").mkdir()
    monkeypatch.chdir(folder / "work")
    return folder / "home"


@pytest.fixture
def run() -> Run:
    """Run a command line in this process."""

    def _run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return _run


@pytest.fixture
def document(run: Run) -> Callable[..., dict[str, Any]]:
    """Run with ``--json`` what must succeed; return the one document on stdout."""

    def _document(*arguments: str) -> dict[str, Any]:
        result = run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        loaded: dict[str, Any] = json.loads(result.stdout)
        return loaded

    return _document


@pytest.fixture
def spawn() -> Spawn:
    """Start a command line as a process, in a locale that knows ASCII only."""

    def _spawn(*arguments: str, **changes: Any) -> "subprocess.Popen[bytes]":
        ascii_only = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
        environment = {**child_environment(), **ascii_only}
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            **changes,
        )

    return _spawn
