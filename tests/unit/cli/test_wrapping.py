"""Lines break where Chinese may be broken."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from cli.views.wrapping import wrapped


def lines_of(text: str, width: int) -> list[str]:
    return [line.plain for line in wrapped(Text(text), width)]


def test_chinese_breaks_between_characters() -> None:
    assert lines_of("离二级还差三个场景", 10) == ["离二级还差", "三个场景"]


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    assert lines_of("订单排产，交期", 8) == ["订单排", "产，交期"]
    assert lines_of("覆盖场景（八个）", 10) == ["覆盖场景", "（八个）"]


def test_words_and_figures_stay_whole() -> None:
    assert lines_of("价格 80,000 元 SYN-A013", 12) == ["价格 80,000", "元 SYN-A013"]


def test_a_word_longer_than_the_line_is_cut() -> None:
    assert "".join(lines_of("x" * 50, 20)) == "x" * 50
    assert max(map(len, lines_of("x" * 50, 20))) <= 20


def test_styles_stay_on_their_characters() -> None:
    text = Text("一二三四").append("五六七八", style="bold")
    last = wrapped(text, 8)[-1]
    assert last.plain == "五六七八"
    assert [span.style for span in last.spans] == ["bold"]


@given(st.text(alphabet="排产，。（）a1 +-\n", max_size=80), st.integers(8, 40))
def test_nothing_is_lost_and_every_line_fits(text: str, width: int) -> None:
    lines = lines_of(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)
