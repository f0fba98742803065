"""Consent, contact and what follows for a lead unit; a product handed in with a fault and without."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from recommender.domain.viewer import Role, Viewer
from tests.web.conftest import Server
from tests.web.looking import cookie_of, enter
from tests.web.tour import ENTERPRISE, LEAD_UNIT, VENDOR

FIRM = Viewer(role=Role.ENTERPRISE, subject=ENTERPRISE, name="企业")
UNIT = Viewer(role=Role.LEAD_UNIT, subject=LEAD_UNIT, name="牵引单位")
CONTACTS, SEEN = f"/enterprises/{ENTERPRISE}/contacts", f"/enterprises/{ENTERPRISE}/seen"


@pytest.mark.parametrize("path", [CONTACTS, SEEN, f"/lead-units/{LEAD_UNIT}", f"/vendors/{VENDOR}/products"])
def test_nobody_is_sent_to_the_roles(server: Server, path: str) -> None:
    assert httpx.get(f"{server.address}{path}").status_code == 303


@pytest.mark.parametrize(
    ("viewer", "path"),
    [
        (UNIT, CONTACTS),
        (UNIT, "/lead-units/SYN-L02"),
        (UNIT, f"/vendors/{VENDOR}"),
        (FIRM, f"/lead-units/{LEAD_UNIT}"),
        (Viewer(role=Role.ENTERPRISE, subject="91000000000158385F", name="另一家"), SEEN),
    ],
)
def test_pages_of_others_stay_closed(server: Server, viewer: Viewer, path: str) -> None:
    answer = httpx.get(f"{server.address}{path}", cookies=cookie_of(server, viewer))
    assert answer.status_code == 403


def test_city_reads_and_does_not_act(server: Server) -> None:
    city = cookie_of(server, Viewer(role=Role.CITY, name="市"))
    read = httpx.get(f"{server.address}/lead-units/{LEAD_UNIT}/capacity", cookies=city)
    acted = httpx.post(
        f"{server.address}/lead-units/{LEAD_UNIT}/capacity", cookies=city, data={"revision": "1"}
    )
    assert (read.status_code, acted.status_code) == (200, 403)


def test_contact_is_open_after_the_enterprise_opens_it_and_until_it_withdraws(server: Server) -> None:
    def home() -> str:
        return httpx.get(
            f"{server.address}/lead-units/{LEAD_UNIT}", cookies=cookie_of(server, UNIT), timeout=30
        ).text

    own = {"cookies": cookie_of(server, FIRM), "timeout": 30}
    assert "还没有企业联系您" in home()
    httpx.post(f"{server.address}{CONTACTS}", data={"partner": f"lead_unit:{LEAD_UNIT}"}, **own)
    assert "还没有企业联系您" not in home()
    httpx.post(f"{server.address}{SEEN}/close", data={"confirm": "yes"}, **own)
    assert "还没有企业联系您" in home()


def test_product_with_a_fault_is_told_at_the_field_without_javascript(
    new_context: Callable[..., BrowserContext],
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    enter(page, "vendor", VENDOR)
    page.goto(f"/vendors/{VENDOR}/products/new")
    page.get_by_label("产品名称").fill("合成样本·试填产品")
    page.get_by_label("上线天数").fill("三天")
    page.get_by_role("button", name="提交审核").click()
    field = page.get_by_label("上线天数")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("三天")
    expect(page.get_by_label("产品名称")).to_have_value("合成样本·试填产品")
