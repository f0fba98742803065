"""What an enterprise does with recommendations: filter, order, put aside, dismiss, compare, look closer."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from api.web.matching.facts import measured
from recommender.adjustment.effects import Effect, Measure
from recommender.adjustment.rules import load_adjustment_rules
from recommender.adjustment.service import Line
from recommender.domain.event import Event
from recommender.domain.taxonomy import Scenario
from recommender.domain.viewer import Role, Viewer
from recommender.installation import Installation
from recommender.matching.request import RecommendationRequest
from tests.web.conftest import Server
from tests.web.looking import cookie_of, enter
from tests.web.tour import COMPARED, ENTERPRISE, FIVE

ROOM = f"/enterprises/{ENTERPRISE}"
PAGES = (f"{ROOM}/recommendations", f"{ROOM}/shortlist", f"{ROOM}/compare")
#: District of the enterprise, another district, another enterprise.
DISTRICT, OTHER, ANOTHER = "440114", "440112", "91000000000158385F"
OWNER = Viewer(role=Role.ENTERPRISE, subject=ENTERPRISE, name="本企业")
OUTSIDER = Viewer(role=Role.ENTERPRISE, subject=ANOTHER, name="另一家")


def installed(server: Server) -> Installation:
    here: Installation = server.app.state.installation
    return here


def events(server: Server, kind: str) -> list[Event]:
    with installed(server).store.read() as work:
        return [one.event for one in work.events.of_types([kind])]


def get(server: Server, path: str, viewer: Viewer = OWNER) -> httpx.Response:
    return httpx.get(
        f"{server.address}{path}", cookies=cookie_of(server, viewer), follow_redirects=True, timeout=30
    )


def post(server: Server, path: str, viewer: Viewer = OWNER, **data: str) -> httpx.Response:
    return httpx.post(f"{server.address}{path}", data=data, cookies=cookie_of(server, viewer), timeout=30)


def listed(server: Server, answer: httpx.Response) -> tuple[str, list[str]]:
    """Return the id of the list that a page shows, and its products as they were served."""
    key = answer.url.path.rsplit("/", 1)[-1]
    return key, [item.object_id for item in installed(server).matching.replay(key).items]


@pytest.mark.parametrize("path", [*PAGES, "/solutions/SYN-D038"])
def test_nobody_is_sent_to_the_roles(server: Server, path: str) -> None:
    answer = httpx.get(f"{server.address}{path}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/enter?next=%2F")


@pytest.mark.parametrize(
    ("viewer", "status"),
    [
        (OWNER, 200),
        (OUTSIDER, 403),
        (Viewer(role=Role.DISTRICT, subject=DISTRICT, name="本区"), 200),
        (Viewer(role=Role.DISTRICT, subject=OTHER, name="另一区"), 403),
        (Viewer(role=Role.AUDITOR, name="审计"), 200),
        (Viewer(role=Role.LEAD_UNIT, subject="SYN-L01", name="牵引单位"), 403),
        (Viewer(role=Role.VENDOR, subject="SYN-V01", name="服务商"), 403),
    ],
    ids=lambda one: one.name if isinstance(one, Viewer) else "",
)
@pytest.mark.parametrize("path", PAGES)
def test_pages_open_for_whom_they_concern(server: Server, viewer: Viewer, status: int, path: str) -> None:
    assert get(server, path, viewer).status_code == status


def test_another_enterprise_reads_no_list_and_answers_none(server: Server) -> None:
    key, (product, *_) = listed(server, get(server, PAGES[0]))
    assert get(server, f"{PAGES[0]}/{key}", OUTSIDER).status_code == 403
    assert get(server, f"/enterprises/{ANOTHER}/recommendations/{key}", OUTSIDER).status_code == 404
    assert post(server, f"{ROOM}/shortlist", OUTSIDER, product=product).status_code == 403
    refused = post(server, f"/enterprises/{ANOTHER}/shortlist", OUTSIDER, product=product, list=key)
    assert refused.status_code == 404
    assert [one for one in events(server, "shortlist") if one.subject == ANOTHER] == []


def test_offices_look_and_leave_no_trace(server: Server) -> None:
    key, _ = listed(server, get(server, PAGES[0]))
    city = Viewer(role=Role.CITY, name="市")
    with installed(server).store.read() as work:
        served, seen = work.served_lists.count(), work.events.last_sequence()
    page = get(server, PAGES[0], city)
    assert page.url.path.endswith(key)
    assert "加入备选" not in page.text
    assert post(server, f"{ROOM}/shortlist", city, product="SYN-C002").status_code == 403
    assert post(server, f"{ROOM}/dismissals", city, product="SYN-C002").status_code == 403
    assert "还没有看过推荐产品" in get(server, f"/enterprises/{ANOTHER}/recommendations", city).text
    with installed(server).store.read() as work:
        assert (work.served_lists.count(), work.events.last_sequence()) == (served, seen)


def test_filter_keeps_what_meets_every_condition(server: Server) -> None:
    answer = get(server, f"{PAGES[0]}?scenario=energy&price=25000&days=30&deployment=edge")
    _, found = listed(server, answer)
    with installed(server).store.read() as work:
        products = [work.solutions.get(key) for key in found]
        stored = [one.record for one in work.solutions.iterate()]
    for one in products:
        assert one is not None
        assert one.record.price is not None
        assert one.record.price.low_yuan <= 25_000
        assert one.record.days_to_deploy is not None
        assert one.record.days_to_deploy <= 30
        assert "edge" in one.record.deployment
        assert one.record.level_for(Scenario.ENERGY)
    assert 0 < len(found) < len(stored)
    assert 'value="25000"' in answer.text
    assert "不符合您的筛选：起步价" not in answer.text
    assert "不符合您的筛选：价格（元）不高于 25,000" in answer.text


@pytest.mark.parametrize("query", ["price=abc", "days=-1", "scenario=nothing", "sort=colour"])
def test_filter_that_cannot_be_read_is_told(server: Server, query: str) -> None:
    answer = get(server, f"{PAGES[0]}?{query}")
    assert answer.status_code == 422
    assert "有几处填写需要修改" in answer.text


def test_order_is_the_owners_and_serves_no_new_list(server: Server) -> None:
    key, found = listed(server, get(server, PAGES[0]))
    with installed(server).store.read() as work:
        served = work.served_lists.count()
        products = {name: one.record for name, one in work.solutions.get_many(found).items()}
    page = get(server, f"{PAGES[0]}/{key}?sort=days")
    places = [page.text.index(f'href="/solutions/{name}?list={key}"') for name in found]
    shown = [name for _, name in sorted(zip(places, found, strict=True))]
    days = [products[name].days_to_deploy for name in shown]
    known = [one for one in days if one is not None]
    assert days == sorted(known) + [None] * (len(days) - len(known))
    assert shown != found
    assert "按您选的“上线从快到慢”排列" in page.text
    with installed(server).store.read() as work:
        assert work.served_lists.count() == served


def test_seeing_a_list_again_is_no_second_sight(server: Server) -> None:
    key, found = listed(server, get(server, PAGES[0]))
    for sort in ("match", "price"):
        get(server, f"{PAGES[0]}/{key}?sort={sort}")
    seen = [one for one in events(server, "impression") if one.recommendation_id == key]
    assert [one.object for one in seen] == found
    assert {(one.subject, one.actor) for one in seen} == {(ENTERPRISE, ENTERPRISE)}


def test_opening_a_product_is_seen_once(server: Server) -> None:
    key, (product, *_) = listed(server, get(server, PAGES[0]))
    for _ in range(2):
        assert get(server, f"/solutions/{product}?list={key}").status_code == 200
    get(server, f"/solutions/{product}?list={key}", Viewer(role=Role.CITY, name="市"))
    (viewed,) = [one for one in events(server, "view") if one.recommendation_id == key]
    assert (viewed.object, viewed.actor) == (product, ENTERPRISE)


def test_owner_puts_aside_and_dismisses_without_script(
    new_context: Callable[..., BrowserContext], server: Server
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    enter(page, "enterprise", ENTERPRISE)
    page.get_by_role("link", name="推荐产品").first.click()
    first, second = page.locator("li.card").nth(0), page.locator("li.card").nth(1)
    kept, unwanted = (
        first.get_by_role("link").first.inner_text(),
        second.get_by_role("link").first.inner_text(),
    )
    first.get_by_role("button", name="加入备选").click()
    expect(page.locator("li.card").nth(0).get_by_text("已在备选")).to_be_visible()

    second.get_by_text("不适合我，因为……").click()
    second.get_by_label("为什么不适合").select_option("其他")
    second.get_by_role("button", name="标为不适合").click()
    expect(page.get_by_role("alert")).to_contain_text("请用一句话写明原因")
    expect(page.get_by_label("为什么不适合")).to_have_value("其他")
    page.get_by_label("补充一句").fill("机器是蒸汽的")
    page.get_by_role("button", name="标为不适合").click()
    expect(page.locator("li.card").nth(1)).to_contain_text("已标为不适合：其他：机器是蒸汽的")

    page.goto(f"{ROOM}/shortlist")
    expect(page.get_by_role("link", name=kept)).to_be_visible()
    gone = page.locator("li.card", has=page.get_by_role("link", name=unwanted))
    expect(gone).to_contain_text("其他：机器是蒸汽的")
    (told,) = events(server, "dismiss")
    (chosen,) = events(server, "shortlist")
    assert (told.subject, told.actor) == (chosen.subject, chosen.actor) == (ENTERPRISE, ENTERPRISE)
    assert told.attributes == {"reason": "其他：机器是蒸汽的"}
    assert told.recommendation_id == chosen.recommendation_id
    assert told.recommendation_id is not None

    page.goto(f"{ROOM}/recommendations")
    expect(page.locator("li.card", has_text=unwanted)).to_have_count(0)
    expect(page.get_by_role("row", name="您已选择不再显示")).to_contain_text(unwanted)

    page.goto(f"{ROOM}/shortlist")
    page.get_by_text("移出备选，因为……").click()
    page.get_by_label("为什么不适合").select_option("价格太高")
    page.get_by_role("button", name="标为不适合").click()
    expect(page.get_by_text("还没有备选产品。")).to_be_visible()
    gone.get_by_role("button", name="放进备选").click()
    expect(page.get_by_role("heading", name="备选（1 个）")).to_be_visible()


def test_word_is_said_once(server: Server) -> None:
    before = len(events(server, "shortlist"))
    for _ in range(2):
        assert post(server, f"{ROOM}/shortlist", product="SYN-A038").status_code == 303
    assert len(events(server, "shortlist")) == before + 1
    assert post(server, f"{ROOM}/shortlist", product="SYN-NONE").status_code == 404
    assert post(server, f"{ROOM}/dismissals", product="SYN-A038").status_code == 422
    elsewhere = post(server, f"{ROOM}/shortlist", product="SYN-A038", next="//other.example")
    assert elsewhere.headers["location"] == f"{ROOM}/shortlist"


def test_owner_finds_out_why_a_product_is_missing(page: Page, server: Server) -> None:
    enter(page, "enterprise", ENTERPRISE)
    page.goto(f"{ROOM}/recommendations")
    expect(page.get_by_role("row", name="最低报价高于您的预算 80,000 元")).to_contain_text("一键收队")
    said = page.locator("#why .reasons li")
    for name, reason in (
        ("一键收队", "最低报价高于您的预算 80,000 元"),
        ("柜体参数能手", "专为其他行业设计"),
        ("老机开口", "就在清单里"),
    ):
        page.get_by_label("想找的产品名称中的几个字").fill(name)
        page.keyboard.press("Enter")
        expect(said).to_contain_text([name])
        expect(said).to_contain_text([reason])
    request = RecommendationRequest(enterprise=ENTERPRISE)
    standing = installed(server).matching.absences(request, "", most=1_000)
    lower = max(standing, key=lambda one: one.place or 0)
    page.get_by_label("想找的产品名称中的几个字").fill(lower.name)
    page.keyboard.press("Enter")
    expect(said).to_contain_text([re.compile(rf"{lower.name}：得分较低，排第 \d+ 位")])
    page.get_by_label("想找的产品名称中的几个字").fill("没有这个")
    page.keyboard.press("Enter")
    expect(page.get_by_text("产品库里没有名称含“没有这个”的产品。")).to_be_visible()


def test_owner_compares_by_keyboard(page: Page) -> None:
    enter(page, "enterprise", ENTERPRISE)
    page.goto(f"{ROOM}/recommendations")
    for place in range(4):
        page.get_by_role("checkbox").nth(place).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="比较勾选的产品").focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(5)
    expect(table.get_by_role("row", name="上线时间").get_by_role("cell")).to_have_count(4)
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate("(one => one.scrollWidth > one.clientWidth)(document.querySelector('.scroll'))")


def test_comparison_aligns_the_facts(server: Server) -> None:
    text = get(server, f"{ROOM}/compare?{COMPARED}&ids=SYN-D038").text
    assert text.count('<th scope="col" lang="zh-CN">') == 4
    row = text.split('<th scope="row">上线时间</th>')[1].split("</tr>")[0]
    assert [cell.split("<")[0] for cell in row.split('<td lang="zh-CN">')[1:]] == [
        "约 28 天",
        "约 6 天",
        "约 8 天",
        "—",
    ]


def test_fifth_product_is_refused_in_words(server: Server) -> None:
    answer = get(server, f"{ROOM}/compare?{FIVE}")
    assert answer.status_code == 422
    assert "您选了 5 个，一次最多比较 4 个" in answer.text
    assert "<table" not in answer.text
    assert answer.text.count(" checked>") == 4
    assert get(server, f"{ROOM}/compare?ids=SYN-NONE").status_code == 404


def test_product_page_is_for_every_role(server: Server) -> None:
    for role in Role:
        subject = {
            Role.ENTERPRISE: ENTERPRISE,
            Role.DISTRICT: DISTRICT,
            Role.LEAD_UNIT: "SYN-L01",
            Role.VENDOR: "SYN-V01",
        }.get(role)
        answer = get(server, "/solutions/SYN-D038", Viewer(role=role, subject=subject, name="某人"))
        assert answer.status_code == 200
        assert "还没有项目用过这个产品" in answer.text
        assert ("对您的帮助" in answer.text) is (role is Role.ENTERPRISE)
    assert get(server, "/solutions/SYN-NONE").status_code == 404
    assert "现在不在产品池里" in get(server, "/solutions/SYN-A024").text


def test_measured_effect_is_told_with_its_interval() -> None:
    forms = load_adjustment_rules().measures
    nothing = Measure(n=0, raw=None, shrunk=None, ci95=None, pool=None, unit="x", warning="没有企业评价")
    passed = Measure(n=12, raw=11 / 12, shrunk=0.86, ci95=(0.7, 0.95), pool=0.8, unit="share")
    measures = {form.code: passed if form.code == "acceptance" else nothing for form in forms}
    effect = Effect(
        side="solution",
        id="x",
        name="x",
        mark=None,
        projects=14,
        decided=12,
        waiting=2,
        excused=0,
        measures=measures,
    )
    line = Line(
        id="x",
        side="solution",
        name="x",
        mark=None,
        effect=effect,
        proposal=None,
        decision=None,
        in_force=False,
    )
    acceptance, *others = measured(line)
    assert (acceptance.value, acceptance.low, acceptance.high, acceptance.n) == ("86%", "70%", "95%", 12)
    assert {(one.value, one.warning) for one in others} == {(None, "没有企业评价")}


def test_degraded_answer_says_so(server: Server) -> None:
    here = installed(server)
    key, _ = listed(server, get(server, PAGES[0]))
    served = here.matching.replay(key)
    told = "语义模型不可用，本次只按关键词匹配"
    response = served.response.replace('"degraded":null', '"degraded":"dense_unavailable"').replace(
        '"degraded_detail":null', f'"degraded_detail":"{told}"'
    )
    response = response.replace(key, "degraded-1")
    with here.store.begin() as work:
        work.served_lists.save(
            served.model_copy(
                update={
                    "recommendation_id": "degraded-1",
                    "degraded": "dense_unavailable",
                    "response": response,
                    "served_at": datetime.now(UTC),
                }
            )
        )
    assert told in get(server, f"{PAGES[0]}/degraded-1").text
