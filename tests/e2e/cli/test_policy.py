"""``evaluate policy``: from files, and from the product's own log."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from recommender.domain.served_list import ServedItem
from recommender.settings import Settings, data_dir
from recommender.store import Store
from tests.e2e.cli.conftest import Run
from tests.e2e.cli.test_contract import one_enterprise
from tests.synthetic_records import served_list
from tests.unit.off_policy.simulated import bandit

Document = Callable[..., dict[str, Any]]
WEIGHTS = str(data_dir() / "ranking" / "priors.json")


def write_files(**options: Any) -> list[str]:
    scene = bandit(**options)
    scene.log(1500, seed=1).to_csv("log.csv", index=False)
    scene.target_frame().to_csv("target.csv", index=False)
    return ["evaluate", "policy", "--log", "log.csv", "--target", "target.csv"]


def test_document_page_and_exports(empty_home: Path, run: Run, document: Document) -> None:
    command = write_files(rate=0.2)
    report = document(*command, "--export-open-bandit", "ob", "--export-dsjson", "log.dsjson")
    assert {"rounds", "ess", "overlap", "estimates", "verdict"} <= set(report)
    assert report["rounds"] == 1500
    assert {"ips", "snips", "dm", "dr", "switch-dr"} == set(report["estimates"])
    for figure in report["estimates"].values():
        low, high = figure["ci95"]
        assert low <= figure["value"] <= high
    assert len(Path("log.dsjson").read_text("utf-8").splitlines()) == 1500
    assert sorted(file.name for file in Path("ob").iterdir()) == ["all.csv", "item_context.csv"]
    page = run(*command)
    assert page.exit_code == 0
    assert report["verdict"].split("，")[0] in page.stdout.replace("\n", "")
    assert not empty_home.exists()


def test_a_bad_row_is_named_and_nothing_is_written(empty_home: Path, run: Run) -> None:
    command = write_files()
    with Path("log.csv").open("a", encoding="utf-8") as file:
        file.write("1,1,0,0\n")
    result = run(*command, "--export-dsjson", "log.dsjson", "--json")
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "unusable_log"
    assert error["place"] == {"file": "log.csv", "row": 1502, "column": "propensity_score"}
    assert not Path("log.dsjson").exists()


@pytest.mark.parametrize("extra", [[], ["--log", "log.csv", "--from-log"]])
def test_one_source_of_rounds(empty_home: Path, run: Run, extra: list[str]) -> None:
    result = run("evaluate", "policy", "--target", "target.csv", *extra)
    assert result.exit_code == 2
    assert "必须且只能给一个" in result.stderr


def test_own_log(home: Path, run: Run, document: Document) -> None:
    command = ["evaluate", "policy", "--from-log", "--target", WEIGHTS]
    assert json.loads(run(*command, "--json").stdout)["error"]["code"] == "unusable_log"
    store = Store.open(Settings())
    long_ago = datetime.now(UTC) - timedelta(days=100)
    lines = [
        ServedItem(rank=rank, object_id=f"SYN-S{rank}", score=0.5, propensity=1.0, features={"light": rank})
        for rank in (1, 2)
    ]
    with store.begin() as unit:
        for number in range(3):
            served = served_list(number, served_at=long_ago, request='{"budget_yuan": "9"}', items=lines)
            unit.served_lists.save(served)
    store.dispose()
    report = document(*command)
    assert (report["rounds"], report["lists"]) == (6, 3)
    assert report["verdict_code"] == "no_exploration"
    assert "没有随机探索" in run(*command).stdout
    assert run(*command, "--outcome", "nonsense").exit_code == 1


def test_an_experiment_without_lists_is_open(home: Path, run: Run, document: Document) -> None:
    report = document("evaluate", "experiment", "--name", "spring")
    assert (report["lists"], report["verdict_code"]) == (0, "open")
    assert report["preference"] == {"value": None, "ci95": [0.0, 1.0]}
    assert "证据太少" in run("evaluate", "experiment", "--name", "spring").stdout


def test_the_switches_reach_the_served_list(
    home: Path, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    uscc = one_enterprise()
    command = ["recommend", "solutions", "--enterprise", uscc]
    assert document(*command)["policy_version"] == "deterministic-1"
    monkeypatch.setenv("SMEMATCH_EXPLORATION", "true")
    assert document(*command)["policy_version"] == "blocks-1;epsilon=0.02;floor=0.4;most=5"
    trial = {"name": "spring", "share": 1.0, "weights": WEIGHTS}
    Path("trial.json").write_text(json.dumps(trial), encoding="utf-8")
    monkeypatch.setenv("SMEMATCH_EXPERIMENT", "trial.json")
    assert document(*command)["policy_version"].startswith("team-draft-1;experiment=spring;")
