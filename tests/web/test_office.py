"""What offices and enterprises do on pages: board, worklist, case file, moves, rounds, outcomes, search."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from recommender.domain.viewer import CITY_OFFICE, Role, Viewer
from recommender.installation import Installation
from tests.web.conftest import Server
from tests.web.looking import cookie_of, enter
from tests.web.tour import ENTERPRISE

#: District of the enterprise, and another one.
DISTRICT, OTHER = "440114", "440112"
OFFICE_PAGES = ("/board", "/course", "/rounds", "/outcomes/benchmark_case", "/search?q=排产")


@pytest.mark.parametrize("path", [*OFFICE_PAGES, f"/enterprises/{ENTERPRISE}/file"])
def test_nobody_is_sent_to_the_roles(server: Server, path: str) -> None:
    answer = httpx.get(f"{server.address}{path}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/enter?next=%2F")


@pytest.mark.parametrize("path", OFFICE_PAGES)
def test_enterprise_sees_no_page_of_offices(server: Server, path: str) -> None:
    viewer = Viewer(role=Role.ENTERPRISE, subject=ENTERPRISE, name="企业")
    answer = httpx.get(f"{server.address}{path}", cookies=cookie_of(server, viewer))
    assert answer.status_code == 403
    assert "无权查看" in answer.text


@pytest.mark.parametrize(
    ("viewer", "status"),
    [
        (Viewer(role=Role.ENTERPRISE, subject=ENTERPRISE, name="本企业"), 200),
        (Viewer(role=Role.ENTERPRISE, subject="91000000000158385F", name="另一家"), 403),
        (Viewer(role=Role.DISTRICT, subject=DISTRICT, name="本区"), 200),
        (Viewer(role=Role.DISTRICT, subject=OTHER, name="另一区"), 403),
        (Viewer(role=Role.CITY, name="市"), 200),
        (Viewer(role=Role.AUDITOR, name="审计"), 200),
        (Viewer(role=Role.LEAD_UNIT, subject="SYN-L01", name="牵引单位"), 403),
        (Viewer(role=Role.VENDOR, subject="SYN-V01", name="服务商"), 403),
    ],
    ids=lambda one: one.name if isinstance(one, Viewer) else "",
)
def test_file_opens_for_whom_it_concerns(server: Server, viewer: Viewer, status: int) -> None:
    for path in ("file", "file/download?format=xlsx"):
        answer = httpx.get(
            f"{server.address}/enterprises/{ENTERPRISE}/{path}", cookies=cookie_of(server, viewer)
        )
        assert answer.status_code == status


@pytest.mark.parametrize("form", ["xlsx", "docx", "pdf"])
def test_file_can_be_taken_away(server: Server, form: str) -> None:
    viewer = Viewer(role=Role.ENTERPRISE, subject=ENTERPRISE, name="本企业")
    answer = httpx.get(
        f"{server.address}/enterprises/{ENTERPRISE}/file/download?format={form}",
        cookies=cookie_of(server, viewer),
        timeout=30,
    )
    assert answer.content[:2] in {b"PK", b"%P"}
    assert f"-{ENTERPRISE}.{form}" in answer.headers["content-disposition"]


def test_enterprise_applies_and_district_lists_it_without_script(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    firm = new_context(java_script_enabled=False).new_page()
    enter(firm, "enterprise", ENTERPRISE)
    firm.goto(f"/enterprises/{ENTERPRISE}/file")
    firm.get_by_role("link", name="提交试点申报").click()
    firm.get_by_label("批次").fill("2026年第一批")
    firm.get_by_role("button", name="提交试点申报").click()
    expect(firm.get_by_role("heading", name="试点申报：已申报，待审核")).to_be_visible()

    office = new_context(java_script_enabled=False).new_page()
    enter(office, "district", DISTRICT)
    office.goto("/course?stage=application")
    office.get_by_role("link", name="听潮服饰").click()
    office.get_by_role("link", name="申报未通过").click()
    office.get_by_role("button", name="申报未通过").click()
    expect(office.get_by_role("alert")).to_contain_text("请填写“说明原因”")
    office.goto(f"/enterprises/{ENTERPRISE}/acts/pilot_listed")
    office.get_by_role("button", name="列入试点名单").click()
    expect(office.get_by_role("heading", name="试点申报：已列入名单")).to_be_visible()

    installation: Installation = server.app.state.installation
    with installation.store.read() as work:
        logged = [one.event for one in work.events.for_subject(ENTERPRISE)]
    assert [(one.type, one.actor) for one in logged] == [
        ("pilot_applied", ENTERPRISE),
        ("pilot_listed", DISTRICT),
    ]
    firm.goto(f"/enterprises/{ENTERPRISE}/acts/pilot_listed")
    expect(firm.get_by_role("alert")).to_contain_text("现在不能办理")


def test_city_opens_a_round_by_keyboard(page: Page, server: Server) -> None:
    enter(page, "city")
    page.goto("/rounds")
    page.get_by_label("批次编号").focus()
    for text in ("2026-1", "2026年第一批"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.get_by_label("验收日期起").fill("2026-01-01")
    page.get_by_label("验收日期止").fill("2026-12-31")
    page.get_by_role("button", name="开启").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2026年第一批")
    expect(page.get_by_text("各区还没有收集项目。")).to_be_visible()
    installation: Installation = server.app.state.installation
    with installation.store.read() as work:
        (logged,) = work.events.of_types(["subsidy_round_opened"])
    assert logged.event.actor == CITY_OFFICE


def test_only_the_city_opens_rounds(server: Server) -> None:
    viewer = Viewer(role=Role.DISTRICT, subject=DISTRICT, name="区")
    body = {"id": "x", "name": "x", "accepted_from": "2026-01-01", "accepted_until": "2026-02-01"}
    answer = httpx.post(f"{server.address}/rounds", data=body, cookies=cookie_of(server, viewer))
    assert answer.status_code == 403


def test_board_shows_the_numbers_of_the_service(page: Page, server: Server) -> None:
    enter(page, "city")
    expect(page).to_have_url(f"{server.address}/board")
    installation: Installation = server.app.state.installation
    for line in installation.boards.board().targets:
        card = page.locator("li.card", has=page.get_by_role("heading", name=line.title, exact=True))
        expect(card.locator(".big")).to_have_text(str(line.value))


def test_worklist_filters_as_one_chooses(page: Page, server: Server) -> None:
    enter(page, "city")
    page.goto("/course")
    page.get_by_label("区").select_option(DISTRICT)
    installation: Installation = server.app.state.installation
    with installation.store.read() as work:
        of_district = work.enterprises.count(district=DISTRICT)
    expect(page.locator("#lines")).to_contain_text(f"共 {of_district} 条")


def test_search_finds_by_part_of_a_name(page: Page) -> None:
    enter(page, "city")
    page.get_by_label("查找").first.fill("听潮")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="听潮服饰")).to_be_visible()


def test_district_finds_its_own_enterprises_only(server: Server) -> None:
    for district, found in ((DISTRICT, True), (OTHER, False)):
        viewer = Viewer(role=Role.DISTRICT, subject=district, name="区")
        answer = httpx.get(f"{server.address}/search?q=听潮", cookies=cookie_of(server, viewer))
        assert ("听潮服饰" in answer.text) is found
