"""Assignments over the API."""

from starlette.testclient import TestClient

from tests.e2e.api.asking import problem_of
from tests.e2e.api.catalogue import CONSENTING, REVOKED, SILENT
from tests.synthetic_records import uscc

URL = "/v1/assignments"


def test_dry_run_then_commit(client: TestClient) -> None:
    response = client.post(URL, json={"objective": "nash"})
    assert response.status_code == 200, response.text
    made = response.json()
    assert made["dry_run"]
    assert [(pair["enterprise"], pair["unit"]) for pair in made["pairs"]] == [(CONSENTING, "SYN-L001")]
    pair = made["pairs"][0]
    assert (pair["rank_for_enterprise"], pair["rank_for_unit"]) == (1, 1)
    assert {reason["side"] for reason in pair["reasons"]} == {"enterprise", "unit"}
    assert {line["enterprise"] for line in made["left_out"]} == {SILENT, REVOKED}
    assert {line["code"] for line in made["left_out"]} == {"no_consent"}
    assert made["totals"]["assigned"] == 1

    address = f"{URL}/{made['assignment_id']}"
    assert client.get(address).json() == made
    assert client.get("/v1/events").json()["items"] == []
    done = client.post(f"{address}:commit", headers={"Idempotency-Key": "commit-1"})
    assert done.status_code == 200, done.text
    assert done.json()["committed_at"]
    assert client.post(f"{address}:commit").json() == done.json() == client.get(address).json()
    logged = [entry["event"] for entry in client.get("/v1/events").json()["items"]]
    assert [(e["type"], e["subject"], e["object"]) for e in logged] == [("proposed", CONSENTING, "SYN-L001")]
    assert logged[0]["attributes"]["assignment_id"] == made["assignment_id"]


def test_what_if_and_the_listing(client: TestClient) -> None:
    base = client.post(URL, json={}).json()
    other = client.post(
        URL, json={"capacities": {"SYN-L001": {"max": 0}}, "compare_to": base["assignment_id"]}
    ).json()
    assert other["difference"]["assigned"] == -1
    assert other["difference"]["moved"] == [{"enterprise": CONSENTING, "before": "SYN-L001", "after": None}]
    assert other["unassigned"][0]["code"] == "full"
    first = client.get(URL, params={"limit": 1}).json()
    assert [item["assignment_id"] for item in first["items"]] == [other["assignment_id"]]
    second = client.get(URL, params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [item["assignment_id"] for item in second["items"]] == [base["assignment_id"]]
    assert second["next_cursor"] is None


def test_a_revoked_consent_stops_the_commit(client: TestClient) -> None:
    made = client.post(URL, json={}).json()
    firm = client.get(f"/v1/enterprises/{CONSENTING}").json()
    assert client.put(f"/v1/enterprises/{CONSENTING}", json={**firm, "consents": []}).status_code == 200
    commit = client.post(f"{URL}/{made['assignment_id']}:commit")
    problem_of(commit, 409, "assignment_outdated")
    assert client.get("/v1/events").json()["items"] == []


def test_what_cannot_be_assigned_is_a_problem(client: TestClient) -> None:
    problem_of(client.post(URL, json={"enterprises": [uscc(77)]}), 404, "enterprise_not_found")
    problem_of(client.post(URL, json={"units": ["SYN-L099"]}), 404, "lead_unit_not_found")
    problem_of(client.post(URL, json={"compare_to": "none"}), 404, "assignment_not_found")
    problem_of(client.get(f"{URL}/none"), 404, "assignment_not_found")
    problem_of(client.post(f"{URL}/none:commit"), 404, "assignment_not_found")
    crossing = {"sub_industries": {"apparel": 1}, "districts": {"440113": 1}}
    body = {"objective": "stable", "capacities": {"SYN-L001": crossing}}
    problem_of(client.post(URL, json=body), 422, "unusable_assignment")
    twice = [{"enterprise": CONSENTING, "unit": unit} for unit in ("SYN-L001", "SYN-L001")]
    for wrong in ({"share_cap": 0}, {"share_cap": 2}, {"objective": "best"}, {"x": 1}, {"fixed": twice}):
        problem_of(client.post(URL, json=wrong), 422, "invalid_input")
