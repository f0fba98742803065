"""Board, rounds and outcomes over the API."""

from starlette.testclient import TestClient

from tests.e2e.api.asking import problem_of

OPEN = {
    "id": "R1",
    "name": "第一批",
    "accepted_from": "2026-01-01",
    "accepted_until": "2026-06-30",
    "actor": "440100",
}


def test_what_is_unknown_is_not_found(client: TestClient) -> None:
    for path in ("", "/checks", "/summary.xlsx"):
        problem_of(client.get(f"/v1/subsidy-rounds/R9{path}"), 404, "subsidy_round_not_found")
    act = {"actor": "440100"}
    problem_of(client.post("/v1/subsidy-rounds/R9:close", json=act), 404, "subsidy_round_not_found")
    choice = {"candidate": "x", "actor": "440100"}
    problem_of(
        client.post("/v1/outcomes/benchmark_case:select", json=choice), 404, "outcome_candidate_not_found"
    )


def test_a_round_is_opened_once(client: TestClient) -> None:
    first = client.post("/v1/subsidy-rounds", json=OPEN)
    assert first.status_code == 201, first.text
    assert client.post("/v1/subsidy-rounds", json=OPEN).json() == first.json()
    problem_of(client.post("/v1/subsidy-rounds", json=OPEN | {"name": "别的"}), 409, "subsidy_round_exists")
    problem_of(client.post("/v1/subsidy-rounds", json=OPEN | {"actor": "440113"}), 403, "not_the_office")
    assert [one["id"] for one in client.get("/v1/subsidy-rounds").json()["items"]] == ["R1"]
    body = {"district": "440113", "actor": "440113"}
    assert client.post("/v1/subsidy-rounds/R1:collect", json=body).json()["collected"] == []
    assert client.get("/v1/subsidy-rounds/R1/summary.xlsx").content[:2] == b"PK"
    closed = client.post("/v1/subsidy-rounds/R1:close", json={"actor": "440100"}).json()
    assert closed["closed_on"] is not None
    problem_of(client.post("/v1/subsidy-rounds/R1:collect", json=body), 409, "subsidy_round_closed")


def test_the_board_and_candidates(client: TestClient) -> None:
    board = client.get("/v1/board", params={"district": "440113"}).json()
    assert [line["goal"] for line in board["targets"]] == [350, 280, 200, 20, 40, 3, 710]
    assert client.get("/v1/outcomes/excellent_product/candidates").json()["items"] == []
    assert client.get("/v1/outcomes").json()["items"] == []
    for moment in ("soon", "2026-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        problem_of(client.get("/v1/board", params={"as_of": moment}), 422, "invalid_input")
    problem_of(client.get("/v1/outcomes/x/candidates"), 422, "invalid_input")
