"""Notices over the API: stored, recommended, and whom they concern."""

from starlette.testclient import TestClient

from tests.e2e.api.asking import eventually, ids, problem_of, recommend
from tests.e2e.api.catalogue import CONSENTING

NOTICE = {
    "name": "合成通知：试点申报",
    "kind": "policy",
    "text": "报名改造的厂看这里",
    "published_on": "2026-01-05",
    "synthetic": True,
}


def test_unknown_and_malformed(client: TestClient) -> None:
    problem_of(client.get("/v1/notices/N-1"), 404, "not_found")
    problem_of(client.post("/v1/notices/N-1:audience", json={}), 404, "notice_not_found")
    problem_of(client.put("/v1/notices/N-1", json=NOTICE | {"kind": "gossip"}), 422, "invalid_input")
    problem_of(client.put("/v1/notices/N-1", json=NOTICE | {"id": "N-2"}), 422, "id_mismatch")


def test_a_notice_is_stored_recommended_replayed_and_finds_its_audience(client: TestClient) -> None:
    assert client.put("/v1/notices/N-1", json=NOTICE).status_code == 201
    assert client.put("/v1/notices/N-2", json=NOTICE | {"ends_on": "2026-01-06"}).status_code == 201
    assert [item["id"] for item in client.get("/v1/notices").json()["items"]] == ["N-1", "N-2"]
    eventually(lambda: ids(recommend(client, enterprise=CONSENTING, target="notice")) == ["N-1"])
    answer = recommend(client, enterprise=CONSENTING, target="notice")
    assert answer["items"][0]["facts"]["kind"] == "政策"
    assert ("not_current", 1) in [(left["rule"], left["count"]) for left in answer["excluded"]]
    again = client.get(f"/v1/recommendations/{answer['recommendation_id']}").json()
    assert again["response"] == answer
    found = client.post("/v1/notices/N-1:audience", json={"k": 1}).json()
    assert found["concerned"] == found["enterprises"]
    assert len(found["first"]) == 1
    assert "contact" not in str(found)
