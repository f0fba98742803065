"""``board``, ``subsidy-round`` and ``outcomes`` on the sample."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("home")


def test_board_round_and_outcomes(run: Run, document: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    sheet = tmp_path / "board.xlsx"
    board = document("board", "--xlsx", str(sheet))
    assert [line["goal"] for line in board["targets"]] == [350, 280, 200, 20, 40, 3, 710]
    assert sheet.read_bytes()[:2] == b"PK"
    opened = ("subsidy-round", "open", "R1", "--name", "第一批", "--from", "2026-01-01", "--to", "2026-06-30")
    assert document(*opened)["projects"] == 0
    assert document("subsidy-round", "collect", "R1", "--district", "440113")["collected"] == []
    assert document("subsidy-round", "close", "R1")["closed_on"] is not None
    assert "第一批" in run("subsidy-round", "show", "R1").stdout
    assert document("outcomes", "list")["items"] == []
    assert "标杆案例候选" in run("outcomes", "candidates", "benchmark_case").stdout


def test_slips_of_the_pen(run: Run) -> None:
    assert run("board", "--as-of", "soon").exit_code == 2
    assert run("board", "--district", "999999").exit_code == 1
    assert run("subsidy-round", "show", "R9").exit_code == 1
    assert run("outcomes", "select", "benchmark_case", "x").exit_code == 1
    assert run("outcomes", "candidates", "x").exit_code == 2
