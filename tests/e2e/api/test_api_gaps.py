"""Pool gaps over the API."""

import io

from docx import Document
from openpyxl import load_workbook
from starlette.testclient import TestClient

from tests.e2e.api.asking import problem_of
from tests.synthetic_records import diagnosis

_DIAGNOSIS = "/v1/enterprises/{uscc}/diagnoses/{id}"


def test_wrong_questions(client: TestClient) -> None:
    problem_of(client.get("/v1/pool-gaps", params={"level": 5}), 422, "invalid_input")
    problem_of(client.get("/v1/pool-gaps", params={"district": "x"}), 422, "invalid_input")


def test_a_suspended_product_leaves_a_gap_at_once(client: TestClient) -> None:
    def without() -> int:
        cells = client.get("/v1/pool-gaps").json()["cells"]
        return sum(cell["without"] for cell in cells)

    before = without()
    for item in client.get("/v1/solutions").json()["items"]:
        client.put(f"/v1/solutions/{item['id']}", json=item | {"audit_state": "suspended"})
    report = client.get("/v1/pool-gaps").json()
    assert without() > before
    assert all(cell["without"] == cell["enterprises"] for cell in report["cells"])
    assert report["without_any"] == report["enterprises"] > 0


def test_the_call_for_solutions_is_a_workbook_and_a_document(client: TestClient) -> None:
    for number in (2, 3):
        told = diagnosis(number, of=number).model_dump(mode="json", exclude_none=True)
        assert client.put(_DIAGNOSIS.format(**told), json=told).status_code == 201
    asked = {"level": 4}
    calls = client.get("/v1/pool-gaps", params=asked).json()["calls"]
    assert calls
    book = client.get("/v1/pool-gaps/call.xlsx", params=asked)
    sheet = load_workbook(io.BytesIO(book.content))["征集需求"]
    assert str(sheet["A2"].value).endswith("其中 3 家企业为合成样本")
    assert [sheet.cell(4 + row, 5).value for row in range(len(calls))] == [
        call["enterprises"] for call in calls
    ]
    letter = client.get("/v1/pool-gaps/call.docx", params=asked)
    assert letter.headers["content-type"].endswith("wordprocessingml.document")
    tables = Document(io.BytesIO(letter.content)).tables
    assert len(tables[0].rows) == 1 + len(calls)
    problem_of(client.get("/v1/pool-gaps/call.pdf"), 422, "invalid_input")
