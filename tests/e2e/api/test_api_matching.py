"""Recommendations, prospects, replay, events."""

import json
from typing import Any

from starlette.testclient import TestClient

from tests.e2e.api.asking import body_of, eventually, ids, problem_of, recommend
from tests.e2e.api.catalogue import CONSENTING, CONTACT, REVOKED, SILENT
from tests.synthetic_records import enterprise, event_body, solution, uscc


def test_a_text_finds_the_page_that_speaks_of_it(client: TestClient) -> None:
    answer = recommend(client, text="仓库盘点账实不符，出入库靠手写", k=3)
    assert ids(answer)[0] == "SYN-S00013"
    assert [item["rank"] for item in answer["items"]] == list(range(1, len(answer["items"]) + 1))
    assert answer["target"] == "solution"
    assert answer["degraded"] is None
    assert all(item["reasons"] for item in answer["items"])


def test_an_enterprise_a_profile_and_lead_units(client: TestClient) -> None:
    assert ids(recommend(client, enterprise=CONSENTING, k=3))
    assert ids(recommend(client, profile={"needs": ["用电能耗太高，峰谷电费说不清"]}))[0] == "SYN-S00012"
    units = recommend(client, enterprise=CONSENTING, target="lead_unit")
    assert ids(units) == ["SYN-L001"]
    problem = problem_of(
        client.post("/v1/recommendations", json={"enterprise": uscc(77)}), 404, "enterprise_not_found"
    )
    assert problem["place"] == {"field": "enterprise"}
    problem_of(client.post("/v1/recommendations", json={}), 422, "invalid_input")


def test_a_profile_that_no_enterprise_could_have(client: TestClient) -> None:
    for field, value in (("gb4754", "Z9999"), ("name", "两行\n名称")):
        response = client.post("/v1/recommendations", json={"profile": {field: value, "needs": ["排产"]}})
        assert problem_of(response, 422, "invalid_input")["place"]["field"] == f"profile.{field}"


def test_a_replay_is_equal_to_the_byte(client: TestClient) -> None:
    shown = client.post("/v1/recommendations", json={"enterprise": CONSENTING, "k": 4})
    number = shown.json()["recommendation_id"]
    # Later changes of the catalogue do not reach back.
    client.put("/v1/solutions/SYN-S00010", json={"name": "改名", "audit_state": "retired"})
    replay = client.get(f"/v1/recommendations/{number}")
    assert b'"response":' + shown.content + b',"items":' in replay.content
    body = replay.json()
    assert body["response"] == shown.json()
    assert body["subject"] == CONSENTING
    assert (body["request"]["enterprise"], body["request"]["k"]) == (CONSENTING, 4)
    assert [item["object_id"] for item in body["items"]] == ids(shown.json())
    assert all(item["features"] and 0 < item["propensity"] <= 1 for item in body["items"])
    problem_of(client.get("/v1/recommendations/nothing"), 404, "recommendation_not_found")


def test_prospects_are_only_those_who_agreed(client: TestClient) -> None:
    response = client.post("/v1/lead-units/SYN-L001/prospects", json={"k": 50})
    assert ids(response.json()) == [CONSENTING]
    # The texts as a whole: neither a name in an exclusion nor a phone in a reason may slip through.
    replay = client.get(f"/v1/recommendations/{response.json()['recommendation_id']}")
    for text in (response.text, replay.text):
        assert SILENT not in text
        assert REVOKED not in text
        assert all(secret not in text for secret in CONTACT.values())
    problem_of(client.post("/v1/lead-units/NOBODY/prospects", json={}), 404, "lead_unit_not_found")


def test_a_revoked_consent_counts_at_once(client: TestClient) -> None:
    path = f"/v1/enterprises/{CONSENTING}"
    firm = client.get(path).json()
    assert client.put(path, json=firm | {"consents": []}).status_code == 200
    assert ids(client.post("/v1/lead-units/SYN-L001/prospects", json={}).json()) == []


def test_what_was_put_is_found_within_seconds(client: TestClient) -> None:
    body = body_of(solution(80, text="裁床排料优化，面料利用率提升，唛架自动生成。" * 4))
    assert client.put("/v1/solutions/SYN-S00080", json=body).status_code == 201
    took = eventually(lambda: "SYN-S00080" in ids(recommend(client, text="裁床排料，面料浪费大", k=3)))
    assert took < 5


def test_events_are_taken_once(client: TestClient) -> None:
    number = recommend(client, text="排产")["recommendation_id"]
    known = event_body(1, recommendation_id=number)
    batch: list[Any] = [
        known,
        event_body(2, recommendation_id="unheard-of"),
        event_body(3, type="dancing"),
        known,
        17,
    ]
    answer = client.post("/v1/events", json=batch).json()
    assert (answer["inserted"], answer["duplicates"]) == (2, 1)
    assert [(entry["index"], entry["code"]) for entry in answer["rejected"]] == [
        (2, "unknown_event_type"),
        (4, "model_type"),
    ]
    assert [(entry["index"], entry["code"]) for entry in answer["flagged"]] == [(1, "unknown_recommendation")]

    assert client.post("/v1/events", json=known).json()["duplicates"] == 1
    conflict = client.post("/v1/events", json=known | {"value": 5}).json()
    assert [entry["code"] for entry in conflict["rejected"]] == ["event_conflict"]

    listed = client.get("/v1/events", params={"subject": uscc(1)}).json()
    assert [entry["event"]["event_id"] for entry in listed["items"]] == ["evt-000001", "evt-000002"]
    assert [entry["unknown_recommendation"] for entry in listed["items"]] == [False, True]


def test_the_event_log_is_read_page_by_page(client: TestClient) -> None:
    client.post("/v1/events", json=[event_body(number) for number in range(7)])
    client.post("/v1/events", json=[event_body(number, subject="another") for number in range(7, 9)])
    for query, expected in (({}, range(9)), ({"subject": uscc(1)}, range(7)), ({"subject": "none"}, ())):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = client.get("/v1/events", params={"limit": 3, **query, **cursor}).json()
            seen += [entry["event"]["event_id"] for entry in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert seen == [f"evt-{number:06d}" for number in expected]


def test_too_many_events(client: TestClient) -> None:
    answer = client.post("/v1/events", json=[event_body(1)] * 1001)
    assert answer.status_code in {413, 422}
    problem_of(client.post("/v1/events", json=[{}] * 1001), 422, "too_many_events")
    problem_of(client.post("/v1/events", json="event"), 422, "invalid_input")


def test_the_same_key_gets_the_same_answer(client: TestClient) -> None:
    key = {"Idempotency-Key": "key-1"}
    first = client.post("/v1/recommendations", json={"text": "能耗"}, headers=key)
    again = client.post("/v1/recommendations", json={"text": "能耗"}, headers=key)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    for path, body in (("/v1/recommendations", {"text": "质量"}), ("/v1/diagnoses:score", {})):
        problem_of(client.post(path, json=body, headers=key), 409, "idempotency_key_reused")
    problem_of(
        client.post("/v1/recommendations", json={"text": "能耗"}, headers={"Idempotency-Key": "x" * 201}),
        422,
        "invalid_idempotency_key",
    )


def test_a_failed_request_leaves_its_key_free(client: TestClient) -> None:
    key = {"Idempotency-Key": "key-2"}
    body = {"enterprise": uscc(5)}
    problem_of(client.post("/v1/recommendations", json=body, headers=key), 404, "enterprise_not_found")
    client.put(f"/v1/enterprises/{uscc(5)}", json=body_of(enterprise(5)))
    assert client.post("/v1/recommendations", json=body, headers=key).status_code == 200


def test_every_post_takes_a_key(client: TestClient) -> None:
    row = json.dumps(body_of(solution(90)), ensure_ascii=False).encode()
    requests: list[tuple[str, dict[str, Any]]] = [
        ("/v1/events", {"json": [event_body(1)]}),
        ("/v1/lead-units/SYN-L001/prospects", {"json": {}}),
        ("/v1/diagnoses:score", {"json": {}}),
        (
            "/v1/solutions:import",
            {"content": row, "headers": {"Content-Type": "application/jsonl"}},
        ),
    ]
    for number, (path, request) in enumerate(requests):
        headers = {**request.pop("headers", {}), "Idempotency-Key": f"every-{number}"}
        first = client.post(path, headers=headers, **request)
        again = client.post(path, headers=headers, **request)
        assert first.status_code == 200, first.text
        assert again.content == first.content
        assert again.headers["idempotency-replayed"] == "true"


def test_similar_firms_are_told_by_class_and_not_among_few(client: TestClient) -> None:
    problem_of(client.get(f"/v1/enterprises/{CONSENTING}/similar"), 404, "too_few_firms")
    for number in range(20, 26):
        body = enterprise(number).model_dump(mode="json", exclude={"uscc", "size_class"})
        assert client.put(f"/v1/enterprises/{uscc(number)}", json=body).status_code == 201
    version = client.get("/readyz").json()["catalogue_version"]
    assert client.app.state.installation.keeper.wait_for(version, timeout=10)  # type: ignore[attr-defined]
    answer = client.get(f"/v1/enterprises/{CONSENTING}/similar?k=3")
    assert [firm["rank"] for firm in answer.json()["items"]] == [1, 2, 3]
    assert not any(uscc(number) in answer.text for number in range(30))
    problem_of(client.get(f"/v1/enterprises/{uscc(99)}/similar"), 404, "enterprise_not_found")
