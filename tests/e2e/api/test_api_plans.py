"""Plans over the API."""

from starlette.testclient import TestClient

from recommender.diagnosis import load_instrument, score
from tests.e2e.api.asking import problem_of
from tests.e2e.api.catalogue import CONSENTING, SILENT
from tests.synthetic_records import event_body, uscc


def test_a_plan_for_a_stored_enterprise_holds_when_scored_again(client: TestClient) -> None:
    response = client.post("/v1/plans", json={"enterprise": CONSENTING, "target_level": 1})
    assert response.status_code == 200, response.text
    plan = response.json()
    assert plan["feasible"]
    assert len(plan["solutions"]) == 5
    again = score(plan["answers_after"], plan["scenarios_after"], load_instrument())
    assert again.level == plan["after"]["level"] == 1
    assert sum(float(one["cost"]["planned_yuan"]) for one in plan["solutions"]) == 5 * 27_000
    assert plan["solved"]["optimal"]
    # A change of the store counts at once.
    client.put("/v1/solutions/SYN-S00010", json={"name": "改名", "audit_state": "retired"})
    later = client.post("/v1/plans", json={"enterprise": CONSENTING, "target_level": 1}).json()
    assert not later["feasible"]
    assert later["relaxations"][0]["code"] == "out_of_reach"


def test_an_unreachable_budget_is_answered_with_what_is_missing(client: TestClient) -> None:
    free = client.post("/v1/plans", json={"enterprise": CONSENTING, "target_level": 1}).json()
    body = {"enterprise": CONSENTING, "target_level": 1, "budget_yuan": "100000"}
    short = client.post("/v1/plans", json=body).json()
    assert not short["feasible"]
    named = short["relaxations"][0]
    assert named["code"] == "budget"
    assert float(named["extra_yuan"]) == float(free["cost"]["planned_yuan"]) - 100_000
    assert "可达到一级" in named["text"]


def test_a_profile_needs_no_record(client: TestClient) -> None:
    profile = {"sub_industry": "apparel", "answers": {"planning": ["B"]}, "scenarios": {"finance": 1}}
    response = client.post("/v1/plans", json={"profile": profile, "target_level": 1})
    assert response.status_code == 200, response.text
    assert response.json()["enterprise"] is None


def test_what_cannot_be_planned_is_a_problem(client: TestClient) -> None:
    assert problem_of(client.post("/v1/plans", json={"enterprise": uscc(77)}), 404, "enterprise_not_found")
    assert problem_of(client.post("/v1/plans", json={"enterprise": SILENT}), 422, "diagnosis_missing")
    body = {"enterprise": CONSENTING, "must": ["SYN-S09999"]}
    problem = problem_of(client.post("/v1/plans", json=body), 422, "product_not_available")
    assert problem["place"] == {"field": "must.0"}
    body = {"enterprise": CONSENTING, "objective": "most_value"}
    problem_of(client.post("/v1/plans", json=body), 422, "budget_missing")
    for wrong in ({}, {"enterprise": CONSENTING, "target_level": 5}, {"enterprise": CONSENTING, "x": 1}):
        problem_of(client.post("/v1/plans", json=wrong), 422, "invalid_input")


def test_the_same_key_gives_the_same_plan(client: TestClient) -> None:
    body = {"enterprise": CONSENTING, "target_level": 1}
    first = client.post("/v1/plans", json=body, headers={"Idempotency-Key": "plan-1"})
    second = client.post("/v1/plans", json=body, headers={"Idempotency-Key": "plan-1"})
    assert second.headers["idempotency-replayed"] == "true"
    assert first.content == second.content


def test_acceptances_confirm_an_effect_and_move_the_chance(client: TestClient) -> None:
    body = {"enterprise": CONSENTING, "target_level": 1}
    before = client.post("/v1/plans", json=body).json()
    assert not before["reliability"]["calibrated"]
    events = [
        event_body(
            number,
            type="accepted",
            object="SYN-S00012",
            attributes={"scenarios": {"energy": 2}},
        )
        for number in range(3)
    ]
    assert client.post("/v1/events", json=events).json()["inserted"] == 3
    after = client.post("/v1/plans", json=body).json()
    assert after["reliability"]["calibrated"]
    assert after["reliability"]["chance"] > before["reliability"]["chance"]
    proofs = {
        closing["scenario"]: closing["provenance"] for one in after["solutions"] for closing in one["closes"]
    }
    assert proofs["energy"] == "confirmed"
    assert proofs["equipment"] == "declared"


def test_the_page_of_a_plan_is_html_with_its_own_policy(client: TestClient) -> None:
    response = client.post(
        "/v1/plans:page", json={"enterprise": CONSENTING, "target_level": 1, "platform_discount_yuan": 100}
    )
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "style-src 'sha256-" in response.headers["content-security-policy"]
    assert "政府补" in response.text
    assert "以官方通知为准" in response.text
    problem_of(
        client.post("/v1/plans:page", json={"profile": {"scenarios": {"finance": 1}}}),
        422,
        "diagnosis_missing",
    )
    too_much = client.post(
        "/v1/plans:page",
        json={"enterprise": CONSENTING, "target_level": 1, "platform_discount_yuan": 99999999},
    )
    problem_of(too_much, 422, "invalid_input")


def test_a_plan_is_replayed_exactly_as_it_was_shown(client: TestClient) -> None:
    body = {"enterprise": CONSENTING, "target_level": 1, "platform_discount_yuan": "500"}
    shown = client.post("/v1/plans", json=body)
    plan = shown.json()
    for name in ("recommendation_id", "served_at", "model_version", "policy_version", "index_version"):
        assert plan[name]
    # Prices, records and rules may change; what was shown does not.
    client.put("/v1/solutions/SYN-S00010", json={"name": "改名", "audit_state": "retired"})
    for address in ("plans", "recommendations"):
        replayed = client.get(f"/v1/{address}/{plan['recommendation_id']}")
        assert replayed.status_code == 200
        assert shown.text in replayed.text
        told = replayed.json()
        assert told["response"] == plan
        assert told["subject"] == CONSENTING
        assert told["request"]["platform_discount_yuan"] == "500"
        assert [item["object_id"] for item in told["items"]] == [one["id"] for one in plan["solutions"]]
        assert {item["propensity"] for item in told["items"]} == {1.0}
        assert all(item["features"]["cost_yuan"] == 27_000 for item in told["items"])
    event = event_body(1, recommendation_id=plan["recommendation_id"], object=plan["solutions"][0]["id"])
    assert client.post("/v1/events", json=[event]).json()["inserted"] == 1
    problem_of(client.get("/v1/plans/none-such"), 404, "plan_not_found")
    listed = client.post("/v1/recommendations", json={"text": "排产"}).json()["recommendation_id"]
    problem_of(client.get(f"/v1/plans/{listed}"), 404, "plan_not_found")


def test_the_three_amounts_by_city(client: TestClient) -> None:
    body = {"enterprise": CONSENTING, "target_level": 1, "platform_discount_yuan": "500"}
    plan = client.post("/v1/plans", json=body).json()
    subsidy = plan["subsidy"]
    shares = subsidy["shares"]
    amounts = [float(shares[name]) for name in ("government_yuan", "platform_yuan", "enterprise_yuan")]
    assert sum(amounts) == float(shares["price_yuan"]) == float(plan["cost"]["planned_yuan"])
    assert amounts[1] == 500
    assert all(figure["source"] and "以官方通知为准" in figure["text"] for figure in subsidy["figures"])
    zhongshan = client.post("/v1/plans", json={**body, "city": "zhongshan"}).json()["subsidy"]
    assert zhongshan["policy_version"].startswith("zhongshan")
    problem_of(client.post("/v1/plans", json={**body, "city": "atlantis"}), 422, "unknown_city")


def test_the_page_as_pdf_and_as_data(client: TestClient) -> None:
    body = {"enterprise": CONSENTING, "target_level": 1}
    for how in ({"params": {"format": "pdf"}}, {"headers": {"Accept": "application/pdf"}}):
        pdf = client.post("/v1/plans:page", json=body, **how)
        assert pdf.status_code == 200, pdf.text
        assert pdf.headers["content-type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF-")
    told = client.post("/v1/plans:page", json=body, headers={"Accept": "application/json"}).json()
    assert len(told["sentences"]) == 3
    assert told["eligibility"]["rules"]
    replayed = client.get(f"/v1/plans/{told['recommendation_id']}").json()
    assert [one["id"] for one in replayed["response"]["solutions"]] == [
        item["id"] for item in told["items"] if not item["own_measure"]
    ]
    # No conditions of this city are known, and the page says so.
    elsewhere = client.post("/v1/plans:page", json={**body, "city": "zhongshan"})
    assert elsewhere.status_code == 200
    assert "这里没有中山市在编制日期有效的申报条件" in elsewhere.text


def test_claims_for_items_are_stored_and_checked(client: TestClient) -> None:
    claims = {"collects": [{"scenario": "equipment"}], "item_options": [{"item": "talent", "letter": "D"}]}
    stored = client.put("/v1/solutions/SYN-S00010", json={"name": "合成方案", **claims})
    assert stored.status_code == 200, stored.text
    assert stored.json()["item_options"][0]["provenance"] == "declared"
    wrong = {"name": "合成方案", "item_options": [{"item": "talent", "letter": "Z"}]}
    problem = problem_of(client.put("/v1/solutions/SYN-S00010", json=wrong), 422, "unknown_option")
    assert problem["place"] == {"field": "item_options"}
    wrong = {"name": "合成方案", "systems": [{"scenario": "decision_support"}]}
    problem_of(client.put("/v1/solutions/SYN-S00010", json=wrong), 422, "unknown_link")
