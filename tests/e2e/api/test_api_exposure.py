"""The exposure report over the API."""

from starlette.testclient import TestClient

from tests.e2e.api.asking import problem_of
from tests.e2e.api.catalogue import CONSENTING, SILENT
from tests.synthetic_records import event_body

UNIT = "SYN-L001"


def test_impressions_and_contacts_are_reported(client: TestClient) -> None:
    seen = [
        event_body(number, type="impression", subject=subject, object=thing)
        for number, (subject, thing) in enumerate(
            [(CONSENTING, UNIT), (SILENT, UNIT), (SILENT, "SYN-S00011")]
        )
    ]
    contact = event_body(9, type="contact", object=UNIT)
    assert client.post("/v1/events", json=[*seen, contact]).json()["inserted"] == 4
    period = {"from": "2026-03-01", "to": "2026-03-31"}
    report = client.get("/v1/exposure", params=period).json()
    units = next(market for market in report["markets"] if market["market"] == "lead_unit")
    whole = units["slices"][0]
    assert (whole["enterprises"], whole["impressions"], whole["contacts"]) == (2, 2, 1)
    (party,) = whole["parties"]
    assert party["share"] == {"value": 1.0, "ci95": [1.0, 1.0]}
    assert report["alarms"] == []
    filtered = client.get("/v1/exposure", params=period | {"sub_industry": "luggage"}).json()
    assert all(market["slices"][0]["impressions"] == 0 for market in filtered["markets"])
    page = client.get("/v1/exposure:page", params=period)
    assert page.status_code == 200
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    assert "曝光公平报告" in page.text


def test_wrong_questions(client: TestClient) -> None:
    backwards = {"from": "2026-03-31", "to": "2026-03-01"}
    problem_of(client.get("/v1/exposure", params=backwards), 422, "bad_period")
    problem_of(client.get("/v1/exposure", params={"from": "yesterday"}), 422, "invalid_input")
    problem_of(client.get("/v1/exposure", params={"sub_industry": "x"}), 422, "invalid_input")
    problem_of(client.get("/v1/exposure", params={"district": "x"}), 422, "invalid_input")
