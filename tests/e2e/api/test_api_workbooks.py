"""Excel over HTTP: out and in again, templates, faulty rows, the questionnaire."""

import io

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from recommender.exchange import Kind
from tests.e2e.api.catalogue import CONSENTING
from tests.faulty_tables import faulty_table

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


def test_questionnaire_goes_out_and_is_read_back(client: TestClient) -> None:
    data = client.get("/v1/questionnaire.xlsx", params={"enterprise": CONSENTING}).content
    read = client.post("/v1/questionnaire:read", content=data, headers={"Content-Type": XLSX}).json()
    assert read["faults"] == []
    assert read["diagnosis"]["uscc"] == CONSENTING
    empty = client.get("/v1/questionnaire.xlsx").content
    read = client.post("/v1/questionnaire:read", content=empty, headers={"Content-Type": XLSX}).json()
    assert read["diagnosis"] is None
    assert read["faults"]
