"""Columns: how a header of a table or a field of a JSON object finds its place in a record."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from recommender.exchange.cells import ReadCell
from recommender.exchange.kinds import Kind

_DECORATION = re.compile(r"\s+|[*★:：]|\((?:必填|选填|必填项|选填项)\)")


class CellType(StrEnum):
    """How a workbook holds the cells of a column."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    SHARE = "share"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column.

    Attributes
    ----------
    header : str
        Chinese header that templates and exports use.
    path : str
        Field path in the record, such as ``price.low_yuan``.
    read : callable
        From a cell to the field's value.
    show : callable
        From the field's JSON value to a cell's text; empty for an empty cell.
    aliases : tuple of str
        Other headers that people use.
    note : str
        What to fill in, for the template.
    choices : tuple of str
        Names for a drop-down; empty for free input.
    required : bool
        Whether a new record needs it.
    exported : bool
        False for a column that is only read, such as an amount in 万元.
    contact : bool
        True for personal contact data, exported only when asked for.
    several : bool
        Whether a cell may hold more than the one that a drop-down gives.
    clearable : bool
        False where an emptied cell would stand for something else, such as an audit state.
    """

    header: str
    path: str
    read: ReadCell
    show: Callable[[Any], str] = lambda value: "" if value is None else str(value)
    aliases: tuple[str, ...] = ()
    note: str = ""
    choices: tuple[str, ...] = ()
    required: bool = False
    exported: bool = True
    contact: bool = False
    width: int = 16
    cell: CellType = CellType.TEXT
    several: bool = False
    clearable: bool = True


def plain_header(header: str) -> str:
    """Return a header as it is compared: half-width, lower case, without white space and marks like ``*``."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", header)).lower()


@dataclass(frozen=True)
class ColumnSet:
    """All columns of a kind.

    Attributes
    ----------
    keys : tuple of tuple of str
        Alternatives of field paths that make up the key; one of them must be in a table.
    open_fields : frozenset of str
        Fields whose inner names come from the instrument and are checked with the record.
    """

    kind: Kind
    columns: tuple[Column, ...]
    keys: tuple[tuple[str, ...], ...]
    open_fields: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def find(self, header: str) -> Column | None:
        """Return the column of a header, an alias or an English field path, None if there is none."""
        return self._by_spelling.get(plain_header(header))

    def by_path(self, path: str) -> Column | None:
        """Return the column of a field path."""
        return self._by_path.get(path)

    def exported(self, *, with_contact: bool) -> tuple[Column, ...]:
        """Return the columns of an export or a template, in order."""
        return tuple(column for column in self if column.exported and (with_contact or not column.contact))

    @cached_property
    def groups(self) -> frozenset[str]:
        """Fields that are objects whose inner fields are columns, such as ``price``."""
        return frozenset(column.path.partition(".")[0] for column in self if "." in column.path)

    @cached_property
    def _by_path(self) -> Mapping[str, Column]:
        # The exported column of a field comes first; others read the same field in other units.
        return {column.path: column for column in sorted(self, key=lambda column: column.exported)}

    @cached_property
    def _by_spelling(self) -> Mapping[str, Column]:
        spellings: dict[str, Column] = {}
        for column in self:
            for name in (column.header, *column.aliases):
                known = spellings.setdefault(plain_header(name), column)
                if known is not column:
                    raise ValueError(f"{self.kind}: header {name} stands for two columns")
        for path, column in self._by_path.items():
            spellings.setdefault(path.lower(), column)
        return spellings
