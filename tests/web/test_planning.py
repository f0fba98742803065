"""Lead units and plan of an enterprise, on the real stack."""

import html
import re

import httpx
import pytest

from recommender.domain.viewer import Role, Viewer
from recommender.planning.serving import ServedPlan
from tests.web.conftest import Server
from tests.web.looking import cookie_of
from tests.web.tour import ENTERPRISE

ROOM = f"/enterprises/{ENTERPRISE}"
OWNER = Viewer(role=Role.ENTERPRISE, subject=ENTERPRISE, name="试用")


def _client(server: Server, viewer: Viewer | None = OWNER) -> httpx.Client:
    cookies = cookie_of(server, viewer) if viewer else {}
    return httpx.Client(base_url=server.address, cookies=cookies, follow_redirects=True, timeout=30)


@pytest.mark.parametrize("name", ["plan", "lead-units"])
def test_guards(server: Server, name: str) -> None:
    with _client(server, None) as nobody:
        assert nobody.get(f"{ROOM}/{name}").url.path == "/enter"
    with _client(server, Viewer(role=Role.LEAD_UNIT, subject="SYN-L01", name="别人")) as other:
        assert other.get(f"{ROOM}/{name}").status_code == 403
    with _client(server, Viewer(role=Role.ENTERPRISE, subject="91440101MA00000000", name="别家")) as another:
        assert another.get(f"{ROOM}/{name}").status_code == 403


def test_plan_says_what_the_engine_says(server: Server) -> None:
    with _client(server) as owner:
        shown = owner.post(f"{ROOM}/plan", data={"target_level": "2"})
    here = server.app.state.installation
    found = here.planning.replay(shown.url.params["plan"])
    explained = here.reports.explain(ServedPlan.model_validate_json(found.response))
    text = html.unescape(shown.text)
    assert all(value in text for _, value in explained.key_figures)
    assert all(one.text in text for one in explained.requirements)
    assert "以官方通知为准" in text


def test_lead_units_by_mode(server: Server) -> None:
    told = re.compile(r'<dd lang="zh-CN">(供应链模式|产业链模式)</dd>')
    with _client(server) as owner:
        everyone = owner.get(f"{ROOM}/lead-units")
        assert "剩余名额" in everyone.text
        assert f"{ROOM}/contacts?partner=lead_unit:" in everyone.text
        shown = {
            mode: told.findall(owner.get(f"{ROOM}/lead-units", params={"mode": mode}).text)
            for mode in ("supply_chain", "industry_chain")
        }
    assert set(shown["supply_chain"]) <= {"供应链模式"}
    assert set(shown["industry_chain"]) <= {"产业链模式"}
    assert any(shown.values())


def test_lead_units_served_once_are_shown_again(server: Server) -> None:
    with _client(server) as owner:
        first = owner.get(f"{ROOM}/lead-units")
        again = owner.get(first.url)
    assert first.text == again.text
    key = first.url.path.rsplit("/", 1)[1]
    with server.app.state.installation.store.read() as work:
        seen = [one.event for one in work.events.for_recommendation(key)]
    assert {one.type for one in seen} == {"impression"}
    assert len({one.object for one in seen}) == len(seen) > 0
    with _client(server, Viewer(role=Role.CITY, name="市")) as city:
        newest = city.get(f"{ROOM}/lead-units")
    assert newest.url.path == first.url.path
    assert ">联系<" not in newest.text


def test_contact_is_told_with_the_list_that_led_to_it(server: Server) -> None:
    with _client(server) as owner:
        shown = owner.get(f"{ROOM}/lead-units")
        key = shown.url.path.rsplit("/", 1)[1]
        link = re.search(r'href="([^"]*/contacts\?partner=lead_unit:([^"&]+)[^"]*)"', shown.text)
        assert link is not None
        form = owner.get(html.unescape(link[1])).text
        hidden = re.findall(r'<input type="hidden" name="recommendation_id" value="([^"]*)"', form)
        assert hidden == [key]
        owner.post(
            f"{ROOM}/contacts", data={"partner": f"lead_unit:{link[2]}", "recommendation_id": hidden[0]}
        )
    with server.app.state.installation.store.read() as work:
        opened = [one.event for one in work.events.for_recommendation(key) if one.event.type == "contact"]
    assert [(one.object, one.actor) for one in opened] == [(link[2], ENTERPRISE)]
