"""A selection of lead units over the API, from the call to a replacement."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from recommender.installation import Installation
from recommender.store.store import utc_now
from tests.e2e.api.asking import body_of, problem_of
from tests.unit.selection.holding import CITY, CLERK, EXPERTS, SUB, application, sheet

ROOT = "/v1/lead-unit-selections"
ONE = f"{ROOT}/S1"


class Moved:
    """The clock of a running application, ahead by some hours."""

    def __init__(self, client: TestClient) -> None:
        self.hours = 0
        here: Installation = client.app.state.installation  # type: ignore[attr-defined]
        here.store.clock = lambda: utc_now() + timedelta(hours=self.hours)


def post(client: TestClient, path: str, body: Any) -> dict[str, Any]:
    response = client.post(path, json=body)
    assert response.status_code in {200, 201}, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.fixture
def moved(client: TestClient) -> Moved:
    """A round with four applications, all confirmed; the next hour is for scoring."""
    clock, now = Moved(client), utc_now()
    call = {
        "id": "S1",
        "name": "合成样本·第一批",
        "sub_industries": [SUB.value],
        "apply_until": (now + timedelta(hours=1)).isoformat(),
        "score_until": (now + timedelta(hours=3)).isoformat(),
        "term_from": "2027-01-01",
        "term_until": "2027-12-31",
        "actor": CITY,
    }
    assert post(client, ROOT, call) == post(client, ROOT, call)
    problem_of(client.post(ROOT, json=call | {"name": "别的"}), 409, "selection_exists")
    problem_of(client.post(ROOT, json=call | {"actor": "440113"}), 403, "not_the_office")
    problem_of(client.post(ROOT, json=call | {"score_until": call["apply_until"]}), 422, "invalid_input")
    post(client, f"{ONE}:panel", {"experts": [body_of(one) for one in EXPERTS], "actor": CITY})
    for number in range(1, 5):
        one = application(number)
        post(client, f"{ONE}/applications", {**body_of(one), "actor": one.unit})
        for member in one.members:
            post(client, f"{ONE}/applications/{one.key}:confirm", {"actor": member.id})
    clock.hours = 2
    return clock


def scored(client: TestClient) -> list[str]:
    keys = [application(number).key for number in range(1, 5)]
    for place, expert in enumerate(EXPERTS):
        sheets = [body_of(sheet(key, 90 - 5 * at + place)) for at, key in enumerate(keys)]
        post(client, f"{ONE}:score", {"expert": expert.id, "sheets": sheets})
    return keys


@pytest.mark.usefixtures("moved")
def test_from_scores_to_a_replacement(client: TestClient) -> None:
    keys = scored(client)
    body = {"sub_industry": SUB.value, "selected": keys[:3], "reason": "按得分", "actor": CLERK}
    problem_of(client.post(f"{ONE}:decide", json=body | {"selected": keys}), 409, "selection_places_full")
    problem_of(client.post(f"{ONE}:decide", json=body | {"selected": keys[1:]}), 422, "reason_missing")
    key = {"Idempotency-Key": "decision-1"}
    first = client.post(f"{ONE}:decide", json=body, headers=key)
    assert first.status_code == 200, first.text
    assert client.post(f"{ONE}:decide", json=body, headers=key).json() == first.json()
    part = client.get(ONE).json()["parts"][0]
    assert [seat["unit"] for seat in part["in_office"]] == ["SYN-U1", "SYN-U2", "SYN-U3"]
    assert part["entries"][0]["scored"]["figure"]["value"] == 92
    assert client.get("/v1/lead-units/SYN-U1").json()["sub_industries"] == [SUB.value]
    change = {"sub_industry": SUB.value, "reason": "申请退出", "leaving": "SYN-U2", "successor": keys[3]}
    part = post(client, f"{ONE}:replace", change | {"actor": CITY})["parts"][0]
    assert [seat["unit"] for seat in part["in_office"]] == ["SYN-U1", "SYN-U3", "SYN-U4"]
    stored = client.get("/v1/lead-units/SYN-U2")
    assert stored.json()["term_ended"] is True
    back = stored.json() | {"sub_industries": [SUB.value], "term_ended": False}
    problem_of(client.put("/v1/lead-units/SYN-U2", json=back), 409, "lead_unit_office_decided")
    appeal = {"reason": "分数有误", "actor": "SYN-U4"}
    post(client, f"{ONE}/applications/{keys[3]}:appeal", appeal)
    answer = {"reason": "不属实", "upheld": False, "actor": CITY}
    path = f"{ONE}/applications/{keys[3]}:decide-appeal"
    problem_of(client.post(path, json=answer | {"actor": CLERK}), 403, "not_impartial")
    assert post(client, path, answer)["parts"][0]["phase"] == "decided"
    problem_of(client.post(f"{ONE}:end-terms", json={"actor": CITY}), 409, "selection_not_open")
    listed = client.get("/v1/events", params={"limit": 100}).text
    assert "lead_unit_selected" in listed
    assert "selection_scored" not in listed
    assert "SYN-E1" not in listed


def test_refusals_name_their_reason(client: TestClient, moved: Moved) -> None:
    problem_of(client.get(f"{ROOT}/S9"), 404, "selection_not_found")
    key = application(1).key
    late = {**body_of(application(5)), "actor": "SYN-U5"}
    problem_of(client.post(f"{ONE}/applications", json=late), 409, "selection_not_open")
    moved.hours = 0
    problem_of(client.post(f"{ONE}/applications", json=late | {"actor": "x"}), 403, "not_the_applicant")
    wrong = late | {"members": []}
    problem = problem_of(client.post(f"{ONE}/applications", json=wrong), 422, "selection_form_faulty")
    assert "缺少集成商" in problem["detail"]
    dry = client.post(f"{ONE}/applications", params={"dry_run": True}, json=wrong).json()
    assert (dry["acceptable"], dry["version"]) == (False, 0)
    path = f"{ONE}/applications/{key}"
    problem_of(client.post(f"{path}:withdraw", json={"reason": "a", "actor": "x"}), 403, "not_the_applicant")
    assert [one["number"] for one in client.get(path).json()["versions"]] == [1]
    unknown = f"{ONE}/applications/SYN-U9:cosmetics"
    problem_of(client.get(unknown), 404, "selection_application_not_found")
    moved.hours = 2
    whole = body_of(sheet(key, 80))
    problem_of(client.post(f"{ONE}:score", json={"expert": "x", "sheets": [whole]}), 403, "not_on_panel")
    post(client, f"{path}:recuse", {"expert": "SYN-E1", "reason": "曾任顾问"})
    problem_of(
        client.post(f"{ONE}:score", json={"expert": "SYN-E1", "sheets": [whole]}), 403, "expert_conflict"
    )
    event = {
        "event_id": "e-1", "type": "lead_unit_selected", "subject": "x", "object": "x", "actor": CITY,
        "occurred_at": utc_now().isoformat(), "attributes": {"reason": "自己加"},
    }  # fmt: skip
    answer = client.post("/v1/events", json=[event]).json()
    assert answer["rejected"][0]["code"] == "event_not_reportable"


@pytest.mark.usefixtures("moved")
def test_forms_go_out_and_come_back(client: TestClient) -> None:
    scored(client)
    form = client.get(f"{ONE}/application-form.xlsx")
    files = {"file": ("申报表.xlsx", form.content)}
    taken = client.post(f"{ONE}/applications:import", params={"actor": CITY}, files=files).json()
    assert [one["repeated"] for one in taken["taken"]] == [True] * 4
    sheet_ = client.get(f"{ONE}/score-sheet.xlsx", params={"expert": "SYN-E1"})
    files = {"file": ("评分表.xlsx", sheet_.content)}
    taken = client.post(f"{ONE}/scores:import", params={"expert": "SYN-E2"}, files=files).json()
    assert (len(taken["scored"]), taken["faults"]) == (4, [])
    for name in ("result.xlsx", "announcement.docx"):
        assert client.get(f"{ONE}/{name}").content[:2] == b"PK"
    problem_of(client.get(f"{ONE}/score-sheet.xlsx", params={"expert": "x"}), 403, "not_on_panel")
    wrong = client.post(f"{ONE}/scores:import", params={"expert": "SYN-E1"}, files={"file": ("a.xlsx", b"a")})
    problem_of(wrong, 400, "unreadable_workbook")


def test_the_past_can_be_asked_for(client: TestClient, moved: Moved) -> None:
    before = utc_now().isoformat()
    keys = scored(client)
    body = {"sub_industry": SUB.value, "selected": keys[:1], "reason": "按得分", "actor": CITY}
    post(client, f"{ONE}:decide", body)
    then = client.get(ONE, params={"as_of": before}).json()["parts"][0]
    assert (then["decision"], then["phase"]) == (None, "applying")
    assert client.get(ROOT, params={"as_of": before}).json()["items"][0]["applications"] == 4
    assert moved.hours == 2
