"""Benchmark and eligibility of stored enterprises."""

from starlette.testclient import TestClient

from tests.e2e.api.asking import body_of, problem_of
from tests.e2e.api.catalogue import CONSENTING, CONTACT, SILENT
from tests.synthetic_records import diagnosis, enterprise, uscc


def _diagnosed(client: TestClient, count: int) -> None:
    """Store firms 10, 11, … with whole diagnoses, and one for firm 1."""
    items = client.get("/v1/instruments/2024").json()
    answers = {
        item["id"]: ["A"]
        for dimension in items["dimensions"]
        for indicator in dimension["indicators"]
        for item in indicator["items"]
    }
    for number in (1, *range(10, 10 + count)):
        if number != 1:
            record = enterprise(number, sub_industry="apparel", district="440113")
            assert client.put(f"/v1/enterprises/{uscc(number)}", json=body_of(record)).status_code == 201
        given = {**answers, "network": ["B"] if number % 2 else ["A"]}
        record_of = diagnosis(900 + number, of=number, answers=given)
        response = client.put(
            f"/v1/enterprises/{uscc(number)}/diagnoses/{record_of.id}", json=body_of(record_of)
        )
        assert response.status_code == 201, response.text


def test_a_benchmark_counts_what_was_stored_just_now(client: TestClient) -> None:
    _diagnosed(client, 4)
    few = client.get(f"/v1/enterprises/{CONSENTING}/benchmark").json()
    assert few["suppressed"] is True
    assert {measure["percentile"] for measure in few["measures"]} == {None}
    fifth = enterprise(20, sub_industry="apparel", district="440113")
    client.put(f"/v1/enterprises/{uscc(20)}", json=body_of(fifth))
    stored = client.get(f"/v1/enterprises/{uscc(10)}/diagnoses").json()["items"][0]
    last = diagnosis(920, of=20, answers=stored["answers"])
    client.put(f"/v1/enterprises/{uscc(20)}/diagnoses/{last.id}", json=body_of(last))
    answer = client.get(f"/v1/enterprises/{CONSENTING}/benchmark")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["suppressed"], body["group"]["n"]) == (False, 5)
    total = body["measures"][0]
    # Firms 11 and 13 also have 2 points, 10, 12 and 20 none: (3 + 1) / 5.
    assert (total["value"], total["percentile"]) == ("2", 80.0)
    assert not any(uscc(number) in answer.text for number in range(10, 14))


def test_a_benchmark_needs_an_enterprise_and_its_diagnosis(client: TestClient) -> None:
    problem_of(client.get(f"/v1/enterprises/{uscc(77)}/benchmark"), 404, "enterprise_not_found")
    problem_of(client.get(f"/v1/enterprises/{SILENT}/benchmark"), 422, "diagnosis_missing")
    problem_of(client.get("/v1/enterprises/xyz/benchmark"), 422, "invalid_input")


def test_eligibility_rule_by_rule(client: TestClient) -> None:
    address = f"/v1/enterprises/{CONSENTING}/eligibility"
    asked = {"on": "2026-11-23"}
    body = client.get(address, params=asked).json()
    assert body["verdict"] == "unknown"
    rules = {rule["code"]: rule for rule in body["rules"]}
    assert len(rules) == 11
    assert rules["sme_by_pilot"]["answer"] == "yes"
    assert rules["not_listed"]["answer"] == "unknown"
    assert rules["not_listed"]["settled_by"]
    refused = client.get(address, params={**asked, "not_listed": "false"})
    assert refused.json()["verdict"] == "no"
    assert not any(value in refused.text for value in CONTACT.values())


def test_eligibility_that_cannot_be_told(client: TestClient) -> None:
    address = f"/v1/enterprises/{CONSENTING}/eligibility"
    problem_of(client.get(f"/v1/enterprises/{uscc(77)}/eligibility"), 404, "enterprise_not_found")
    problem_of(client.get(address, params={"city": "atlantis"}), 422, "unknown_city")
    problem_of(client.get(address, params={"on": "2030-01-01"}), 404, "no_policy_in_force")
    problem_of(client.get(address, params={"on": "soon"}), 422, "invalid_input")
    problem_of(client.get(address, params={"nonsense": "1"}), 422, "invalid_input")


def test_both_are_documented(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for name in ("benchmark", "eligibility"):
        responses = paths[f"/v1/enterprises/{{uscc}}/{name}"]["get"]["responses"]
        assert {"200", "404", "422"} <= set(responses)
