"""Passages cover the page, overlap, and keep what is shown as it was written."""

from hypothesis import given
from hypothesis import strategies as st

from recommender.text.evidence import best_sentence
from recommender.text.passages import PassageConfig, Side, cut, windows
from recommender.text.tokens import fold_space, normalise, sentences, without_links, words

CONFIG = PassageConfig(size=40, step=20)


@given(st.text(max_size=400))
def test_windows_cover_the_whole_text(text: str) -> None:
    pieces = list(windows(text, CONFIG))
    folded = fold_space(text)
    assert pieces[0] == folded[:40]
    rebuilt = pieces[0]
    for number, piece in enumerate(pieces[1:], start=1):
        rebuilt = rebuilt[: number * 20] + piece
    assert rebuilt == folded
    assert all(len(piece) <= 40 for piece in pieces)


def test_a_short_page_is_one_passage_with_its_title() -> None:
    (only,) = cut(Side.SOLUTION, "S1", "ＭＥＳ 轻骑兵", "报工、看板", CONFIG)
    assert only.text == "报工、看板"
    assert only.indexed_text == "mes 轻骑兵 报工、看板"


def test_an_empty_page_leaves_its_title() -> None:
    (only,) = cut(Side.SOLUTION, "S1", "标题", "", CONFIG)
    assert only.indexed_text == "标题"


def test_normalising_folds_width_case_and_space() -> None:
    assert normalise("ＭＥＳ　系统\n上线") == "mes 系统 上线"
    assert "排产" in words("自动排产系统")


def test_sentences_drop_markup_and_keep_points() -> None:
    assert sentences("## 功能\n- 报工；看板。\n• 追溯") == ["功能", "报工；", "看板。", "追溯"]


def test_evidence_is_the_sentence_that_speaks_of_the_need_and_not_a_disclaimer() -> None:
    page = "仓库盘点用手机扫码，账实当天对上。\n不做仓库盘点，账实不对请另购。\n支持微信登录。"
    assert best_sentence(page, "仓库账实不对，盘点要三天") == "仓库盘点用手机扫码，账实当天对上。"


def test_what_nobody_sees_is_dropped() -> None:
    assert normalise("\ufeff排\u200b产") == "排产"
    assert fold_space("\ufeff\ufeff 报工\u200b") == "报工"


def test_links_lose_their_address_and_keep_their_words() -> None:
    page = "支持[消息服务（国际站）](https://example.com/a_b-c.html)、大数据。详见 https://example.com/x?y=1，谢谢"
    assert without_links(page) == "支持[消息服务（国际站）]、大数据。详见 ，谢谢"
    (only,) = cut(Side.SOLUTION, "S1", "标题", page)
    assert "example" not in only.indexed_text


def test_brackets_that_are_no_link_stay() -> None:
    assert without_links("[注](见附件)与(说明)") == "[注](见附件)与(说明)"
