"""``appraisal`` on the sample, from opening to the exported results."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from recommender.appraisal.sheet import load_sheet
from tests.e2e.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("home")
OPEN = ("appraisal", "open", "K1", "--name", "2026年度", "--side", "lead_unit", "--from", "2026-01-01")

REVIEWERS = ("--reviewer", "E1=某大学", "--reviewer", "E2=某协会")


def filled(file: Path) -> None:
    """Give every unit half of all points."""
    book = load_workbook(file)
    sheet = book["评分"]
    items = {
        f"{item.title}（{item.points}分）": float(item.points) / 2 for item in load_sheet("lead_unit").judged
    }
    for column in sheet.iter_cols():
        if column[0].value in items:
            for cell in column[1:]:
                cell.value = items[column[0].value]
    book.save(file)


def test_an_appraisal_from_opening_to_the_letter(
    run: Run, document: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    own = load_sheet("lead_unit").model_dump(mode="json") | {"reviewers": {"least": 2}}
    sheet = tmp_path / "sheet.json"
    sheet.write_text(json.dumps(own), encoding="utf-8")
    opened = document(*OPEN, "--to", "2026-12-31", *REVIEWERS, "--sheet", str(sheet))
    assert (opened["reviewers"], opened["published"]) == (2, 0)
    for reviewer in ("E1", "E2"):
        file = tmp_path / f"{reviewer}.xlsx"
        document("appraisal", "sheet", "K1", str(file), "--reviewer", reviewer)
        filled(file)
        taken = document("appraisal", "score", "K1", str(file), "--reviewer", reviewer, "--actor", "440100")
        assert taken["created"] == opened["units"]
    drafted = document("appraisal", "show", "K1", "--draft")
    # 55 points are judged and nothing is measured on the fresh sample: too little for a grade, never a 0.
    assert {row["result"]["total"] for row in drafted["rows"]} == {None}
    published = document("appraisal", "publish", "K1")
    unit = published["rows"][0]["unit"]
    appeal = ("appraisal", "appeal", "K1", unit, "--item", "team", "--reason", "有名单为证")
    assert document(*appeal)["rows"][0]["appealed_items"] == ["team"]
    decide = ("appraisal", "decide", "K1", unit, "--reason", "核实", "--upheld", "--points", "team=8")
    assert run(*decide, "--actor", "440100:E1").exit_code == 1
    assert document(*decide, "--actor", "440100:甲")["rows"][0]["state"] == "final"
    for name in ("results.xlsx", "results.docx"):
        document("appraisal", "export", "K1", str(tmp_path / name))
    assert load_workbook(tmp_path / "results.xlsx").sheetnames == ["考评结果", "各项得分"]
    assert "不评定等级" in "".join(p.text for p in Document(str(tmp_path / "results.docx")).paragraphs)
    assert document("appraisal", "consequences")["items"] == []
    assert "2026年度" in run("appraisal", "show", "K1").stdout


def test_slips_of_the_pen(run: Run, tmp_path: Path) -> None:
    assert run("appraisal", "show", "K9").exit_code == 1
    assert run(*OPEN, "--to", "2026-12-31", "--reviewer", "E1").exit_code == 2
    bad = tmp_path / "sheet.json"
    changed = load_sheet("lead_unit").model_dump(mode="json") | {"least_counted": 0}
    bad.write_text(json.dumps(changed), encoding="utf-8")
    failed = run(*OPEN, "--to", "2026-12-31", "--sheet", str(bad), "--json")
    assert failed.exit_code == 1
    assert json.loads(failed.stdout)["error"]["place"]["field"] == "sheet.least_counted"
