"""Self-assessment: a whole walk, drafts, filing; an enterprise's overview, diagnosis and basics."""

import json
import re
from collections.abc import Callable
from decimal import Decimal

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import func, select

from recommender.diagnosis import load_instrument, score
from recommender.domain.viewer import Role, Viewer
from recommender.installation import Installation
from recommender.questionnaire.parts import parts_of
from recommender.store.tables import metadata
from tests.web.conftest import Server
from tests.web.looking import cookie_of, enter
from tests.web.tour import ENTERPRISE

INSTRUMENT = load_instrument()
OWNER = Viewer(role=Role.ENTERPRISE, subject=ENTERPRISE, name="本企业")
#: The second option of every item, every scenario at level 2.
ANSWERS = {item.id: [item.options[1].letter] for item in INSTRUMENT.items}
GRADES = {scenario.id: 2 for scenario in INSTRUMENT.scenarios}
OWN_PAGES = ("", "/diagnosis", "/profile")


def rows(server: Server) -> dict[str, int]:
    """Return how many rows each table holds."""
    installation: Installation = server.app.state.installation
    with installation.store.read() as work:
        return {
            table.name: work.connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def answer_all(page: Page) -> None:
    """Answer every question of every part and come to the result."""
    page.goto("/start")
    page.get_by_role("button", name="开始测评").click()
    page.get_by_label("主要做什么").select_option(index=1)
    page.get_by_label("员工人数").fill("40")
    page.get_by_label("最头疼的事").fill("交期老是拖")
    for part in parts_of(INSTRUMENT):
        expect(page.get_by_role("heading", level=1)).to_have_text(part.name)
        for item in part.items:
            page.locator(f'[name="a.{item.id}"][value="{ANSWERS[item.id][0]}"]').check()
        for scenario in part.scenarios:
            page.locator(f'[name="s.{scenario.id}"][value="2"]').check()
        page.locator(".actions button").first.click()


@pytest.mark.parametrize("java_script", [True, False])
def test_whole_walk_ends_at_the_level_of_the_engine_and_stores_nothing(
    new_context: Callable[..., BrowserContext], server: Server, java_script: bool
) -> None:
    before = rows(server)
    page = new_context(java_script_enabled=java_script).new_page()
    answer_all(page)
    result = score(ANSWERS, GRADES, INSTRUMENT)
    assert (result.level, result.total, result.complete) == (1, Decimal("27.45"), True)
    expect(page.get_by_text(f"得分 {result.total} 分")).to_be_visible()
    expect(page.locator(".big")).to_have_text("一级（初始级）")
    page.get_by_role("button", name="回去改答案").click()
    expect(page.get_by_label("员工人数")).to_have_value("40")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator('[name="a.network"][value="B"]')).to_be_checked()
    page.get_by_role("button", name="上一步").click()
    page.get_by_text("跳到别的步骤").click()
    page.get_by_role("button", name="看结果").click()
    page.get_by_role("button", name="看适合的产品").click()
    expect(page.locator("ol.choices > li")).to_have_count(10)
    assert rows(server) == before
    assert "?" not in page.url


def test_draft_is_kept_found_and_deleted(page: Page, server: Server) -> None:
    before = rows(server)
    page.goto("/start/basics")
    page.get_by_label("员工人数").fill("52")
    page.get_by_role("button", name="保存，以后继续").click()
    code = page.locator("#code").inner_text()
    assert re.fullmatch(r"([A-Z2-9]{4}-){2}[A-Z2-9]{4}", code)
    assert rows(server) == {**before, "questionnaire_draft": 1}

    page.goto("/start")
    page.get_by_label("续填码").fill("AAAA")
    page.get_by_role("button", name="接着填").click()
    expect(page.get_by_role("alert")).to_contain_text("没有这个续填码的草稿")
    page.get_by_label("续填码").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="接着填").click()
    page.get_by_role("button", name="接着填").click()
    page.get_by_role("button", name="保存，以后继续").click()
    expect(page.locator("#code")).to_have_text(code)
    assert rows(server)["questionnaire_draft"] == 1
    page.get_by_role("button", name="删除这份草稿").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("草稿已删除")
    assert rows(server) == before
    page.goto(f"/start/drafts/{code}")
    expect(page.get_by_text("没有这个续填码的草稿")).to_be_visible()


def test_faults_are_told_at_the_field_and_nothing_is_lost(page: Page) -> None:
    page.goto("/start/digital_foundation")
    page.get_by_label("生产设备总数").fill("20")
    page.get_by_label("其中数字化设备").fill("30")
    page.locator('[name="a.network"][value="A"]').check()
    page.locator('[name="a.network"][value="B"]').check()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("alert")).to_contain_text("网络建设")
    expect(page.get_by_label("生产设备总数")).to_have_value("20")
    page.locator('[name="a.network"][value="A"]').uncheck()
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_label("其中数字化设备")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("其中数字化设备").fill("5")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="上一步").click()
    expect(page.locator('[name="a.equipment_digitalised"][value="C"]')).to_be_checked()


def test_walk_by_keyboard(page: Page) -> None:
    page.goto("/start")
    page.get_by_role("button", name="开始测评").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("企业基本情况")
    page.get_by_label("员工人数").focus()
    page.keyboard.type("40")
    # Enter in a field presses the first button, which goes on.
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("数字化基础")
    page.locator('[name="a.network"][value="B"]').focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="下一步").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("数字化管理")
    carried = json.loads(page.locator('[name="sheet"]').get_attribute("value") or "")
    assert carried == {"employees": 40, "answers": {"network": ["B"]}}


def test_own_answers_become_a_diagnosis_on_request(page: Page, server: Server) -> None:
    enter(page, "enterprise", ENTERPRISE)
    answer_all(page)
    before = rows(server)["diagnosis"]
    page.get_by_role("button", name="存为本企业的自评").click()
    expect(page.get_by_text("企业自评").first).to_be_visible()
    expect(page.get_by_text("得分 27.45 分")).to_be_visible()
    assert rows(server)["diagnosis"] == before + 1


def test_nobody_files_for_an_enterprise(server: Server) -> None:
    sheet = {"sheet": json.dumps({"answers": {"network": ["B"]}}), "go": "file"}
    assert httpx.post(f"{server.address}/start/result", data=sheet).status_code == 401
    city = cookie_of(server, Viewer(role=Role.CITY, name="市"))
    assert httpx.post(f"{server.address}/start/result", data=sheet, cookies=city).status_code == 403


@pytest.mark.parametrize(
    "sheet", ["no json", '{"phone": "1"}', '{"answers": {"nothing": ["B"]}}', '{"scenarios": {"quality": 9}}']
)
def test_tampered_answers_are_refused(server: Server, sheet: str) -> None:
    answer = httpx.post(f"{server.address}/start/result", data={"sheet": sheet, "go": "result"})
    assert answer.status_code == 422


def test_own_diagnosis_shows_what_the_engines_say(server: Server) -> None:
    installation: Installation = server.app.state.installation
    with installation.store.read() as work:
        oldest = work.diagnoses.for_enterprise(ENTERPRISE)[-1].record
    address = f"{server.address}/enterprises/{ENTERPRISE}/diagnosis?id={oldest.id}"
    text = httpx.get(address, cookies=cookie_of(server, OWNER)).text
    grades = {code.value: grade for code, grade in oldest.scenarios.items()}
    result = score(oldest.answers, grades, INSTRUMENT)
    assert f"得分 {result.total} 分" in text
    for part in result.dimensions:
        share = f"{round(100 * part.points / part.max_points)}%"
        assert re.search(rf"{part.name}</th>\s*<td[^>]*>{share}", text)


@pytest.mark.parametrize("path", OWN_PAGES)
def test_own_pages_open_for_whom_they_concern(server: Server, path: str) -> None:
    address = f"{server.address}/enterprises/{ENTERPRISE}{path}"
    assert httpx.get(address).status_code == 303
    office = 403 if path == "/profile" else 200
    for viewer, status in (
        (OWNER, 200),
        (Viewer(role=Role.ENTERPRISE, subject="91000000000158385F", name="另一家"), 403),
        (Viewer(role=Role.LEAD_UNIT, subject="SYN-L01", name="牵引单位"), 403),
        (Viewer(role=Role.DISTRICT, subject="440114", name="本区"), office),
        (Viewer(role=Role.DISTRICT, subject="440112", name="另一区"), 403),
        (Viewer(role=Role.CITY, name="市"), office),
    ):
        assert httpx.get(address, cookies=cookie_of(server, viewer)).status_code == status


def test_basics_are_changed_and_not_overwritten(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    page, other = (new_context(java_script_enabled=False).new_page() for _ in range(2))
    for one in (page, other):
        enter(one, "enterprise", ENTERPRISE)
        one.goto(f"/enterprises/{ENTERPRISE}/profile")
    page.get_by_label("员工人数").fill("很多")
    page.get_by_role("button", name="保存修改").click()
    expect(page.get_by_role("alert")).to_contain_text("员工人数")
    expect(page.get_by_label("员工人数")).to_have_value("很多")
    page.get_by_label("员工人数").fill("61")
    page.get_by_label("这次最多想花多少钱").fill("12.5")
    page.get_by_role("button", name="保存修改").click()
    expect(page).to_have_url(f"{server.address}/enterprises/{ENTERPRISE}")
    other.get_by_label("员工人数").fill("62")
    other.get_by_role("button", name="保存修改").click()
    expect(other.get_by_role("alert")).to_contain_text("别人刚改过")
    installation: Installation = server.app.state.installation
    with installation.store.read() as work:
        stored = work.enterprises.get(ENTERPRISE)
    assert stored is not None
    assert (stored.record.employees, stored.record.budget_yuan) == (61, Decimal(125_000))
