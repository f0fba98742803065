"""From a row to a candidate: which field each cell fills, and what is wrong with it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from recommender.exchange import cells
from recommender.exchange.cells import Reading, RefusedCell
from recommender.exchange.columns import CellType, Column, ColumnSet, plain_header
from recommender.exchange.faults import DuplicateColumns, MissingColumns, UnknownField
from recommender.exchange.report import Findings
from recommender.exchange.rows import Row, RowSource, is_blank
from recommender.exchange.xlsx_rows import BrokenCell

#: What a mapping says to leave a column out on purpose.
_LEAVE_OUT = frozenset({"", "-"})
#: Columns that the error workbook adds for the person.
LEFT_OUT = frozenset({"原行号", "错误说明"})
#: A text too long for one cell goes on in columns of this ending.
_CONTINUATION = re.compile(r"[（(]续\d*[）)]$")
#: Days between the two beginnings that workbooks count from.
_DAYS_TO_1904 = 1_462
#: Derived fields that an API answer carries; nobody needs a warning about them.
_DERIVED = frozenset({"size_class"})


@dataclass(slots=True)
class Candidate:
    """A row on its way to a record.

    Attributes
    ----------
    fields : dict
        Values by field, objects nested.
    whole : set of str
        Top-level fields that replace what is stored as a whole; those without a value clear it.
    places : dict
        Field path to the header or key that it came from.
    blank : dict of str to str
        Field paths whose cells are empty, with their headers.
    cleared : set of str
        Those of them that empty the field, because the cell was not empty when it was exported.
    faulty : bool
        Whether a cell was refused, so that the row cannot become a record.
    """

    row: Row
    fields: dict[str, Any] = field(default_factory=dict)
    whole: set[str] = field(default_factory=set)
    places: dict[str, str] = field(default_factory=dict)
    blank: dict[str, str] = field(default_factory=dict)
    cleared: set[str] = field(default_factory=set)
    faulty: bool = False

    def get(self, path: str) -> object:
        """Return the value of a field path, None if the row gives none."""
        value: Any = self.fields
        for step in path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        return value

    def put(self, path: str, value: object) -> None:
        """Set the value of a field path."""
        first, _, inner = path.partition(".")
        if inner:
            self.fields.setdefault(first, {})[inner] = value
        else:
            self.fields[first] = value


class Assembler:
    """Knows the columns of one file.

    Parameters
    ----------
    columns : ColumnSet
        Of the kind.
    mapping : mapping
        Header or key in the file to a field path, a declared header, or ``-`` to leave the column out.

    Raises
    ------
    UnknownField
        If the mapping names a field that the kind does not have.
    """

    def __init__(self, columns: ColumnSet, mapping: Mapping[str, str], findings: Findings) -> None:
        self._columns = columns
        self._findings = findings
        self._mapped = {plain_header(header): self._target(header, name) for header, name in mapping.items()}
        self._headers = {plain_header(header): header for header in mapping}
        self._unmet = set(self._mapped)
        self._reported: set[str] = set()
        self._continued: dict[str, list[str]] = {}
        self._passed_over: set[str] = set()
        self._days_from_1904 = False

    def _target(self, header: str, name: str) -> Column | None:
        if name.strip() in _LEAVE_OUT:
            return None
        column = self._columns.find(name)
        if column is None:
            known = "、".join(f"{column.header}（{column.path}）" for column in self._columns)
            raise UnknownField(
                f"列“{header}”要对应的字段“{name}”不存在；可用：{known}", place={"column": header}
            )
        return column

    def is_known(self, header: str) -> bool:
        """Whether a header is declared or mapped."""
        return plain_header(header) in self._mapped or self._columns.find(header) is not None

    def _column(self, header: str) -> Column | None:
        """Return the column of a header; notes once when there is none."""
        name = plain_header(header)
        if name in self._mapped:
            self._unmet.discard(name)
            return self._mapped[name]
        column = self._columns.find(header)
        if column is None:
            self._unknown(header)
        return column

    def _unknown(self, header: str) -> None:
        if header in self._reported:
            return
        self._reported.add(header)
        kind = self._columns.kind.label
        detail = f"列“{cells.shown(header)}”不是{kind}的字段，已忽略；如需导入，请指定它对应的字段"
        self._findings.add(None, "warning", "unknown_column", detail, column=cells.shown(header))

    def check_table(self, source: RowSource) -> None:
        """Check the header row of a table.

        Raises
        ------
        DuplicateColumns
            If a column of meaning stands twice.
        MissingColumns
            If nothing identifies the records.
        """
        headers = source.columns or ()
        twice = sorted(header for header in source.repeated_columns if self.is_known(header))
        if twice:
            raise DuplicateColumns(
                f"表头“{cells.shown(twice[0])}”出现了不止一次，无法确定取哪一列，请删去多余的列。",
                place={"file": source.name, "column": twice[0]},
            )
        self._days_from_1904 = source.days_from_1904
        paths = set()
        for header in headers:
            if plain_header(header) in LEFT_OUT:
                self._passed_over.add(header)
                continue
            first = _CONTINUATION.sub("", header)
            if first != header and first in headers and self.is_known(first):
                self._continued.setdefault(first, []).append(header)
                self._passed_over.add(header)
                continue
            column = self._column(header)
            if column is not None:
                paths.add(column.path)
                self._note_unit(header, column)
        if not any(paths.issuperset(key) for key in self._columns.keys):
            raise self._missing(source)

    def _note_unit(self, header: str, column: Column) -> None:
        if column.cell is CellType.MONEY and "元" not in header and "yuan" not in header.lower():
            detail = (
                f"列“{cells.shown(header)}”没有写单位，已按“元”读取；如为万元，请把表头改为“{header}(万元)”"
            )
            self._findings.add(None, "warning", "unit_assumed", detail, column=cells.shown(header))

    def _missing(self, source: RowSource) -> MissingColumns:
        ways = "，或".join(
            "和".join(f"“{column.header}”" for path in key if (column := self._columns.by_path(path)))
            for key in self._columns.keys
        )
        found = "、".join(cells.shown(header, 20) for header in (source.columns or ())[:20])
        return MissingColumns(
            f"缺少必需的列{ways}。文件里的列有：{found}。请修改表头，或指定哪一列对应哪个字段。",
            place={"file": source.name},
        )

    def finish(self) -> None:
        """Note the mapped columns that never came."""
        for name in sorted(self._unmet):
            header = self._headers[name]
            detail = f"文件里没有列“{header}”，对它的指定没有用上"
            self._findings.add(None, "warning", "mapped_column_missing", detail, column=header)

    # -- one row ---------------------------------------------------------------------------------------

    def table_row(self, row: Row) -> Candidate:
        """Return the candidate of a table row; a blank cell says nothing about its field."""
        candidate = Candidate(row)
        for header, cell in self._whole_cells(row):
            column = self._column(header)
            if column is None:
                continue
            if is_blank(cell):
                candidate.blank[column.path] = header
            elif self._days_from_1904 and column.cell is CellType.DATE and isinstance(cell, int | float):
                self._take(candidate, header, column, cell + _DAYS_TO_1904)
            else:
                self._take(candidate, header, column, cell)
        return candidate

    def _whole_cells(self, row: Row) -> Iterator[tuple[str, Any]]:
        """Yield the cells, those that are continued in other columns put together again."""
        for header, cell in row.values.items():
            if header in self._passed_over:
                continue
            rest = [row.values[part] for part in self._continued.get(header, ())]
            if any(part is not None for part in rest):
                yield header, "".join(str(part) for part in (cell, *rest) if part is not None)
            else:
                yield header, cell

    def is_example(self, row: Row, marked: str) -> bool:
        """Whether a row of a table is the one that shows how to fill it in."""
        for header, cell in row.values.items():
            column = self._columns.find(header)
            if column is not None and column.path == self._columns.kind.key_field:
                return isinstance(cell, str) and cell.strip().startswith(marked)
        return False

    def json_row(self, row: Row) -> Candidate:
        """Return the candidate of a JSON object; each field it names replaces the stored one as a whole."""
        candidate = Candidate(row)
        for key, value in row.values.items():
            if key in self._columns.groups and plain_header(key) not in self._mapped:
                candidate.whole.add(key)
                self._take_object(candidate, key, value)
            elif key not in _DERIVED and (column := self._column(key)) is not None:
                candidate.whole.add(column.path.partition(".")[0])
                self._take_json(candidate, key, column, value)
        return candidate

    def _take_object(self, candidate: Candidate, key: str, value: object) -> None:
        if not isinstance(value, dict):
            if value is not None:
                # The model says what it expects instead.
                candidate.put(key, value)
                candidate.places[key] = key
            return
        candidate.put(key, {})
        for inner, content in value.items():
            path = f"{key}.{inner}"
            column = self._columns.by_path(path)
            if column is not None:
                self._take_json(candidate, path, column, content)
            elif key in self._columns.open_fields:
                candidate.fields[key][inner] = content
                candidate.places[path] = path
            else:
                self._unknown(path)

    def _take_json(self, candidate: Candidate, key: str, column: Column, value: object) -> None:
        if value is None or (is_blank(value) and column.read is not cells.text):
            return
        if isinstance(value, dict):
            candidate.put(column.path, value)
            candidate.places[column.path] = key
            return
        self._take(candidate, key, column, value)

    def _take(self, candidate: Candidate, header: str, column: Column, cell: object) -> None:
        if isinstance(cell, BrokenCell):
            reading = cells.error("broken_cell", f"单元格里是错误值（{cell}），请改正后再导入")
        elif isinstance(cell, RefusedCell):
            reading = Reading(None, (cell.problem,))
        else:
            reading = column.read(cell)
        before = candidate.get(column.path)
        if before is not None and reading.value is not None and before != reading.value:
            other = candidate.places[column.path]
            detail = f"列“{other}”和列“{header}”是同一项，内容却不同"
            reading = cells.error("conflicting_columns", detail)
        self._note(candidate, header, cell, reading)
        if reading.value is not None:
            candidate.put(column.path, reading.value)
            candidate.places[column.path] = header

    def _note(self, candidate: Candidate, header: str, cell: object, reading: Reading) -> None:
        for problem in reading.problems:
            candidate.faulty = candidate.faulty or problem.severity == "error"
            self._findings.add(
                candidate.row.number, problem.severity, problem.code, problem.detail, header, cell
            )
