"""From nothing to a recommendation and back: init, import, recommend, replay, export."""

import json
import re
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from tests.e2e.api.asking import eventually
from tests.e2e.cli.conftest import Run, Spawn
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution, uscc

Document = Callable[..., dict[str, Any]]


def write(name: str, records: Sequence[BaseModel]) -> str:
    lines = (record.model_dump_json(exclude_none=True) for record in records)
    Path(name).write_text("\n".join(lines), encoding="utf-8")
    return name


@pytest.fixture
def imported(empty_home: Path, document: Document) -> Path:
    """A home with a few imported records and no sample."""
    document("init", "--no-sample")
    consent = [{"purpose": "show_to_lead_units", "granted_on": "2026-01-01"}]
    document("import", "enterprises", write("firms.jsonl", [enterprise(1, consents=consent), enterprise(2)]))
    document("import", "diagnoses", write("diagnoses.jsonl", [diagnosis(1, of=1)]))
    document("import", "lead-units", write("units.jsonl", [lead_unit(1), lead_unit(2)]))
    pages = [
        solution(1, text="能耗监测，峰谷用电分析。" * 5, scenarios=[{"scenario": "energy", "level": 2}]),
        solution(2, text="排产软件，按交期自动排程，插单重排。" * 5, scenarios=[]),
    ]
    document("import", "solutions", write("solutions.jsonl", pages))
    return empty_home


def test_import_recommend_replay(imported: Path, document: Document) -> None:
    answer = document("recommend", "solutions", "--enterprise", uscc(1), "-k", "5")
    assert {item["id"] for item in answer["items"]} == {"SYN-S00001", "SYN-S00002"}
    assert answer["subject"]["target_level"] == 2
    assert all(item["synthetic_mark"] == "合成样本" for item in answer["items"])
    replayed = document("replay", answer["recommendation_id"])
    assert replayed["response"] == answer
    assert replayed["subject"] == uscc(1)
    assert [item["object_id"] for item in replayed["items"]] == [item["id"] for item in answer["items"]]
    assert replayed["items"][0]["features"]


def test_what_a_page_does_not_declare_is_read_from_it(imported: Path, document: Document) -> None:
    (first, *_) = document("match", "--text", "插单之后要自动重排", "-k", "1")["items"]
    assert first["id"] == "SYN-S00002"
    assert "inferred" in {entry["provenance"] for entry in first["facts"]["scenarios"]}


def test_lead_units_and_prospects(imported: Path, document: Document) -> None:
    units = document("recommend", "lead-units", "--enterprise", uscc(1))
    assert {item["id"] for item in units["items"]} == {"SYN-L001", "SYN-L002"}
    prospects = document("prospects", "--lead-unit", "SYN-L001")
    assert [item["id"] for item in prospects["items"]] == [uscc(1)]
    assert [entry["count"] for entry in prospects["excluded"] if entry["rule"] == "no_consent"] == [1]


def test_the_next_command_sees_an_import(imported: Path, document: Document) -> None:
    page = solution(3, text="刀具寿命管理，断刀预警。" * 5, scenarios=[{"scenario": "equipment", "level": 2}])
    done = document("import", "solutions", write("more.jsonl", [page]))
    assert done["files"][0]["created"] == 1
    state = document("index", "status")
    assert state["current"]
    assert state["index_version"] == done["index_version"]
    assert document("match", "--text", "刀具寿命", "-k", "1")["items"][0]["id"] == "SYN-S00003"


def test_a_dry_run_keeps_nothing(imported: Path, document: Document) -> None:
    before = document("index", "status")
    done = document("import", "solutions", write("more.jsonl", [solution(3)]), "--dry-run")
    assert done["files"][0]["created"] == 1
    assert document("index", "status") == before


def test_bad_rows_are_named_and_good_ones_kept(imported: Path, run: Run) -> None:
    text = f"代码,名称,人数\n{uscc(7)},合成样本企业7,12\n{uscc(8)},合成样本企业8,很多\n123,合成样本企业9,1\n"
    Path("firms.csv").write_bytes(text.encode("gb18030"))
    mapped = ["--map", "代码=uscc", "--map", "名称=name", "--map", "人数=employees"]
    page = run("import", "enterprises", "firms.csv", *mapped, "--dry-run")
    assert page.exit_code == 0
    assert "很多" in page.stdout
    result = run("import", "enterprises", "firms.csv", *mapped, "--json")
    assert result.exit_code == 0, result.output
    (report,) = json.loads(result.stdout)["files"]
    assert (report["rows"], report["created"], report["rejected"]) == (3, 1, 2)
    assert {finding["row"] for finding in report["reported"] if finding["severity"] == "error"} == {3, 4}


def test_one_bad_file_does_not_keep_the_others_out(imported: Path, run: Run) -> None:
    Path("broken.xlsx").write_bytes(b"no workbook")
    result = run("import", "solutions", "broken.xlsx", write("more.jsonl", [solution(3)]), "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert told["error"]["place"]["file"] == "broken.xlsx"
    assert "error" in told["files"][0]
    assert told["files"][1]["created"] == 1


def test_a_file_without_one_good_row_is_a_failure(imported: Path, run: Run) -> None:
    Path("firms.csv").write_text("统一社会信用代码,企业名称\n123,合成样本企业\n", encoding="utf-8")
    assert run("import", "enterprises", "firms.csv").exit_code == 1


def test_export_imports_as_the_same_records(imported: Path, document: Document) -> None:
    for kind, count in (("enterprises", 2), ("diagnoses", 1), ("solutions", 2), ("lead-units", 2)):
        for ending in ("csv", "xlsx", "jsonl"):
            assert document("export", kind, f"out.{ending}")["records"] == count
            (report,) = document("import", kind, f"out.{ending}")["files"]
            assert report["unchanged"] == count, (kind, ending, report)


def test_contact_data_leaves_only_when_asked_for(imported: Path, document: Document) -> None:
    contact = {"person": "合成联系人甲", "phone": "13800001234"}
    document("import", "enterprises", write("firms.jsonl", [enterprise(1, contact=contact)]))
    document("export", "enterprises", "out.jsonl")
    assert "13800001234" not in Path("out.jsonl").read_text(encoding="utf-8")
    document("export", "enterprises", "out.jsonl", "--with-contact")
    assert "13800001234" in Path("out.jsonl").read_text(encoding="utf-8")


def test_masked_contact_data_does_not_overwrite_the_real_one(imported: Path, run: Run) -> None:
    contact = {"person": "合**", "phone": "138****1234"}
    result = run("import", "enterprises", write("firms.jsonl", [enterprise(1, contact=contact)]), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "masked_value"


def test_diagnose(imported: Path, document: Document, run: Run) -> None:
    told = document("diagnose", "--enterprise", uscc(1))
    assert told["level"] == 0
    assert [gap["target_level"] for gap in told["gaps"]] == [1, 2, 3, 4]
    assert len(told["result"]["dimensions"]) == 3
    missing = run("diagnose", "--enterprise", uscc(2), "--json")
    assert missing.exit_code == 1
    assert json.loads(missing.stdout)["error"]["code"] == "diagnosis_not_found"


def test_filters_and_budget_reach_the_ranking(imported: Path, document: Document) -> None:
    only = '{"must":[{"field":"id","any":["SYN-S00001"]}]}'
    answer = document("recommend", "solutions", "--enterprise", uscc(1), "--filter", only)
    assert [item["id"] for item in answer["items"]] == ["SYN-S00001"]
    poor = document("recommend", "solutions", "--enterprise", uscc(1), "--budget", "1000")
    assert poor["items"] == []
    assert [entry["rule"] for entry in poor["excluded"]] == ["over_budget"]


def test_init_twice_skips(home: Path, run: Run, document: Document) -> None:
    again = document("init")
    assert {again[name] for name in ("encoder_built", "sample_loaded", "index_built")} == {False}
    assert again["solutions"] > 100
    assert "全部已就绪" in run("init").stdout


def test_the_demo_shows_the_main_job(home: Path, run: Run, document: Document) -> None:
    page = run("demo").stdout
    for part in (
        "合成样本",
        "数字化水平",
        "与更高等级的差距",
        "解决方案",
        "依据：",
        "未列入",
        "牵引单位",
        "smematch serve",
    ):
        assert part in page
    told = document("demo")
    assert told["diagnosed"]["level"] < 2
    assert told["solutions"]["items"][0]["reasons"]
    assert told["solutions"]["excluded"]
    assert told["lead_units"]["items"]
    assert told["prospects"]["items"]


def test_the_demo_needs_a_sample(empty_home: Path, run: Run, document: Document) -> None:
    document("init", "--no-sample")
    result = run("demo", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "no_sample"


def test_doctor_names_what_is_missing(empty_home: Path, run: Run) -> None:
    result = run("doctor", "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert not told["ok"]
    status = {check["name"]: check["status"] for check in told["checks"]}
    assert status["python"] == status["data"] == status["packages"] == "ok"
    assert status["home"] == status["database"] == status["index"] == "missing"
    assert status["sample"] == "note"
    page = run("doctor")
    assert page.exit_code == 1
    assert "→ 运行 smematch init" in page.stdout
    assert not empty_home.exists()


def test_doctor_finds_an_index_behind_the_store(home: Path, run: Run, document: Document) -> None:
    assert document("doctor")["ok"]
    for folder in (home / "snapshots").glob("idx-*"):
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
    told = json.loads(run("doctor", "--json").stdout)
    assert [check["name"] for check in told["checks"] if check["status"] == "missing"] == ["index"]


def test_doctor_misses_the_bundled_encoder(
    empty_home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMEMATCH_ENCODER", "default")
    told = json.loads(run("doctor", "--json").stdout)
    assert "encoder" in [check["name"] for check in told["checks"] if check["status"] == "missing"]


def test_serve(home: Path, spawn: Spawn) -> None:
    with spawn("serve", "--port", "0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline().decode("utf-8")
        found = re.fullmatch(r"服务地址：(http://127\.0\.0\.1:\d+)\n", line)
        assert found is not None
        address = found[1]
        assert "试一次" in process.stdout.readline().decode("utf-8")
        assert address in process.stdout.readline().decode("utf-8")
        eventually(lambda: answers(address), seconds=40)
        process.send_signal(signal.SIGINT)
        errors = process.stderr.read()
    assert process.returncode == 0
    assert b"Traceback" not in errors


def answers(address: str) -> bool:
    try:
        answer = httpx.post(f"{address}/v1/recommendations", json={"text": "排产", "k": 1}, timeout=20)
    except httpx.TransportError:
        return False
    return len(answer.json()["items"]) == 1
