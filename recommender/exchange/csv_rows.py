"""Rows of a csv file: the usual separators, quoted line breaks, damage kept to the rows it is in."""

import csv
import io
import re
from collections.abc import Callable, Iterator

from recommender.exchange.encodings import DecodedText, undecodable
from recommender.exchange.faults import UnreadableTable
from recommender.exchange.rows import BadRow, FileNote, RawRow, Row, RowSource, split_header

_DELIMITERS = ",;\t"
#: Excel writes and reads this first line to name the separator.
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?")
#: The csv module refuses longer fields (its default, 128 Ki characters); a missing quote looks like one.
_MAX_UNCLOSED = 1_000
_FORMULA_GUARD = re.compile(r"'+[=+\-@\t\r]")


def csv_rows(decoded: DecodedText, name: str, is_known: Callable[[str], bool]) -> RowSource:
    """Open the text of a csv file.

    Parameters
    ----------
    decoded : DecodedText
        Text and encoding.
    name : str
        File name for messages.
    is_known : callable
        Whether a header is known, to find the header row.

    Raises
    ------
    UnreadableTable
        If there is no header row, or quotes are so broken that rows cannot be told apart.
    """
    lines = list(io.StringIO(decoded.text, newline=""))
    header, below = split_header(_records(lines, name, is_known), is_known, name)
    notes = list(header.notes)
    if decoded.uncertain:
        notes.append(
            FileNote(
                "encoding_uncertain",
                "文件按 UTF-8 读取，但其字节也可能是 GB18030 编码的中文，请核对导入的文字",
            )
        )
    return RowSource(
        name=name,
        format="csv",
        encoding=decoded.encoding,
        columns=header.names,
        repeated_columns=header.repeated,
        rows=(_row(raw, header.names) for raw in below if not raw.blank),
        notes=tuple(notes),
    )


def _row(raw: RawRow, names: tuple[str, ...]) -> Row | BadRow:
    if raw.fault is not None:
        return raw.fault
    spare = raw.cells[len(names) :]
    if len(raw.cells) < len(names) or any(cell.strip() for cell in spare):
        # A short row may be a cut-off one, so it is not filled up with blanks.
        return BadRow(
            raw.number,
            "ragged_row",
            f"这一行有{len(raw.cells)}格，表头有{len(names)}列；请检查是否缺了引号，或多了、少了分隔符",
        )
    values = zip(names, raw.cells, strict=False)
    return Row(raw.number, {key: _without_guard(cell) or None for key, cell in values})


def _without_guard(cell: str) -> str:
    # The export puts an apostrophe before text that a spreadsheet would run as a formula.
    return cell[1:] if _FORMULA_GUARD.match(cell) else cell


def _records(lines: list[str], name: str, is_known: Callable[[str], bool]) -> Iterator[RawRow]:
    delimiter, usual_width, index = _shape(lines, is_known)
    number, unclosed = index, 0
    reading = _Reading(lines, index, delimiter)
    while True:
        cells, taken = reading.record()
        if cells is None and taken == 0:
            return
        number += 1
        if cells is None or _swallowed(cells, lines[index : index + taken], delimiter, usual_width):
            unclosed += 1
            if unclosed > _MAX_UNCLOSED:
                raise UnreadableTable(f"文件“{name}”的引号大量不成对，无法分清各行。", place={"file": name})
            yield _unclosed(number, lines[index])
            # The quote is taken as a slip of this line alone, so that the lines after it are not lost.
            index += 1
            reading = _Reading(lines, index, delimiter)
            continue
        index += taken
        yield RawRow(number, tuple(cells), _fault(number, cells))


def _unclosed(number: int, line: str) -> RawRow:
    value = "".join(char for char in line.strip() if not undecodable(char))
    return RawRow(number, (), BadRow(number, "unclosed_quote", "引号没有成对，这一行无法读取", value=value))


def _fault(number: int, cells: list[str]) -> BadRow | None:
    for place, cell in enumerate(cells, start=1):
        if undecodable(cell):
            detail = f"第{place}格的编码与文件其余部分不同，无法读取"
            return BadRow(number, "unreadable_encoding", detail)
        if "\x00" in cell:
            detail = f"第{place}格含有空字符（NUL），文件可能已损坏"
            return BadRow(number, "nul_character", detail, value=cell.replace("\x00", "␀"))
    return None


def _swallowed(cells: list[str], taken: list[str], delimiter: str, usual_width: int) -> bool:
    """Tell whether a quote that opened by mistake swallowed rows that are whole by themselves."""
    if len(taken) < 2:
        return False
    try:
        # Text after a closing quote is forgiven within one line; across lines two rows grew together.
        list(csv.reader(taken, delimiter=delimiter, strict=True))
    except csv.Error:
        return True
    return len(cells) != usual_width and any(_width(line, delimiter) == usual_width for line in taken[1:])


def _shape(lines: list[str], is_known: Callable[[str], bool]) -> tuple[str, int, int]:
    """Return the separator, the usual number of cells, and how many lines only name the separator."""
    if lines and (named := _SEPARATOR_LINE.fullmatch(lines[0])):
        return named[1], max((_width(line, named[1]) for line in lines[1:6]), default=0), 1
    sample = [line for line in lines if line.strip()][:5]

    def fit(mark: str) -> tuple[int, int]:
        # Texts hold more semicolons than a row holds cells, so the known headers decide first.
        known = max((sum(map(is_known, _cells(line, mark))) for line in sample), default=0)
        return known, _width(sample[0], mark) if sample else 0

    delimiter = max(_DELIMITERS, key=fit)
    return delimiter, max((_width(line, delimiter) for line in sample), default=0), 0


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _width(line: str, delimiter: str) -> int:
    return len(_cells(line, delimiter))


class _Reading:
    """One pass of the csv module from a line on, which knows how many lines each record took."""

    def __init__(self, lines: list[str], start: int, delimiter: str) -> None:
        self._lines = lines
        self._next = start
        self._ended = False
        self._reader = csv.reader(self._feed(), delimiter=delimiter)

    def _feed(self) -> Iterator[str]:
        while self._next < len(self._lines):
            self._next += 1
            yield self._lines[self._next - 1]
        self._ended = True

    def record(self) -> tuple[list[str] | None, int]:
        """Return the cells and the number of lines they took.

        ``(None, 0)`` at the end; ``(None, n)`` for a record whose quote never closes.
        """
        before = self._next
        try:
            cells = next(self._reader, None)
        except csv.Error:
            return None, self._next - before
        if cells is not None and self._ended:
            # The module asks for another line only inside an open quote.
            return None, self._next - before
        return cells, self._next - before
