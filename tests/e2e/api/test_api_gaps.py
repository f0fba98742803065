"""Pool gaps over the API."""

from starlette.testclient import TestClient

from tests.e2e.api.asking import problem_of


def test_wrong_questions(client: TestClient) -> None:
    problem_of(client.get("/v1/pool-gaps", params={"level": 5}), 422, "invalid_input")
    problem_of(client.get("/v1/pool-gaps", params={"district": "x"}), 422, "invalid_input")


def test_a_suspended_product_leaves_a_gap_at_once(client: TestClient) -> None:
    def without() -> int:
        cells = client.get("/v1/pool-gaps").json()["cells"]
        return sum(cell["without"] for cell in cells)

    before = without()
    for item in client.get("/v1/solutions").json()["items"]:
        client.put(f"/v1/solutions/{item['id']}", json=item | {"audit_state": "suspended"})
    report = client.get("/v1/pool-gaps").json()
    assert without() > before
    assert all(cell["without"] == cell["enterprises"] for cell in report["cells"])
    assert report["without_any"] == report["enterprises"] > 0
