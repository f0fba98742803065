import json
from pathlib import Path

import pytest

from recommender.ranking.model_files import (
    MODEL,
    OtherFeatures,
    UnusableModel,
    read_card,
    read_metrics,
    read_model,
    write_model,
)
from recommender.ranking.ranking_model import shipped_model


def test_a_model_comes_back_as_it_was_written(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "model"
    write_model(shipped_model(), folder, metrics={"auc": {"value": 0.1, "ci95": [None, None]}}, card="# 说明")

    assert read_model(folder) == shipped_model()
    assert read_metrics(folder) == {"auc": {"value": 0.1, "ci95": [None, None]}}
    assert read_card(folder) == "# 说明"
    assert sorted(path.name for path in folder.parent.iterdir()) == ["model"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(UnusableModel, match="空文件夹"):
        write_model(shipped_model(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_nothing_is_left_of_a_model_whose_metrics_are_no_json(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_model(shipped_model(), tmp_path / "model", metrics={"auc": float("nan")})
    assert not list(tmp_path.iterdir())


def test_a_model_of_other_features_is_refused(tmp_path: Path) -> None:
    write_model(shipped_model(), tmp_path / "model")
    file = tmp_path / "model" / MODEL
    told = json.loads(file.read_text())
    told["features"]["lead_unit"] = "0" * 64
    file.write_text(json.dumps(told))
    with pytest.raises(OtherFeatures, match="牵引单位排序"):
        read_model(tmp_path / "model")


@pytest.mark.parametrize("text", ["", "{}", '{"format": 2}', "[1]"])
def test_what_is_no_model_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / MODEL).write_text(text)
    with pytest.raises(UnusableModel, match=MODEL):
        read_model(tmp_path)


def test_missing_files_are_told(tmp_path: Path) -> None:
    for read in (read_model, read_metrics, read_card):
        with pytest.raises(UnusableModel, match="无法读取"):
            read(tmp_path)
