"""``models``: register, promote through the gates, look at the history, go back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recommender.ranking.ranking_model import shipped_model
from recommender.settings import data_dir
from tests.e2e.cli.conftest import Run

Document = Callable[..., dict[str, Any]]
SHIPPED = shipped_model().version


def edited(folder: Path, version: str, **weights: float) -> Path:
    """A folder with an edited copy of the shipped weights of solutions."""
    priors = json.loads((data_dir() / "ranking" / "priors.json").read_text(encoding="utf-8"))
    priors["version"] = version
    for name, weight in weights.items():
        priors["solution"][name]["weight"] = weight
    folder.mkdir()
    (folder / "priors.json").write_text(json.dumps(priors, ensure_ascii=False), encoding="utf-8")
    return folder


def quick_gates(home: Path, *, on: bool = True) -> None:
    """Gates of the installation's own, with fewer needs and lists than the shipped ones, or all open."""
    rules = json.loads((data_dir() / "registry" / "gates.json").read_text(encoding="utf-8"))
    rules["offline"] |= {"most_needs": 50, "least_needs": 40}
    rules["fairness"] |= {"most_enterprises": 20}
    rules["latency"] |= {"enterprises": 5, "repeats": 2}
    for name in ("offline", "off_policy", "fairness", "latency"):
        rules[name]["on"] = on
    (home / "gates.json").write_text(json.dumps(rules), encoding="utf-8")


@pytest.mark.slow
def test_from_an_edited_weight_to_service_and_back(home: Path, run: Run, document: Document) -> None:
    quick_gates(home)
    folder = edited(Path("mine"), "priors-mine", days=0.06)
    added = document("models", "add", str(folder), "--note", "工期略重要些", "--by", "甲")
    version = added["version"]
    assert (added["created_by"], added["parent"], added["served"]) == ("甲", SHIPPED, False)
    refused = run("models", "promote", version, "--force", "--json")
    assert json.loads(refused.stdout)["error"]["code"] == "reason_missing"

    report = document("models", "promote", version, "--dry-run")
    assert report["passed"]
    assert {gate["gate"]: gate["status"] for gate in report["gates"]} == {
        "offline": "passed",
        "off_policy": "too_little_evidence",
        "fairness": "passed",
        "latency": "passed",
    }
    for figure in (figure for gate in report["gates"] for figure in gate["figures"]):
        assert figure["ci95"][0] <= figure["value"] <= figure["ci95"][1]
        assert figure["n"] > 1
    assert document("models", "list")["served"] == SHIPPED

    page = run("models", "promote", version, "--reason", "试用")
    assert page.exit_code == 0, page.output
    assert "✓ 离线质量：通过" in page.stdout
    assert "可以上线" in page.stdout
    assert document("models", "list")["served"] == version
    uscc_answer = document("match", "--text", "排产", "-k", "1")
    assert uscc_answer["model_version"] == version
    shown = run("models", "show")
    assert "solution" not in shown.stdout
    assert "0.05（未知时 0.4） → 0.06（未知时 0.4）" in shown.stdout
    checks = {check["name"]: check for check in document("doctor")["checks"]}
    assert checks["model"]["status"] == "ok"
    assert version in checks["model"]["detail"]
    back = document("models", "rollback", "--reason", "试完了")
    assert (back["served"], back["change"]["previous"]) == (SHIPPED, version)
    assert document("match", "--text", "排产", "-k", "1")["model_version"] == SHIPPED
    listed = run("models", "list").stdout
    assert "退回" in listed
    assert "试完了" in listed


@pytest.mark.slow
def test_a_model_that_finds_answers_later_is_refused(home: Path, run: Run) -> None:
    quick_gates(home)
    folder = edited(Path("worse"), "priors-worse", text_match=0.0, scenario=0.0, price=5.0)
    version = json.loads(run("models", "add", str(folder), "--json").stdout)["version"]
    refused = run("models", "promote", version)
    assert refused.exit_code == 1
    assert "✗ 离线质量：不通过" in refused.stdout
    assert "[gates_not_passed]" in refused.stderr
    assert json.loads(run("models", "list", "--json").stdout)["served"] == SHIPPED


def test_failures(home: Path, run: Run) -> None:
    Path("empty").mkdir()
    for arguments, code in (
        (["show", "nothing"], "model_not_found"),
        (["promote", "../x"], "model_not_found"),
        (["rollback"], "nothing_to_roll_back"),
        (["rollback", "--to", "nothing"], "model_not_found"),
        (["add", "nowhere"], "unusable_model"),
        (["add", "empty"], "unusable_model"),
    ):
        result = run("models", *arguments, "--json")
        assert result.exit_code == 1, result.output
        assert json.loads(result.stdout)["error"]["code"] == code
        assert f"[{code}]" in result.stderr
    assert run("models").exit_code == 2
    assert run("models", "promote").exit_code == 2


def test_a_damaged_pointer_is_told_by_doctor_and_mended(home: Path, run: Run, document: Document) -> None:
    quick_gates(home, on=False)
    document("models", "promote", "shipped")
    added = document("models", "add", str(edited(Path("mine"), "priors-mine")))
    document("models", "promote", added["version"])
    (home / "models" / "SERVED").write_text("")
    answer = document("match", "--text", "排产", "-k", "1")
    assert (answer["model_version"], answer["degraded"]) == (SHIPPED, "model_fallback")
    result = run("doctor", "--json")
    found = {check["name"]: check for check in json.loads(result.stdout)["checks"]}["model"]
    assert (result.exit_code, found["status"]) == (1, "missing")
    assert "rollback --to" in found["mend"]
    assert document("models", "rollback", "--to", added["version"])["served"] == added["version"]
    assert document("match", "--text", "排产", "-k", "1")["degraded"] is None


def test_a_shadow_model_is_compared(home: Path, run: Run, document: Document) -> None:
    added = document("models", "add", str(edited(Path("mine"), "priors-mine", days=0.06)))
    assert (
        json.loads(run("models", "show", "--shadow", "--json").stdout)["error"]["code"] == "model_not_found"
    )
    chosen = document("models", "shadow", added["version"], "--share", "1")["shadow"]
    assert document("models", "list")["shadow"] == chosen
    assert document("match", "--text", "排产", "-k", "3")["model_version"] == SHIPPED
    report = document("models", "show", "--shadow")
    assert (report["version"], report["lists"], report["overlap"]["value"]) == (added["version"], 1, 1.0)
    assert "比较了 1 份名单" in run("models", "show", "--shadow").stdout
    assert "影" in run("models", "list").stdout
    assert document("models", "shadow", "--off")["shadow"] is None
    assert run("models", "shadow").exit_code == 2
    assert run("models", "shadow", added["version"], "--off").exit_code == 2
