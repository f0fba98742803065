"""What the pool lacks, and who is seen: pages for offices."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from recommender.domain import Event
from recommender.domain.viewer import Role, Viewer
from recommender.installation import Installation
from tests.web.conftest import Server
from tests.web.looking import cookie_of, enter
from tests.web.tour import ENTERPRISE

DISTRICT = Viewer(role=Role.DISTRICT, subject="440114", name="区")
CITY = Viewer(role=Role.CITY, name="市")


@pytest.mark.parametrize("path", ["/gaps", "/exposure", "/exposure/print"])
def test_guards(server: Server, path: str) -> None:
    answer = httpx.get(f"{server.address}{path}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/enter?next=")
    firm = Viewer(role=Role.ENTERPRISE, subject=ENTERPRISE, name="企业")
    assert httpx.get(f"{server.address}{path}", cookies=cookie_of(server, firm)).status_code == 403
    answer = httpx.get(f"{server.address}{path}", cookies=cookie_of(server, DISTRICT), timeout=30)
    assert answer.status_code == (200 if path == "/gaps" else 403)


def test_district_sees_the_gaps_of_its_own_whatever_it_asks(server: Server) -> None:
    installation: Installation = server.app.state.installation
    own = installation.gaps.report(district="440114")
    assert own.enterprises != installation.gaps.report(district="440112").enterprises
    answer = httpx.get(
        f"{server.address}/gaps?district=440112", cookies=cookie_of(server, DISTRICT), timeout=30
    )
    assert f"<dd>{own.enterprises}</dd>" in answer.text


def test_gaps_without_script(new_context: Callable[..., BrowserContext], server: Server) -> None:
    page = new_context(java_script_enabled=False).new_page()
    enter(page, "city")
    page.get_by_text("产品池", exact=True).click()
    page.get_by_role("link", name="产品缺口").click()
    page.get_by_label("要升到几级").select_option("4")
    page.get_by_role("button", name="查看").click()
    installation: Installation = server.app.state.installation
    report = installation.gaps.report(level=4)
    first = report.cells[0]
    cells = [one for one in report.cells if one.scenario == first.scenario]
    of_scenario = [one for one in cells if one.sub_industry == first.sub_industry]
    told = f"{sum(one.without for one in of_scenario)} / {sum(one.enterprises for one in of_scenario)}"
    row = page.locator(
        "table.heat tr", has=page.get_by_role("rowheader", name=first.scenario_name, exact=True)
    )
    expect(row.get_by_role("cell", name=told, exact=True).first).to_be_visible()


def test_exposure_draws_what_was_seen(server: Server) -> None:
    installation: Installation = server.app.state.installation
    answer = httpx.get(f"{server.address}/exposure", cookies=cookie_of(server, CITY), timeout=30)
    assert "这段时间没有人看到过" in answer.text
    now = installation.store.clock() - timedelta(minutes=1)

    def seen(subject: str, turn: int) -> Event:
        return Event(
            event_id=f"seen-{subject}-{turn}",
            type="impression",
            subject=subject,
            object="SYN-L01",
            actor=subject,
            occurred_at=now,
        )

    with installation.store.begin() as work:
        work.events.append([seen(ENTERPRISE, 0)])
    answer = httpx.get(f"{server.address}/exposure", cookies=cookie_of(server, CITY), timeout=30)
    assert "share-lead_unit" in answer.text
    assert "单家上限</dt><dd>35%" in answer.text
    assert "先不和上限比" in answer.text
    assert "%，超过上限" not in answer.text
    with installation.store.begin() as work:
        firms = [one.record.uscc for one in work.enterprises.iterate()][:25]
        work.events.append([seen(firm, turn) for firm in firms for turn in range(1, 11)])
    answer = httpx.get(f"{server.address}/exposure", cookies=cookie_of(server, CITY), timeout=30)
    assert "100.0%，超过上限" in answer.text
    printed = httpx.get(f"{server.address}/exposure/print", cookies=cookie_of(server, CITY), timeout=30)
    assert printed.status_code == 200


def test_period_the_wrong_way_round_is_told(server: Server) -> None:
    answer = httpx.get(
        f"{server.address}/exposure?from=2026-05-01&to=2026-04-01", cookies=cookie_of(server, CITY)
    )
    assert answer.status_code == 422
    assert "晚于结束日期" in answer.text
