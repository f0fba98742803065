"""Sentence channels: each pain finds its own answer, examples move the query, absent sides say nothing."""

import numpy as np
import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.domain import Solution
from recommender.encoder.hashing import HashingEncoder
from recommender.encoder.null import NullEncoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import Snapshot, build_snapshot
from recommender.retrieval.candidates import find_candidates
from recommender.retrieval.query import Query
from recommender.retrieval.query_vectors import QueryVectors
from recommender.retrieval.sentence_channels import PainChannel, RunChannel
from recommender.text.passages import Side
from tests.synthetic_records import solution

ENCODER = HashingEncoder()
INSTRUMENT = load_instrument()
PAGES = (
    "车间扫码报工。仓库盘点对账。" + "本产品由本公司提供服务。" * 3,
    "车间扫码报工。" + "本产品由本公司提供服务。" * 3,
    "峰谷用电分析。电表采集能耗。",
)


def _catalogue() -> Catalogue:
    records: list[Solution] = [solution(number, text=text) for number, text in enumerate(PAGES)]
    return Catalogue(version=0, solutions={record.id: record for record in records})


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return build_snapshot(_catalogue(), ENCODER, INSTRUMENT)


@pytest.mark.parametrize("kind", [RunChannel, PainChannel])
def test_what_is_not_allowed_is_not_scored(
    snapshot: Snapshot, kind: type[RunChannel] | type[PainChannel]
) -> None:
    query = Query(text="扫码报工")
    channel = kind(snapshot, QueryVectors(query, ENCODER))
    found = channel.score(query, Side.SOLUTION, np.array([False, True, True]))
    assert found is not None
    assert found.scores[0] == -np.inf
    assert found.scores[1] > found.scores[2]
    assert found.best_row is None


def test_a_page_that_answers_every_pain_stands_first(snapshot: Snapshot) -> None:
    query = Query(text="车间扫码报工 仓库盘点对账")
    found = PainChannel(snapshot, QueryVectors(query, ENCODER)).score(query, Side.SOLUTION, np.ones(3, bool))
    assert found is not None
    assert found.scores.argmax() == 0
    assert found.scores[0] == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("kind", [RunChannel, PainChannel])
def test_examples_alone_find_their_like(
    snapshot: Snapshot, kind: type[RunChannel] | type[PainChannel]
) -> None:
    query = Query(positive=(0,), negative=(2,))
    found = kind(snapshot, QueryVectors(query, ENCODER)).score(query, Side.SOLUTION, np.ones(3, bool))
    assert found is not None
    assert found.scores.argmin() == 2


def test_nothing_asked_or_nothing_indexed_is_nothing_to_go_by(snapshot: Snapshot) -> None:
    empty = Query()
    vectors = QueryVectors(empty, ENCODER)
    assert RunChannel(snapshot, vectors).score(empty, Side.SOLUTION, np.ones(3, bool)) is None
    query = Query(text="报工")
    assert PainChannel(snapshot, vectors).score(query, Side.LEAD_UNIT, np.zeros(0, bool)) is None


def test_without_an_encoder_words_alone_are_matched_and_said() -> None:
    blind = build_snapshot(_catalogue(), NullEncoder(), INSTRUMENT)
    found = find_candidates(blind, NullEncoder(), Side.SOLUTION, Query(text="报工"), ())
    assert set(found.channels) == {"lexical"}
    assert found.degraded == "dense_unavailable"
