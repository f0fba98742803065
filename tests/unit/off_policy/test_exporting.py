"""The forms of other tools, as they read them."""

import json
from pathlib import Path

import pandas as pd

from recommender.off_policy.exporting import write_dsjson, write_open_bandit

LOG = pd.DataFrame(
    {
        "item_id": ["SYN-B", "SYN-A", "SYN-A"],
        "position": [1, 2, 1],
        "click": [1, 0, 0],
        "propensity_score": [0.5, 0.5, 0.25],
        "trade": ["服装", "服装", None],
        "item:price": [0.5, None, 1.0],
    }
)


def test_open_bandit(tmp_path: Path) -> None:
    log, context = write_open_bandit(LOG, tmp_path / "all")
    written = pd.read_csv(log, index_col=0)
    assert list(written.columns) == [
        "timestamp", "item_id", "position", "click", "propensity_score", "user_feature_0",
    ]  # fmt: skip
    assert written["item_id"].tolist() == [1, 0, 0]
    items = pd.read_csv(context, index_col=0)
    assert items["item_feature_1"].tolist() == ["SYN-A", "SYN-B"]


def test_dsjson_of_all_items(tmp_path: Path) -> None:
    assert write_dsjson(LOG, tmp_path / "log.dsjson") == 3
    first, second, third = map(json.loads, (tmp_path / "log.dsjson").read_text("utf-8").splitlines())
    assert (first["_label_cost"], first["_label_probability"], first["_label_Action"]) == (-1.0, 0.5, 2)
    assert first["a"] == [2]
    assert first["c"]["shared"] == {"position": "1", "trade": "服装"}
    assert [action["item"]["id"] for action in first["c"]["_multi"]] == ["SYN-A", "SYN-B"]
    assert second["_labelIndex"] == 0
    assert "trade" not in third["c"]["shared"]


def test_dsjson_of_lists_offers_what_the_list_held(tmp_path: Path) -> None:
    write_dsjson(LOG.assign(list_id=["r1", "r1", "r2"]), tmp_path / "log.dsjson")
    first, _, third = map(json.loads, (tmp_path / "log.dsjson").read_text("utf-8").splitlines())
    assert first["EventId"] == "r1-1"
    assert first["c"]["_multi"] == [{"item": {"id": "SYN-B", "price": 0.5}}, {"item": {"id": "SYN-A"}}]
    assert third["c"]["_multi"] == [{"item": {"id": "SYN-A", "price": 1.0}}]
