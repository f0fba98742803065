"""Case files, the worklist and moves over the API."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from starlette.testclient import TestClient

from tests.e2e.api.asking import problem_of
from tests.e2e.api.catalogue import CONSENTING, SILENT
from tests.synthetic_records import event_body, uscc

UNIT = "SYN-L001"
FILE = f"/v1/enterprises/{CONSENTING}/case-file"
MOVE = f"/v1/enterprises/{CONSENTING}/course:move"


def by_firm(event: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "role": "enterprise", "actor": CONSENTING, **more}


def contract(client: TestClient, project: str) -> None:
    body = by_firm("contract", partner=UNIT, project=project, attributes={"amount_yuan": "200000.00"})
    assert client.post(MOVE, json=body).status_code == 200


def test_a_file_now_and_as_of_a_past_moment(client: TestClient) -> None:
    before = datetime.now(UTC).isoformat()
    then = client.get(FILE, params={"as_of": before}).json()
    contract(client, "P1")
    now = client.get(FILE).json()
    assert now["projects"][0]["facts"]["contract_yuan"] == "200000.00"
    assert now["standings"][0]["stage_name"] == "项目备案"
    assert client.get(FILE, params={"as_of": before}).json() == then
    assert then["projects"] == []


def test_contact_data_is_shown_to_whom_it_is_open(client: TestClient) -> None:
    def phone(**asker: str) -> tuple[str, bool]:
        told = client.get(FILE, params=asker).json()["basics"]
        return told["contact"]["phone"], told["contact_open"]

    assert phone() == ("138****1234", False)
    assert phone(role="enterprise", actor=CONSENTING) == ("13800001234", True)
    assert phone(role="lead_unit", actor=UNIT) == ("138****1234", False)
    opened = {"lead_unit": UNIT}
    assert client.post(f"/v1/enterprises/{CONSENTING}/contacts", json=opened).status_code == 200
    assert phone(role="lead_unit", actor=UNIT) == ("13800001234", True)
    problem_of(client.get(FILE, params={"role": "lead_unit"}), 422, "invalid_input")


def test_it_is_answered_as_page_workbook_document_and_pdf(client: TestClient) -> None:
    contract(client, "P1")
    page = client.get(f"{FILE}:page")
    assert page.status_code == 200
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    assert "合成样本" in page.text
    media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    book = load_workbook(io.BytesIO(client.get(f"{FILE}:page", headers={"Accept": media}).content))
    assert book["合同与投入"]["A2"].value == "P1"
    document = client.get(f"{FILE}:page", params={"format": "docx"})
    assert "一企一档" in ZipFile(io.BytesIO(document.content)).read("word/document.xml").decode()
    assert client.get(f"{FILE}:page", params={"format": "pdf"}).content.startswith(b"%PDF-")
    problem_of(client.get(f"{FILE}:page", params={"format": "exe"}), 422, "invalid_input")


def test_the_worklist_comes_in_pages(client: TestClient) -> None:
    for number in range(5):
        contract(client, f"P{number}")
    found: list[str] = []
    cursor = None
    while True:
        asked = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = client.get("/v1/course", params=asked).json()
        found += [f"{entry['enterprise']}|{entry['standing']['project']}" for entry in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert len(found) == len(set(found)) == 7
    assert {count["stage"]: count["standing"] for count in answer["counts"] if count["standing"]} == {
        "archive": 2,
        "filing": 5,
    }
    only = client.get("/v1/course", params={"stage": "filing", "partner": UNIT, "overdue": False}).json()
    assert len(only["items"]) == 5
    book = load_workbook(io.BytesIO(client.get("/v1/course:workbook", params={"stage": "archive"}).content))
    assert [row[2] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == [SILENT, uscc(3)]
    problem_of(client.get("/v1/course", params={"stage": "x"}), 422, "unknown_stage")
    problem_of(client.get("/v1/course", params={"cursor": "x"}), 422, "bad_cursor")


def test_a_move_is_checked_and_done_once(client: TestClient) -> None:
    refused = client.post(MOVE, json=by_firm("project_filed"))
    problem_of(refused, 422, "project_unclear")
    problem_of(client.post(MOVE, json=by_firm("pilot_listed")), 403, "not_your_move")
    listed = {"event": "pilot_listed", "role": "district", "actor": "440113"}
    problem_of(client.post(MOVE, json=listed), 409, "out_of_order")
    contract(client, "P1")
    missing = problem_of(client.post(MOVE, json=by_firm("project_filed")), 409, "needs_missing")
    assert "真实性声明——备案要求企业声明" in missing["detail"]
    problem_of(client.post(MOVE, json=by_firm("contract", partner="nobody")), 404, "partner_not_found")
    first = client.post(MOVE, json=by_firm("pilot_applied", event_id="a1")).json()
    again = client.post(MOVE, json=by_firm("pilot_applied", event_id="a1")).json()
    assert (first["inserted"], again["inserted"]) == (True, False)
    problem_of(client.post(MOVE, json=by_firm("pilot_applied", event_id="a1", value=3)), 409, "conflict")
    problem_of(client.post(MOVE, json=by_firm("pilot_applied", more=1)), 422, "invalid_input")


def test_plain_events_move_the_course_as_well(client: TestClient) -> None:
    event = event_body(1, type="contract", subject=CONSENTING, object=UNIT)
    assert client.post("/v1/events", json=[event]).json()["inserted"] == 1
    assert client.get(FILE).json()["standings"][0]["state"] == "signed"


def test_wrong_questions(client: TestClient) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    problem_of(client.get(FILE, params={"as_of": later}), 422, "bad_moment")
    problem_of(client.get(FILE, params={"as_of": "gestern"}), 422, "bad_moment")
    problem_of(client.get(FILE, params={"as_of": "2020-01-01"}), 404, "enterprise_not_found")
    problem_of(client.get(f"/v1/enterprises/{uscc(99)}/case-file"), 404, "enterprise_not_found")
