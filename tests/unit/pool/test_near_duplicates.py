"""Near-duplicates: the edits of the benchmark on a few products, and what the figures mean."""

import random

import numpy as np
import pytest

from recommender.encoder.hashing import HashingEncoder
from recommender.pool.near_duplicates import DuplicateFinder, Weighing, load_weighing
from recommender.pool.product_vectors import ProductVectors
from recommender.pool.similarity import Likeness, TextComparer, vector_likeness
from recommender.sample import sample
from tests.benchmarks.pool_edits import EDITS, with_introductions
from tests.unit.pool.handing_in import product

POOL = with_introductions(sample().solutions[1:81:2], seed=5)
FINDER = DuplicateFinder(POOL)


@pytest.mark.parametrize("kind", EDITS)
def test_an_edited_entry_is_told_with_its_original(kind: str) -> None:
    rng = random.Random(7)
    for _ in range(3):
        entry, other = rng.sample(POOL, 2)
        edited = EDITS[kind](entry, rng, other).model_copy(update={"id": "SYN-EDIT"})
        told = [one.id for one in FINDER.find(edited)]
        assert entry.id in told
        assert set(told) <= {entry.id, other.id}


def test_entries_that_only_share_a_vendors_introduction_are_none() -> None:
    assert [one.id for entry in POOL[:15] for one in FINDER.find(entry)] == []


def test_what_many_share_counts_less_than_what_one_other_has() -> None:
    common = "我们成立于二零一零年，服务网点遍布珠三角，四小时内到场。"
    own = ["排产看板按交期自动重排插单。", "仓库条码一扫就知道余量多少。", "能耗电表每小时采集一次数据。"]
    pages = [product(f"SYN-X{n}", summary=None, text=f"{common}\n{text}") for n, text in enumerate(own)]
    copied = product("SYN-X9", summary=None, text=f"{common}\n{own[0]}")
    compared = TextComparer(pages).against(copied)
    # One sentence of two is shared with all three, so it counts a third.
    assert compared.likeness(0).taken == 1.0
    shared = compared.likeness(1)
    weight = len(common) / 3
    assert shared.taken == pytest.approx(weight / (weight + len(own[0])))
    assert [passage.ours for passage in compared.shared(0, 5)] == [own[0], common]


def test_a_page_without_sentences_and_an_empty_pool() -> None:
    assert DuplicateFinder(()).find(product()) == ()
    bare = product("SYN-X1", summary=None, text="短。")
    assert TextComparer([bare]).against(bare).likeness(0).taken == 0.0
    assert DuplicateFinder([product("SYN-X2")]).find(bare) == ()


def test_vectors_name_what_is_nearest_in_meaning() -> None:
    vectors = ProductVectors(HashingEncoder())
    known = vectors.of(POOL)
    finder = DuplicateFinder(POOL, known)
    near = finder.nearest_in_meaning(POOL[0].model_copy(update={"id": "SYN-EDIT"}), known[POOL[0].id], most=3)
    assert (near[0].id, near[0].similarity, len(near)) == (POOL[0].id, 1.0, 3)
    assert FINDER.nearest_in_meaning(POOL[0], None) == ()
    assert np.isnan(vector_likeness(np.zeros((0, 4), np.float32), np.ones((1, 4), np.float32)))


def test_the_score_is_the_precision_from_that_weight_on() -> None:
    weighing = Weighing(
        version="t",
        fitted_on="t",
        intercept=0,
        weights={"page": 1.0},
        threshold=0.5,
        precision=((0.2, 0.7), (0.6, 0.9)),
    )
    assert [weighing.score(p) for p in (0.1, 0.2, 0.59, 0.6, 1.0)] == [0.0, 0.7, 0.7, 0.9, 0.9]
    assert weighing.probability(Likeness(0, 1, 1)) == 0.5
    with pytest.raises(ValueError, match="must rise"):
        Weighing.model_validate({**weighing.model_dump(), "precision": ((0.2, 0.9), (0.6, 0.7))})
    assert load_weighing().threshold >= 0.5
