"""TF-IDF by hand, and the saved index equals the fitted one."""

from pathlib import Path

import numpy as np
import pytest

from recommender.errors import NotSetUp
from recommender.index.lexical import LexicalConfig, LexicalIndex

PAGES = ["排产排产", "排产报工", "仓库盘点"]


def test_known_answer() -> None:
    index = LexicalIndex(LexicalConfig(ngrams=(2, 2))).fit(PAGES)
    # idf = ln((1 + 3) / (1 + df)) + 1 with df(排产)=2, df(others)=1; tf = 1 + ln(count).
    common, rare = np.log(4 / 3) + 1, np.log(4 / 2) + 1
    first = np.array([(1 + np.log(2)) * common, rare])  # 排产 ×2, 产排
    second = np.array([common, rare, rare])  # 排产, 产报, 报工
    expected = [first[0] / np.linalg.norm(first), second[0] / np.linalg.norm(second), 0.0]
    got = index.scores(index.represent(["排产"]))[0]
    np.testing.assert_allclose(got, expected, rtol=1e-5)


@pytest.mark.parametrize("analyzer", ["char", "word"])
def test_round_trip(tmp_path: Path, analyzer: str) -> None:
    config = LexicalConfig.model_validate({"analyzer": analyzer, "ngrams": (1, 2)})
    index = LexicalIndex(config).fit(PAGES)
    index.save(tmp_path)
    again = LexicalIndex.load(tmp_path, config)
    query = ["仓库里的盘点", "从没见过的词"]
    np.testing.assert_allclose(
        again.scores(again.represent(query)), index.scores(index.represent(query)), atol=1e-6
    )


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    index = LexicalIndex().fit([])
    index.save(tmp_path)
    again = LexicalIndex.load(tmp_path, LexicalConfig())
    assert again.scores(again.represent(["排产"])).shape == (1, 0)


def test_a_damaged_index_says_so(tmp_path: Path) -> None:
    LexicalIndex().fit(PAGES).save(tmp_path)
    (tmp_path / "lexical_terms.json").write_text("{")
    with pytest.raises(NotSetUp, match="smematch init"):
        LexicalIndex.load(tmp_path, LexicalConfig())


def test_centroid_of_one_passage_is_that_passage() -> None:
    index = LexicalIndex().fit(PAGES)
    scores = index.scores(index.centroid(np.asarray([2])))[0]
    assert scores[2] == pytest.approx(1.0, abs=1e-6)
