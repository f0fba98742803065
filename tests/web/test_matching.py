"""Offers, choices, comparison, lead units and plan of an enterprise, on the real stack."""

import html
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from api.web.session import COOKIE, signer
from recommender.domain.viewer import Role, Viewer
from recommender.planning.serving import ServedPlan
from tests.web.conftest import Server
from tests.web.looking import barriers, enter, sideways

OWN = "910000000000791933"
BASE = f"/enterprises/{OWN}"


def _client(server: Server, role: Role | None = Role.ENTERPRISE, subject: str | None = OWN) -> httpx.Client:
    cookies = {}
    if role is not None:
        viewer = Viewer(role=role, subject=subject, name="试用")
        cookies = {COOKIE: str(signer(server.settings).dumps(viewer.model_dump(mode="json")))}
    return httpx.Client(base_url=server.address, cookies=cookies, follow_redirects=True, timeout=30)


@pytest.fixture
def owner(server: Server) -> Iterator[httpx.Client]:
    with _client(server) as client:
        yield client


def _items(text: str) -> list[str]:
    return re.findall(r'href="/solutions/([^"?]+)\?', text)


@pytest.mark.parametrize("name", ["recommendations", "shortlist", "compare", "plan", "lead-units"])
def test_guards(server: Server, name: str) -> None:
    with _client(server, None) as nobody:
        assert nobody.get(f"{BASE}/{name}").url.path == "/enter"
    with _client(server, Role.LEAD_UNIT, "lead-1") as other:
        assert other.get(f"{BASE}/{name}").status_code == 403
    with _client(server, Role.ENTERPRISE, "91440101MA00000000") as another:
        assert another.get(f"{BASE}/{name}").status_code == 403


def test_reload_serves_and_logs_nothing_new(server: Server, owner: httpx.Client) -> None:
    first = owner.get(f"{BASE}/recommendations")
    served = first.url.params["list"]
    assert served in first.text
    assert owner.get(first.url).text == first.text
    with server.app.state.installation.store.read() as work:
        seen = [one.event for one in work.events.for_recommendation(served)]
    assert sorted(one.object for one in seen) == sorted(_items(first.text))
    assert {one.type for one in seen} == {"impression"}
    product = _items(first.text)[0]
    for _ in range(2):
        assert owner.get(f"/solutions/{product}?for={OWN}&list={served}").status_code == 200
    with server.app.state.installation.store.read() as work:
        kinds = [one.event.type for one in work.events.for_recommendation(served)]
    assert kinds.count("view") == 1


def test_filters_filter_and_tell(server: Server, owner: httpx.Client) -> None:
    solutions = server.app.state.installation.matching.engine().snapshot.catalogue.solutions
    answer = owner.get(f"{BASE}/recommendations", params={"price": "50000", "order": "price"})
    prices = [solutions[key].price.low_yuan for key in _items(answer.text)]
    assert prices
    assert max(prices) <= 50_000
    assert prices == sorted(prices)
    assert "不符合您的筛选：价格（元）不高于 50,000" in answer.text
    assert "这是您选的顺序" in answer.text


def test_dismissed_goes_and_is_told(server: Server, owner: httpx.Client) -> None:
    first = owner.get(f"{BASE}/recommendations")
    product = _items(first.text)[0]
    form = {"product": product, "list": first.url.params["list"], "choice": "dismiss"}
    assert owner.post(f"{BASE}/choices", data=form).status_code == 422
    after = owner.post(f"{BASE}/choices", data=form | {"reason": "price"})
    assert product not in _items(after.text)
    assert "您已选择不再显示：1" in after.text
    name = server.app.state.installation.matching.engine().snapshot.catalogue.solutions[product].name
    asked = owner.get(after.url.copy_merge_params({"product": name}))
    assert "您已选择不再显示</span>" in asked.text
    assert "价格太高" in owner.get(f"{BASE}/shortlist").text
    owner.post(f"{BASE}/choices", data={"product": product, "choice": "shortlist"})
    assert product in _items(owner.get(f"{BASE}/recommendations").text)


def test_four_side_by_side_a_fifth_is_refused(owner: httpx.Client) -> None:
    products = _items(owner.get(f"{BASE}/recommendations").text)[:5]
    four = owner.get(f"{BASE}/compare", params={"ids": products[:4]})
    assert four.status_code == 200
    assert four.text.count("去掉") == 4
    five = owner.get(f"{BASE}/compare", params={"ids": products})
    assert five.status_code == 422
    assert "一次最多比较 4 个产品" in five.text


def test_plan_says_what_the_engine_says(server: Server, owner: httpx.Client) -> None:
    shown = owner.post(f"{BASE}/plan", data={"target_level": "2"})
    here = server.app.state.installation
    found = here.planning.replay(shown.url.params["plan"])
    explained = here.reports.explain(ServedPlan.model_validate_json(found.response))
    text = html.unescape(shown.text)
    assert all(value in text for _, value in explained.key_figures)
    assert all(one.text in text for one in explained.requirements)
    assert "以官方通知为准" in text


def test_lead_units_by_mode(owner: httpx.Client) -> None:
    everyone = owner.get(f"{BASE}/lead-units")
    assert "剩余名额" in everyone.text
    assert everyone.url.params["list"] in everyone.text
    assert f"{BASE}/contacts?partner=lead_unit:" in everyone.text
    told = re.compile(r'<dd lang="zh-CN">(供应链模式|产业链模式)</dd>')
    shown = {}
    for mode in ("supply_chain", "industry_chain"):
        shown[mode] = told.findall(owner.get(f"{BASE}/lead-units", params={"mode": mode}).text)
    assert set(shown["supply_chain"]) <= {"供应链模式"}
    assert set(shown["industry_chain"]) <= {"产业链模式"}
    assert any(shown.values())


def test_phone_without_script(new_context: Callable[..., BrowserContext]) -> None:
    page: Page = new_context(java_script_enabled=False, viewport={"width": 360, "height": 700}).new_page()
    enter(page, "enterprise", OWN)
    page.goto(f"{BASE}/recommendations")
    page.get_by_role("button", name="加入备选").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "我的备选"


@pytest.mark.parametrize("name", ["recommendations", "shortlist", "compare", "plan", "lead-units"])
def test_no_barriers_on_a_phone(new_context: Callable[..., BrowserContext], name: str) -> None:
    page: Page = new_context(viewport={"width": 360, "height": 700}).new_page()
    enter(page, "enterprise", OWN)
    page.goto(f"{BASE}/{name}")
    assert barriers(page) == []
    assert sideways(page) == 0
