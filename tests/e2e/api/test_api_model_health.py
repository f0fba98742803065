"""The health report over the API."""

from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.e2e.api.asking import problem_of
from tests.e2e.api.catalogue import CONSENTING
from tests.synthetic_records import event_body


def test_a_served_list_and_what_came_of_it_are_counted(client: TestClient) -> None:
    question = {"enterprise": CONSENTING, "target": "lead_unit", "k": 5}
    served = client.post("/v1/recommendations", json=question).json()
    first = served["items"][0]
    at = served["served_at"]
    events = [
        event_body(
            number,
            type=kind,
            recommendation_id=served["recommendation_id"],
            subject=CONSENTING,
            object=first["id"],
            actor=CONSENTING,
            occurred_at=at,
        )
        for number, kind in enumerate(("impression", "contact"))
    ]
    assert client.post("/v1/events", json=events).json()["inserted"] == 2
    report = client.get("/v1/model-health").json()
    assert report["verdict"] in {"unknown", "notice", "alarm"}
    recent = next(
        line for line in report["volume"] if (line["target"], line["period"]) == ("lead_unit", "recent")
    )
    assert (recent["lists"], recent["lines"]) == (1, len(served["items"]))
    assert (recent["with_outcome"], recent["waiting"]) == (1, 0)
    assert recent["reported"]["value"] == 1.0
    units = next(line for line in report["coverage"] if line["target"] == "lead_unit")
    assert (units["shown"], units["contacted"]) == (len(served["items"]), 1)
    models = [one["version"] for one in report["versions"] if one["kind"] == "model"]
    assert models == [served["model_version"]]
    # What was foretold is in the log, to be held against what came.
    replayed = client.app.state.installation.matching.replay(served["recommendation_id"])  # type: ignore[attr-defined]
    assert round(replayed.items[0].features["p_match"], 6) == first["p_match"]


def test_without_an_enterprise_nothing_is_foretold(client: TestClient, app: FastAPI) -> None:
    question = {"text": "想找能做排产的牵引单位", "target": "lead_unit"}
    served = client.post("/v1/recommendations", json=question).json()
    replayed = app.state.installation.matching.replay(served["recommendation_id"])
    assert {item.features["p_match"] for item in replayed.items} == {None}
    assert {item["p_match"] for item in served["items"]} == {None}


def test_the_page(client: TestClient) -> None:
    page = client.get("/v1/model-health:page", params={"reference_days": 30})
    assert page.status_code == 200
    assert "style-src 'sha256-" in page.headers["content-security-policy"]
    assert "运行体检" in page.text


def test_wrong_questions(client: TestClient) -> None:
    backwards = {"from": "2026-03-31", "to": "2026-03-01"}
    problem_of(client.get("/v1/model-health", params=backwards), 422, "bad_period")
    problem_of(client.get("/v1/model-health", params={"to": "2999-01-01"}), 422, "bad_period")
    problem_of(client.get("/v1/model-health", params={"from": "yesterday"}), 422, "invalid_input")
    problem_of(client.get("/v1/model-health", params={"reference_days": 0}), 422, "invalid_input")
