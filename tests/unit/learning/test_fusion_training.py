"""Training the fusion on the sample's own needs: honest figures, usable configuration, plain refusals."""

import pytest

from recommender.diagnosis.instrument import load_instrument
from recommender.encoder.hashing import HashingEncoder
from recommender.encoder.null import NullEncoder
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import build_snapshot
from recommender.learning.fusion_training import (
    LEAST_SOLUTIONS,
    PENALTIES,
    TooFewAnswers,
    channel_lists,
    train_fusion,
)
from recommender.learning.labelled_files import LabelledNeed
from recommender.matching.ranked import Engine
from recommender.retrieval.fusion import load_fusion
from recommender.sample import sample
from recommender.text.passages import Side

POOL = 40


def _engine(encoder: HashingEncoder | NullEncoder) -> tuple[Engine, list[LabelledNeed]]:
    solutions = {record.id: record for record in sample().solutions[:POOL]}
    instrument = load_instrument()
    snapshot = build_snapshot(Catalogue(version=0, solutions=solutions), encoder, instrument)
    needs = [
        LabelledNeed(id=need.id, text=need.text, solution_id=need.solution_id) for need in sample().needs
    ]
    return Engine.over(snapshot, encoder, instrument), needs


def test_only_needs_whose_solution_may_be_recommended_become_lists() -> None:
    engine, needs = _engine(HashingEncoder())
    unknown = LabelledNeed(id="SYN-X", text="排产", solution_id="SYN-NONE")
    unlabelled = LabelledNeed(id="SYN-Y", text="排产")
    lists = channel_lists(engine, [unknown, unlabelled, *needs])
    admitted = {s.id for s in sample().solutions[:POOL] if s.audit_state == "admitted"}
    assert set(lists.scores) == {"lexical", "dense", "runs", "pains"}
    assert len(lists.answers) == sum(need.solution_id in admitted for need in needs)
    assert lists.scores["lexical"].shape == (len(lists.answers), len(admitted))


def test_training_reports_what_was_not_seen_and_gives_a_usable_configuration() -> None:
    engine, needs = _engine(HashingEncoder())
    training = train_fusion(engine, needs)
    assert training.config.weights["lexical"] == 1.0
    assert training.config.weights["dense"] >= 0.0
    assert training.config.version != load_fusion().version
    assert training.config.calibrated[Side.SOLUTION].scale > 0
    assert set(training.penalties) <= set(PENALTIES)
    assert training.shipped.value is not None
    assert training.learned.value is not None
    assert training.gain.value == pytest.approx(training.learned.value - training.shipped.value)
    assert training == train_fusion(engine, needs)


def test_one_channel_alone_keeps_its_order() -> None:
    engine, needs = _engine(NullEncoder())
    training = train_fusion(engine, needs)
    assert training.config.weights == {"lexical": 1.0}
    assert training.gain.value == 0.0


def test_too_few_answers_are_refused() -> None:
    engine, needs = _engine(NullEncoder())
    with pytest.raises(TooFewAnswers, match=f"至少需要 {LEAST_SOLUTIONS} 个"):
        train_fusion(engine, needs[:4])
    with pytest.raises(TooFewAnswers):
        train_fusion(engine, [])
