"""What the tests of the API ask again and again."""

import json
import time
from typing import Any

from pydantic import BaseModel
from starlette.testclient import TestClient

PROBLEM = "application/problem+json"


def body_of(record: BaseModel) -> dict[str, Any]:
    """The JSON of a record as a client would write it."""
    loaded: dict[str, Any] = json.loads(record.model_dump_json(exclude_none=True))
    return loaded


def problem_of(response: Any, status: int, code: str) -> dict[str, Any]:
    """Check that a response is a whole problem of a kind and return it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = response.json()
    assert problem["code"] == code, problem
    assert problem["status"] == status
    assert problem["type"] == f"urn:smematch:problem:{code}"
    assert problem["request_id"] == response.headers["x-request-id"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem["detail"])
    return problem


def recommend(client: TestClient, **body: Any) -> dict[str, Any]:
    """Ask for a recommendation that must succeed."""
    response = client.post("/v1/recommendations", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def ids(answer: dict[str, Any]) -> list[str]:
    """Ids of the items, best first."""
    return [item["id"] for item in answer["items"]]


def eventually(condition: Any, seconds: float = 5.0) -> float:
    """Wait until a condition holds; return how long that took, in seconds."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "did not happen in time"
        time.sleep(0.02)
    return time.monotonic() - started
