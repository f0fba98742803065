"""Decisions of dynamic adjustment over the API, and what lists make of them with the next request."""

from typing import Any

from starlette.testclient import TestClient

ASKED = {"text": "排产总靠手工，交期经常延误", "target": "solution", "k": 5}


def ranked(client: TestClient) -> list[dict[str, Any]]:
    answer = client.post("/v1/recommendations", json=ASKED)
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def decide(client: TestClient, key: str, action: str) -> dict[str, Any]:
    body = {"action": action, "reason": "看了十个项目", "actor": "李明"}
    answer = client.post(f"/v1/adjustments/solution/{key}:decide", json=body)
    assert answer.status_code == 200, answer.text
    line: dict[str, Any] = answer.json()
    return line


def test_decisions_count_with_the_next_list_and_are_told(client: TestClient) -> None:
    before = ranked(client)
    first, last = before[0], before[-1]
    assert decide(client, last["id"], "promote")["in_force"]
    after = {item["id"]: item for item in ranked(client)}
    assert after[last["id"]]["score"] > last["score"]
    assert any(reason["code"] == "official" for reason in after[last["id"]]["reasons"])
    assert after[first["id"]] == {**first, "rank": after[first["id"]]["rank"]}

    decide(client, last["id"], "clear")
    decide(client, first["id"], "warn")
    warned = {item["id"]: item for item in ranked(client)}
    assert warned[first["id"]]["score"] < first["score"]
    assert "提出提醒" in warned[first["id"]]["warnings"][0]

    decide(client, first["id"], "suspend")
    assert first["id"] not in {item["id"] for item in ranked(client)}
    decide(client, first["id"], "clear")
    assert [(item["id"], item["score"]) for item in ranked(client)] == [
        (item["id"], item["score"]) for item in before
    ]


def test_suspended_unit_is_left_out_and_named(client: TestClient) -> None:
    asked = {**ASKED, "target": "lead_unit"}
    unit = client.post("/v1/recommendations", json=asked).json()["items"][0]["id"]
    body = {"action": "suspend", "reason": "长期不接单", "actor": "李明"}
    assert client.post(f"/v1/adjustments/lead_unit/{unit}:decide", json=body).status_code == 200
    answer = client.post("/v1/recommendations", json=asked).json()
    assert unit not in {item["id"] for item in answer["items"]}
    assert {one["rule"]: one["text"] for one in answer["excluded"]}["suspended"] == "因实效问题被暂停推荐"


def test_lists_parties_and_workbook(client: TestClient) -> None:
    decide(client, "SYN-S00010", "warn")
    listed = client.get("/v1/adjustments/solution").json()
    assert [one["id"] for one in listed["items"]] == ["SYN-S00010"]
    assert client.get("/v1/adjustments/solution/SYN-S00010").json()["decision"]["action"] == "warn"
    assert client.get("/v1/adjustments/solution/list.xlsx").content[:2] == b"PK"
    assert client.get("/v1/adjustments/solution/NONE").status_code == 404
    assert client.get("/v1/adjustments/nothing").status_code == 422
