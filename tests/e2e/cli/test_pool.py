"""``pool`` on the sample: hand in a copy, see it found, review it, and steer products."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from recommender.settings import Settings
from recommender.store import Store
from tests.e2e.cli.conftest import Run
from tests.unit.pool.handing_in import FIRST, SECOND, VENDOR, document

pytestmark = pytest.mark.usefixtures("home")
Document = Callable[..., dict[str, Any]]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A submission that copies a product of the sample under another name."""
    store = Store.open(Settings())
    with store.read() as work:
        stored = work.solutions.get("SYN-A001")
    store.dispose()
    assert stored is not None
    content = document("SYN-NEW1", text=stored.record.text, summary=stored.record.summary)
    file = tmp_path / "申报.json"
    file.write_text(json.dumps({"solution": content, "actor": VENDOR}, ensure_ascii=False), encoding="utf-8")
    return file


def test_a_copy_is_found_and_refused(document: Document, run: Run, copied: Path) -> None:
    assert document("pool", "check", str(copied))["acceptable"]
    taken = document("pool", "submit", str(copied))
    submission = taken["step"]["submission_id"]
    sheet = document("pool", "show", submission)
    assert [other["id"] for other in sheet["near_duplicates"]] == ["SYN-A001"]
    shown = run("pool", "show", "SYN-NEW1")
    assert shown.exit_code == 0
    assert "疑似重复" in shown.output
    assert "SYN-A001" in shown.output
    queue = document("pool", "queue")
    assert submission in {entry["id"] for entry in queue["items"]}
    assert queue["total"] == 8
    opinion = ("--decision", "reject", "--reason", "与已有产品重复")
    for reviewer in (FIRST, SECOND):
        step = document("pool", "review", submission, *opinion, "--reviewer", reviewer)
    assert step["audit_state"] == "rejected"
    listed = run("export", "solutions", "all.jsonl")
    assert listed.exit_code == 0
    assert "SYN-NEW1" not in Path("all.jsonl").read_text(encoding="utf-8")
    history = run("pool", "history", "SYN-NEW1")
    assert "申报不通过" in history.output


def test_loaded_submissions_of_the_sample_are_reviewed_together(document: Document, run: Run) -> None:
    keys = [entry["id"] for entry in document("pool", "queue")["items"]]
    assert len(keys) == 7
    opinion = ("--decision", "admit", "--reason", "齐全")
    for reviewer in (FIRST, SECOND):
        told = document("pool", "review", *keys, *opinion, "--reviewer", reviewer)
    assert told["failed"] == 0
    assert document("pool", "queue")["total"] == 0
    assert run("pool", "queue").exit_code == 0


def test_products_are_steered_and_appealed(document: Document, run: Run) -> None:
    who = ("--actor", "city-1", "--reason", "投诉属实")
    assert document("pool", "suspend", "SYN-A001", *who)["audit_state"] == "suspended"
    vendor = ("--actor", "SYN-VA01", "--reason", "无关")
    document("pool", "appeal", "SYN-A001", *vendor)
    other = ("--actor", "city-2", "--reason", "查明")
    assert document("pool", "decide-appeal", "SYN-A001", "--uphold", *other)["audit_state"] == "admitted"
    refused = run("pool", "restore", "SYN-A001", *who)
    assert refused.exit_code == 1
    assert "illegal_pool_move" in refused.output
    assert document("pool", "retire", "SYN-A001", *vendor)["audit_state"] == "retired"
    public = document("pool", "history", "SYN-A001", "--public")
    assert [entry["kind"] for entry in public["entries"]].count("record") == 4
    Path("one.jsonl").write_text('{"id": "SYN-A001", "audit_state": "admitted"}\n', encoding="utf-8")
    (report,) = json.loads(run("import", "solutions", "one.jsonl", "--json").stdout)["files"]
    assert [finding["code"] for finding in report["reported"]] == ["audit_state_decided"]


def test_the_whole_sample_has_no_near_duplicates(document: Document, run: Run) -> None:
    assert document("pool", "duplicates") == {"items": []}
    assert run("pool", "duplicates").exit_code == 0


def test_a_faulty_form_ends_with_1(run: Run, copied: Path) -> None:
    faulty = json.loads(copied.read_text(encoding="utf-8"))
    faulty["solution"]["price"] = None
    Path("faulty.json").write_text(json.dumps(faulty), encoding="utf-8")
    checked = run("pool", "check", "faulty.json")
    assert checked.exit_code == 1
    assert "请填写价格区间" in checked.output
    assert run("pool", "submit", "faulty.json").exit_code == 1
    Path("no.json").write_text("{", encoding="utf-8")
    assert run("pool", "check", "no.json").exit_code == 1
