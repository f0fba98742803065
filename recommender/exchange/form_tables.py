"""Tables that people fill in offline: written with drop-downs and comments, read back with faults by cell."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recommender.diagnosis.value import Value
from recommender.exchange.cells import shown
from recommender.exchange.columns import Column, plain_header
from recommender.exchange.faults import MissingColumns, NotExpressible
from recommender.exchange.readers import read_rows
from recommender.exchange.rows import BadRow, Row
from recommender.exchange.workbooks import MAX_CELL, Sheet, SheetColumn, too_long, typed
from recommender.exchange.xlsx_rows import BrokenCell

#: Empty rows with drop-downs below what is filled in.
SPARE_ROWS = 200


class FormFault(Value):
    """One thing that is wrong with a filled form.

    Attributes
    ----------
    row : int
        As a person sees it, the header counted; 0 for the sheet as a whole.
    column : str, optional
        Header of the cell.
    """

    sheet: str
    row: int
    column: str | None
    code: str
    detail: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row: what its cells say by field path, and where it stands."""

    number: int
    fields: dict[str, Any]


@dataclass(slots=True)
class FilledTable:
    """What a sheet says; a row with a fault is in ``rows`` as far as it was understood."""

    sheet: str
    rows: list[FilledRow] = field(default_factory=list)
    faults: list[FormFault] = field(default_factory=list)

    def fault(self, row: int, code: str, detail: str, column: str | None = None, value: object = "") -> None:
        """Put down a fault."""
        self.faults.append(
            FormFault(sheet=self.sheet, row=row, column=column, code=code, detail=detail, value=shown(value))
        )


def form_sheet(title: str, columns: Sequence[Column], records: Iterable[Mapping[str, Any]]) -> Sheet:
    """Return a sheet to fill in.

    Parameters
    ----------
    records : iterable of mapping
        JSON values by field path; what is there already.

    Raises
    ------
    NotExpressible
        If a text is too long for a cell.
    """
    rows = []
    for record in records:
        texts = [column.show(record.get(column.path)) for column in columns]
        for column, text in zip(columns, texts, strict=True):
            if too_long(text):
                raise NotExpressible(
                    f"“{column.header}”超过 {MAX_CELL} 字，表格写不下", place={"sheet": title}
                )
        rows.append([typed(column.cell, text) for column, text in zip(columns, texts, strict=True)])
    heads = [
        SheetColumn(column.header, column.width, column.cell, column.choices, _comment(column))
        for column in columns
    ]
    return Sheet(title, heads, rows, spare=SPARE_ROWS)


def _comment(column: Column) -> str:
    lines = ["必填" if column.required else "选填", column.note]
    if column.choices and column.choices[0] not in column.note:
        lines.append(f"可选：{'、'.join(column.choices)}")
    return "\n".join(line for line in lines if line)


def read_form(
    source: Path | bytes, title: str, columns: Sequence[Column], *, name: str | None = None
) -> FilledTable:
    """Read a filled sheet; every cell that is not understood becomes a fault.

    Raises
    ------
    recommender.errors.MalformedRequest
        If the file cannot be read.
    MissingColumns
        If a required column is not there.
    """
    known = {plain_header(column.header): column for column in columns}
    table = read_rows(
        source, name=name, is_known=lambda header: plain_header(header) in known, sheet_names=(title,)
    )
    present = {plain_header(header) for header in table.columns or ()}
    lacking = [c.header for c in columns if c.required and plain_header(c.header) not in present]
    if lacking:
        raise MissingColumns(
            f"“{table.name}”的“{title}”表缺少列：{'、'.join(lacking)}", place={"file": table.name}
        )
    found = FilledTable(title)
    for row in table.rows:
        if isinstance(row, BadRow):
            found.fault(row.number, row.code, row.detail, row.column, row.value)
        else:
            found.rows.append(_filled(row, known, found))
    return found


def _filled(row: Row, known: Mapping[str, Column], found: FilledTable) -> FilledRow:
    fields: dict[str, Any] = {}
    for header, cell in row.values.items():
        column = known.get(plain_header(header))
        if column is None or cell is None:
            continue
        if isinstance(cell, BrokenCell):
            found.fault(row.number, "broken_cell", f"单元格里是 {cell}，没有值", header, cell)
            continue
        reading = column.read(cell)
        for problem in reading.problems:
            found.fault(row.number, problem.code, problem.detail, header, cell)
        if reading.value is not None:
            fields[column.path] = reading.value
    for column in known.values():
        blank = row.values.get(column.header) is None
        if column.required and blank and column.path not in fields:
            found.fault(row.number, "missing", f"请填写{column.header}", column.header)
    return FilledRow(row.number, fields)
