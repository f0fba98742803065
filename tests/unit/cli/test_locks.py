"""The lock files: whole, hashed, and what is installed here."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cli.checks.machine import locked

ROOT = Path(__file__).resolve().parents[3]
LOCKS = ROOT / "requirements"


@pytest.mark.parametrize("name", ["torch", "torch-cpu", "build", "runtime", "dev"])
def test_every_package_has_one_version_and_hashes(name: str) -> None:
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())
    for block in blocks:
        head, *hashes = block.split("\\\n")
        assert re.match(r"[a-z0-9.\-]+==[\w.+]+( ; .*)? $", head), head
        assert hashes
        assert all(re.fullmatch(r"\s+--hash=sha256:[0-9a-f]{64}\s*", line) for line in hashes)


def test_everything_declared_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    pins = {
        name: {pin.name: pin for pin in locked(LOCKS / f"{name}.txt")} for name in ("runtime", "dev", "torch")
    }
    runtime = pins["runtime"] | pins["torch"]
    for text in project["project"]["dependencies"]:
        wanted = Requirement(text)
        (pinned,) = runtime[canonicalize_name(wanted.name)].specifier
        assert wanted.specifier.contains(pinned.version)
    groups = project["dependency-groups"]
    for text in (entry for name in ("dev", "notebooks") for entry in groups[name] if isinstance(entry, str)):
        assert canonicalize_name(Requirement(text).name) in pins["dev"]


def test_tests_run_with_what_is_locked_for_use() -> None:
    dev = {pin.name: pin for pin in locked(LOCKS / "dev.txt")}
    for pin in locked(LOCKS / "runtime.txt"):
        assert dev[pin.name].specifier == pin.specifier
        assert pin.specifier.contains(version(pin.name), prereleases=True)


def test_no_cuda() -> None:
    names = [pin.name for pin in locked(LOCKS / "runtime.txt")]
    assert not [name for name in names if name.startswith(("nvidia", "cuda", "triton"))]
