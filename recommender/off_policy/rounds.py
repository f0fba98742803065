"""Logged rounds: what a policy showed, with which probability, and what came of it.

A round is one item at one position. It can be built from any table with propensities; nothing here knows
where the table came from.

References
----------
Saito, Aihara, Matsutani and Narita, Open Bandit Dataset and Pipeline, NeurIPS datasets track (2021): the
column names.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recommender.errors import InvalidInput

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

ITEM, POSITION, REWARD, PROPENSITY = "item_id", "position", "click", "propensity_score"
LIST, TIME = "list_id", "timestamp"
#: Columns that are neither a measurement of the round nor a context of it.
_NOT_CONTEXT = frozenset({ITEM, POSITION, REWARD, PROPENSITY, LIST, TIME, "target", "policy_version"})
#: Unnamed index columns, features of the logged item, affinities to single items.
_SKIPPED = re.compile(r"Unnamed: \d+|第\d+列（无表头）.*|item:.*|user-item_affinity_\d+")
#: A context with more different values is a name, not a group; numbers with fewer are taken as groups.
_MOST_GROUPS, _FEWEST_NUMBERS = 50, 10


class UnusableLog(InvalidInput):
    """A logged round, or a line of a target policy, that no estimator can use."""

    code = "unusable_log"
    title = "日志或目标策略有误"


@dataclass(frozen=True, slots=True)
class LoggedRounds:
    """Rounds in the order in which they were logged.

    Attributes
    ----------
    items, positions : tuple of str
        Labels that the codes stand for.
    item, position : int64 (rounds,)
    reward : float64 (rounds,)
        0–1; 0 or 1 for clicks.
    propensity : float64 (rounds,)
        Probability, in (0, 1], that the logging policy put this item at this position.
    context : float64 (rounds, columns)
        Groups as indicators, numbers standardised; no column when nothing is known.
    lists : int64 (rounds,), optional
        List of each round; rounds of one list are not independent.
    notes : tuple of str
        What a reader must know, in Chinese.
    """

    items: tuple[str, ...]
    positions: tuple[str, ...]
    item: Codes
    position: Codes
    reward: Floats
    propensity: Floats
    context: Floats
    lists: Codes | None = None
    notes: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.item)

    @property
    def clusters(self) -> Codes:
        """What is drawn as one for an interval: the list, or the round where lists are not told."""
        return np.arange(len(self)) if self.lists is None else self.lists

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, context: Sequence[str] | None = None) -> "LoggedRounds":
        """Check and code a table.

        Parameters
        ----------
        frame : DataFrame
            Columns ``item_id, position, click, propensity_score``; ``list_id`` where lists are known. Its
            index names the row in messages.
        context : sequence of str, optional
            Columns to take as context; by default every other one.

        Raises
        ------
        UnusableLog
            For a missing column or an unusable value, naming the row.
        """
        require_columns(frame, (ITEM, POSITION, REWARD, PROPENSITY), "日志")
        if not len(frame):
            raise UnusableLog("日志里没有数据")
        item, items = coded(frame, ITEM)
        position, positions = coded(frame, POSITION)
        reward, propensity = numbers(frame, REWARD), numbers(frame, PROPENSITY)
        refuse(frame, REWARD, (reward < 0) | (reward > 1), "应在 0 到 1 之间（点击为 0 或 1）")
        refuse(frame, PROPENSITY, propensity <= 0, "必须大于 0：已展示的对象不可能是零概率")
        refuse(frame, PROPENSITY, propensity > 1, "是概率，不能大于 1")
        lists = coded(frame, LIST)[0] if LIST in frame.columns else None
        chosen = context if context is not None else [name for name in frame.columns if is_context(name)]
        values, notes = _context(frame, chosen)
        return cls(items, positions, item, position, reward, propensity, values, lists, notes)


def require_columns(frame: pd.DataFrame, needed: Sequence[str], what: str) -> None:
    """Refuse a table without its columns."""
    lacking = [name for name in needed if name not in frame.columns]
    if lacking:
        raise UnusableLog(f"{what}缺少列：{'、'.join(lacking)}", place={"column": lacking[0]})


def refuse(frame: pd.DataFrame, column: str, bad: NDArray[np.bool_], why: str) -> None:
    """Refuse the first bad row of a column."""
    if bad.any():
        number = int(np.argmax(bad))
        row = frame.index[number]
        raise UnusableLog(
            f"第{row}行的 {column} 为“{frame[column].iloc[number]}”，{why}",
            place={"row": row if isinstance(row, str) else int(row), "column": column},
        )


def coded(frame: pd.DataFrame, column: str) -> tuple[Codes, tuple[str, ...]]:
    """Turn labels into codes from 0, in the order of the labels (numbers by size)."""
    cells = frame[column]
    refuse(frame, column, _blank(cells), "不能为空")
    if pd.api.types.is_float_dtype(cells) and (cells == cells.round()).all():
        cells = cells.astype(np.int64)
    text = cells.astype(str).str.strip().to_numpy(dtype=object)
    labels, codes = np.unique(text.astype(str), return_inverse=True)
    order = sorted(range(len(labels)), key=lambda number: (len(labels[number]), labels[number]))
    order = order if all(label.isdigit() for label in labels) else list(range(len(labels)))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[codes], tuple(str(labels[number]) for number in order)


def numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Read a column of finite numbers."""
    values = _as_numbers(frame[column])
    refuse(frame, column, ~np.isfinite(values), "不是数字")
    return values


def _as_numbers(cells: pd.Series) -> Floats:
    read = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return np.asarray(read, np.float64)


def _blank(cells: pd.Series) -> NDArray[np.bool_]:
    missing = cells.isna().to_numpy()
    return np.asarray(missing | (cells.astype(str).str.strip() == "").to_numpy(), bool)


def is_context(name: object) -> bool:
    """Whether a column tells something about the occasion of a round."""
    return str(name) not in _NOT_CONTEXT and not _SKIPPED.fullmatch(str(name))


def _context(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[Floats, tuple[str, ...]]:
    blocks: list[Floats] = []
    left_out: list[str] = []
    for name in columns:
        values = _as_numbers(frame[name])
        distinct = frame[name].nunique(dropna=False)
        if np.isfinite(values).all() and distinct > _FEWEST_NUMBERS:
            blocks.append(((values - values.mean()) / values.std())[:, None])
        elif distinct <= _MOST_GROUPS:
            codes = pd.factorize(frame[name], use_na_sentinel=False)[0]
            # One group fewer than there are: the last is told by the absence of the others.
            blocks.append(np.eye(distinct)[codes][:, : distinct - 1])
        else:
            left_out.append(str(name))
    notes = (f"取值过多，未作为背景特征：{'、'.join(left_out)}",) if left_out else ()
    return (np.hstack(blocks) if blocks else np.zeros((len(frame), 0))), notes
