"""``matching-event`` on the sample: create, plan, export, results."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from recommender.settings import Settings
from recommender.store import Store
from tests.e2e.cli.conftest import Run

pytestmark = pytest.mark.usefixtures("home")
Document = Callable[..., dict[str, Any]]


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    """A matching event of the sample's first records, on a day that is over."""
    store = Store.open(Settings())
    with store.read() as work:
        firms = [stored.record.uscc for stored in work.enterprises.page(limit=20).items]
        units = [stored.record for stored in work.lead_units.page(limit=3).items]
        vendor = next(s.record.provider for s in work.solutions.page(limit=50).items if s.record.provider)
    store.dispose()
    tables = [{"number": n, "party": unit.id} for n, unit in enumerate(units, start=1)]
    tables.append({"number": 9, "party": vendor.id, "kind": "vendor"})
    event = {
        "id": "SYN-FAIR",
        "name": "合成对接会",
        "held_on": "2026-03-20",
        "start": "14:00",
        "slots": 6,
        "tables": tables,
        "attendees": [{"uscc": uscc, "registered_on": "2026-03-01", "wishes": [vendor.id]} for uscc in firms],
        "max_meetings": 2,
        "synthetic": True,
    }
    file = tmp_path / "对接会.json"
    file.write_text(json.dumps(event, ensure_ascii=False), encoding="utf-8")
    return file


def test_the_whole_way(run: Run, document: Document, definition: Path, tmp_path: Path) -> None:
    assert document("matching-event", "create", str(definition))["outcome"] == "created"
    first = json.loads(definition.read_text(encoding="utf-8"))["attendees"][0]["uscc"]
    invited = tmp_path / "报名.csv"
    invited.write_text(f"信用代码,报名日期,可参加场次\n{first},2026-03-02,1-6\n", encoding="utf-8")
    assert document("matching-event", "register", "SYN-FAIR", str(invited))["updated"] == 1
    assert run("matching-event", "register", "SYN-FAIR", str(invited)).exit_code == 0
    dry = document("matching-event", "plan", "SYN-FAIR", "--dry-run")
    assert dry["version"] is None
    schedule = document("matching-event", "plan", "SYN-FAIR")
    assert schedule["version"] == 1
    assert schedule["solved"]["optimal"]
    assert sum(m["table"] == 9 for m in schedule["meetings"]) == 6
    shown = run("matching-event", "plan", "SYN-FAIR", "--dry-run")
    assert shown.exit_code == 0, shown.output
    assert "已证明最优" in shown.stdout

    book, all_in_one, page = tmp_path / "日程.xlsx", tmp_path / "日程.ics", tmp_path / "日程.html"
    for file in (book, all_in_one, page):
        report = document("matching-event", "export", "SYN-FAIR", str(file))
        assert report["meetings"] == len(schedule["meetings"])
    assert len(Calendar.from_ical(all_in_one.read_bytes()).walk("VEVENT")) == len(schedule["meetings"])
    assert "合成样本" in page.read_text(encoding="utf-8")
    folder = tmp_path / "各家日历"
    files = document("matching-event", "export", "SYN-FAIR", str(folder), "--each")["files"]
    parties = {m["uscc"] for m in schedule["meetings"]} | {m["party"] for m in schedule["meetings"]}
    assert {Path(file).stem for file in files} == parties

    filled = load_workbook(book)
    sheet = filled["结果登记"]
    column = [cell.value for cell in sheet[1]].index("会面结果") + 1
    sheet.cell(2, column, "已见面")
    sheet.cell(3, column, "没填对")
    filled.save(book)
    report = document("matching-event", "results", "SYN-FAIR", str(book))
    assert (report["rows"], report["inserted"]) == (2, 1)
    assert [note["row"] for note in report["rejected"]] == [3]
    told = run("matching-event", "results", "SYN-FAIR", str(book))
    assert "第3行" in told.stdout


def test_slips_of_the_pen(run: Run, tmp_path: Path, definition: Path) -> None:
    broken = tmp_path / "坏.json"
    broken.write_text("{", encoding="utf-8")
    for arguments, told in (
        (("create", str(broken)), "JSON"),
        (("create", str(tmp_path / "无.json")), "不存在"),
        (("plan", "nobody"), "找不到对接会"),
        (("export", "nobody", "a.pdf"), "不支持导出"),
        (("results", "nobody", str(broken)), "无法打开"),
    ):
        refused = run("matching-event", *arguments)
        assert refused.exit_code == 1, refused.output
        assert told in refused.stderr
    broken.write_text(definition.read_text(encoding="utf-8").replace('"14:00"', '"25:00"'), encoding="utf-8")
    refused = run("matching-event", "create", str(broken), "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["error"]["place"] == {"field": "start"}
