"""Every kind as it comes out of its template: safe, named, told in words and as a table, nothing cut off."""

import re
from xml.etree import ElementTree as Xml

import pytest

from api.web.charts.chart import Chart
from api.web.charts.lettering import text_width
from tests.unit.charts.examples import MARKUP, NAME, drawn, examples

EXAMPLES = examples()
KINDS = pytest.mark.parametrize("kind", EXAMPLES)


def figure(kind: str, chart_id: str = "one") -> Xml.Element:
    # Whoever reads it as XML finds every element closed.
    return Xml.fromstring(drawn(kind, EXAMPLES[kind], chart_id))


def words(element: Xml.Element) -> str:
    return "".join(element.itertext()).strip()


@KINDS
def test_nothing_the_policy_forbids_and_no_markup_of_a_label(kind: str) -> None:
    html = drawn(kind, EXAMPLES[kind], "one")
    assert MARKUP not in html
    for element in figure(kind).iter():
        assert element.tag not in {"script", "style", "image", "foreignObject"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        # Colours come from the style sheet; a fill is only ever a pattern.
        assert "stroke" not in element.attrib
        assert element.get("fill", "url(#").startswith("url(#")


@KINDS
def test_the_picture_is_named_and_told(kind: str) -> None:
    chart, drawing = EXAMPLES[kind], figure(kind)
    picture = drawing.find("svg")
    assert picture is not None
    assert picture.get("role") == "img"
    by_id = {element.get("id"): words(element) for element in drawing.iter() if element.get("id")}
    assert [by_id[name] for name in picture.get("aria-labelledby", "").split()] == [chart.title, chart.text]
    assert words(drawing.find("figcaption")) == chart.title  # type: ignore[arg-type]


@KINDS
def test_the_table_has_every_figure(kind: str) -> None:
    chart, table = EXAMPLES[kind].table, figure(kind).find("details//table")
    assert table is not None
    assert tuple(words(cell) for cell in table.iterfind("thead/tr/th[@scope='col']")) == chart.head
    rows = tuple(tuple(words(cell) for cell in row) for row in table.iterfind("tbody/tr"))
    assert rows == chart.rows
    assert all(row[0].get("scope") == "row" for row in table.iterfind("tbody/tr"))
    assert table.find("caption") is not None


@KINDS
def test_ids_are_its_own_and_all_that_is_referred_to_is_there(kind: str) -> None:
    html = drawn(kind, EXAMPLES[kind], "one") + drawn(kind, EXAMPLES[kind], "two")
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    referred = [name for names in re.findall(r'aria-labelledby="([^"]+)"', html) for name in names.split()]
    assert set(referred + re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)


@KINDS
def test_the_legend_shows_a_sample_of_each_mark(kind: str) -> None:
    entries = figure(kind).findall("ul/li")
    assert [words(entry) for entry in entries] == [key.name for key in EXAMPLES[kind].legend]
    assert all(len(entry[0]) for entry in entries)


@KINDS
def test_no_letter_is_cut_off(kind: str) -> None:
    chart = EXAMPLES[kind]
    for text in figure(kind).iterfind("svg//text"):
        for line in text.findall("tspan") or [text]:
            x, y = float(line.get("x", "")), float(line.get("y", ""))
            width = text_width(words(line))
            left = x - {"start": 0.0, "middle": width / 2, "end": width}[text.get("text-anchor", "start")]
            assert left >= -2, words(line)
            assert left + width <= chart.width + 2, words(line)
            assert 10 <= y <= chart.height - 2, words(line)


@pytest.mark.parametrize("kind", sorted(EXAMPLES.keys() - {"closing"}))
def test_what_is_not_known_is_said(kind: str) -> None:
    chart = EXAMPLES[kind]
    assert any("没有数据" in cell for row in chart.table.rows for cell in row)
    assert "没有数据" in chart.text or "日期未定" in chart.text


def test_a_scenario_leads_where_it_is_told_to() -> None:
    links = figure("strip").findall("details//a")
    assert [(link.get("href"), words(link)) for link in links] == [(f"/x?{MARKUP}", NAME)]


def test_the_picture_keeps_its_room_before_it_is_drawn() -> None:
    picture = figure("bars").find("svg")
    assert picture is not None
    chart: Chart = EXAMPLES["bars"]
    assert picture.get("viewBox") == f"0 0 {chart.width} {chart.height}"
    assert (picture.get("width"), picture.get("height")) == (str(chart.width), str(chart.height))
