"""Excel over HTTP: out and in again, templates, faulty rows, the questionnaire."""

import io

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from recommender.exchange import Kind
from tests.e2e.api.catalogue import CONSENTING
from tests.faulty_tables import faulty_table
from tests.synthetic_records import diagnosis, uscc

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize("kind", list(Kind))
def test_templates_of_every_kind(client: TestClient, kind: Kind) -> None:
    answer = client.get(f"/v1/workbooks/{kind.value}/template")
    assert answer.status_code == 200
    assert kind.label in load_workbook(io.BytesIO(answer.content)).sheetnames


def test_what_goes_out_comes_in_unchanged_and_without_contact(client: TestClient) -> None:
    data = client.get("/v1/workbooks/enterprises").content
    assert b"13800001234" not in data
    texts = [
        str(cell.value)
        for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows()
        for cell in row
        if cell.value
    ]
    assert CONSENTING in texts
    assert not any("13800001234" in text for text in texts)
    report = client.post("/v1/enterprises:import", content=data, headers={"Content-Type": XLSX}).json()
    assert (report["unchanged"], report["rejected"]) == (3, 0)


def test_faulty_rows_come_back_with_their_reason(client: TestClient) -> None:
    table = faulty_table(Kind.SOLUTIONS, 40)
    answer = client.post("/v1/workbooks/solutions:check", content=table.data, headers={"Content-Type": XLSX})
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert sheet.max_row == 1 + len(table.wrong)
    assert any(cell.comment for row in sheet.iter_rows(min_row=2) for cell in row)


def test_a_questionnaire_comes_back_as_the_diagnosis_it_corrects_or_as_a_new_one(client: TestClient) -> None:
    path, form = f"/v1/enterprises/{CONSENTING}/diagnoses/SYN-D00241", {"Content-Type": XLSX}
    body = diagnosis(241).model_dump(mode="json") | {"uscc": CONSENTING}
    client.put(path, json=body)
    data = client.get("/v1/questionnaire.xlsx", params={"diagnosis": "SYN-D00241"}).content
    report = client.post("/v1/diagnoses:import", content=data, headers=form).json()
    assert (report["rows"], report["unchanged"], report["warnings"]) == (1, 1, 0)
    data = client.get("/v1/questionnaire.xlsx", params={"enterprise": CONSENTING}).content
    report = client.post("/v1/diagnoses:import", content=data, headers=form).json()
    assert [(found["row"], found["column"]) for found in report["reported"]] == [(4, "基本信息!B4")]
    marked = client.post("/v1/workbooks/diagnoses:check", content=data, headers=form).content
    assert load_workbook(io.BytesIO(marked))["基本信息"]["B4"].comment is not None
    assert client.get("/v1/questionnaire.xlsx", params={"enterprise": uscc(999)}).status_code == 404
    assert client.get("/v1/questionnaire.xlsx").status_code == 200


def test_a_workbook_of_some_records(client: TestClient) -> None:
    book = client.get("/v1/workbooks/enterprises", params={"where": "所属区=番禺区"})
    rows = [list(row) for row in load_workbook(io.BytesIO(book.content))["企业"].values]
    assert {row[rows[0].index("所属区")] for row in rows[1:]} == {"番禺区"}
    wrong = client.get("/v1/workbooks/enterprises", params={"where": "所属区=火星"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unknown_condition")
