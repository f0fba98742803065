"""The frame of the pages: roles, preferences, failures, languages, what every page is held to."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from api.web.static_files import static_files
from tests.web import catalogue
from tests.web.conftest import WIDTHS, Server
from tests.web.looking import barriers, enter, sideways
from tests.web.tour import TOUR, Stop


@pytest.mark.parametrize("stop", TOUR, ids=lambda stop: stop.name)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_has_no_barrier(new_context: Callable[..., BrowserContext], stop: Stop, scheme: str) -> None:
    page = new_context(color_scheme=scheme, viewport={"width": 360, "height": 800}).new_page()
    if stop.role is not None:
        enter(page, stop.role, stop.subject)
    stop.go(page)
    assert barriers(page) == []
    assert sideways(page) == 0


@pytest.mark.parametrize("size", ["normal", "large"])
def test_frame_fits_all_widths(new_context: Callable[..., BrowserContext], size: str) -> None:
    page = new_context().new_page()
    page.goto("/design")
    if size == "large":
        page.get_by_role("button", name="长者模式").click()
        expect(page.locator("html")).to_have_class("large")
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 800})
        assert sideways(page) == 0


def test_every_message_has_english() -> None:
    for room, wanted in catalogue.rooms().items():
        known = catalogue.english(room)
        assert [message for message in wanted if not known.get(message)] == []
        assert sorted(set(known) - set(wanted)) == []


def test_language_changes_by_one_click_and_stays(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/design")
    expect(page.get_by_role("heading", level=1)).to_have_text("Design system")


@pytest.mark.parametrize("javascript", [True, False])
def test_one_enters_as_an_enterprise_and_leaves(
    new_context: Callable[..., BrowserContext], server: Server, javascript: bool
) -> None:
    page = new_context(java_script_enabled=javascript).new_page()
    page.goto("/enter?role=district")
    page.get_by_label("名称或编号").fill("黄埔")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("button.choice")).to_have_count(1)
    page.locator("button.choice").first.click()
    expect(page.locator(".viewer")).to_have_text("黄埔区工作人员")
    page.get_by_role("button", name="换身份").click()
    expect(page.locator(".viewer")).to_have_count(0)


def test_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_staff_name_goes_into_the_session(page: Page) -> None:
    enter(page, "city")
    expect(page.locator(".viewer")).to_have_text("市级工作人员")


def test_unknown_unit_is_told_on_a_page(server: Server) -> None:
    answer = httpx.post(f"{server.address}/enter", data={"role": "lead_unit", "subject": "没有"})
    assert answer.status_code == 404
    assert "没有找到这个单位" in answer.text
    assert answer.headers["content-type"].startswith("text/html")


def test_form_of_another_site_is_refused(server: Server) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        answer = httpx.post(f"{server.address}/preferences", data={"theme": "dark"}, headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("target", ["https://other.example/", "//other.example", "/\\other.example"])
def test_going_on_stays_here(server: Server, target: str) -> None:
    answer = httpx.post(f"{server.address}/preferences", data={"theme": "dark", "next": target})
    assert answer.headers["location"] == "/"


def test_forged_session_counts_as_nobody(server: Server) -> None:
    answer = httpx.get(server.address, cookies={"smematch_session": "eyJyb2xlIjoiY2l0eSJ9.x.y"})
    assert 'class="viewer"' not in answer.text


def test_files_keep_for_ever_and_change_address(server: Server) -> None:
    for file in static_files().values():
        answer = httpx.get(f"{server.address}{file.address}")
        assert "immutable" in answer.headers["cache-control"]
        assert answer.content == file.body
    assert httpx.get(f"{server.address}/static/site-000000000000.css").status_code == 404
