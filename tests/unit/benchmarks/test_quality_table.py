"""The arithmetic of the quality benchmark, on data small enough to follow by hand."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from recommender.domain import Solution
from recommender.encoder import HashingEncoder
from recommender.learning.labelled_files import LabelledNeed
from tests.benchmarks.quality import measure
from tests.benchmarks.quality.corpus import STEP, Corpus, Scores, make_corpus
from tests.benchmarks.quality.lexical_peers import CharacterTfidf
from tests.benchmarks.quality.peer import Peer
from tests.benchmarks.quality.table import NOT_INSTALLED, Measured, make_table, markdown


class Absent(Peer):
    name = "absent"
    packages = ("no-such-distribution-anywhere",)

    def variants(self, corpus: Corpus, queries: Sequence[str]) -> Iterator[tuple[str, Scores]]:
        raise AssertionError("asked although it is not installed")


def values(*ranks: int) -> dict[str, np.ndarray]:
    return measure._of_ranks(np.asarray(ranks, np.int64))


def systems() -> list[Measured]:
    return [
        Measured(name="ranked", kind="ours", settings={"": values(1, 1, 2, 20)}),
        Measured(name="peer", kind="peer", settings={"bad": values(3, 3, 3, 3), "good": values(1, 2, 2, 5)}),
        Measured(name="absent", kind="peer", version=None),
    ]


@pytest.fixture
def table() -> measure.Table:
    clusters = np.asarray([0, 0, 1, 2])
    return make_table("T", systems(), clusters=clusters, candidates=30, headline="ndcg@10")


def test_figures_are_the_means_of_the_metrics(table: measure.Table) -> None:
    ours, peer, _ = table.rows
    second = 1 / math.log2(3)
    assert ours.figures["ndcg@10"].value == pytest.approx((1 + 1 + second + 0) / 4)
    assert ours.figures["recall@1"].value == pytest.approx(0.5)
    assert ours.figures["mrr"].value == pytest.approx((1 + 1 + 1 / 2 + 1 / 20) / 4)
    assert peer.figures["recall@5"].value == pytest.approx(1.0)


def test_the_best_setting_of_a_peer_counts_and_all_are_told(table: measure.Table) -> None:
    peer = table.rows[1]
    assert peer.setting == "good"
    assert peer.settings["bad"] == pytest.approx(0.5)


def test_the_difference_is_paired_and_signed(table: measure.Table) -> None:
    ours, peer, _ = table.rows
    difference = peer.ours_minus["recall@1"]
    assert difference.value == pytest.approx((0 + 1 + 0 + 0) / 4)
    low, high = difference.ci95
    assert low is not None
    assert high is not None
    # Only the first cluster differs, by one of its two queries: no draw is below 0 or above a half.
    assert 0 <= low <= difference.value <= high <= 0.5
    assert ours.ours_minus == {}
    assert table.clusters == 3


def test_a_missing_package_keeps_its_row(table: measure.Table) -> None:
    absent = table.rows[2]
    assert absent.status == NOT_INSTALLED
    assert absent.figures == {}
    (line,) = [line for line in markdown(table).splitlines() if "absent" in line]
    assert NOT_INSTALLED in line
    heads = next(line for line in markdown(table).splitlines() if line.startswith("| system"))
    assert line.count("|") == heads.count("|")


def test_passages_cover_the_page_and_a_page_scores_by_its_best() -> None:
    text = "".join(chr(0x4E00 + number) for number in range(950))
    corpus = make_corpus([("甲", "短"), ("乙", text), ("丙", "")], HashingEncoder())
    assert corpus.starts.tolist() == [0, 1, 5]
    assert len(corpus.passages) == 6
    assert all(passage.startswith("乙 ") for passage in corpus.passages[1:5])
    assert "".join(passage[2 : 2 + STEP] for passage in corpus.passages[1:4]) == text[: 3 * STEP]
    assert corpus.passages[4].endswith(text[-1])
    best = corpus.best(np.asarray([[0.1, 0.2, 0.9, 0.3, 0.4, 0.5]]))
    assert best.tolist() == [[0.1, 0.9, 0.5]]


def test_every_candidate_gets_a_score_of_the_character_peer() -> None:
    corpus = make_corpus([("仓库", "条码盘点"), ("排产", "插单重排")], HashingEncoder())
    found = dict(CharacterTfidf().variants(corpus, ["盘点不准", "插单太多", "zzz"]))
    assert set(found) == {"1–2-grams, sublinear, passages", "1–2-grams, sublinear, pages"}
    for scores in found.values():
        assert scores.argmax(axis=1).tolist()[:2] == [0, 1]
        assert scores[2].tolist() == [0.0, 0.0]


def test_the_whole_run_on_three_solutions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "PEERS", {"tfidf": CharacterTfidf, "absent": Absent})
    texts = {"A": "仓库条码盘点，库存准确", "B": "排产插单，计划重排", "C": "电费分析，能耗监测"}
    records = {
        key: Solution.model_validate(
            {"id": key, "name": f"方案{key}", "text": text, "audit_state": "admitted"}
        )
        for key, text in texts.items()
    }
    needs = [
        LabelledNeed(id="1", text="盘点不准，库存不对", solution_id="A"),
        LabelledNeed(id="2", text="插单打乱计划", solution_id="B"),
    ]
    told: list[str] = []
    encoder = HashingEncoder()
    table = measure.measure_needs(
        records, needs, ours=encoder, shipped=encoder, peers=["tfidf", "absent"], told=told.append
    )
    assert [row.name for row in table.rows] == [
        "lexical",
        "dense",
        "hybrid",
        "ranked",
        CharacterTfidf.name,
        "absent",
    ]
    assert table.rows[3].figures["recall@1"].value == 1.0
    assert table.rows[4].figures["recall@1"].value == 1.0
    assert table.rows[4].ours_minus["ndcg@10"].value == 0.0
    assert (table.queries, table.candidates, table.clusters) == (2, 3, 2)
    assert told == ["ours", CharacterTfidf.name, "absent"]
