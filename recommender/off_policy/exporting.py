"""A log in the forms that other tools read: the Open Bandit Dataset's files, and Vowpal Wabbit's dsjson.

Both take the same table as :class:`recommender.off_policy.LoggedRounds`. A column ``item:NAME`` is a feature
of the logged item; every other column that is none of the log's own is a feature of the occasion.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from recommender.off_policy.rounds import (
    ITEM,
    LIST,
    POSITION,
    PROPENSITY,
    REWARD,
    TIME,
    LoggedRounds,
    coded,
    is_context,
)

_ITEM_FEATURE = "item:"


def write_open_bandit(frame: pd.DataFrame, folder: Path, *, campaign: str = "all") -> tuple[Path, Path]:
    """Write ``{campaign}.csv`` and ``item_context.csv``, as ``obp.dataset.OpenBanditDataset`` reads them.

    Items and positions become numbers, in the order of their labels; ``item_context.csv`` says which is which
    (``item_feature_1``). Where times are not logged, the order of the rounds stands in their place.

    Raises
    ------
    UnusableLog
        If the table is no log.
    """
    rounds = LoggedRounds.from_frame(frame)
    table = pd.DataFrame(
        {
            TIME: frame[TIME].to_numpy() if TIME in frame.columns else np.arange(len(frame)),
            ITEM: rounds.item,
            POSITION: rounds.position + 1,
            REWARD: rounds.reward,
            PROPENSITY: rounds.propensity,
        }
    )
    named = [name for name in frame.columns if is_context(name)]
    for number, name in enumerate(named):
        table[f"user_feature_{number}"] = frame[name].to_numpy()
    items = pd.DataFrame(
        {ITEM: range(len(rounds.items)), "item_feature_0": 0.0, "item_feature_1": rounds.items}
    )
    folder.mkdir(parents=True, exist_ok=True)
    log, context = folder / f"{campaign}.csv", folder / "item_context.csv"
    table.to_csv(log, encoding="utf-8")
    items.to_csv(context, encoding="utf-8")
    return log, context


def write_dsjson(frame: pd.DataFrame, file: Path) -> int:
    """Write one decision a line, as ``vw --dsjson --cb_explore_adf`` reads them; return how many.

    The actions of a decision are the items of its list, or all items of the log where lists are not told.
    Only the probability of what was shown is logged, so only that one is written.

    Raises
    ------
    UnusableLog
        If the table is no log.
    """
    rounds = LoggedRounds.from_frame(frame)
    labelled = frame.assign(**{ITEM: np.array(rounds.items, dtype=object)[rounds.item]})
    with file.open("w", encoding="utf-8") as out:
        for line in _decisions(labelled):
            out.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
    return len(frame)


def _decisions(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    features = [name for name in frame.columns if str(name).startswith(_ITEM_FEATURE)]
    context = [name for name in frame.columns if is_context(name)]
    everything = [{"item": {"id": label}} for label in coded(frame, ITEM)[1]]
    groups = frame.groupby(LIST, sort=False) if LIST in frame.columns else [(None, frame)]
    number = 0
    for name, rows in groups:
        actions = everything if name is None else [_action(row, features) for row in _records(rows)]
        place = {action["item"]["id"]: index for index, action in enumerate(actions)}
        for row in _records(rows):
            number += 1
            chosen = place[str(row[ITEM])]
            yield {
                "_label_cost": 0.0 - float(row[REWARD]),
                "_label_probability": float(row[PROPENSITY]),
                "_label_Action": chosen + 1,
                "_labelIndex": chosen,
                "Version": "1",
                "EventId": str(number) if name is None else f"{name}-{row[POSITION]}",
                **({"Timestamp": str(row[TIME])} if TIME in row else {}),
                "a": [chosen + 1],
                "c": {
                    "shared": {POSITION: str(row[POSITION]), **_told(row, context)},
                    "_multi": actions,
                },
                "p": [float(row[PROPENSITY])],
            }


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def _action(row: dict[str, Any], features: list[str]) -> dict[str, Any]:
    told = {name.removeprefix(_ITEM_FEATURE): value for name, value in _told(row, features).items()}
    return {"item": {"id": str(row[ITEM]), **told}}


def _told(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Features of a row that are known; text for groups, numbers as they are."""
    known = {name: row[name] for name in names if not pd.isna(row[name])}
    return {name: value if isinstance(value, (int, float)) else str(value) for name, value in known.items()}
