"""How figures are said, and where lines of text break."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.charts.chart import Table
from api.web.charts.figures import PERCENT, Measure, extremes, known, known_amount, share
from api.web.charts.lettering import text_width, wrapped

FIRMS = Measure("家")


def test_a_figure_is_said_with_its_unit() -> None:
    assert FIRMS.said(1234.4) == "1,234 家"
    assert PERCENT.said(45) == "45%"
    assert Measure("万元", 1).span(2, 3.25) == "2.0 至 3.2 万元"
    assert Measure("", 1).said(-0.01) == "0.0"
    assert FIRMS.said(None) == FIRMS.span(None, 3) == "没有数据"


def test_what_is_not_known_stays_unknown() -> None:
    assert known(math.nan) is known(None) is None
    assert known_amount(0) == 0
    with pytest.raises(ValueError, match="infinite"):
        known(math.inf)
    with pytest.raises(ValueError, match="nought"):
        known_amount(-1)
    assert share(1, 0) is share(None, 5) is share(5, None) is None
    assert share(0, 5) == 0


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ([("甲", 3), ("乙", 1), ("丙", 2)], "最高的是甲（3 家），最低的是乙（1 家）。"),
        (
            [("甲", 3), ("乙", 0), ("丙", 3), ("丁", None)],
            "最高的是甲、丙（3 家），最低的是乙（0 家）。丁没有数据。",
        ),
        ([("甲", 2), ("乙", 2)], "都是 2 家。"),
        ([("甲", 2), ("乙", None)], "甲是 2 家。乙没有数据。"),
        ([("甲", None)], "都没有数据。"),
        ([], "都没有数据。"),
    ],
)
def test_the_extremes_are_named(named: list[tuple[str, float | None]], told: str) -> None:
    assert extremes(named, FIRMS) == told


def test_lines_break_between_wide_letters_and_narrow_words() -> None:
    assert wrapped("生产制造过程管理", 65) == ("生产制造过", "程管理")
    assert wrapped("Smart factory 平台", 100, most=3) == ("Smart factory", "平台")
    assert wrapped("生产制造过程管理", 65, most=1) == ("生产制造…",)
    assert wrapped("", 65) == ("",)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60), st.floats(30, 300)
)
def test_every_line_fits_and_nothing_is_lost(text: str, room: float) -> None:
    lines = wrapped(text, room, most=1000)
    assert all(text_width(line) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert len(wrapped(text, room)) <= 2


def test_a_table_is_as_wide_as_its_head() -> None:
    with pytest.raises(ValueError, match="wide"):
        Table(head=("甲", "乙"), rows=(("1",),))
    with pytest.raises(ValueError, match="links"):
        Table(head=("甲",), rows=(("1",),), links=("/a", "/b"))
