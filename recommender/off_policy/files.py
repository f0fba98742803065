"""A log and a target policy as files: csv, xlsx or jsonl, read strictly and named by line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from recommender.exchange.readers import read_rows
from recommender.exchange.rows import BadRow
from recommender.off_policy.rounds import ITEM, POSITION, PROPENSITY, REWARD, LoggedRounds, UnusableLog
from recommender.off_policy.target import PROBABILITY, TargetPolicy

_NAMES = frozenset({ITEM, POSITION, REWARD, PROPENSITY, PROBABILITY})


def read_log(path: Path) -> tuple[pd.DataFrame, LoggedRounds]:
    """Read a log: ``item_id, position, click, propensity_score``, and whatever else tells of the occasion.

    Raises
    ------
    SmematchError
        Naming file and row.
    """
    frame = read_frame(path)
    with _named(path):
        return frame, LoggedRounds.from_frame(frame)


def read_target(path: Path, rounds: LoggedRounds) -> TargetPolicy:
    """Read a target policy, ``item_id, position, probability``, for a log.

    Raises
    ------
    SmematchError
        Naming file and row.
    """
    frame = read_frame(path)
    with _named(path):
        return TargetPolicy.from_frame(frame, rounds)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except UnusableLog as error:
        raise UnusableLog(
            f"文件“{path.name}”：{error.detail}", place={"file": path.name, **error.place}
        ) from error


def read_frame(path: Path) -> pd.DataFrame:
    """Read a table as it stands; the index is the row that a person sees.

    Raises
    ------
    SmematchError
        If the file cannot be read, or a row of it: a figure over the readable rows would be one of something
        else.
    """
    opened = read_rows(path, is_known=lambda header: header.strip() in _NAMES)
    numbers, rows = [], []
    for row in opened.rows:
        if isinstance(row, BadRow):
            raise UnusableLog(
                f"文件“{opened.name}”第{row.number}行：{row.detail}",
                place={"file": opened.name, "row": row.number},
            )
        numbers.append(row.number)
        rows.append(row.values)
    columns = list(opened.columns) if opened.columns is not None else None
    return pd.DataFrame(rows, index=pd.Index(numbers, name="row"), columns=columns)
