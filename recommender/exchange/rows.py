"""What every reader yields: rows with their place in the file, and rows that could not be read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Any, NamedTuple

from recommender.exchange.faults import UnreadableTable

#: More columns than any kind has, fewer than a crafted file could make us fill.
MAX_COLUMNS = 512
#: How many rows a table may have above its header (a merged title, a note).
_HEADER_WITHIN = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One readable row.

    Attributes
    ----------
    number : int
        1-based as a person sees it: the row of the table with the header counted, or the line of a
        jsonl file.
    values : dict
        Column header or field name to the raw value; None for an empty cell.
    """

    number: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be read at all, and why."""

    number: int
    code: str
    detail: str
    column: str | None = None
    value: str = ""


@dataclass(frozen=True, slots=True)
class FileNote:
    """Something about the whole file that the reader decided and the person should know."""

    code: str
    detail: str


class Place(NamedTuple):
    """Where an answer of a form stands: sheet, row counted from 1, and cell such as ``F12``."""

    sheet: str
    row: int
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form whose answers stand all over its sheets.

    Attributes
    ----------
    content : bytes
        The file.
    places : mapping
        Header to where its answer stands.
    """

    content: bytes
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class RowSource:
    """An opened file.

    Attributes
    ----------
    format : str
        ``csv``, ``xlsx`` or ``jsonl``.
    encoding : str, optional
        None for xlsx.
    columns : tuple of str, optional
        Headers of a table in order; None for jsonl, whose objects name their own fields.
    repeated_columns : frozenset of str
        Headers that stand more than once; the later ones are read as ``header#2``.
    rows : iterator of Row or BadRow
        Blank rows are left out.
    notes : tuple of FileNote
        What the reader decided.
    revisions : tuple of tuple
        Rows of the hidden sheet of an exported workbook, see :mod:`recommender.exchange.revisions`.
    days_from_1904 : bool
        Whether plain numbers that stand for days count from 1904.
    form : FilledForm, optional
        Where the answers of a form stand; None for a table.
    """

    name: str
    format: str
    encoding: str | None
    columns: tuple[str, ...] | None
    rows: Iterator[Row | BadRow]
    repeated_columns: frozenset[str] = frozenset()
    notes: tuple[FileNote, ...] = field(default=())
    revisions: tuple[tuple[Any, ...], ...] = ()
    days_from_1904: bool = False
    form: FilledForm | None = None


@dataclass(frozen=True, slots=True)
class RawRow:
    """Cells of one table row before the header is known; ``fault`` where the row could not be read."""

    number: int
    cells: tuple[Any, ...]
    fault: BadRow | None = None

    @property
    def blank(self) -> bool:
        """Whether no cell holds anything."""
        return self.fault is None and all(is_blank(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a table."""

    names: tuple[str, ...]
    repeated: frozenset[str]
    notes: tuple[FileNote, ...]


def is_blank(cell: object) -> bool:
    """Whether a cell is empty or holds only white space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def split_header(
    rows: Iterable[RawRow], is_known: Callable[[str], bool], name: str
) -> tuple[Header, Iterator[RawRow]]:
    """Find the header row and return it with the rows below it.

    Tables from offices often carry a title above the header, so the first row with two known column names (or
    nothing but known names) is the header; failing that, the first row that is not blank.

    Parameters
    ----------
    rows : iterable of RawRow
        All rows of the table.
    is_known : callable
        Whether a header is one the kind declares or the person mapped.
    name : str
        File name for messages.

    Raises
    ------
    UnreadableTable
        If the table has no row that could be a header.
    """
    remaining = iter(rows)
    looked_at: list[RawRow] = []
    for row in remaining:
        if not row.blank:
            looked_at.append(row)
        if len(looked_at) >= _HEADER_WITHIN or _is_header(row, is_known):
            break
    place = next((index for index, row in enumerate(looked_at) if _is_header(row, is_known)), 0)
    if not looked_at or looked_at[place].fault is not None:
        raise UnreadableTable(f"文件“{name}”里没有可读的表头行，请对照模板填写。", place={"file": name})
    header = looked_at[place]
    notes = []
    if place:
        notes.append(
            FileNote("title_rows_skipped", f"第{header.number}行是表头，它上面的{place}行说明文字未导入")
        )
    later: Iterator[RawRow] = chain(looked_at[place + 1 :], remaining)
    header, later = _with_second_row(header, later, is_known)
    names, repeated = _unique_names(header.cells[: MAX_COLUMNS + 1])
    if len(names) > MAX_COLUMNS:
        raise UnreadableTable(f"文件“{name}”超过{MAX_COLUMNS}列，请对照模板填写。", place={"file": name})
    if not names:
        raise UnreadableTable(f"文件“{name}”的表头行是空的，请对照模板填写。", place={"file": name})
    return Header(names, repeated, tuple(notes)), later


def _with_second_row(
    header: RawRow, later: Iterator[RawRow], is_known: Callable[[str], bool]
) -> tuple[RawRow, Iterator[RawRow]]:
    """Join a header of two rows, whose upper cells are merged over groups of lower ones."""
    below = next(later, None)
    if below is None:
        return header, later
    lower = [cell if not is_blank(cell) else None for cell in below.cells]
    pairs = list(zip_longest(header.cells, lower))
    # A merged cell leaves the others of its group blank; only below those can names stand on their own.
    grouped = any(is_blank(up) and low is not None for up, low in pairs)
    if (
        below.fault is not None
        or not grouped
        or not all(is_known(str(low)) for low in lower if low is not None)
    ):
        return header, chain((below,), later)
    joined = tuple(low if low is not None else up for up, low in pairs)
    return RawRow(below.number, joined), later


def _is_header(row: RawRow, is_known: Callable[[str], bool]) -> bool:
    if row.fault is not None:
        return False
    filled = [str(cell) for cell in row.cells if not is_blank(cell)]
    known = sum(is_known(cell) for cell in filled)
    return known >= 2 or (known > 0 and known == len(filled))


def _unique_names(cells: tuple[Any, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    names: list[str] = []
    repeated: set[str] = set()
    last = max((index for index, cell in enumerate(cells) if not is_blank(cell)), default=-1)
    for index, cell in enumerate(cells[: last + 1]):
        # A column without a header is still a column: its cells must not shift the others.
        base = "" if is_blank(cell) else str(cell).strip()
        base = base or f"第{index + 1}列（无表头）"
        name, count = base, 1
        while name in names:
            repeated.add(base)
            count += 1
            name = f"{base}#{count}"
        names.append(name)
    return tuple(names), frozenset(repeated)
