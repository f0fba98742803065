"""Six scores of the same meetings, whole waves held out."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recommender.exchange.faults import MissingColumns
from recommender.learning.labelled_files import RepeatedRow, UnusableRow
from recommender.learning.pair_representation import directed_features, match_features, person_table
from recommender.learning.reciprocal_evaluation import (
    SCORES,
    OneSidedLabels,
    TooFewWaves,
    evaluate_reciprocal,
)
from recommender.learning.reciprocal_waves import read_meetings

from .waves import HEADER, meeting_rows, write_rows


def evaluate(path: Path, **options: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(evaluate_reciprocal(path, **options).model_dump_json())
    return document


def test_the_document_has_the_agreed_shape(tmp_path: Path) -> None:
    document = evaluate(write_rows(tmp_path / "w.csv", meeting_rows()))
    assert (document["pairs"], document["waves"], document["persons"]) == (768, 6, 96)
    assert list(document["scores"]) == list(SCORES)
    for figures in document["scores"].values():
        assert list(figures) == ["auc", "ndcg@5"]
        for figure in figures.values():
            assert 0 <= figure["ci95"][0] <= figure["value"] <= figure["ci95"][1] <= 1
    assert set(document["differences"]) == set(SCORES[1:])
    assert (document["trained_on"], document["resampled"]) == ("other waves", "waves")


def test_a_match_takes_both_and_one_side_alone_does_not_tell_it(tmp_path: Path) -> None:
    document = evaluate(write_rows(tmp_path / "w.csv", meeting_rows()))
    areas = {name: figures["auc"]["value"] for name, figures in document["scores"].items()}
    assert areas["two_sided"] > 0.85
    assert areas["two_sided"] > areas["one_sided_a"] + 0.05
    assert areas["two_sided"] > areas["one_sided_b"] + 0.05
    # Both rows of a meeting are in the file, so that either side's score is the other's from the other row.
    assert areas["one_sided_a"] == pytest.approx(areas["one_sided_b"], abs=0.01)
    assert document["differences"]["one_sided_a"]["auc"]["ci95"][0] > 0


def test_held_out_answers_are_never_learned_from(tmp_path: Path) -> None:
    """Decisions of a held-out wave must not change its own scores."""
    rows = meeting_rows()
    path = write_rows(tmp_path / "w.csv", rows)
    noise = np.random.default_rng(1)
    for row in rows:
        row["dec"] = row["dec_o"] = row["match"] = float(noise.random() < 0.5)
    random = evaluate(write_rows(tmp_path / "random.csv", rows))
    for name in SCORES:
        assert 0.4 < random["scores"][name]["auc"]["value"] < 0.6
    assert evaluate(path)["scores"]["two_sided"]["auc"]["value"] > 0.85


def test_a_train_file_takes_the_place_of_the_other_waves(tmp_path: Path) -> None:
    train = write_rows(tmp_path / "train.csv", meeting_rows(seed=11))
    one = write_rows(tmp_path / "one.csv", meeting_rows(waves=1, seed=3))
    document = evaluate(one, train_path=train)
    assert document["trained_on"] == "train file"
    assert document["resampled"] == "persons"
    assert any("波次" in warning for warning in document["warnings"])
    assert document["scores"]["two_sided"]["auc"]["value"] > 0.8


def test_few_waves_few_columns_and_missing_partners_are_taken(tmp_path: Path) -> None:
    rows = meeting_rows(waves=3)
    for number, row in enumerate(rows):
        if number % 40 == 0:
            row["pid"] = None  # type: ignore[assignment]
        if number % 7 == 0:
            row["age"] = None  # type: ignore[assignment]
    rows[1]["pid"] = 9999.0
    header = ("wave", "iid", "pid", "age", "attr3_1", "reading", "dec", "dec_o")
    document = evaluate(write_rows(tmp_path / "w.csv", rows, header))
    assert document["scores"]["two_sided"]["auc"]["value"] > 0.6
    assert any("找不到对方" in warning for warning in document["warnings"])


def test_what_was_answered_after_the_event_is_not_read(tmp_path: Path) -> None:
    rows = meeting_rows(waves=3)
    for row in rows:
        row["like"] = 10 * row["dec"]
    plain = read_meetings(write_rows(tmp_path / "a.csv", rows))
    told = read_meetings(write_rows(tmp_path / "b.csv", rows, (*HEADER, "like")))
    assert told.columns == plain.columns


@pytest.mark.parametrize(
    ("change", "column", "error"),
    [
        ({"dec": 2.0}, "dec", UnusableRow),
        ({"dec": None}, "dec", UnusableRow),
        ({"wave": None}, "wave", UnusableRow),
        ({"age": "old"}, "age", UnusableRow),
        ({"age": "inf"}, "age", UnusableRow),
        ({"dec": 1.0, "dec_o": 0.0, "match": 1.0}, "match", UnusableRow),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, change: dict[str, Any], column: str, error: type) -> None:
    rows = meeting_rows(waves=2, side=2)
    rows[2] |= change
    with pytest.raises(error) as raised:
        evaluate(write_rows(tmp_path / "w.csv", rows))
    assert (raised.value.place["row"], raised.value.place["column"]) == (4, column)


def test_files_that_cannot_be_evaluated(tmp_path: Path) -> None:
    rows = meeting_rows(waves=2, side=2)
    with pytest.raises(RepeatedRow):
        evaluate(write_rows(tmp_path / "w.csv", [*rows, rows[0]]))
    with pytest.raises(MissingColumns) as missing:
        evaluate(write_rows(tmp_path / "w.csv", rows, ("iid", "pid", "wave", "dec")))
    assert missing.value.place["column"] == "dec_o"
    with pytest.raises(TooFewWaves):
        evaluate(write_rows(tmp_path / "w.csv", meeting_rows(waves=1)))
    refused = [{**row, "dec": 0.0, "dec_o": 0.0, "match": 0.0} for row in rows]
    with pytest.raises(OneSidedLabels):
        evaluate(write_rows(tmp_path / "w.csv", refused))


def test_match_features_do_not_depend_on_who_is_named_first(tmp_path: Path) -> None:
    meetings = read_meetings(write_rows(tmp_path / "w.csv", meeting_rows(waves=2, side=3)))
    persons = person_table(meetings)
    own, partner = meetings.own, meetings.partner
    np.testing.assert_allclose(match_features(persons, own, partner), match_features(persons, partner, own))
    assert not np.allclose(directed_features(persons, own, partner), directed_features(persons, partner, own))
    assert (meetings.mirrored[meetings.mirrored] == np.arange(len(own))).all()
