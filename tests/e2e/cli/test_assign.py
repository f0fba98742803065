"""``assign`` on the sample: one JSON document, a page for people, a workbook, slips of the pen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.e2e.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("home")


def test_json_workbook_and_commit(document: Callable[..., dict[str, Any]]) -> None:
    made = document("assign", "--share-cap", "0.1", "--floor-new", "1", "--out", "proposal.xlsx")
    assert made["status"] == "optimal"
    assert made["dry_run"]
    totals = made["totals"]
    assert totals["assigned"] == len(made["pairs"]) > 50
    assert max(line["assigned"] for line in made["units"]) <= totals["enterprises"] // 10
    sheet = load_workbook("proposal.xlsx")["撮合建议"]
    assert sheet.max_row == len(made["pairs"]) + 1
    done = document("assign", "--share-cap", "0.1", "--floor-new", "1", "--commit")
    assert done["committed_at"]
    # The same batch in the same lot.
    assert [(p["enterprise"], p["unit"]) for p in done["pairs"]] == [
        (p["enterprise"], p["unit"]) for p in made["pairs"]
    ]


def test_objectives_filters_and_the_page(document: Callable[..., dict[str, Any]], run: Run) -> None:
    base = document("assign", "--objective", "stable", "--sub-industry", "apparel")
    assert base["status"] == "stable"
    assert base["totals"]["blocking_pairs"] == 0
    fair = document(
        "assign", "--objective", "nash", "--sub-industry", "apparel", "--compare-to", base["assignment_id"]
    )
    assert 0 <= fair["gap"] < 1e-3
    assert fair["difference"]["base"] == base["assignment_id"]
    page = run("assign", "--district", "440113", "--capacity", "SYN-L02=1:2")
    assert page.exit_code == 0, page.output
    for told in ("撮合建议（试算）", "各单位", "为什么没有更多", "可以自由选择", "合成样本"):
        assert told in page.stdout


def test_slips_of_the_pen(run: Run, tmp_path: Path) -> None:
    assert run("assign", "--objective", "best").exit_code == 2
    assert run("assign", "--capacity", "SYN-L02").exit_code == 2
    assert run("assign", "--share-cap", "7").exit_code == 1
    unknown = run("assign", "--capacity", "SYN-L99=3", "--json")
    assert unknown.exit_code == 1
    assert "lead_unit_not_found" in unknown.stdout
    nowhere = run("assign", "--out", str(tmp_path / "none" / "x.xlsx"))
    assert nowhere.exit_code == 1
    assert "无法写入" in nowhere.stderr
