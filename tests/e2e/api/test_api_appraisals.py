"""Appraisals over the API."""

from typing import Any

from starlette.testclient import TestClient

from recommender.appraisal.sheet import load_sheet
from tests.e2e.api.asking import problem_of

BEST = {item.code: str(item.points) for item in load_sheet("lead_unit").judged}


def body(**changes: Any) -> dict[str, Any]:
    return {
        "id": "K1",
        "name": "2026年度",
        "side": "lead_unit",
        "first": "2026-01-01",
        "last": "2026-12-31",
        "actor": "440100",
        "reviewers": {"E1": "某大学", "E2": "某协会", "E3": "某研究院"},
    } | changes


def test_from_opening_to_publication_without_single_scores(client: TestClient) -> None:
    first = client.post("/v1/appraisals", json=body())
    assert first.status_code == 201, first.text
    unit = first.json()["rows"][0]["unit"]
    problem_of(client.post("/v1/appraisals", json=body(name="别的")), 409, "appraisal_exists")
    for reviewer in ("E1", "E2", "E3"):
        score = {"unit": unit, "reviewer": reviewer, "points": BEST}
        assert client.post("/v1/appraisals/K1:score", json=score).json() == {"changed": True}
        assert client.post("/v1/appraisals/K1:score", json=score).json() == {"changed": False}
    events = client.get("/v1/events", params={"subject": unit}).json()["items"]
    assert not any(one["type"] == "appraisal_scored" for one in events)
    assert client.get("/v1/appraisals/K1").json()["rows"][0]["result"] is None
    draft = client.get("/v1/appraisals/K1/draft", params={"actor": "440100"}).json()
    assert any(row["result"]["items"][0]["n"] == 3 for row in draft["rows"])
    problem_of(client.get("/v1/appraisals/K1/draft", params={"actor": unit}), 403, "not_the_office")
    publish = {"actor": "440100", "units": [unit]}
    assert client.post("/v1/appraisals/K1:publish", json=publish).json()["published"] == 1
    appeal = {"unit": unit, "items": ["team"], "reason": "有名单", "actor": unit}
    assert client.post("/v1/appraisals/K1:appeal", json=appeal).status_code == 200
    decide = {"unit": unit, "actor": "440100:甲", "upheld": False, "reason": "名单不实"}
    assert client.post("/v1/appraisals/K1:decide", json=decide).status_code == 200
    for form in ("xlsx", "docx"):
        assert client.get(f"/v1/appraisals/K1/results.{form}").content[:2] == b"PK"
    sheet = client.get("/v1/appraisals/K1/reviewers/E1/scores.xlsx")
    taken = client.post(
        "/v1/appraisals/K1/reviewers/E1/scores:import", files={"file": ("a.xlsx", sheet.content)}
    )
    assert taken.json()["rejected"] == 0
    assert client.get("/v1/appraisal-consequences").json()["items"] == []


def test_faults_are_problems(client: TestClient) -> None:
    problem_of(client.get("/v1/appraisals/K9"), 404, "appraisal_not_found")
    faulty = body(sheet=load_sheet("lead_unit").model_dump(mode="json") | {"dimensions": []})
    problem_of(client.post("/v1/appraisals", json=faulty), 422, "appraisal_sheet_faulty")
    assert client.post("/v1/appraisals", json=body()).status_code == 201
    unit = client.get("/v1/appraisals/K1").json()["rows"][0]["unit"]
    few = {"unit": unit, "reviewer": "E1", "points": {"team": "99"}}
    problem_of(client.post("/v1/appraisals/K1:score", json=few), 422, "invalid_score")
    problem_of(client.post("/v1/appraisals/K1:publish", json={"actor": "440100"}), 409, "too_few_reviewers")
    report = {"unit": unit, "text": "自评", "actor": "SYN-X"}
    problem_of(client.post("/v1/appraisals/K1:report", json=report), 403, "not_the_appraised")
