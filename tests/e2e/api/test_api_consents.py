"""What a lead unit or vendor may not do or see, then what an enterprise may."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.e2e.api.asking import ids, problem_of
from tests.e2e.api.catalogue import CONSENTING, CONTACT, SILENT
from tests.synthetic_records import uscc

UNIT, VENDOR = "SYN-L001", "SYN-V1"
FIRM = f"/v1/enterprises/{CONSENTING}"
PARTNERS = pytest.mark.parametrize(
    ("scope", "path"),
    [({"lead_unit": UNIT}, f"/v1/lead-units/{UNIT}"), ({"vendor": VENDOR}, f"/v1/vendors/{VENDOR}")],
)


def history(client: TestClient, of: str = CONSENTING) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(f"/v1/enterprises/{of}/consents").json()["items"]
    return items


def events(client: TestClient) -> list[dict[str, Any]]:
    return [entry["event"] for entry in client.get("/v1/events").json()["items"]]


@pytest.mark.parametrize("actor", [UNIT, VENDOR, SILENT, "市工信局"])
@PARTNERS
def test_nobody_acts_in_an_enterprises_name(
    client: TestClient, scope: dict[str, str], path: str, actor: str
) -> None:
    before = history(client)
    for purpose in ("show_to_lead_units", "show_to_vendors", "share_contact"):
        address = f"{FIRM}/consents/{purpose}"
        problem_of(client.put(address, json={"actor": actor, **scope}), 403, "not_the_enterprise")
        problem_of(client.delete(address, params={"actor": actor}), 403, "not_the_enterprise")
    problem_of(client.post(f"{FIRM}/contacts", json={"actor": actor, **scope}), 403, "not_the_enterprise")
    assert history(client) == before
    assert events(client) == []
    problem_of(client.get(f"{path}/prospects/{CONSENTING}/contact"), 403, "contact_not_open")


@PARTNERS
def test_contact_data_is_told_to_no_one_before_contact_is_opened(
    client: TestClient, scope: dict[str, str], path: str
) -> None:
    # To be shown is not to be contacted, and to agree to sharing in general opens it to no one yet.
    for purpose in ("show_to_lead_units", "show_to_vendors", "share_contact"):
        assert client.put(f"{FIRM}/consents/{purpose}", json={}).status_code == 200
    closed = client.get(f"{path}/prospects/{CONSENTING}/contact")
    problem_of(closed, 403, "contact_not_open")
    # One that does not exist is answered alike: nothing is learned by trying codes.
    unknown = client.get(f"{path}/prospects/{uscc(77)}/contact")
    assert closed.json()["detail"] == unknown.json()["detail"]
    assert unknown.status_code == 403
    shown = client.post(f"{path}/prospects", json={})
    assert ids(shown.json()) == [CONSENTING]
    assert all(secret not in shown.text for secret in CONTACT.values())


def test_a_vendor_sees_no_one_who_only_agreed_to_lead_units(client: TestClient) -> None:
    answer = client.post(f"/v1/vendors/{VENDOR}/prospects", json={}).json()
    assert ids(answer) == []
    assert [(e["rule"], e["count"], e["examples"]) for e in answer["excluded"]] == [("no_consent", 3, [])]
    problem_of(client.post("/v1/vendors/NOBODY/prospects", json={}), 404, "vendor_not_found")


def test_requests_that_name_no_one_or_two(client: TestClient) -> None:
    both = {"lead_unit": UNIT, "vendor": VENDOR}
    problem_of(client.post(f"{FIRM}/contacts", json=both), 422, "invalid_input")
    problem_of(client.post(f"{FIRM}/contacts", json={}), 422, "invalid_input")
    problem_of(client.put(f"{FIRM}/consents/show_to_vendors", json=both), 422, "invalid_input")
    problem_of(client.put(f"{FIRM}/consents/everything", json={}), 422, "invalid_input")
    for scope, code in (({"lead_unit": "NO"}, "lead_unit_not_found"), ({"vendor": "NO"}, "vendor_not_found")):
        problem_of(client.post(f"{FIRM}/contacts", json=scope), 404, code)
        problem_of(client.put(f"{FIRM}/consents/share_contact", json=scope), 404, code)
    nobody = f"/v1/enterprises/{uscc(77)}"
    problem_of(client.get(f"{nobody}/consents"), 404, "enterprise_not_found")
    problem_of(client.put(f"{nobody}/consents/share_contact", json={}), 404, "enterprise_not_found")
    problem_of(client.post(f"{nobody}/contacts", json={"vendor": VENDOR}), 404, "enterprise_not_found")
    assert events(client) == []


def test_one_firm_cannot_be_taken_out_of_a_consent_to_all(client: TestClient) -> None:
    address = f"{FIRM}/consents/show_to_lead_units"
    problem_of(client.delete(address, params={"lead_unit": UNIT}), 409, "covered_by_general_consent")
    assert ids(client.post(f"/v1/lead-units/{UNIT}/prospects", json={}).json()) == [CONSENTING]


@PARTNERS
def test_a_consent_counts_with_the_next_request_and_so_does_its_end(
    client: TestClient, scope: dict[str, str], path: str
) -> None:
    purpose = "show_to_vendors" if "vendor" in scope else "show_to_lead_units"
    address = f"/v1/enterprises/{SILENT}/consents/{purpose}"
    assert SILENT not in ids(client.post(f"{path}/prospects", json={}).json())
    granted = client.put(address, json=scope).json()["items"]
    assert [entry["holds_today"] for entry in granted] == [True]
    assert SILENT in ids(client.post(f"{path}/prospects", json={}).json())
    # Twice is once.
    assert client.put(address, json=scope).json()["items"] == granted
    ended = client.delete(address, params=scope).json()["items"]
    assert [entry["holds_today"] for entry in ended] == [False]
    assert SILENT not in ids(client.post(f"{path}/prospects", json={}).json())
    # Withdrawn and given anew: both stay in the history.
    client.put(address, json=scope)
    assert [entry["holds_today"] for entry in history(client, SILENT)] == [False, True]


def test_a_record_written_whole_forgets_no_consent(client: TestClient) -> None:
    body = client.get(FIRM).json()
    bare = {key: value for key, value in body.items() if key != "consents"}
    assert client.put(FIRM, json=bare).headers["etag"] == '"1"'
    client.put(FIRM, json=body | {"consents": []})
    assert [(e["granted_on"], e["holds_today"]) for e in history(client)] == [("2026-01-01", False)]
    # The record from before does not bring it back.
    client.put(FIRM, json=body)
    assert [entry["holds_today"] for entry in history(client)] == [False]


@PARTNERS
def test_the_enterprise_opens_contact_with_whom_it_likes_and_closes_it(
    client: TestClient, scope: dict[str, str], path: str
) -> None:
    # Never shown to anyone, in no list: it may contact any of them all the same.
    firm = f"/v1/enterprises/{SILENT}"
    opened = client.post(f"{firm}/contacts", json=scope).json()
    assert opened["opened_now"] is True
    (event,) = events(client)
    assert (event["type"], event["subject"], event["actor"]) == ("contact", SILENT, SILENT)
    assert event["object"] in scope.values()
    assert event["event_id"] == opened["event_id"]

    contact = client.get(f"{path}/prospects/{SILENT}/contact").json()["contact"]
    assert contact == CONTACT
    # To this firm only.
    for other in (f"/v1/lead-units/{UNIT}", f"/v1/vendors/{VENDOR}"):
        if other != path:
            problem_of(client.get(f"{other}/prospects/{SILENT}/contact"), 403, "contact_not_open")

    # The list tells the firm that it may look, and still holds no contact data.
    purpose = "show_to_vendors" if "vendor" in scope else "show_to_lead_units"
    client.put(f"{firm}/consents/{purpose}", json=scope)
    listed = client.post(f"{path}/prospects", json={})
    facts = {item["id"]: item["facts"] for item in listed.json()["items"]}
    assert facts[SILENT]["contact_opened"] is True
    assert all(secret not in listed.text for secret in CONTACT.values())

    again = client.post(f"{firm}/contacts", json=scope).json()
    assert (again["opened_now"], again["event_id"]) == (False, None)
    assert len(events(client)) == 1

    client.delete(f"{firm}/consents/share_contact", params=scope)
    problem_of(client.get(f"{path}/prospects/{SILENT}/contact"), 403, "contact_not_open")


def test_every_enterprise_is_shown_or_counted(client: TestClient) -> None:
    client.put(f"/v1/enterprises/{uscc(9)}", json={"name": "合成样本空白企业"})
    here = client.app.state.installation  # type: ignore[attr-defined]
    here.keeper.refresh()
    for path in (f"/v1/lead-units/{UNIT}", f"/v1/vendors/{VENDOR}"):
        answer = client.post(f"{path}/prospects", json={"k": 200}).json()
        withheld = sum(exclusion["count"] for exclusion in answer["excluded"])
        assert len(answer["items"]) + withheld == 4
