"""A target policy: with which probability it would put each item at each position."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from recommender.off_policy.rounds import (
    ITEM,
    POSITION,
    Codes,
    Floats,
    LoggedRounds,
    UnusableLog,
    numbers,
    refuse,
    require_columns,
)

PROBABILITY = "probability"
#: How far the probabilities of one position may be from one: six printed decimals of many items.
SUM_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """A table of probabilities; each round names the row of the table that it was in.

    Attributes
    ----------
    probability : float64 (states, items)
        Over the items of the log. A policy without context has one state for each position.
    state : int64 (rounds,)
        State of each round.
    elsewhere : float64 (states,)
        Probability that goes to items which the log does not know, or cannot tell of.
    support_known : bool
        Whether ``elsewhere`` already is all that the logging policy could never have shown; otherwise a pair
        of item and position that was never logged counts as well.
    notes : tuple of str
        What a reader must know, in Chinese.
    """

    probability: Floats
    state: Codes
    elsewhere: Floats
    support_known: bool = False
    notes: tuple[str, ...] = field(default=())

    @classmethod
    def of_rounds(cls, probability: Floats, elsewhere: Floats) -> "TargetPolicy":
        """Take a policy that looks at each round.

        Parameters
        ----------
        probability : float64 (rounds, items)
            Over the items of the log; 0 for what the logging policy could not have shown then.
        elsewhere : float64 (rounds,)
            What is left of 1.
        """
        return cls(probability, np.arange(len(probability)), elsewhere, support_known=True)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, rounds: LoggedRounds) -> "TargetPolicy":
        """Check a table ``item_id, position, probability`` against the log that it will be judged on.

        An item that is not listed at a position has probability 0 there.

        Raises
        ------
        UnusableLog
            For a missing column, an unusable value, a line that stands twice, probabilities that do not add
            up to 1, a position of the log that the policy does not tell, or no item in common.
        """
        require_columns(frame, (ITEM, POSITION, PROBABILITY), "目标策略")
        share = numbers(frame, PROBABILITY)
        refuse(frame, PROBABILITY, (share < 0) | (share > 1), "是概率，应在 0 到 1 之间")
        labels = {name: _texts(frame, name) for name in (ITEM, POSITION)}
        twice = pd.DataFrame(labels).duplicated().to_numpy()
        refuse(frame, ITEM, twice, f"与前面一行重复（同一 {ITEM} 和 {POSITION}）")
        item = pd.Index(rounds.items).get_indexer(pd.Index(labels[ITEM]))
        place = pd.Index(rounds.positions).get_indexer(pd.Index(labels[POSITION]))
        _check_positions(rounds, place, share)
        if not ((item >= 0) & (place >= 0) & (share > 0)).any():
            raise UnusableLog("目标策略里的对象在日志中一个也没有，请核对 item_id 的写法")
        table = np.zeros((len(rounds.positions), len(rounds.items)))
        elsewhere = np.zeros(len(rounds.positions))
        known = (item >= 0) & (place >= 0)
        table[place[known], item[known]] = share[known]
        unknown = (item < 0) & (place >= 0)
        np.add.at(elsewhere, place[unknown], share[unknown])
        notes = _notes(rounds, labels, item, place, share, len(share[known]))
        return cls(table, rounds.position, elsewhere, notes=notes)


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    cells = frame[column]
    refuse(frame, column, cells.isna().to_numpy(), "不能为空")
    if pd.api.types.is_float_dtype(cells) and (cells == cells.round()).all():
        cells = cells.astype(np.int64)
    return [str(text).strip() for text in cells]


def _check_positions(rounds: LoggedRounds, place: Codes, share: Floats) -> None:
    for number, name in enumerate(rounds.positions):
        own = place == number
        if not own.any():
            raise UnusableLog(
                f"日志里有位置 {name}，目标策略没有给出这个位置的概率", place={"field": POSITION}
            )
        total = float(share[own].sum())
        if abs(total - 1.0) > SUM_TOLERANCE:
            raise UnusableLog(
                f"目标策略在位置 {name} 的概率合计为 {total:.6g}，应为 1", place={"field": PROBABILITY}
            )


def _notes(
    rounds: LoggedRounds,
    labels: dict[str, list[str]],
    item: Codes,
    place: Codes,
    share: Floats,
    listed: int,
) -> tuple[str, ...]:
    notes = []
    if absent := len(rounds.positions) * len(rounds.items) - listed:
        notes.append(f"目标策略有 {absent} 个（对象、位置）组合没有写，按概率 0 计")
    unknown = sorted({labels[ITEM][number] for number in np.flatnonzero((item < 0) & (share > 0))})
    if unknown:
        notes.append(f"目标策略有 {len(unknown)} 个对象日志里从未出现，如 {'、'.join(unknown[:3])}")
    spare = sorted({labels[POSITION][number] for number in np.flatnonzero(place < 0)})
    if spare:
        notes.append(f"目标策略给出的位置 {'、'.join(spare[:3])} 日志里没有，未使用")
    return tuple(notes)
