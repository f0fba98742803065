"""The pool over HTTP: handing in, reviewing, steering, and what nobody may see before its time."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.e2e.api.asking import ids, problem_of, recommend
from tests.unit.pool.handing_in import FIRST, SECOND, THIRD, VENDOR, document

SECRET = "合成样本·保密新品"
PUBLIC = (
    "/v1/solutions?limit=200",
    "/v1/solutions?audit_state=submitted",
    "/v1/events?limit=200",
    "/v1/events?subject=SYN-P1",
    "/v1/lead-units",
    "/metrics",
)


def hand_in(client: TestClient, **changes: Any) -> str:
    body = {"solution": document(**changes), "actor": VENDOR}
    answer = client.post("/v1/pool/submissions", json=body)
    assert answer.status_code == 201, answer.text
    submission: str = answer.json()["step"]["submission_id"]
    return submission


def act(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def admit(client: TestClient, submission: str) -> None:
    for reviewer in (FIRST, SECOND):
        path = f"/v1/pool/submissions/{submission}:review"
        act(client, path, decision="admit", reason="材料齐全", reviewer=reviewer)


def test_the_whole_way_of_a_product(client: TestClient) -> None:
    submission = hand_in(client)
    sheet = client.get(f"/v1/pool/submissions/{submission}").json()
    assert sheet["submission"]["state"] == "pending"
    assert sheet["waiting"]["waiting_for"] == 2
    admit(client, submission)
    assert client.get("/v1/solutions/SYN-P1").json()["audit_state"] == "admitted"
    told = act(client, "/v1/solutions/SYN-P1:suspend", actor="city-1", reason="投诉属实")
    assert told["audit_state"] == "suspended"
    act(client, "/v1/solutions/SYN-P1:appeal", actor=VENDOR, reason="无关")
    queue = client.get("/v1/pool/submissions", params={"kind": "appeal"}).json()
    assert [entry["solution_id"] for entry in queue["items"]] == ["SYN-P1"]
    body = {"actor": THIRD, "reason": "查明无关", "upheld": True}
    assert act(client, "/v1/solutions/SYN-P1:decide-appeal", **body)["audit_state"] == "admitted"
    act(client, "/v1/solutions/SYN-P1:suspend", actor="city-1", reason="再查")
    act(client, "/v1/solutions/SYN-P1:restore", actor="city-1", reason="已改")
    act(client, "/v1/solutions/SYN-P1:retire", actor=VENDOR, reason="停售")
    kinds = [entry["kind"] for entry in client.get("/v1/solutions/SYN-P1/history").json()["entries"]]
    assert kinds[:2] == ["pool_admitted", "record"]
    assert "pool_opinion" not in kinds
    assert kinds.count("pool_suspended") == 2


def test_a_suspension_counts_with_the_next_list(client: TestClient) -> None:
    asked = {"text": "按交期自动排程，插单重排", "k": 6}
    assert "SYN-S00010" in ids(recommend(client, **asked))
    act(client, "/v1/solutions/SYN-S00010:suspend", actor="city-1", reason="投诉属实")
    answer = recommend(client, **asked)
    assert "SYN-S00010" not in ids(answer)
    assert "not_admitted" in {entry["rule"] for entry in answer["excluded"]}


def test_nothing_handed_in_shows_in_any_public_answer(client: TestClient) -> None:
    text = "扫码报工，工人做完一道工序扫一下工单，班长的看板马上变。" * 5 + SECRET
    submission = hand_in(client, name=SECRET, text=text)
    rejected = hand_in(client, key="SYN-P2", name=f"{SECRET}二")
    for reviewer in (FIRST, SECOND):
        path = f"/v1/pool/submissions/{rejected}:review"
        act(client, path, decision="reject", reason="不宜公开的理由", reviewer=reviewer)
    seen = [client.get(address).text for address in PUBLIC]
    seen += [
        str(recommend(client, text=f"扫码报工 {SECRET[5:]}", target=to)["items"])
        for to in ("solution", "lead_unit")
    ]
    excluded = recommend(client, text="扫码报工")["excluded"]
    seen.append(str(excluded))
    for told in seen:
        assert SECRET not in told
        assert submission not in told
        assert "不宜公开" not in told
    problem_of(client.get("/v1/solutions/SYN-P1"), 404, "not_found")
    problem_of(client.get("/v1/solutions/SYN-P1/history"), 404, "unknown_solution")
    problem_of(client.get("/v1/solutions/SYN-P2/history"), 404, "unknown_solution")


def test_the_queue_is_paged(client: TestClient) -> None:
    handed = [hand_in(client, key=f"SYN-P{number}") for number in range(5)]
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = client.get("/v1/pool/submissions", params=query).json()
        seen += [entry["id"] for entry in page["items"]]
        assert page["total"] == 5
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == handed
    problem_of(client.get("/v1/pool/submissions", params={"cursor": "x"}), 422, "bad_cursor")


def test_a_dry_run_tells_errors_and_writes_nothing(client: TestClient) -> None:
    body = {"solution": document(price=None), "actor": VENDOR}
    answer = client.post("/v1/pool/submissions", json={**body, "dry_run": True}).json()
    assert (answer["acceptable"], answer["step"]) == (False, None)
    problem = problem_of(client.post("/v1/pool/submissions", json=body), 422, "pool_form_faulty")
    assert problem["place"] == {"field": "price"}
    assert client.get("/v1/pool/submissions").json()["total"] == 0


def test_a_retry_with_the_same_key_and_one_without_do_nothing_twice(client: TestClient) -> None:
    submission = hand_in(client)
    path = f"/v1/pool/submissions/{submission}:review"
    body = {"decision": "admit", "reason": "好", "reviewer": FIRST}
    first = client.post(path, json=body, headers={"Idempotency-Key": "k1"})
    again = client.post(path, json=body, headers={"Idempotency-Key": "k1"})
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()
    assert act(client, path, **body)["repeated"]
    assert client.get(f"/v1/pool/submissions/{submission}").json()["waiting"]["opinions"] == 1


def test_many_with_one_reason(client: TestClient) -> None:
    handed = [hand_in(client, key=f"SYN-P{number}") for number in range(3)]
    body = {"ids": [*handed, "nothing"], "decision": "return", "reason": "请补充客户", "reviewer": FIRST}
    answer = act(client, "/v1/pool/submissions:review", **body)
    assert answer["failed"] == 1
    assert answer["items"][-1]["code"] == "unknown_submission"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/v1/solutions/SYN-S00010:restore", {"actor": "c", "reason": "好"}, 409, "illegal_pool_move"),
        ("/v1/solutions/SYN-404:suspend", {"actor": "c", "reason": "好"}, 404, "unknown_solution"),
        ("/v1/solutions/SYN-S00010:suspend", {"actor": "SYN-V1", "reason": "好"}, 403, "not_impartial"),
        ("/v1/solutions/SYN-S00010:appeal", {"actor": "x", "reason": "好"}, 403, "not_your_product"),
        ("/v1/solutions/SYN-S00010:suspend", {"actor": "c", "reason": " "}, 422, "invalid_input"),
        ("/v1/solutions/SYN-S00010:suspend", {"actor": "c"}, 422, "invalid_input"),
        (
            "/v1/pool/submissions/nothing:review",
            {"decision": "admit", "reason": "好", "reviewer": "c"},
            404,
            "unknown_submission",
        ),
    ],
)
def test_what_is_refused(client: TestClient, path: str, body: dict[str, Any], status: int, code: str) -> None:
    problem_of(client.post(path, json=body), status, code)


def test_decisions_cannot_be_reported_or_loaded_round_the_review(client: TestClient) -> None:
    event = {
        "event_id": "e1",
        "type": "pool_admitted",
        "subject": "SYN-P1",
        "object": "SYN-P1",
        "actor": "x",
        "occurred_at": "2026-01-01T00:00:00Z",
        "attributes": {"submission": "s", "reason": "自封"},
    }
    answer = client.post("/v1/events", json=[event]).json()
    assert [note["code"] for note in answer["rejected"]] == ["event_not_reportable"]
    hand_in(client)
    put = client.put("/v1/solutions/SYN-P1", json={**document(), "audit_state": "admitted"})
    problem_of(put, 409, "audit_state_decided")
