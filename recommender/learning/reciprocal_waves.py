"""Who said yes to whom at events of several waves: read from a file, each person joined to the partner.

The file is a benchmark of the method: people met one after another and each said yes or no, which is the only
public data where both sides of many pairs decided. Its answers are personal (age, gender, interests); nothing
like them is ever a feature of the product.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommender.errors import InvalidInput
from recommender.exchange.faults import MissingColumns
from recommender.exchange.readers import read_rows
from recommender.exchange.rows import BadRow
from recommender.learning.labelled_files import RepeatedRow, UnusableRow

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]

IMPORTANCE = ("attr1_1", "sinc1_1", "intel1_1", "fun1_1", "amb1_1", "shar1_1")
SELF_RATINGS = ("attr3_1", "sinc3_1", "intel3_1", "fun3_1", "amb3_1")
INTERESTS = (
    *("sports", "tvsports", "exercise", "dining", "museums", "art", "hiking", "gaming", "clubbing"),
    *("reading", "tv", "theater", "movies", "concerts", "music", "shopping", "yoga"),
)
#: Answers given before the event; no other column of a file is ever read as a feature, whatever it holds.
ANSWERS = (
    *("gender", "age", "field_cd", "go_out", "goal", "date", "exphappy"),
    *(*INTERESTS, *IMPORTANCE, *SELF_RATINGS),
)
_NEEDED = ("iid", "pid", "wave", "dec", "dec_o")


@dataclass(frozen=True, slots=True)
class Meetings:
    """Meetings, one row for each person's view of each.

    Attributes
    ----------
    own, partner : int64 (rows,)
        Persons, numbered from 0; ``partner`` is -1 where the file does not say whom they met.
    wave : int64 (rows,)
        Waves, numbered from 0 in the order of their names.
    dec, dec_o : bool (rows,)
        Whether the person said yes to the partner, and the partner to the person.
    answers : float64 (persons, answers)
        Given before the event; NaN where missing. ``columns`` names them.
    person_wave : int64 (persons,)
    """

    own: Numbers
    partner: Numbers
    wave: Numbers
    dec: NDArray[np.bool_]
    dec_o: NDArray[np.bool_]
    answers: Floats
    columns: tuple[str, ...]
    person_wave: Numbers

    @property
    def match(self) -> NDArray[np.bool_]:
        """Whether both said yes."""
        return self.dec & self.dec_o

    @property
    def mirrored(self) -> Numbers:
        """Row that holds the same meeting as the partner saw it, -1 where there is none."""
        rows = {(a, b): row for row, (a, b) in enumerate(zip(self.own, self.partner, strict=True))}
        pairs = zip(self.partner, self.own, strict=True)
        return np.asarray([rows.get(pair, -1) if pair[0] >= 0 else -1 for pair in pairs], np.int64)

    def column(self, name: str) -> Floats:
        """Return one answer of all persons, NaN throughout where the file lacks the column."""
        if name not in self.columns:
            return np.full(len(self.answers), np.nan)
        return np.asarray(self.answers[:, self.columns.index(name)])


def read_meetings(path: Path) -> Meetings:
    """Read the meetings of a file.

    Parameters
    ----------
    path : Path
        Columns ``iid, pid, wave, dec, dec_o``, optionally ``match``, and any of :data:`ANSWERS`. A partner's
        answers stand in the partner's own rows; ``pid`` may be empty.

    Raises
    ------
    MissingColumns, UnusableRow, RepeatedRow
        With the row; a figure over the readable rows would be a figure of something else.
    """
    known = frozenset((*_NEEDED, "match", *ANSWERS))
    opened = read_rows(path, is_known=lambda header: header.strip() in known)
    rows: list[tuple[int, dict[str, float]]] = []
    for row in opened.rows:
        if isinstance(row, BadRow):
            raise UnusableRow(
                f"文件“{opened.name}”第{row.number}行：{row.detail}", place=_at(path, row.number)
            )
        rows.append((row.number, _numbers(path, row.number, row.values, known)))
    columns = opened.columns or tuple(dict.fromkeys(name for _, values in rows for name in values))
    if lacking := [name for name in _NEEDED if name not in columns]:
        raise MissingColumns(
            f"文件“{opened.name}”缺少列：{'、'.join(lacking)}",
            place={"file": opened.name, "column": lacking[0]},
        )
    if not rows:
        raise InvalidInput(f"文件“{opened.name}”没有数据行", place={"file": opened.name})
    _check(path, rows)
    return _meetings([values for _, values in rows])


def _at(path: Path, row: int, column: str | None = None) -> dict[str, Any]:
    return {"file": path.name, "row": row, **({"column": column} if column else {})}


def _numbers(path: Path, number: int, values: Mapping[str, Any], known: frozenset[str]) -> dict[str, float]:
    """Return the known cells of a row as numbers, NaN for an empty one."""
    found: dict[str, float] = {}
    for name, cell in values.items():
        if name.strip() not in known:
            continue
        text = "" if cell is None else str(cell).strip().lower()
        try:
            value = math.nan if text in {"", "nan", "na", "null", "none"} else float(text)
        except ValueError:
            value = math.inf
        if math.isinf(value):
            raise UnusableRow(
                f"文件“{path.name}”第{number}行 {name}：“{str(cell)[:40]}”不是数字",
                place=_at(path, number, name),
            )
        found[name.strip()] = value
    return found


def _check(path: Path, rows: list[tuple[int, dict[str, float]]]) -> None:
    first: dict[tuple[float, float], int] = {}
    for number, row in rows:
        for name in ("iid", "wave", "dec", "dec_o"):
            if math.isnan(row.get(name, math.nan)):
                raise UnusableRow(
                    f"文件“{path.name}”第{number}行：{name} 为空", place=_at(path, number, name)
                )
        for name in ("dec", "dec_o"):
            if row[name] not in {0.0, 1.0}:
                raise UnusableRow(
                    f"文件“{path.name}”第{number}行：{name} 应为 0 或 1", place=_at(path, number, name)
                )
        told = row.get("match", math.nan)
        if not math.isnan(told) and told != row["dec"] * row["dec_o"]:
            raise UnusableRow(
                f"文件“{path.name}”第{number}行：match 与 dec、dec_o 不一致", place=_at(path, number, "match")
            )
        pair = (row["iid"], row.get("pid", math.nan))
        if not math.isnan(pair[1]) and first.setdefault(pair, number) != number:
            raise RepeatedRow(
                f"文件“{path.name}”第{number}行与第{first[pair]}行是同一次见面",
                place=_at(path, number, "pid"),
            )


def _meetings(rows: list[dict[str, float]]) -> Meetings:
    def cells(name: str) -> Floats:
        return np.asarray([row.get(name, math.nan) for row in rows])

    columns = tuple(name for name in ANSWERS if not np.isnan(cells(name)).all())
    persons, first, own = np.unique(cells("iid"), return_index=True, return_inverse=True)
    pid = cells("pid")
    place = np.clip(np.searchsorted(persons, pid), 0, len(persons) - 1)
    # NaN equals nothing, so that a partner who is not told, or has no rows, is -1.
    partner = np.where(persons[place] == pid, place, -1)
    answers = np.column_stack([np.zeros((len(rows), 0)), *(cells(name) for name in columns)])
    wave = np.unique(cells("wave"), return_inverse=True)[1]
    return Meetings(
        own=own.astype(np.int64),
        partner=partner.astype(np.int64),
        wave=wave.astype(np.int64),
        dec=cells("dec") == 1.0,
        dec_o=cells("dec_o") == 1.0,
        answers=answers[first],
        columns=columns,
        person_wave=wave[first].astype(np.int64),
    )
