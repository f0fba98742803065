"""Reviewers at work: the queue, the sheet, two persons for a new product, suspending, appeals."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from recommender.domain.viewer import Role, Viewer
from recommender.installation import Installation
from tests.unit.pool.handing_in import VENDOR, request
from tests.web.conftest import Server
from tests.web.looking import cookie_of
from tests.web.tour import ENTERPRISE

#: Waiting in the sample, both new products.
WAITING, RETURNED_LATER = "SYN-A024", "SYN-A027"
FIRST = Viewer(role=Role.CITY, name="陈 审核")
SECOND = Viewer(role=Role.CITY, name="李审核")
THIRD = Viewer(role=Role.CITY, name="王复核")
DISTRICT = Viewer(role=Role.DISTRICT, subject="440114", name="花都区")


@pytest.fixture
def here(server: Server) -> Installation:
    installation: Installation = server.app.state.installation
    return installation


def enter_as(context: BrowserContext, server: Server, viewer: Viewer) -> Page:
    (name, value), *_ = cookie_of(server, viewer).items()
    context.add_cookies([{"name": name, "value": value, "url": server.address}])
    return context.new_page()


@pytest.mark.parametrize("path", ["/pool", f"/pool/{WAITING}"])
def test_only_the_city_sees_what_is_handed_in(server: Server, path: str) -> None:
    answer = httpx.get(f"{server.address}{path}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/enter?next=")
    for viewer in (DISTRICT, Viewer(role=Role.ENTERPRISE, subject=ENTERPRISE, name="企业")):
        assert httpx.get(f"{server.address}{path}", cookies=cookie_of(server, viewer)).status_code == 403
    auditor = Viewer(role=Role.AUDITOR, name="审计")
    answer = httpx.get(f"{server.address}{path}", cookies=cookie_of(server, auditor), timeout=30)
    assert answer.status_code == 200
    assert "您的意见" not in answer.text


@pytest.mark.parametrize(
    "viewer", [DISTRICT, Viewer(role=Role.AUDITOR, name="审计")], ids=["district", "auditor"]
)
@pytest.mark.parametrize(
    ("act", "body"),
    [("review", {"decision": "admit"}), ("steer", {"action": "suspend"}), ("appeal", {"upheld": "yes"})],
)
def test_others_cannot_decide(server: Server, viewer: Viewer, act: str, body: dict[str, str]) -> None:
    answer = httpx.post(
        f"{server.address}/pool/{WAITING}/{act}",
        data={**body, "reason": "测试"},
        cookies=cookie_of(server, viewer),
    )
    assert answer.status_code == 403


def test_unknown_product_is_a_page(server: Server) -> None:
    answer = httpx.get(f"{server.address}/pool/NOBODY", cookies=cookie_of(server, FIRST), timeout=30)
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_two_persons_admit_without_script(
    new_context: Callable[..., BrowserContext], server: Server, here: Installation
) -> None:
    first = enter_as(new_context(java_script_enabled=False), server, FIRST)
    first.goto("/pool")
    first.get_by_role("link", name="工位小黑板").click()
    first.get_by_label("理由").fill("资料齐全，案例可核")
    first.get_by_role("button", name="通过", exact=True).click()
    expect(first.get_by_text("还需要 1 位审核人")).to_be_visible()
    expect(first.get_by_text("您（陈审核）已经审核过")).to_be_visible()
    again = httpx.post(
        f"{server.address}/pool/{WAITING}/review",
        data={"decision": "reject", "reason": "再来一次"},
        cookies=cookie_of(server, FIRST),
    )
    assert again.status_code == 409
    assert "须由另一位审核人审核" in again.text
    assert WAITING not in admitted(here)

    second = enter_as(new_context(java_script_enabled=False), server, SECOND)
    second.goto(f"/pool/{WAITING}")
    expect(second.get_by_text("陈审核：通过").first).to_be_visible()
    second.get_by_label("理由").first.fill("同意")
    second.get_by_role("button", name="通过", exact=True).click()
    expect(second.locator("main .tag").first).to_have_text("已入池")
    assert WAITING in admitted(here)


def admitted(here: Installation) -> set[str]:
    with here.store.read() as work:
        return {one.record.id for one in work.solutions.iterate(audit_state="admitted")}


def test_returned_by_keyboard_with_a_reason(
    new_context: Callable[..., BrowserContext], server: Server, here: Installation
) -> None:
    page = enter_as(new_context(), server, FIRST)
    page.goto(f"/pool/{RETURNED_LATER}")
    page.get_by_label("理由").focus()
    # White space alone is no reason; the engine says so and what was written stays.
    page.keyboard.type(" ")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("请写明理由")
    expect(page.get_by_label("理由")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("理由").focus()
    page.keyboard.type("缺少案例")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("陈审核：退回——缺少案例")).to_be_visible()


def test_suspended_is_not_recommended_and_can_be_appealed(
    new_context: Callable[..., BrowserContext], server: Server, here: Installation
) -> None:
    product = sorted(admitted(here))[0]
    page = enter_as(new_context(), server, FIRST)
    page.goto(f"/pool/{product}")
    page.get_by_label("理由").fill("用户投诉，待查")
    page.get_by_role("button", name="暂停", exact=True).click()
    expect(page.locator("main .tag").first).to_have_text("已暂停")
    assert product not in admitted(here)
    with here.store.read() as work:
        stored = work.solutions.get(product)
    assert stored is not None
    assert stored.record.provider is not None
    here.pool.appeal(product, "已整改", stored.record.provider.id)

    page.goto("/pool?kind=appeal")
    page.get_by_role("link", name=stored.record.name).click()
    page.get_by_label("理由").fill("自己复核")
    page.get_by_role("button", name="支持申诉").click()
    expect(page.get_by_role("alert")).to_contain_text("没有参与原决定")
    other = enter_as(new_context(), server, THIRD)
    other.goto(f"/pool/{product}")
    other.get_by_label("理由").fill("已核实整改")
    other.get_by_role("button", name="支持申诉").click()
    expect(other.locator("main .tag").first).to_have_text("已入池")
    assert product in admitted(here)


def test_copy_is_flagged_and_laid_side_by_side(
    new_context: Callable[..., BrowserContext], server: Server, here: Installation
) -> None:
    for key in ("SYN-P1", "SYN-P2"):
        here.pool.submit(request(key, VENDOR))
    page = enter_as(new_context(), server, FIRST)
    page.goto("/pool?copies=true")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("link", name="SYN-P1").click()
    expect(page.get_by_text("逐句对照").first).to_be_visible()
    expect(page.get_by_role("cell", name="扫码报工，工人做完一道工序扫一下工单").first).to_be_visible()
    page.goto("/pool?days=1")
    expect(page.get_by_text("没有待办理的。")).to_be_visible()
