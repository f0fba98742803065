"""PUT, GET and lists of the four kinds of records."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.e2e.api.asking import body_of, problem_of
from tests.e2e.api.catalogue import CONSENTING, CONTACT
from tests.synthetic_records import diagnosis, enterprise, lead_unit, solution, uscc

FIRM = f"/v1/enterprises/{CONSENTING}"
KINDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "enterprise": (f"/v1/enterprises/{uscc(50)}", body_of(enterprise(50)), {"employees": 77}),
    "solution": ("/v1/solutions/SYN-S00050", body_of(solution(50)), {"days_to_deploy": 9}),
    "lead unit": ("/v1/lead-units/SYN-L050", body_of(lead_unit(50)), {"mode": "industry_chain"}),
    "diagnosis": (
        f"{FIRM}/diagnoses/SYN-D00050",
        body_of(diagnosis(50)),
        {"answers": {"network": ["B"]}},
    ),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any], dict[str, Any]]:
    return KINDS[request.param]


def test_life_of_a_record(client: TestClient, kind: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    path, body, change = kind
    problem_of(client.get(path), 404, "not_found")

    created = client.put(path, json=body)
    assert (created.status_code, created.headers["etag"]) == (201, '"1"')
    assert created.headers["location"] == path

    unchanged = client.put(path, json=body)
    assert (unchanged.status_code, unchanged.headers["etag"]) == (200, '"1"')

    updated = client.put(path, json=body | change)
    assert (updated.status_code, updated.headers["etag"]) == (200, '"2"')

    got = client.get(path)
    assert got.json() == updated.json()
    assert {key: got.json()[key] for key in change} == change

    # What was read can be put back as it is, and is no change.
    back = client.put(path, json=got.json(), headers={"If-Match": got.headers["etag"]})
    assert (back.status_code, back.headers["etag"]) == (200, '"2"')


def test_the_id_may_be_left_to_the_path(
    client: TestClient, kind: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    path, body, _ = kind
    bare = {key: value for key, value in body.items() if key not in {"id", "uscc"}}
    assert client.put(path, json=bare).status_code == 201
    assert client.put(path, json=body).status_code == 200


def test_a_body_with_another_id_is_refused(
    client: TestClient, kind: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    path, body, _ = kind
    key, other = ("id", "OTHER") if "id" in body else ("uscc", uscc(51))
    problem = problem_of(client.put(path, json=body | {key: other}), 422, "id_mismatch")
    assert problem["place"] == {"in": "body", "field": key}
    problem_of(client.get(path), 404, "not_found")


def test_conditions(client: TestClient, kind: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    path, body, change = kind
    problem_of(client.put(path, json=body, headers={"If-Match": '"1"'}), 412, "revision_changed")
    problem_of(client.put(path, json=body, headers={"If-Match": "*"}), 412, "revision_changed")
    assert client.put(path, json=body, headers={"If-None-Match": "*"}).status_code == 201
    problem_of(client.put(path, json=body | change, headers={"If-None-Match": "*"}), 412, "record_exists")
    problem_of(client.put(path, json=body | change, headers={"If-Match": '"7"'}), 412, "revision_changed")
    # A weak tag never allows a write (RFC 9110, 13.1.1).
    problem_of(client.put(path, json=body | change, headers={"If-Match": 'W/"1"'}), 412, "revision_changed")
    assert client.get(path).headers["etag"] == '"1"'
    assert client.put(path, json=body | change, headers={"If-Match": '"9", "1"'}).headers["etag"] == '"2"'
    assert client.put(path, json=body, headers={"If-Match": "*"}).headers["etag"] == '"3"'
    malformed = client.put(path, json=body, headers={"If-Match": "3"})
    assert problem_of(malformed, 422, "malformed_condition")["place"]["field"] == "If-Match"


def test_a_reader_with_the_revision_gets_304(
    client: TestClient, kind: tuple[str, dict[str, Any], dict[str, Any]]
) -> None:
    path, body, change = kind
    client.put(path, json=body)
    fresh = client.get(path, headers={"If-None-Match": 'W/"1"'})
    assert (fresh.status_code, fresh.content, fresh.headers["etag"]) == (304, b"", '"1"')
    client.put(path, json=body | change)
    assert client.get(path, headers={"If-None-Match": '"1"'}).status_code == 200


def test_what_is_not_declared_is_inferred_and_marked(client: TestClient) -> None:
    page = "设备点检、设备维修、设备保养工单，设备停机预警，备件管理。" * 3
    answer = client.put("/v1/solutions/SYN-S60", json={"name": "合成设备管理系统", "text": page}).json()
    assert ("equipment", "inferred") in {(s["scenario"], s["provenance"]) for s in answer["scenarios"]}
    assert answer["links_provenance"] == "inferred"

    body = body_of(enterprise(60)) | {"business_scope": "箱包制造;服装批发"}
    del body["sub_industry"]
    firm = client.put(f"/v1/enterprises/{uscc(60)}", json=body).json()
    assert (firm["sub_industry"], firm["sub_industry_source"]) == ("luggage", "business_scope")


def test_a_diagnosis_is_answered_with_what_it_is_worth(client: TestClient) -> None:
    path = f"{FIRM}/diagnoses/SYN-D90"
    answer = client.put(path, json={"assessed_on": "2026-03-01", "answers": {"network": ["B"]}}).json()
    assert answer["result"]["edition"] == "2024"
    assert answer["result"]["level"] == 0
    assert answer["result"]["level_is_lower_bound"] is True
    assert [gap["target_level"] for gap in answer["gaps"]] == [1, 2, 3, 4]
    scored = client.post("/v1/diagnoses:score", json={"answers": {"network": ["B"]}}).json()
    assert scored == {"result": answer["result"], "gaps": answer["gaps"]}


def test_a_diagnosis_that_the_instrument_does_not_know_is_not_stored(client: TestClient) -> None:
    path = f"{FIRM}/diagnoses/SYN-D91"
    problem = problem_of(
        client.put(path, json={"assessed_on": "2026-03-01", "answers": {"network": ["Z"]}}),
        422,
        "unknown_option",
    )
    assert problem["place"] == {"field": "answers.network"}
    problem_of(client.get(path), 404, "not_found")
    problem_of(
        client.post("/v1/diagnoses:score", json={"scenarios": {"dancing": 1}}), 422, "unknown_scenario"
    )


def test_a_diagnosis_belongs_to_one_enterprise(client: TestClient) -> None:
    body = {"assessed_on": "2026-03-01"}
    problem_of(client.put(f"/v1/enterprises/{uscc(99)}/diagnoses/D1", json=body), 404, "not_found")
    assert client.put(f"{FIRM}/diagnoses/D1", json=body).status_code == 201
    other = f"/v1/enterprises/{uscc(2)}/diagnoses/D1"
    problem_of(client.get(other), 404, "not_found")
    problem_of(client.put(other, json=body), 409, "diagnosis_of_another_enterprise")


def test_contact_is_masked_and_its_mask_never_stored(client: TestClient) -> None:
    got = client.get(FIRM)
    assert got.json()["contact"] == {
        "person": "合*****",
        "phone": "138****1234",
        "email": "j***@sample.example",
    }
    assert got.json()["contact_masked"] is True
    for secret in CONTACT.values():
        assert secret not in got.text

    # The mask put back is no change; so is leaving the contact out.
    assert client.put(FIRM, json=got.json()).headers["etag"] == '"1"'
    bare = {key: value for key, value in got.json().items() if key != "contact"}
    assert client.put(FIRM, json=bare).headers["etag"] == '"1"'

    mixed = got.json() | {"contact": got.json()["contact"] | {"phone": "13900005678"}}
    changed = client.put(FIRM, json=mixed)
    assert changed.headers["etag"] == '"2"'
    assert changed.json()["contact"] == got.json()["contact"] | {"phone": "139****5678"}

    wrong = got.json() | {"contact": {"phone": "13*******99"}}
    problem = problem_of(client.put(FIRM, json=wrong), 422, "masked_value")
    assert problem["place"]["field"] == "contact.phone"

    gone = client.put(FIRM, json=got.json() | {"contact": None})
    assert gone.json()["contact"] is None


def test_lists_have_no_contact(client: TestClient) -> None:
    listed = client.get("/v1/enterprises")
    assert len(listed.json()["items"]) == 3
    assert "contact" not in listed.text
    assert CONTACT["phone"] not in listed.text


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/solutions", [f"SYN-S000{number}" for number in range(10, 16)]),
        ("/v1/enterprises", sorted(uscc(number) for number in (1, 2, 3))),
        ("/v1/lead-units", ["SYN-L001"]),
        (f"{FIRM}/diagnoses", ["SYN-D00001"]),
    ],
)
@pytest.mark.parametrize("limit", [1, 2, 200])
def test_cursors_lead_through_every_record_once(
    client: TestClient, path: str, expected: list[str], limit: int
) -> None:
    seen: list[str] = []
    query: dict[str, Any] = {"limit": limit}
    while True:
        page = client.get(path, params=query).json()
        assert len(page["items"]) <= limit
        seen += [item.get("id") or item["uscc"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == expected


def test_cursors_are_checked(client: TestClient) -> None:
    cursor = client.get("/v1/solutions", params={"limit": 1}).json()["next_cursor"]
    others = (
        ("/v1/solutions", {"cursor": "????"}),
        ("/v1/solutions", {"cursor": cursor[:-3]}),
        ("/v1/solutions", {"cursor": cursor, "audit_state": "admitted"}),
        ("/v1/lead-units", {"cursor": cursor}),
        ("/v1/events", {"cursor": cursor}),
    )
    for path, query in others:
        problem_of(client.get(path, params=query), 422, "bad_cursor")


def test_filters(client: TestClient) -> None:
    client.put("/v1/solutions/SYN-S70", json=body_of(solution(70, id="SYN-S70", audit_state="submitted")))
    waiting = client.get("/v1/solutions", params={"audit_state": "submitted"}).json()
    assert [item["id"] for item in waiting["items"]] == ["SYN-S70"]
    client.put(f"/v1/enterprises/{uscc(4)}", json=body_of(enterprise(4, sub_industry="luggage")))
    for query in ({"district": "440118"}, {"district": "增城区"}, {"sub_industry": "luggage"}):
        found = client.get("/v1/enterprises", params=query).json()
        assert [item["uscc"] for item in found["items"]] == [uscc(4)]
    problem = problem_of(client.get("/v1/solutions", params={"colour": "red"}), 422, "invalid_input")
    assert problem["errors"][0]["place"] == {"in": "query", "field": "colour"}
    problem_of(client.get("/v1/solutions", params={"limit": 201}), 422, "invalid_input")


def test_reference_data(client: TestClient) -> None:
    instrument = client.get("/v1/instruments/2024")
    assert sum(len(i["items"]) for d in instrument.json()["dimensions"] for i in d["indicators"]) == 15
    held = {"If-None-Match": instrument.headers["etag"]}
    assert client.get("/v1/instruments/2024", headers=held).status_code == 304
    problem_of(client.get("/v1/instruments/1999"), 404, "not_found")
    assert len(client.get("/v1/taxonomy").json()["scenarios"]) == 16
