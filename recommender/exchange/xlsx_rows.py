"""Rows of an xlsx workbook, opened only after the archive is known to be small and plain."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any, NamedTuple, TypeVar

from recommender.exchange.faults import UnreadableWorkbook
from recommender.exchange.rows import BadRow, FileNote, RawRow, Row, RowSource, split_header

_Result = TypeVar("_Result")
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MARK = b"PK\x03\x04"
#: Limits against archives that unpack to far more than they weigh; a 200,000-row table stays well below.
_MAX_UNPACKED_BYTES = 512 * 1024 * 1024
_MAX_ENTRIES = 2_000
_MAX_SHEET_ROW = 1_048_576
_MAX_CELLS = 60_000_000
#: The hidden sheet that says which revision each row was exported from.
REVISION_SHEET = "_版本"
_BLOCK = 1_000
#: What a failed formula leaves in its cell.
ERROR_CELLS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
#: OOXML writes characters that XML cannot hold as _xHHHH_ (ECMA-376 part 1, 22.9.2.19 ST_Xstring).
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A cell whose value is an error or a formula that was never calculated."""

    text: str

    def __str__(self) -> str:
        return self.text


def is_workbook(data: bytes) -> bool:
    """Tell by its first bytes whether a file is an Excel file, old or new."""
    return data.startswith((_OLE_MARK, _ZIP_MARK))


def xlsx_rows(
    data: bytes, name: str, is_known: Callable[[str], bool], sheet_names: tuple[str, ...]
) -> RowSource:
    """Open a workbook and read one sheet: the one named like the kind, else the first.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        File name for messages.
    is_known : callable
        Whether a header is known, to find the header row.
    sheet_names : tuple of str
        Names that mark the sheet of the kind.

    Raises
    ------
    UnreadableWorkbook
        For old .xls files, encrypted files, macros, damaged or oversized archives.
    UnreadableTable
        If the sheet has no header row.
    """
    _check_archive(data, name)
    book = _open(data, name, sheet_names, stored_values=True)
    notes = []
    if book.title not in sheet_names and book.others:
        detail = f"文件有{len(book.others) + 1}个工作表，只读取了第一个“{book.title}”"
        notes.append(FileNote("sheet_chosen", detail))
    formulas = _open(data, name, sheet_names, stored_values=False).rows if _has_formulas(data) else None
    raw = _raw_rows(book.rows, formulas, name)
    header, below = split_header(raw, is_known, name)
    return RowSource(
        name=name,
        format="xlsx",
        encoding=None,
        columns=header.names,
        repeated_columns=header.repeated,
        rows=(_row(row, header.names) for row in below if not row.blank),
        notes=(*notes, *header.notes),
        revisions=tuple(book.revisions),
        days_from_1904=book.days_from_1904,
    )


class SheetRows(NamedTuple):
    """One sheet of a workbook as it stands."""

    rows: tuple[RawRow, ...]
    revisions: tuple[tuple[Any, ...], ...]
    days_from_1904: bool


def has_sheets(data: bytes, titles: tuple[str, ...]) -> bool:
    """Tell whether a workbook has sheets of these names; False for one that cannot be opened."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            named = archive.read("xl/workbook.xml")
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, IndexError, KeyError):
        return False
    return all(f'"{title}"'.encode() in named for title in titles)


def sheet_of(data: bytes, name: str, title: str) -> SheetRows:
    """Return one sheet of a workbook.

    Raises
    ------
    UnreadableWorkbook
        As for :func:`xlsx_rows`, or if there is no such sheet.
    """
    _check_archive(data, name)
    book = _open(data, name, (title,), stored_values=True)
    if book.title != title:
        raise _refuse(name, f"里没有“{title}”表。")
    formulas = _open(data, name, (title,), stored_values=False).rows if _has_formulas(data) else None
    rows = tuple(_raw_rows(book.rows, formulas, name))
    return SheetRows(rows, tuple(book.revisions), book.days_from_1904)


def _row(raw: RawRow, names: tuple[str, ...]) -> Row | BadRow:
    if raw.fault is not None:
        return raw.fault
    if any(cell is not None for cell in raw.cells[len(names) :]):
        detail = f"这一行在表头最后一列之后还有内容（第{len(raw.cells)}列），无法对应字段"
        return BadRow(raw.number, "ragged_row", detail)
    return Row(raw.number, dict(zip_longest(names, raw.cells[: len(names)])))


def _refuse(name: str, why: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(f"文件“{name}”{why}", place={"file": name})


def _check_archive(data: bytes, name: str) -> None:
    if data.startswith(_OLE_MARK):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _refuse(name, "设有打开密码，请取消密码后另存再导入。")
        raise _refuse(name, "是旧版 Excel（.xls）或 WPS 格式，请另存为 .xlsx 后再导入。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, IndexError) as error:
        raise _refuse(name, "已损坏或不是 Excel 文件，无法打开。") from error
    _check_entries(entries, name)


def _check_entries(entries: list[zipfile.ZipInfo], name: str) -> None:
    names = {entry.filename for entry in entries}
    # zipfile never unpacks an entry beyond its declared size, so the declared sizes are a bound.
    if len(entries) > _MAX_ENTRIES or sum(entry.file_size for entry in entries) > _MAX_UNPACKED_BYTES:
        raise _refuse(name, "展开后过大，可能不是正常的表格；请拆分后导入，或改用 csv。")
    if len(names) < len(entries):
        raise _refuse(name, "内部结构有重复项，无法确定应读取哪一份。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refuse(name, "设有密码，请取消密码后另存再导入。")
    if any(entry.lower().endswith("vbaproject.bin") for entry in names):
        raise _refuse(name, "含有宏，请另存为不带宏的 .xlsx 后再导入。")
    if "xl/workbook.xml" not in names:
        raise _refuse(name, "不是 .xlsx 工作簿，请另存为 .xlsx 后再导入。")


class _Book(NamedTuple):
    """The chosen sheet of a workbook and what else is needed of the file."""

    rows: Iterator[tuple[Any, ...]]
    title: str
    others: list[str]
    revisions: list[tuple[Any, ...]]
    days_from_1904: bool


def _open(data: bytes, name: str, sheet_names: tuple[str, ...], *, stored_values: bool) -> _Book:
    from openpyxl import load_workbook
    from openpyxl.utils.datetime import MAC_EPOCH

    def start() -> tuple[Any, _Book]:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=stored_values, keep_links=False)
        revisions = [sheet for sheet in book.worksheets if sheet.title == REVISION_SHEET]
        sheets = [sheet for sheet in book.worksheets if sheet.title != REVISION_SHEET]
        chosen = next(
            (sheet for sheet in sheets if sheet.title in sheet_names), sheets[0] if sheets else None
        )
        if chosen is None:
            raise _refuse(name, "里没有工作表。")
        # Some programs write a wrong size, and openpyxl would stop there.
        chosen.reset_dimensions()
        rows = chosen.iter_rows(values_only=True)
        others = [sheet.title for sheet in sheets if sheet is not chosen]
        marks = [row for sheet in revisions for row in islice(sheet.iter_rows(values_only=True), 1, None)]
        return rows, _Book(iter(()), chosen.title, others, marks, book.epoch == MAC_EPOCH)

    rows, book = _guarded(start, name)
    return book._replace(rows=_guarded_rows(rows, name))


def _guarded_rows(rows: Iterator[tuple[Any, ...]], name: str) -> Iterator[tuple[Any, ...]]:
    # In blocks, because a sheet may be a million blank rows.
    while block := _guarded(lambda: list(islice(rows, _BLOCK)), name):
        yield from block


def _guarded(step: Callable[[], _Result], name: str) -> _Result:
    # openpyxl meets damage with whatever error its parsing runs into, and warns about what it skips.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return step()
    except UnreadableWorkbook:
        raise
    except Exception as error:
        raise _refuse(name, "内容已损坏，无法读取；请用 Excel 或 WPS 打开后另存一份再导入。") from error


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            if entry.filename.startswith("xl/worksheets/") and _contains_formula(archive, entry):
                return True
    return False


def _contains_formula(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    tail = b""
    with archive.open(entry) as sheet:
        while block := sheet.read(1 << 20):
            if re.search(rb"<(?:\w+:)?f[ />]", tail + block):
                return True
            tail = block[-32:]
    return False


def _raw_rows(
    values: Iterator[tuple[Any, ...]], formulas: Iterator[tuple[Any, ...]] | None, name: str
) -> Iterator[RawRow]:
    seen = 0
    for number, cells in enumerate(values, start=1):
        seen += len(cells)
        if number > _MAX_SHEET_ROW or seen > _MAX_CELLS:
            raise _refuse(name, "的行列范围异常地大，文件可能已损坏；请把数据复制到新表格后再导入。")
        sources = next(formulas, ()) if formulas is not None else ()
        yield RawRow(number, _trimmed(cells, sources))


def _trimmed(cells: tuple[Any, ...], sources: tuple[Any, ...]) -> tuple[Any, ...]:
    kept: list[Any] = []
    for index, cell in enumerate(cells):
        if cell is None and index < len(sources) and sources[index] is not None:
            kept.append(BrokenCell("公式没有结果"))
        else:
            kept.append(_plain(cell) if isinstance(cell, str) else cell)
    while kept and kept[-1] is None:
        kept.pop()
    return tuple(kept)


def _plain(cell: str) -> str | BrokenCell | None:
    if cell in ERROR_CELLS:
        return BrokenCell(cell)
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell) if "_x" in cell else cell
    try:
        # Characters beyond the basic plane are escaped as two halves.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return BrokenCell("不成对的半个字符")
    if "\x00" in text:
        return BrokenCell("空字符（NUL）")
    return text if text.strip() else None
