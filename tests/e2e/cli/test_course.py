"""``case-file`` and ``course`` on the sample."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from recommender.settings import Settings
from recommender.store import Store
from tests.e2e.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def firm(home: Path) -> str:
    store = Store.open(Settings())
    with store.read() as work:
        found = next(
            one.record.uscc
            for one in work.enterprises.iterate()
            if one.record.sub_industry and one.record.contact and work.diagnoses.latest(one.record.uscc)
        )
    store.dispose()
    assert home.exists()
    return found


def test_list_move_and_file(
    run: Run, document: Callable[..., dict[str, Any]], firm: str, tmp_path: Path
) -> None:
    listed = document("course", "list")
    assert len(listed["items"]) == sum(count["standing"] for count in listed["counts"])
    moved = document(
        "course", "move", "contract", "--enterprise", firm, "--role", "enterprise", "--partner", "SYN-L01",
        "--project", "P1", "--set", "amount_yuan=200000", "--set", "due_on=2026-12-31",
    )  # fmt: skip
    assert moved["standings"][0]["state"] == "signed"
    refused = run("course", "move", "project_filed", "--enterprise", firm, "--role", "enterprise")
    assert refused.exit_code == 1
    assert "还缺" in refused.stderr
    told = run("course", "list", "--stage", "filing")
    assert "P1" in told.stdout
    outputs = {kind: tmp_path / f"档案.{kind}" for kind in ("xlsx", "docx", "html", "pdf")}
    options = [part for kind, path in outputs.items() for part in (f"--{kind}", str(path))]
    file = document("case-file", "--enterprise", firm, *options)
    assert file["projects"][0]["facts"]["contract_yuan"] == "200000"
    assert all(path.stat().st_size > 1000 for path in outputs.values())
    shown = run("case-file", "--enterprise", firm)
    assert shown.exit_code == 0, shown.output
    assert "合成样本" in shown.stdout
    assert "200,000" in shown.stdout
    sheet = tmp_path / "清单.xlsx"
    assert run("course", "list", "--xlsx", str(sheet)).exit_code == 0
    assert load_workbook(sheet).worksheets[0].max_row == len(listed["items"]) + 1


def test_slips_of_the_pen(run: Run, firm: str, tmp_path: Path) -> None:
    assert run("case-file", "--enterprise", firm, "--as-of", "soon").exit_code == 1
    assert run("case-file", "--enterprise", firm, "--as-of", "2000-01-01").exit_code == 1
    assert run("case-file", "--enterprise", firm, "--xlsx", str(tmp_path / "no" / "x.xlsx")).exit_code == 1
    assert run("course", "list", "--stage", "x").exit_code == 1
    assert run("course", "list", "--sub-industry", "x").exit_code == 1
    pair = ("--enterprise", firm, "--role", "enterprise", "--set", "amount")
    assert run("course", "move", "pilot_applied", *pair).exit_code == 2
    assert run("course", "move", "pilot_applied", "--enterprise", firm, "--role", "x").exit_code == 1
