"""``plan`` on the sample: one JSON document, a page for people, slips of the pen."""

import json
from pathlib import Path

import pytest

from recommender.diagnosis import load_instrument, score
from recommender.settings import Settings
from recommender.store import Store
from tests.e2e.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("home")


def below_level_two() -> str:
    store = Store.open(Settings())
    try:
        with store.read() as unit:
            for stored in unit.diagnoses.latest_all():
                grades = {code.value: grade for code, grade in stored.record.scenarios.items()}
                if score(stored.record.answers, grades, load_instrument()).level == 1:
                    return stored.record.uscc
    finally:
        store.dispose()
    raise AssertionError("the sample has no enterprise at level 1")


def test_json_and_page(run: Run) -> None:
    firm = below_level_two()
    made = run("plan", "--enterprise", firm, "--target-level", "2", "--json")
    assert made.exit_code == 0, made.output
    plan = json.loads(made.stdout)
    assert (plan["enterprise"], plan["target_level"], plan["feasible"]) == (firm, 2, True)
    assert score(plan["answers_after"], plan["scenarios_after"], load_instrument()).level >= 2
    page = run("plan", "--enterprise", firm, "--target-level", "2")
    assert page.exit_code == 0, page.output
    assert "改造方案" in page.stdout
    assert "已证明最优" in page.stdout
    assert all(solution["id"] in page.stdout for solution in plan["solutions"])
    if plan["solutions"]:
        assert "合成样本" in page.stdout


def test_a_budget_too_small_is_no_failure(run: Run) -> None:
    made = run("plan", "--enterprise", below_level_two(), "--target-level", "2", "--budget", "1", "--json")
    assert made.exit_code == 0, made.output
    plan = json.loads(made.stdout)
    assert not plan["feasible"]
    assert plan["relaxations"]


def test_slips_of_the_pen(run: Run) -> None:
    assert run("plan", "--enterprise", below_level_two(), "--target-level", "5").exit_code == 2
    assert run("plan", "--enterprise", below_level_two(), "--budget", "许多").exit_code == 2
    unknown = run("plan", "--enterprise", "91440101000000077X", "--json")
    assert unknown.exit_code in {1, 2}
    assert "Traceback" not in unknown.output


def test_the_page_is_written_and_a_wrong_folder_is_told(run: Run, tmp_path: Path) -> None:
    firm = below_level_two()
    page = tmp_path / "方案.html"
    assert run("plan", "--enterprise", firm, "--target-level", "2", "--page", str(page)).exit_code == 0
    assert "三句话说清" in page.read_text(encoding="utf-8")
    missing = str(tmp_path / "no" / "such" / "page.html")
    refused = run("plan", "--enterprise", firm, "--target-level", "2", "--page", missing)
    assert refused.exit_code == 1
    assert "无法写入" in refused.stderr


def test_a_plan_is_replayed(run: Run) -> None:
    made = run("plan", "--enterprise", below_level_two(), "--target-level", "2", "--json")
    plan = json.loads(made.stdout)
    again = run("replay", plan["recommendation_id"], "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["response"] == plan
    shown = run("replay", plan["recommendation_id"])
    assert shown.exit_code == 0, shown.output
    assert plan["summary"][:10] in shown.stdout
    assert "政府补一点" in shown.stdout
    assert plan["recommendation_id"] in shown.stdout


def test_the_page_as_pdf_and_as_data(run: Run, tmp_path: Path) -> None:
    firm = below_level_two()
    pdf, data = tmp_path / "方案.pdf", tmp_path / "方案.json"
    assert run("plan", "--enterprise", firm, "--target-level", "2", "--page", str(pdf)).exit_code == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    made = run(
        "plan", "--enterprise", firm, "--target-level", "2", "--page", str(data), "--city", "zhongshan"
    )
    assert made.exit_code == 0, made.output
    assert json.loads(data.read_text(encoding="utf-8"))["subsidy"]["city"] == "zhongshan"
    unknown = run("plan", "--enterprise", firm, "--city", "atlantis", "--json")
    assert unknown.exit_code == 1
    assert json.loads(unknown.stdout)["error"]["code"] == "unknown_city"
