"""The error workbook: the rows that were refused, as they stood, with a comment on every cell at fault."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from recommender.exchange.assembling import LEFT_OUT
from recommender.exchange.declared import columns_of
from recommender.exchange.kinds import Kind
from recommender.exchange.questionnaire_rows import marked_questionnaire
from recommender.exchange.report import Finding
from recommender.exchange.revisions import Mark, revision_sheet
from recommender.exchange.rows import Row, RowSource
from recommender.exchange.workbooks import Sheet, SheetColumn, Value, about_sheet, book_bytes, shown_moment
from recommender.exchange.xlsx_rows import BrokenCell

_ROW, _WHY = "原行号", "错误说明"
assert {_ROW, _WHY} == LEFT_OUT


@dataclass(slots=True)
class RejectedRows:
    """Collects refused rows while a file is imported.

    Attributes
    ----------
    headers : list of str
        Of the file, in order; for jsonl the names of the fields.
    rows : dict
        Row number to the cells as they stood; empty for a row that could not be read at all.
    marks : dict
        Revision marks of the refused rows, so that they merge when they come back.
    form : bytes, optional
        The questionnaire that was refused, which is handed back itself.
    """

    headers: list[str] = field(default_factory=list)
    rows: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    form: bytes | None = None

    def take(
        self,
        opened: RowSource,
        read: Mapping[int, tuple[Row, str]],
        refused: Iterable[int],
        marks: Mapping[str, Mark],
    ) -> None:
        """Keep the refused rows of a file as they stood, those that could not be read at all as empty ones.

        Parameters
        ----------
        read : mapping
            Row number to row and key.
        """
        self.headers = list(opened.columns or ())
        self.form = opened.form.content if opened.form else None
        for number in refused:
            row, key = read.get(number, (None, ""))
            self.add(number, row.values if row else {})
            if key in marks:
                self.marks[key] = marks[key]

    def add(self, number: int, values: Mapping[str, Any]) -> None:
        """Keep a row."""
        flat = dict(_flat(values))
        known = set(self.headers)
        self.headers += [header for header in flat if header not in known]
        self.rows[number] = flat


def _flat(values: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", each) for inner, each in value.items())
        else:
            yield name, value


def error_workbook(kind: Kind, rejected: RejectedRows, findings: Iterable[Finding], at: datetime) -> bytes:
    """Return a workbook that can be corrected and imported again.

    Parameters
    ----------
    findings : iterable of Finding
        Of the import; a cell may have several.
    at : datetime
        When it was imported.
    """
    if rejected.form is not None:
        return marked_questionnaire(rejected.form, findings)
    told: dict[int, dict[str | None, list[str]]] = defaultdict(lambda: defaultdict(list))
    for finding in findings:
        if finding.row in rejected.rows and finding.severity == "error":
            told[finding.row][finding.column].append(finding.detail)
    known = columns_of(kind)
    headers = rejected.headers
    columns = [SheetColumn(header, getattr(known.find(header), "width", 16)) for header in headers]
    rows: list[tuple[Value, ...]] = []
    notes: dict[int, dict[int, str]] = {}
    for number, values in sorted(rejected.rows.items()):
        why = told[number]
        notes[len(rows)] = {
            headers.index(column): "\n".join(details)
            for column, details in why.items()
            if column is not None and column in headers
        }
        everything = "；".join(detail for details in why.values() for detail in details)
        cells = (_value(values.get(header)) for header in headers)
        rows.append((*cells, number, everything or "没有单独的说明，见导入报告"))
    about = about_sheet(
        (
            ("内容", f"{kind.label}：没有导入的 {len(rows)} 行，红色单元格的批注说明原因"),
            ("生成时间", shown_moment(at)),
            ("怎样处理", "改好后直接导入本表；“原行号”“错误说明”两列不会读取。"),
        )
    )
    sheets = [
        Sheet(kind.label, (*columns, SheetColumn(_ROW, 8), SheetColumn(_WHY, 60)), rows, notes),
        about,
    ]
    if rejected.marks:
        sheets.append(revision_sheet(rejected.marks))
    return book_bytes(sheets)


def _value(cell: object) -> Value:
    if isinstance(cell, list | dict):
        return json.dumps(cell, ensure_ascii=False, default=str)
    if cell is None or isinstance(cell, str | int | float | Decimal | datetime | BrokenCell):
        return cell
    return str(cell)
