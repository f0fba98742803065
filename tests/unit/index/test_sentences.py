"""Sentence vectors: best sentence and best run of each owner, against a plain loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.index.sentences import RUN, SentenceIndex, sentences_of_page


def _vectors(count: int, seed: int = 0) -> NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(size=(count, 5)).astype(np.float32)
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def _best_run(own: NDArray[np.float32], query: NDArray[np.float32]) -> float:
    length = min(RUN, len(own))
    means = [own[at : at + length].mean(axis=0) for at in range(len(own) - length + 1)]
    return max(float(query @ mean / np.linalg.norm(mean)) for mean in means)


@given(st.lists(st.integers(1, 7), min_size=1, max_size=6), st.integers(0, 99))
def test_best_sentence_and_run_are_those_of_a_plain_loop(counts: list[int], seed: int) -> None:
    vectors, queries = _vectors(sum(counts), seed), _vectors(2, seed + 100)
    index = SentenceIndex([["句"] * count for count in counts], vectors)
    parts = np.split(vectors, np.cumsum(counts)[:-1])
    for row, query in enumerate(queries):
        np.testing.assert_allclose(
            index.best(queries)[row], [float((own @ query).max()) for own in parts], atol=1e-5
        )
        np.testing.assert_allclose(
            index.best_run(queries)[row], [_best_run(own, query) for own in parts], atol=1e-5
        )


def test_mean_of_owners_is_over_their_sentences() -> None:
    vectors = _vectors(5)
    index = SentenceIndex([["甲"], ["乙", "丙"], ["丁", "戊"]], vectors)
    np.testing.assert_allclose(index.mean_of((0, 2)), vectors[[0, 3, 4]].mean(axis=0), atol=1e-6)


def test_vectors_must_be_those_of_the_sentences() -> None:
    with pytest.raises(ValueError, match="2 vectors for 3 sentences"):
        SentenceIndex([["甲", "乙", "丙"]], _vectors(2))


def test_an_index_of_nothing_finds_nothing() -> None:
    index = SentenceIndex([], np.zeros((0, 5), np.float32))
    assert index.best(_vectors(1)).shape == index.best_run(_vectors(1)).shape == (1, 0)


def test_a_page_is_cut_into_its_different_sentences() -> None:
    page = "扫码报工。扫码报工。\n• 工序进度看板\n1/2\n见[说明](https://example.com/a)，按交期排产！"
    assert sentences_of_page("排产", page) == ("扫码报工。", "工序进度看板", "见[说明],按交期排产!")


@pytest.mark.parametrize("page", ["", "1/2\n。"])
def test_a_page_that_says_nothing_has_its_title(page: str) -> None:
    assert sentences_of_page("ＭＥＳ 系统", page) == ("mes 系统",)
