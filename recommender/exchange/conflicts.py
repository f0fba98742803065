"""Conflicts side by side in a workbook, and the decisions that come back in it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from recommender.exchange.faults import MissingColumns, UnknownField
from recommender.exchange.kinds import Kind
from recommender.exchange.merging import Conflict, Resolve, Side
from recommender.exchange.readers import read_rows
from recommender.exchange.rows import BadRow
from recommender.exchange.workbooks import Sheet, SheetColumn, about_sheet, book_bytes, shown_moment

_CHOICE, _KEY, _FIELD, _CHECK = "采用", "编号", "字段名", "校验"
_WORDS: dict[str, Side] = {"库中": "stored", "文件": "file"}
_COLUMNS = (
    SheetColumn("行"),
    SheetColumn(_KEY, 24),
    SheetColumn("字段", 18),
    SheetColumn("导出时", 36),
    SheetColumn("库中现在", 36),
    SheetColumn("文件里", 36),
    SheetColumn(_CHOICE, 10, choices=tuple(_WORDS)),
    SheetColumn(_FIELD, 20),
    SheetColumn(_CHECK, 20),
)
_MOST_SHOWN = 2_000


def resolver(sides: str | None) -> Resolve:
    """Return the rule for all conflicts: ``theirs`` the file, ``ours`` the store, None left to a person."""
    chosen: dict[str | None, Side] = {"theirs": "file", "ours": "stored"}
    return lambda _: chosen.get(sides)


def conflicts_workbook(kind: Kind, conflicts: Iterable[Conflict], at: datetime) -> bytes:
    """Return a workbook with a row for each conflict and a column to say which side holds."""
    rows = [
        (
            c.row,
            c.key,
            c.title,
            "（无从核对）" if c.base is None else c.base[:_MOST_SHOWN],
            c.stored[:_MOST_SHOWN],
            c.file[:_MOST_SHOWN],
            None,
            c.field,
            _check(c),
        )
        for c in conflicts
    ]
    told = (
        ("内容", f"{kind.label}：文件与库中不一致、需要人决定的 {len(rows)} 处"),
        ("生成时间", shown_moment(at)),
        (
            "怎样处理",
            "在“采用”列选“库中”或“文件”，保存后用 --resolve 指定本表再导入一次；留空的仍不改动。"
            "库中或文件又有变化的，原来的选择不再有效。",
        ),
    )
    return book_bytes((Sheet("冲突", _COLUMNS, rows), about_sheet(told)))


def read_decisions(source: Path | bytes, name: str | None = None) -> Resolve:
    """Read the decisions of a conflict workbook.

    Returns
    -------
    callable
        Decides a conflict only while both sides still say what the person saw.

    Raises
    ------
    MalformedRequest
        If the file cannot be read.
    MissingColumns
        If it is no conflict workbook.
    UnknownField
        If a decision is neither 库中 nor 文件.
    """
    known = {column.header for column in _COLUMNS}
    table = read_rows(source, name=name, is_known=known.__contains__, sheet_names=("冲突",))
    if missing := [
        header for header in (_KEY, _FIELD, _CHOICE, _CHECK) if header not in (table.columns or ())
    ]:
        raise MissingColumns(
            f"“{table.name}”不是冲突表，缺少列：{'、'.join(missing)}", place={"file": table.name}
        )
    decided: dict[tuple[str, str, str], Side] = {}
    for row in table.rows:
        if isinstance(row, BadRow) or row.values.get(_CHOICE) is None:
            continue
        word = str(row.values[_CHOICE]).strip()
        if word not in _WORDS:
            raise UnknownField(
                f"“{table.name}”第{row.number}行的“采用”应为“库中”或“文件”，不是“{word[:20]}”",
                place={"file": table.name, "row": row.number, "column": _CHOICE},
            )
        place = (str(row.values[_KEY]), str(row.values[_FIELD]), str(row.values[_CHECK]))
        decided[place] = _WORDS[word]
    return lambda conflict: decided.get((conflict.key, conflict.field, _check(conflict)))


def _check(conflict: Conflict) -> str:
    return hashlib.sha256(f"{conflict.stored}\n\x00{conflict.file}".encode()).hexdigest()[:16]
