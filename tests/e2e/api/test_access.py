"""Who may call what, where people sign in: every route, every role, own and another's record, nobody."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.access.rules import load_access_rules
from api.app import create_app
from recommender.domain.viewer import Role
from recommender.identity.service import Identity
from recommender.settings import Settings
from tests.e2e.api.catalogue import CONSENTING
from tests.synthetic_records import enterprise, uscc

ROUTES = [
    (method.upper(), path)
    for path, operations in create_app(Settings(home=Path("nowhere"))).openapi()["paths"].items()
    for method in operations
]
_DISTRICT, _OTHER_DISTRICT = "440113", "440106"
#: An enterprise of the other district.
OTHER = uscc(9)


class Someone(NamedTuple):
    """A role with a record of its own."""

    role: Role
    subject: str | None


PEOPLE = (
    Someone(Role.ENTERPRISE, CONSENTING),
    Someone(Role.LEAD_UNIT, "L1"),
    Someone(Role.VENDOR, "V1"),
    Someone(Role.DISTRICT, _DISTRICT),
    Someone(Role.CITY, None),
    Someone(Role.ADMIN, None),
    Someone(Role.AUDITOR, None),
)


@pytest.fixture(scope="module")
def signing(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of an application where people sign in."""
    home = tmp_path_factory.mktemp("signing") / "home"
    shutil.copytree(prepared, home)
    app: FastAPI = create_app(Settings(home=home, encoder="hashing", sign_in="required"))
    with TestClient(app) as opened:
        with app.state.installation.store.begin() as work:
            work.enterprises.put(enterprise(9, district=_OTHER_DISTRICT))
        yield opened


@pytest.fixture(scope="module")
def keys(signing: TestClient) -> dict[Role, dict[str, str]]:
    """The headers of each role."""
    identity: Identity = signing.app.state.installation.identity  # type: ignore[attr-defined]
    made = {}
    for one in PEOPLE:
        login = f"{one.role.value}.key"
        identity.create(login, one.role, one.role.value, one.subject)
        secret = identity.make_key(login, "test", "write", 1).secret
        made[one.role] = {"Authorization": f"Bearer {secret}"}
    return made


def call(
    client: TestClient,
    method: str,
    path: str,
    headers: dict[str, str],
    *,
    own: bool,
    one: Someone | None = None,
) -> Any:
    """Call a route naming the caller's own records, or another's."""
    firm = CONSENTING if own else OTHER
    address = path.replace("{uscc}", firm)
    if one is not None and one.role in {Role.LEAD_UNIT, Role.VENDOR}:
        address = address.replace("{id}", one.subject or "" if own else "X9")
    for name in (
        "{id}",
        "{kind}",
        "{edition}",
        "{version}",
        "{purpose}",
        "{application}",
        "{side}",
        "{reviewer}",
        "{form}",
    ):
        address = address.replace(name, "none")
    district = _DISTRICT if own else _OTHER_DISTRICT
    body: Any = {"enterprise": firm, "district": district}
    if path == "/v1/events":
        own_name = (one.subject or one.role.value) if one and own else "someone"
        body = [{"actor": own_name, "subject": firm, "object": own_name}]
    query = {"district": district} if one is not None and one.role is Role.DISTRICT else {}
    given: dict[str, Any] = {"params": query, "headers": headers}
    if method in {"POST", "PUT"} and "import" not in path:
        given["json"] = body
    return client.request(method, address, **given)


def test_every_route_is_in_the_table_and_no_other() -> None:
    rules = load_access_rules()
    routes = {f"{method} {path}" for method, path in ROUTES}
    assert routes == {*rules.open, *rules.routes}
    assert not {*rules.open} & {*rules.routes}


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=lambda part: part)
def test_nobody_comes_in(signing: TestClient, method: str, path: str) -> None:
    rules = load_access_rules()
    for headers in ({}, {"Authorization": "Bearer smk_forged"}, {"Authorization": "Basic YTpi"}):
        answer = call(signing, method, path, headers, own=True)
        if rules.is_open(f"{method} {path}"):
            assert answer.status_code != 401
        else:
            assert answer.status_code == 401
            assert answer.json()["code"] == "no_credentials"


@pytest.mark.parametrize("one", PEOPLE, ids=lambda one: one.role.value)
@pytest.mark.parametrize(("method", "path"), ROUTES, ids=lambda part: part)
def test_roles_come_in_where_the_table_says(
    signing: TestClient, keys: dict[Role, dict[str, str]], method: str, path: str, one: Someone
) -> None:
    rules = load_access_rules()
    route = f"{method} {path}"
    answer = call(signing, method, path, keys[one.role], own=True, one=one)
    if rules.is_open(route) or one.role in rules.roles(route):
        served = path in {"/v1/recommendations/{id}", "/v1/plans/{id}"}
        product = path.startswith(("/v1/solutions/{id}:", "/v1/solutions/{id}/", "/v1/pool/submissions/{id}"))
        if not served and not product:
            assert answer.status_code not in {401, 403} or answer.json()["code"] not in {
                "forbidden",
                "no_credentials",
            }
    else:
        assert answer.status_code == 403
        assert answer.json()["code"] == "forbidden"


#: Roles that are held to their own, with the routes that name a record.
_HELD = [
    (method, path, one)
    for method, path in ROUTES
    for one in PEOPLE
    if one.role in load_access_rules().roles(f"{method} {path}")
    and (
        (one.role in {Role.ENTERPRISE, Role.DISTRICT} and "{uscc}" in path)
        or (one.role is Role.ENTERPRISE and path in {"/v1/recommendations", "/v1/plans", "/v1/plans:page"})
        or (one.role is Role.LEAD_UNIT and path.startswith("/v1/lead-units/{id}/"))
        or (one.role is Role.VENDOR and path.startswith("/v1/vendors/{id}/"))
        or (one.role in {Role.VENDOR, Role.LEAD_UNIT} and path.startswith("/v1/pool/submissions/{id}"))
        or (one.role in {Role.VENDOR, Role.LEAD_UNIT} and path.startswith("/v1/solutions/{id}:"))
        or (one.role is Role.DISTRICT and path in {"/v1/board", "/v1/course", "/v1/enterprises"})
        or (one.role is Role.DISTRICT and path.startswith("/v1/subsidy-rounds/{id}"))
        or (f"{method} {path}" == "POST /v1/events" and one.role is not Role.ADMIN)
    )
]


@pytest.mark.parametrize(("method", "path", "one"), _HELD, ids=lambda part: getattr(part, "role", part))
def test_anothers_record_stays_closed(
    signing: TestClient, keys: dict[Role, dict[str, str]], method: str, path: str, one: Someone
) -> None:
    answer = call(signing, method, path, keys[one.role], own=False, one=one)
    assert answer.status_code == 403
    assert answer.json()["code"] == "forbidden"


def test_key_for_reading_changes_nothing(signing: TestClient) -> None:
    identity: Identity = signing.app.state.installation.identity  # type: ignore[attr-defined]
    identity.create("reader.only", Role.CITY, "报表")
    headers = {"Authorization": f"Bearer {identity.make_key('reader.only', 'r', 'read', 1).secret}"}
    assert signing.get("/v1/board", headers=headers).status_code == 200
    asked = {"text": "订单靠手工排产", "target": "solution", "k": 3}
    assert signing.post("/v1/recommendations", json=asked, headers=headers).status_code == 200
    answer = signing.post("/v1/events", json=[], headers=headers)
    assert answer.status_code == 403


def test_nobody_acts_in_anothers_name(signing: TestClient, keys: dict[Role, dict[str, str]]) -> None:
    body = {"event": "pilot_listed", "role": "city", "actor": "440100"}
    address = f"/v1/enterprises/{CONSENTING}/course:move"
    assert signing.post(address, json=body, headers=keys[Role.ENTERPRISE]).status_code == 403
    asked = {"role": "lead_unit", "actor": "L1"}
    answer = signing.get(
        f"/v1/enterprises/{CONSENTING}/case-file", params=asked, headers=keys[Role.ENTERPRISE]
    )
    assert answer.status_code == 403
