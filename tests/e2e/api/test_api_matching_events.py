"""Matching events over the API."""

from io import BytesIO
from typing import Any

from icalendar import Calendar
from openpyxl import load_workbook
from starlette.testclient import TestClient

from tests.e2e.api.asking import body_of, problem_of
from tests.e2e.api.catalogue import CONSENTING, SILENT
from tests.synthetic_records import uscc
from tests.unit.meeting.gatherings import UNIT, VENDOR, matching_event

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = [{"number": 1, "party": UNIT}, {"number": 2, "party": VENDOR, "kind": "vendor"}]


def definition(**changes: Any) -> dict[str, Any]:
    attendees = [{"uscc": CONSENTING, "registered_on": "2026-03-01"}, {"uscc": SILENT}]
    return body_of(matching_event(tables=TABLES, attendees=attendees, **changes))


def planned(client: TestClient) -> dict[str, Any]:
    assert client.post("/v1/matching-events", json=definition()).status_code == 201
    response = client.post("/v1/matching-events/SYN-M1:plan", json={})
    assert response.status_code == 200, response.text
    schedule: dict[str, Any] = response.json()
    return schedule


def test_from_definition_to_results(client: TestClient) -> None:
    schedule = planned(client)
    assert schedule["version"] == 1
    assert {(m["uscc"], m["party"]) for m in schedule["meetings"]} == {
        (CONSENTING, UNIT),
        (CONSENTING, VENDOR),
    }
    assert [one["code"] for one in schedule["unplaced"]] == ["no_consent"]
    base = "/v1/matching-events/SYN-M1"
    assert client.get(f"{base}/schedule").json() == schedule

    book = client.get(f"{base}/schedule.xlsx")
    assert book.headers["content-type"] == XLSX
    sheets = load_workbook(BytesIO(book.content))
    assert "结果登记" in sheets.sheetnames
    everything = client.get(f"{base}/schedule.ics")
    assert everything.headers["content-type"].startswith("text/calendar")
    assert len(Calendar.from_ical(everything.content).walk("VEVENT")) == 2
    own = client.get(f"{base}/schedule.ics", params={"party": UNIT})
    assert len(Calendar.from_ical(own.content).walk("VEVENT")) == 1
    page = client.get(f"{base}/schedule.html")
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    assert "合成对接会" in page.text

    results = [
        {"uscc": CONSENTING, "party": UNIT, "outcome": "held", "enterprise_interested": True},
        {"uscc": CONSENTING, "party": "nobody", "outcome": "held"},
        {"uscc": CONSENTING, "party": VENDOR, "outcome": "perhaps"},
    ]
    report = client.post(f"{base}/results", json={"results": results}).json()
    assert (report["rows"], report["inserted"]) == (3, 2)
    assert [(note["row"], note["code"]) for note in report["rejected"]] == [
        (1, "meeting_not_planned"),
        (2, "invalid_value"),
    ]
    events = client.get("/v1/events", params={"subject": CONSENTING}).json()["items"]
    assert [entry["event"]["type"] for entry in events] == ["meeting", "meeting_interested"]

    sheet = sheets["结果登记"]
    header = [cell.value for cell in sheet[1]]
    party, outcome = header.index("单位编号") + 1, header.index("会面结果") + 1
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, party).value == VENDOR:
            sheet.cell(row, outcome, "企业未到")
    target = BytesIO()
    sheets.save(target)
    upload = client.post(f"{base}/results:import", content=target.getvalue(), headers={"Content-Type": XLSX})
    assert upload.json()["inserted"] == 1, upload.text


def test_records_and_conditions(client: TestClient) -> None:
    base = "/v1/matching-events/SYN-M1"
    created = client.post("/v1/matching-events", json=definition())
    assert created.status_code == 201
    assert created.headers["location"] == base
    problem_of(client.post("/v1/matching-events", json=definition()), 412, "record_exists")
    changed = client.put(base, json=definition(slots=3), headers={"If-Match": created.headers["etag"]})
    assert changed.status_code == 200
    stale = client.put(base, json=definition(), headers={"If-Match": created.headers["etag"]})
    problem_of(stale, 412, "revision_changed")
    assert client.get(base).json()["slots"] == 3
    listed = client.get("/v1/matching-events", params={"held_on": "2026-03-20"}).json()["items"]
    assert [item["id"] for item in listed] == ["SYN-M1"]
    assert client.get("/v1/matching-events", params={"held_on": "2026-03-21"}).json()["items"] == []


def test_what_cannot_be_is_a_problem(client: TestClient) -> None:
    base = "/v1/matching-events/SYN-M1"
    problem_of(client.get(f"{base}/schedule"), 404, "matching_event_not_found")
    problem_of(client.post(f"{base}:plan", json={}), 404, "matching_event_not_found")
    assert client.put(base, json=definition()).status_code == 201
    problem_of(client.get(f"{base}/schedule.xlsx"), 404, "schedule_not_found")
    problem_of(client.post(f"{base}/results", json={"results": []}), 404, "schedule_not_found")
    problem_of(client.post(f"{base}:plan", json={"from_slot": 9}), 422, "invalid_input")
    problem_of(client.put(base, json=definition() | {"slots": 0}), 422, "invalid_input")
    twice = definition() | {"attendees": [{"uscc": uscc(1)}, {"uscc": uscc(1)}]}
    assert "重复报名" in problem_of(client.put(base, json=twice), 422, "invalid_input")["detail"]
    pinned = definition() | {"pins": [{"uscc": SILENT, "party": UNIT, "slot": 1}]}
    assert client.put(base, json=pinned).status_code == 200
    problem_of(client.post(f"{base}:plan", json={}), 422, "pin_not_possible")
    gone = definition() | {"tables": [{"number": 1, "party": "gone"}], "attendees": []}
    assert client.put(base, json=gone).status_code == 200
    problem_of(client.post(f"{base}:plan", json={}), 404, "lead_unit_not_found")


def test_registrations_are_imported(client: TestClient) -> None:
    assert client.post("/v1/matching-events", json=definition()).status_code == 201
    body = f"uscc,registered_on\n{SILENT},2026-03-02\n{uscc(3)},x\n".encode()
    where = "/v1/matching-events/SYN-M1/attendees:import"
    report = client.post(where, content=body, headers={"Content-Type": "text/csv"}).json()
    assert (report["updated"], [note["row"] for note in report["rejected"]]) == (1, [3])
    stored = client.get("/v1/matching-events/SYN-M1").json()["attendees"]
    assert {one["uscc"]: one["registered_on"] for one in stored}[SILENT] == "2026-03-02"
    nobody = client.post(
        "/v1/matching-events/nobody/attendees:import", content=body, headers={"Content-Type": "text/csv"}
    )
    problem_of(nobody, 404, "matching_event_not_found")


def test_a_withdrawal_counts_at_once(client: TestClient) -> None:
    planned(client)
    left = definition()
    left["attendees"][0]["withdrawn_on"] = "2026-03-02"
    assert client.put("/v1/matching-events/SYN-M1", json=left).status_code == 200
    shown = client.get("/v1/matching-events/SYN-M1/schedule").json()
    assert (shown["meetings"], shown["withheld"]) == ([], 2)
    assert CONSENTING not in client.get("/v1/matching-events/SYN-M1/schedule.ics").text
