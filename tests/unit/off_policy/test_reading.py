"""What cannot be used is refused with its row; what is odd is told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recommender.errors import SmematchError
from recommender.off_policy import LoggedRounds, TargetPolicy, UnusableLog
from recommender.off_policy.files import read_frame, read_log, read_target

LOG = "item_id,position,click,propensity_score\na,1,0,0.5\nb,1,1,0.5\n"
TARGET = "item_id,position,probability\na,1,0.25\nb,1,0.75\n"


def write(folder: Path, log: str = LOG, target: str = TARGET) -> tuple[Path, Path]:
    files = folder / "log.csv", folder / "target.csv"
    for file, text in zip(files, (log, target), strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def both(log: Path, target: Path) -> tuple[LoggedRounds, TargetPolicy]:
    _, rounds = read_log(log)
    return rounds, read_target(target, rounds)


def test_reads_what_is_right(tmp_path: Path) -> None:
    rounds, target = both(*write(tmp_path))
    assert rounds.items == ("a", "b")
    assert rounds.reward.tolist() == [0, 1]
    assert target.probability.tolist() == [[0.25, 0.75]]
    assert target.notes == ()


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("a,1,0,0", "propensity_score", "必须大于 0"),
        ("a,1,0,1.2", "propensity_score", "不能大于 1"),
        ("a,1,0,-0.1", "propensity_score", "必须大于 0"),
        ("a,1,0,x", "propensity_score", "不是数字"),
        ("a,1,0,nan", "propensity_score", "不是数字"),
        ("a,1,2,0.5", "click", "应在 0 到 1 之间"),
        ("a,1,,0.5", "click", "不是数字"),
        (",1,0,0.5", "item_id", "不能为空"),
        ("a,,0,0.5", "position", "不能为空"),
    ],
)
def test_bad_rounds_are_named(tmp_path: Path, row: str, column: str, said: str) -> None:
    files = write(tmp_path, log=LOG + row + "\n")
    with pytest.raises(UnusableLog, match=said) as raised:
        both(*files)
    assert raised.value.place == {"file": "log.csv", "row": 4, "column": column}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("a,1,0.5\nb,1,0.4", "合计为 0.9，应为 1"),
        ("a,1,-0.5\nb,1,1.5", "第2行的 probability"),
        ("a,1,0.5\na,1,0.5", "第3行的 item_id.*重复"),
        ("x,1,1", "一个也没有"),
        ("a,2,1", "位置 1"),
        ("a,1,?", "不是数字"),
    ],
)
def test_bad_targets_are_named(tmp_path: Path, rows: str, said: str) -> None:
    files = write(tmp_path, target=f"item_id,position,probability\n{rows}\n")
    with pytest.raises(UnusableLog, match=said):
        both(*files)


def test_missing_columns_and_ragged_rows(tmp_path: Path) -> None:
    with pytest.raises(UnusableLog, match="缺少列：propensity_score"):
        both(*write(tmp_path, log="item_id,position,click\na,1,0\n"))
    with pytest.raises(UnusableLog, match="缺少列：probability"):
        both(*write(tmp_path, target="item_id,position\na,1\n"))
    with pytest.raises(UnusableLog, match="第4行"):
        both(*write(tmp_path, log=LOG + "a,1,0\n"))
    with pytest.raises(SmematchError):
        read_frame(tmp_path / "none.csv")


def test_what_the_target_leaves_out_counts_as_nought_with_a_note(tmp_path: Path) -> None:
    _, target = both(*write(tmp_path, target="item_id,position,probability\nb,1,1\nb,3,1\n"))
    assert target.probability.tolist() == [[0, 1]]
    assert "按概率 0 计" in target.notes[0]
    assert "位置 3" in target.notes[1]


def test_numbers_as_labels_keep_their_order_and_meet_texts() -> None:
    log = pd.DataFrame({"item_id": [10, 9], "position": 1, "click": 0, "propensity_score": 0.5})
    rounds = LoggedRounds.from_frame(log)
    assert rounds.items == ("9", "10")
    table = pd.DataFrame({"item_id": ["10", "9"], "position": "1", "probability": [1.0, 0.0]})
    assert TargetPolicy.from_frame(table, rounds).probability.tolist() == [[0, 1]]


def test_contexts_are_groups_or_numbers_and_names_are_left_out() -> None:
    size = 120
    log = pd.DataFrame(
        {
            "item_id": "a",
            "position": 1,
            "click": 0,
            "propensity_score": 1.0,
            "timestamp": range(size),
            "user-item_affinity_0": 0.0,
            "trade": np.tile(["服装", "箱包", None], 40),
            "revenue": np.linspace(0, 9, size),
            "name": [f"企业{number}" for number in range(size)],
        }
    )
    rounds = LoggedRounds.from_frame(log)
    assert rounds.context.shape == (size, 3)
    assert rounds.context[:, 2].std() == pytest.approx(1)
    assert rounds.notes == ("取值过多，未作为背景特征：name",)
    assert LoggedRounds.from_frame(log, context=["trade"]).context.shape == (size, 2)
