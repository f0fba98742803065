"""The printed page: whole, accessible, alone, and never markup of a record."""

import base64
import hashlib
import re
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from recommender.benchmark import Peer, peer_benchmark
from recommender.diagnosis import score
from recommender.planning.plan import NeedAnswered, Relaxation
from recommender.planning.spend import plan_spend
from recommender.policy import check_eligibility, estimate_subsidy
from recommender.report import PlanContext, explain_plan, page_policy, render_plan_page
from recommender.report.chart import _NOW, _PARTS, _TOGETHER, closing_chart
from tests.synthetic_records import diagnosis, enterprise, solution
from tests.unit.report.plans import (
    AFTER_ANSWERS,
    AFTER_GRADES,
    INSTRUMENT,
    PRODUCT,
    before,
    plan,
)

TODAY = date(2026, 11, 23)
EVIL = '<script>alert("x")</script><img src=http://evil.example/x onerror=y>\'"&'
CONTACT = {"person": "合成联系人甲", "phone": "13800001234", "email": "jia@sample.example"}
VOID = {"meta", "br"}


class Tree(HTMLParser):
    """Checks that elements are closed in order and remembers them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag in tags]


def needs_of(texts: tuple[str, ...]) -> tuple[NeedAnswered, ...]:
    first, *rest = texts
    inside = NeedAnswered(text=first, solution_ids=(PRODUCT.id,), available=1)
    return (inside, *(NeedAnswered(text=text, solution_ids=(), available=0) for text in rest))


def page(*, evil: bool = False, synthetic: bool = True, bare: bool = False) -> str:
    product = PRODUCT
    needs: tuple[str, ...] = ("应收账款对不上，回款总是拖", "电费涨了两成")
    made = plan(needs=needs_of(needs))
    name = "合成样本企业1"
    if evil:
        name = EVIL
        needs = (EVIL + "应收账款对不上", "应收账款对不上" + EVIL)
        text = f"应收账款对不上{EVIL}，逐笔对账回款提醒"
        product = solution(1, name=EVIL, text=text, scenarios=[{"scenario": "finance", "level": 2}])
        made = plan(
            product,
            needs=needs_of(needs),
            relaxations=(Relaxation(code="budget", text=EVIL),),
            notes=(EVIL,),
            summary=EVIL,
        )
    firm = enterprise(1, name=name, needs=needs, contact=CONTACT, synthetic=synthetic, gb4754="C1811")
    peers = [Peer(enterprise(n), before()) for n in range(2, 9)]
    after = score(AFTER_ANSWERS, AFTER_GRADES, INSTRUMENT)
    context = PlanContext(
        subsidy=estimate_subsidy(plan_spend(made, Decimal(500)), 2, "guangzhou", TODAY),
        eligibility=check_eligibility(firm, diagnosis(1), on=TODAY),
        benchmark=peer_benchmark(firm, before(), peers, after),
    )
    told = explain_plan(
        firm,
        before(),
        made,
        solutions={product.id: product},
        instrument=INSTRUMENT,
        on=TODAY,
        context=None if bare else context,
    )
    return render_plan_page(told)


def tree(html: str) -> Tree:
    parsed = Tree()
    parsed.feed(html)
    parsed.close()
    assert parsed.open == []
    return parsed


def test_the_page_has_all_its_parts() -> None:
    html = page()
    text = "".join(tree(html).text)
    for part in (
        "三句话说清",
        "要买的产品，1 项",
        "自己办的事",
        "每一项补上了什么",
        "您说的问题，哪个产品来解决",
        "应收账款逐笔对账，回款到期提醒。",
        "政府补一点",
        "平台让一点",
        "企业出一点",
        "专精特新",
        "能不能申报",
        "和同类企业比",
        "为什么没选别的",
        "什么会改变这个答案",
        "以官方通知为准",
        "代办机构网页",
    ):
        assert part in text, part
    assert "None" not in text
    assert "Verdict" not in text


def test_what_is_not_known_is_left_out_or_said() -> None:
    text = "".join(tree(page(bare=True)).text)
    assert "这里没有估算补贴" in text
    assert "能不能申报" not in text
    assert "和同类企业比" not in text


def test_a_page_that_can_be_read_by_anyone() -> None:
    parsed = tree(page())
    assert parsed.elements[0] == ("html", {"lang": "zh-CN"})
    tables, captions = parsed.named("table"), parsed.named("caption")
    assert len(tables) == len(captions) >= 6
    assert all(cell.get("scope") in {"row", "col"} for cell in parsed.named("th"))
    assert len(parsed.named("h1")) == 1
    (drawing,) = parsed.named("svg")
    assert drawing["role"] == "img"
    ids = [attrs["id"] for _, attrs in parsed.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    referred = [attrs["aria-labelledby"] for _, attrs in parsed.elements if "aria-labelledby" in attrs]
    assert {name for value in referred if value for name in value.split()} <= set(ids)


def test_the_page_stands_alone() -> None:
    html = page()
    parsed = tree(html)
    loading = {"src", "href", "srcset", "action", "data", "style"}
    assert not [attrs for _, attrs in parsed.elements if loading & set(attrs)]
    assert not [tag for tag, _ in parsed.elements if tag in {"script", "link", "img", "iframe", "object"}]
    assert "url(" not in html
    assert "@import" not in html
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page_policy()
    assert page_policy().startswith("default-src 'none'")


def test_records_cannot_write_markup() -> None:
    html = page(evil=True)
    parsed = tree(html)
    assert "<script" not in html
    assert "<img" not in html
    assert not [tag for tag, attrs in parsed.elements if tag in {"script", "img"} or "onerror" in attrs]
    assert html.count("&lt;script&gt;") >= 8
    assert EVIL in "".join(parsed.text)


def test_contact_data_stays_out() -> None:
    html = page()
    assert not any(value in html for value in CONTACT.values())


def test_the_synthetic_mark_is_seen() -> None:
    made_up, real = page(), page(synthetic=False)
    assert 'class="mark"' in made_up
    assert 'class="synthetic"' in made_up
    assert "虚构" in "".join(tree(made_up).text)
    assert 'class="mark"' not in real
    # The product is made up all the same.
    assert real.count("合成样本</span>") == 1


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("fill", [_NOW, *_PARTS, _TOGETHER])
def test_labels_can_be_read_on_their_bars(fill: str) -> None:
    assert _contrast("#ffffff", fill) >= 4.5


def test_text_can_be_read_on_every_ground() -> None:
    style = re.search(r"<style>(.*?)</style>", page(), re.DOTALL)
    assert style is not None
    inks = set(re.findall(r"[ {;]color: (#[0-9a-f]{6})", style[1]))
    grounds = {*re.findall(r"background: (#[0-9a-f]{6})", style[1]), "#ffffff"}
    assert len(inks) >= 5
    assert all(_contrast(ink, ground) >= 4.5 for ink in inks for ground in grounds)


def test_the_bars_are_as_long_as_their_numbers() -> None:
    told = explain_plan(
        enterprise(1), before(), plan(), solutions={PRODUCT.id: PRODUCT}, instrument=INSTRUMENT, on=TODAY
    )
    chart = closing_chart(told.requirements)
    for row, requirement in zip(chart.rows, told.requirements, strict=True):
        drawn = sum(block.width for block in row.blocks)
        assert drawn / float(requirement.after) == pytest.approx(
            (row.mark_x - chart.left) / float(requirement.needed), rel=0.01
        )
        assert all(chart.left <= block.x <= chart.left + chart.track for block in row.blocks)
        assert requirement.text in chart.text
