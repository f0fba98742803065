"""Every failure is a problem: its families, the size limit, what never leaks."""

import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from recommender.errors import NotSetUp
from recommender.settings import Settings
from tests.e2e.api.asking import problem_of
from tests.e2e.api.catalogue import CONSENTING

JSON = {"Content-Type": "application/json"}
S = "/v1/solutions/S1"


def test_no_body(client: TestClient) -> None:
    told = problem_of(client.put(S, headers=JSON), 422, "invalid_input")["detail"]
    assert told == "请求正文：必须填写"


def test_unknown_routes_and_methods(client: TestClient) -> None:
    assert problem_of(client.get("/v2/x%20y"), 404, "unknown_route")["instance"] == "/v2/x%20y"
    problem_of(client.get("/v1/solutions/"), 404, "unknown_route")
    problem_of(client.get("/docs"), 404, "unknown_route")
    wrong = client.delete(f"/v1/enterprises/{CONSENTING}")
    problem_of(wrong, 405, "method_not_allowed")
    assert wrong.headers["allow"] == "GET, PUT"
    assert client.post("/v1/enterprises").headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"name": ', "不完整"),
        (b"{'name': 1}", "有效的 JSON"),
        (b'{"name": NaN}', "有效的 JSON"),
        (b'{"name": "\xff"}', "UTF-8"),
        (b'{"name": "\\ud800"}', "Unicode"),
        (b'{"name": "a\x00"}', "控制字符"),
        (b"[" * 100_000, "嵌套太深"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "嵌套太深"),
        (b"{} {}", "多余"),
        (b"[" + b"9" * 50_000 + b"]", "数字太大"),
    ],
)
def test_malformed_json(client: TestClient, content: bytes, told: str) -> None:
    assert told in problem_of(client.put(S, content=content, headers=JSON), 400, "malformed_json")["detail"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b'{"name": "a\\u0000b"}', "name"),
        (
            b'{"name": "a", "text": "x", "evidence": [{"kind": "case", "text": "\\u0000"}]}',
            "evidence[0].text",
        ),
        (b'{"name": "a", "days_to_deploy": 1e999}', "days_to_deploy"),
        (b'{"name": "a", "days_to_deploy": ' + b"9" * 400 + b"}", "days_to_deploy"),
    ],
)
def test_values_no_store_can_keep(client: TestClient, content: bytes, field: str) -> None:
    problem = problem_of(client.put(S, content=content, headers=JSON), 422, "unusable_value")
    assert problem["place"] == {"field": field}


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "", "json"]
)
def test_other_content_types(client: TestClient, kind: str) -> None:
    problem_of(client.put(S, content=b"{}", headers={"Content-Type": kind}), 415, "unsupported_media_type")


def test_several_faults_are_told_at_once_in_chinese(client: TestClient) -> None:
    body = {"price": {"low_yuan": "9", "high_yuan": "1"}, "days_to_deploy": "soon", "colour": "red"}
    problem = problem_of(client.put(S, json=body), 422, "invalid_input")
    told = {entry["place"]["field"]: (entry["code"], entry["detail"]) for entry in problem["errors"]}
    assert told["name"] == ("missing", "必须填写")
    assert told["price"] == ("invalid_value", "最低价不能高于最高价")
    assert told["days_to_deploy"][0] == "int_parsing"
    assert told["colour"][0] == "extra_forbidden"
    assert {entry["place"]["in"] for entry in problem["errors"]} == {"body"}


def test_faults_in_path_and_headers(client: TestClient) -> None:
    path = problem_of(client.get("/v1/enterprises/123"), 422, "invalid_input")["errors"][0]
    assert path["place"] == {"in": "path", "field": "uscc"}
    assert "18" in path["detail"]
    header = client.get(f"/v1/enterprises/{CONSENTING}", headers={"If-None-Match": "x" * 1001})
    assert problem_of(header, 422, "invalid_input")["errors"][0]["place"]["in"] == "header"


def test_the_size_limit_holds_for_declared_and_chunked_bodies(client: TestClient, settings: Settings) -> None:
    sent: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(1000):
            sent.append(number)
            yield b" " * 10_000

    large = b" " * (settings.max_body_bytes + 1)
    problem_of(client.put(S, content=large, headers=JSON), 413, "too_large")
    problem_of(client.put(S, content=chunks(), headers=JSON), 413, "too_large")
    problem_of(client.post("/v1/solutions:import", files={"file": ("a.csv", large)}), 413, "too_large")
    kept = b"[" + b" " * (settings.max_body_bytes - 2) + b"]"
    assert client.post("/v1/events", content=kept, headers=JSON).status_code == 200


def test_a_request_keeps_its_id(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": "abc.1"}).headers["x-request-id"] == "abc.1"
    made = client.get("/healthz", headers={"X-Request-Id": "a b\tc"}).headers["x-request-id"]
    assert len(made) == 36


def test_an_unexpected_error_tells_nothing_of_the_inside(
    app: FastAPI, client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("secret figure 4711")

    app.add_api_route("/broken", broken)
    response = client.get("/broken")
    problem = problem_of(response, 500, "internal_error")
    assert "4711" not in response.text
    assert problem["request_id"] in problem["detail"]
    logged = [record for record in caplog.records if record.name == "smematch.api"]
    assert problem["request_id"] in logged[0].getMessage()
    assert "4711" in str(logged[0].exc_info)


def test_the_log_names_templates_not_firms(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="smematch.access"):
        client.get(f"/v1/enterprises/{CONSENTING}")
        client.get("/v1/events", params={"subject": CONSENTING})
        client.delete(f"/v1/enterprises/{CONSENTING}")
        client.get(f"/nowhere/{CONSENTING}")
    lines = [record.getMessage() for record in caplog.records if record.name == "smematch.access"]
    assert [line.split()[1] for line in lines] == [
        "/v1/enterprises/{uscc}",
        "/v1/events",
        "/v1/enterprises/{uscc}",
        "(unmatched)",
    ]
    assert CONSENTING not in "".join(lines)
    assert CONSENTING not in client.get("/metrics").text


def test_safe_headers(client: TestClient) -> None:
    for path in (f"/v1/enterprises/{CONSENTING}", "/nowhere", "/"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_health_readiness_figures_and_page(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert ready["encoder"]["setting"] == "hashing"
    assert ready["catalogue_version"] == ready["index_catalogue_version"]
    client.post("/v1/recommendations", json={"text": "排产"})
    client.post("/v1/events", json=[{}])
    figures = client.get("/metrics").text
    assert 'smematch_served_lists_total{degraded="",target="solution"} 1.0' in figures
    assert 'smematch_events_total{outcome="rejected"} 1.0' in figures
    assert 'smematch_http_requests_total{method="GET",route="/readyz",status="200"} 1.0' in figures
    assert 'smematch_snapshot_records{kind="solutions"} 6.0' in figures
    assert "smematch_snapshot_behind_seconds 0.0" in figures
    page = client.get("/developers").text
    assert "curl -s http://testserver/v1/recommendations" in page
    assert 'href="openapi.json"' in page
    assert "<script>" not in page


def test_not_ready_without_its_store(client: TestClient, settings: Settings) -> None:
    database = settings.home / "smematch.db"
    client.app.state.installation.store.dispose()  # type: ignore[attr-defined]
    for file in database.parent.glob("smematch.db*"):
        file.unlink()
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["retry-after"]
    assert client.get("/healthz").status_code == 200


def test_an_installation_that_is_not_set_up_does_not_start(tmp_path: object) -> None:
    app = create_app(Settings(home=f"{tmp_path}/nothing", encoder="none"))  # type: ignore[arg-type]
    with pytest.raises(NotSetUp), TestClient(app):
        pass
