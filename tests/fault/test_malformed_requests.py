"""Seeded malformed requests over all routes: never a server error, always a problem."""

import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from recommender.installation import initialise, open_installation
from recommender.settings import Settings
from tests.e2e.api.asking import body_of
from tests.e2e.api.catalogue import CONSENTING, SHOWN_TO_ALL, fill
from tests.synthetic_records import diagnosis, enterprise, event_body, lead_unit, solution

SEED = 20261123
REQUESTS = 200
#: Every text goes through a real parser of bytes, so lone surrogates come as escapes.
_TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "𝒳" * 50,
    "文" * 3000,
    "../..",
    "%00",
    "' OR 1=1 --",
    "\u202e",
    "NaN",
    "1e999",
)
_NUMBERS = ("-1", "0", "1e400", "-1e999", "9" * 30, "9" * 500, "0.1", "1e-400", "NaN", "Infinity")
_RAW = (
    b"",
    b"{",
    b"]",
    b"\xff\xfe\x00",
    b'"\\ud800"',
    b'{"a":"\\udc00\\ud800"}',
    b"[" * 5000,
    b"\x00" * 10,
    b"null",
)
_TYPES = (
    "application/json",
    "application/json; charset=gbk",
    "application/problem+json",
    "text/csv",
    "text/plain",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/jsonl",
    "application/octet-stream",
    "",
    "x" * 300,
    "/",
)
_KEYS = (
    *("id", "uscc", "name", "text", "enterprise", "profile", "k", "filter", "must", "field", "any", "gte"),
    *("needs", "answers", "scenarios", "gb4754", "district", "contact", "consents", "provider", "event_id"),
    *(
        "subject",
        "object",
        "actor",
        "occurred_at",
        "attributes",
        "value",
        "target",
        "exclude_ids",
        "positive",
    ),
    *("capacity", "consortium", "assessed_on", "instrument", "mark", "price", "type", "\0", ""),
)
_QUERIES = (
    *("", "", "?cursor=%00", "?limit=-1", "?limit=1e9", "?cursor=" + "A" * 700, "?%FF=%FE", "?dry_run=x"),
    *("?filename=..%2Fa", "?subject=%00", "?subject=" + "文" * 60, "?&&==", "?cursor=WyJhIiwiYiJd"),
)
#: Sound bodies; one part of each is replaced, so that requests get past the first checks.
_SOUND: dict[str, Any] = {
    "/v1/enterprises/{uscc}": body_of(enterprise(1)) | {"contact": {"phone": "1"}, "consents": SHOWN_TO_ALL},
    "/v1/enterprises/{uscc}/diagnoses/{id}": body_of(diagnosis(1)),
    "/v1/solutions/{id}": body_of(solution(1)),
    "/v1/lead-units/{id}": body_of(lead_unit(1)),
    "/v1/diagnoses:score": {"answers": {"network": ["A"]}, "scenarios": {"quality": 1}, "instrument": "2024"},
    "/v1/events": [event_body(1, attributes={"reason": "合成"}), event_body(2, type="dismiss")],
    "/v1/recommendations": {
        "profile": {
            "gb4754": "C1830",
            "needs": ["排产"],
            "revenue_yuan": "1.5",
            "answers": {"network": ["A"]},
        },
        "k": 3,
        "filter": {
            "must": [{"field": "price_yuan", "gte": 1, "lte": 9e9}],
            "should": [{"field": "scenario", "any": ["quality", 1, True]}],
        },
        "positive": ["SYN-S00010"],
        "budget_yuan": "100.5",
    },
    "/v1/lead-units/{id}/prospects": {
        "text": "服装",
        "filter": {"must_not": [{"field": "employees", "lte": 1}]},
    },
}
_KNOWN = (
    "solution",
    "price_yuan",
    "scenario",
    "quality",
    "view",
    "2026-01-01",
    "0001-01-01T00:00:00+14:00",
    CONSENTING,
)


def value(draw: random.Random, depth: int = 0) -> str:
    """JSON text of anything, or nearly JSON."""
    kind = draw.randrange(8 if depth < 4 else 5)
    if kind == 0:
        return json.dumps(draw.choice(_TEXTS))
    if kind == 1:
        return draw.choice(_NUMBERS)
    if kind == 2:
        return draw.choice(("null", "true", "false", '"\\ud800"', '"\\u0000"'))
    if kind in {3, 4}:
        return json.dumps(draw.choice(_KNOWN))
    inner = [value(draw, depth + 1) for _ in range(draw.randrange(4))]
    if kind == 5:
        return f"[{','.join(inner)}]"
    return "{" + ",".join(f"{json.dumps(draw.choice(_KEYS))}:{part}" for part in inner) + "}"


def replaced(draw: random.Random, part: Any) -> str:
    """JSON text of a sound value with one part of it replaced by anything."""
    if not isinstance(part, dict | list) or not part or draw.random() < 0.2:
        return value(draw)
    chosen = draw.randrange(len(part))
    if isinstance(part, list):
        inner = [replaced(draw, entry) if i == chosen else json.dumps(entry) for i, entry in enumerate(part)]
        return f"[{','.join(inner)}]"
    inner = [
        f"{json.dumps(key)}:{replaced(draw, entry) if i == chosen else json.dumps(entry)}"
        for i, (key, entry) in enumerate(part.items())
    ]
    return "{" + ",".join(inner) + "}"


def body(draw: random.Random, template: str) -> bytes:
    """A body for a route: nearly sound, random JSON, raw bytes."""
    kind = draw.randrange(6)
    if kind == 0:
        return draw.choice(_RAW)
    if kind == 1:
        return draw.randbytes(draw.randrange(1, 400))
    if kind == 2 or template not in _SOUND:
        return value(draw).encode()
    return replaced(draw, _SOUND[template]).encode()


def path(draw: random.Random, template: str) -> str:
    """An address: ids that exist, and ids that cannot."""
    odd = ("%00", "%FF%FE", "%2e%2e", "a" * 3000, "%E6%96%87", "%ED%A0%80", ":", "..;/")
    known = {"{uscc}": CONSENTING, "{id}": "SYN-L001", "{edition}": "2024"}
    for name, sound in known.items():
        template = template.replace(name, sound if draw.random() < 0.7 else draw.choice(odd))
    return template + draw.choice(_QUERIES)


def headers(draw: random.Random) -> dict[str, str]:
    chosen = {"Content-Type": "application/json" if draw.random() < 0.6 else draw.choice(_TYPES)}
    for name, values in (
        ("If-Match", ("*", '"1"', "1", "W/", '"' * 9, "\xff")),
        ("If-None-Match", ("*", "x" * 2000, ",,,")),
        ("Idempotency-Key", ("a", "x" * 500, " ", "\xff")),
        ("X-Request-Id", ("ok", "x" * 500, "\xff")),
        ("Content-Length", ("abc", "-5", "9" * 40)),
        ("Host", ("[", "a b", "\xff")),
    ):
        if draw.random() < 0.15:
            chosen[name] = draw.choice(values)
    return chosen


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(
        home=Path(tmp_path_factory.mktemp("malformed")), encoder="none", max_body_bytes=100_000
    )
    initialise(settings, with_sample=False)
    here = open_installation(settings)
    fill(here)
    with TestClient(create_app(installation=here), raise_server_exceptions=True) as opened:
        yield opened
    here.close()
    shutil.rmtree(settings.home)


def request(client: TestClient, draw: random.Random, method: str, template: str) -> tuple[str, Any]:
    """Send a random request to a route and return what it was and its response."""
    address, sent, given = path(draw, template), headers(draw), body(draw, template)
    raw = [(name.encode(), text.encode("latin-1")) for name, text in sent.items()]
    response = client.request(method, address, content=given, headers=raw)
    return f"{method} {address[:120]} {sent} {given[:200]!r}", response


def all_routes(client: TestClient) -> list[tuple[str, str]]:
    """Method and template of every operation."""
    document = client.get("/openapi.json").json()
    return [(method.upper(), template) for template, ops in document["paths"].items() for method in ops]


def check_documented(operation: dict[str, Any], told: str, response: Any) -> None:
    """The OpenAPI document names the status, and the code of a problem."""
    assert str(response.status_code) in operation["responses"], f"{told} -> {response.text[:300]}"
    if response.status_code >= 400:
        content = operation["responses"][str(response.status_code)]["content"]
        assert response.json()["code"] in content["application/problem+json"]["examples"], told


def check(told: str, response: Any) -> None:
    assert response.status_code < 500, f"{told} -> {response.status_code} {response.text[:300]}"
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json", told
        problem = response.json()
        assert problem["status"] == response.status_code, told
        assert {"type", "title", "detail", "instance", "code", "request_id"} <= problem.keys(), told
        response.text.encode()


def test_no_malformed_request_is_a_server_error(client: TestClient) -> None:
    draw = random.Random(SEED)
    document = client.get("/openapi.json").json()["paths"]
    routes = all_routes(client)
    statuses: dict[int, int] = {}
    for _ in range(REQUESTS):
        method, template = draw.choice(routes)
        if draw.random() < 0.1:
            method = draw.choice(("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"))
        told, response = request(client, draw, method, template)
        check(told, response)
        operation = document[template].get(method.lower())
        routed = response.status_code < 400 or response.json()["code"] != "unknown_route"
        if operation is not None and routed:
            check_documented(operation, told, response)
        statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
    # The requests must reach beyond the first check for the test to mean anything.
    assert {400, 404, 405, 415, 422} <= statuses.keys(), statuses
    assert client.get("/readyz").status_code == 200
