"""Importing files through the API."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from recommender.exchange import Format, Kind
from recommender.exchange.exporting import export_bytes
from recommender.store.repositories.records import Stored
from recommender.text.sub_industry import complete_enterprise
from tests.e2e.api.asking import body_of, problem_of
from tests.e2e.api.catalogue import CONSENTING
from tests.synthetic_records import SERVED_AT, diagnosis, enterprise, lead_unit, solution, uscc

JSONL = {"Content-Type": "application/jsonl"}
LINES = {
    "enterprises": (enterprise(201), f"/v1/enterprises/{uscc(201)}"),
    "diagnoses": (diagnosis(201), f"/v1/enterprises/{CONSENTING}/diagnoses/SYN-D00201"),
    "solutions": (solution(201), "/v1/solutions/SYN-S00201"),
    "lead-units": (lead_unit(201), "/v1/lead-units/SYN-L201"),
}


@pytest.mark.parametrize("kind", LINES)
def test_a_dry_run_stores_nothing_and_a_run_does(client: TestClient, kind: str) -> None:
    record, path = LINES[kind]
    content = json.dumps(body_of(record), ensure_ascii=False).encode() + b"\n"
    dry = client.post(f"/v1/{kind}:import", params={"dry_run": True}, content=content, headers=JSONL)
    assert dry.status_code == 200, dry.text
    assert (dry.json()["dry_run"], dry.json()["created"]) == (True, 1)
    problem_of(client.get(path), 404, "not_found")
    run = client.post(f"/v1/{kind}:import", content=content, headers=JSONL)
    assert (run.json()["dry_run"], run.json()["created"]) == (False, 1)
    assert client.get(path).status_code == 200


def test_a_form_with_a_csv_file_in_gb18030(client: TestClient) -> None:
    table = io.StringIO()
    csv.writer(table).writerows(
        [["统一社会信用代码", "企业名称"], [uscc(210), "合成样本箱包厂"], ["not a code", "合成样本坏行"]]
    )
    file = {"file": ("企业.csv", table.getvalue().encode("gb18030"), "text/csv")}
    report = client.post("/v1/enterprises:import", files=file).json()
    assert (report["rows"], report["created"], report["rejected"]) == (2, 1, 1)
    assert {(finding["row"], finding["severity"]) for finding in report["reported"]} >= {(3, "error")}
    assert client.get(f"/v1/enterprises/{uscc(210)}").json()["name"] == "合成样本箱包厂"


def test_an_imported_solution_gets_its_scenarios_from_its_page(client: TestClient) -> None:
    row = {"id": "SYN-S220", "name": "合成样本·能耗", "text": "能耗监测、能源管理、峰谷用电、节能。" * 3}
    client.post("/v1/solutions:import", content=json.dumps(row).encode(), headers=JSONL)
    found = client.get("/v1/solutions/SYN-S220").json()["scenarios"]
    assert ("energy", "inferred") in {(entry["scenario"], entry["provenance"]) for entry in found}


def test_masked_contacts_are_not_imported_over_real_ones(client: TestClient) -> None:
    answer = client.get(f"/v1/enterprises/{CONSENTING}").json()
    del answer["contact_masked"]
    response = client.post("/v1/enterprises:import", content=json.dumps(answer).encode(), headers=JSONL)
    problem_of(response, 422, "masked_value")


def test_files_that_cannot_be_read(client: TestClient) -> None:
    path = "/v1/solutions:import"
    problem_of(
        client.post(path, content=b"x", headers={"Content-Type": "image/png"}), 415, "unsupported_media_type"
    )
    problem_of(client.post(path, content=b"x"), 415, "unsupported_media_type")
    problem_of(client.post(path, content=b" ", headers={"Content-Type": "text/csv"}), 400, "empty_file")
    problem_of(client.post(path, files={"file": ("a.pdf", b"%PDF-1.4 x")}), 400, "unknown_format")
    problem_of(client.post(path, files={"file": ("a.xlsx", b"no workbook")}), 400, "unreadable_workbook")
    problem_of(client.post(path, files={"file": ("a.csv", b"a,b\n1,2\n")}), 422, "missing_columns")
    form = {"Content-Type": "multipart/form-data; boundary=x"}
    problem_of(client.post(path, content=b"--x\r\nbroken", headers=form), 400, "malformed_form")
    problem_of(client.post(path, content=b"--x--\r\n", headers=form), 400, "malformed_form")
    problem_of(
        client.post(path, content=b"", headers={"Content-Type": "multipart/form-data"}), 400, "malformed_form"
    )


def test_conflicts_of_an_offline_workbook_are_answered_and_decided(client: TestClient) -> None:
    # As the import keeps it: amounts without zeros behind the point.
    first = complete_enterprise(enterprise(230, employees=41, revenue_yuan="12000000"))
    base = Stored(first, 1, SERVED_AT, SERVED_AT, 1)
    client.post("/v1/enterprises:import", content=base.record.model_dump_json().encode(), headers=JSONL)
    data, _ = export_bytes(Kind.ENTERPRISES, [base], Format.XLSX)
    book = load_workbook(io.BytesIO(data))
    place = next(cell.column for cell in book["企业"][1] if cell.value == "从业人员")
    book["企业"].cell(2, place).value = 77
    target = io.BytesIO()
    book.save(target)
    meanwhile = enterprise(230, employees=55).model_dump_json().encode()
    client.post("/v1/enterprises:import", content=meanwhile, headers=JSONL)
    file = {"file": ("离线.xlsx", target.getvalue())}
    report = client.post("/v1/enterprises:import", files=file).json()
    (conflict,) = report["conflicts"]
    told = {name: conflict[name] for name in ("row", "key", "field", "base", "stored", "file")}
    assert told == {
        "row": 2, "key": uscc(230), "field": "employees", "base": "41", "stored": "55", "file": "77",
    }  # fmt: skip
    path = f"/v1/enterprises/{uscc(230)}"
    assert client.get(path).json()["employees"] == 55
    done = client.post("/v1/enterprises:import", params={"resolve": "theirs"}, files=file).json()
    assert (done["updated"], done["conflicts"]) == (1, [])
    assert client.get(path).json()["employees"] == 77
