"""``evaluate simulation``: says that it is simulated, on the page and in the document."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli.conftest import Run

Document = Callable[..., dict[str, Any]]


def test_page_and_document(empty_home: Path, run: Run, document: Document) -> None:
    command = ["evaluate", "simulation", "--rounds", "30", "--seeds", "2"]
    report = document(*command)
    assert report["mark"] == "模拟数据"
    assert report["settings"]["lists"] == 30
    assert set(report["policies"]["expert"]["regret"]) == {"value", "ci95"}
    page = run(*command)
    assert page.exit_code == 0
    assert "模拟数据" in page.stdout
    assert "不代表真实效果" in page.stdout.replace("\n", "")
    assert not empty_home.exists()


@pytest.mark.parametrize("wrong", [["--rounds", "1"], ["--seeds", "0"], ["--rounds", "many"]])
def test_sizes_that_cannot_be(empty_home: Path, run: Run, wrong: list[str]) -> None:
    assert run("evaluate", "simulation", *wrong).exit_code == 2
