"""Export: records as a csv, xlsx or jsonl file that imports as the same records."""

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from recommender.domain.record import SYNTHETIC_MARK
from recommender.exchange.columns import Column
from recommender.exchange.declared import columns_of
from recommender.exchange.faults import FileNotReadable, NotExpressible
from recommender.exchange.kinds import ExchangeRecord, Kind
from recommender.exchange.merging import put_at, value_at
from recommender.exchange.revisions import mark_of, revision_sheet
from recommender.exchange.spreading import spread
from recommender.exchange.workbooks import Sheet, about_sheet, book_bytes, shown_moment, typed
from recommender.store.repositories.records import Stored

#: Beginnings that a spreadsheet would run as a formula, with the apostrophes that already guard one.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


class Format(StrEnum):
    """A file format."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


class ExportReport(BaseModel):
    """What was written."""

    model_config = ConfigDict(frozen=True)

    kind: str
    file: str
    format: Format
    records: int
    with_contact: bool


def export_records(
    kind: Kind | str,
    records: Iterable[ExchangeRecord | Stored[Any]],
    path: Path,
    file_format: Format | str | None = None,
    *,
    with_contact: bool = False,
    selection: str = "全部",
) -> ExportReport:
    """Write records to a file.

    The file appears whole or not at all. In tables an empty text and a missing one look the same.

    Parameters
    ----------
    kind : Kind or str
        What the records are.
    records : iterable of record or Stored
        Written in the order given. A workbook of stored records remembers their revisions, so that it can be
        edited offline and merged on its way back.
    path : Path
        File to write; an existing one is replaced.
    file_format : Format or str, optional
        By the ending of ``path`` if not given.
    with_contact : bool
        Whether to write persons, phone numbers and mail addresses.
    selection : str
        Which records these are, in Chinese, for the sheet that says what the workbook is.

    Raises
    ------
    NotExpressible
        If a table cannot hold a record without loss, or the ending names no format.
    FileNotReadable
        If the file cannot be written.
    """
    kind = Kind(kind)
    chosen = _format(path, file_format)
    data, count = export_bytes(kind, records, chosen, with_contact=with_contact, selection=selection)
    write_file(path, data)
    return ExportReport(
        kind=kind.value, file=str(path), format=chosen, records=count, with_contact=with_contact
    )


def export_bytes(
    kind: Kind,
    records: Iterable[ExchangeRecord | Stored[Any]],
    file_format: Format,
    *,
    with_contact: bool = False,
    selection: str = "全部",
) -> tuple[bytes, int]:
    """Return the content of an export file and the number of records in it.

    Parameters and errors as in :func:`export_records`.
    """
    given = list(records)
    documents = [
        _document(entry.record if isinstance(entry, Stored) else entry, with_contact=with_contact)
        for entry in given
    ]
    if file_format is Format.JSONL:
        lines = (json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
        return "".join(lines).encode("utf-8"), len(documents)
    columns = columns_of(kind).exported(with_contact=with_contact)
    rows = list(_table(kind, columns, documents))
    if file_format is Format.CSV:
        return _csv(columns, rows), len(documents)
    shaped, spread_rows = spread(columns, rows)
    values = (
        tuple(typed(column.cell, text) for column, text in zip(shaped, row, strict=True))
        for row in spread_rows
    )
    sheets = [Sheet(kind.label, shaped, values), about_sheet(_about(kind, documents, selection))]
    marks = dict(mark_of(kind, entry) for entry in given if isinstance(entry, Stored))
    if marks:
        sheets.append(revision_sheet(marks))
    return book_bytes(sheets), len(documents)


def _about(kind: Kind, documents: Sequence[dict[str, Any]], selection: str) -> Iterator[tuple[str, str]]:
    made_up = sum(bool(document["synthetic"]) for document in documents)
    yield "内容", f"{kind.label} {len(documents)} 条"
    yield "筛选", selection
    yield "生成时间", shown_moment(datetime.now(UTC))
    if made_up:
        yield SYNTHETIC_MARK, f"其中 {made_up} 条是演示用的合成样本，不是真实数据"
    yield (
        "离线修改",
        "改好后用原文件导入。库中同时有变化的，不重叠的自动合并，重叠的列出请人决定，不会直接覆盖。",
    )
    yield "清空", "把原来有内容的单元格清空，导入时就删去该项内容；删去整行不会删除记录。"


def _format(path: Path, named: Format | str | None) -> Format:
    text = str(named) if named is not None else path.suffix.lower().removeprefix(".")
    if text not in set(Format):
        raise NotExpressible(f"不支持导出为“{text}”，请用 csv、xlsx 或 jsonl。", place={"file": str(path)})
    return Format(text)


def _document(record: ExchangeRecord, *, with_contact: bool) -> dict[str, Any]:
    left_out = set(type(record).model_computed_fields)
    if not with_contact:
        left_out.add("contact")
    return record.model_dump(mode="json", exclude=left_out)


def _table(
    kind: Kind, columns: Sequence[Column], documents: Sequence[dict[str, Any]]
) -> Iterator[tuple[str, ...]]:
    for number, document in enumerate(documents, start=1):
        row = tuple(column.show(value_at(document, column.path)) for column in columns)
        read_back: dict[str, Any] = {}
        for column, cell in zip(columns, row, strict=True):
            if cell:
                put_at(read_back, column.path, column.read(cell).value)
        if not _same(kind, document, read_back):
            key = document[kind.key_field]
            raise NotExpressible(
                f"第{number}条记录（{key}）有表格装不下的内容，请导出为 jsonl。", place={"index": number - 1}
            )
        yield row


def _same(kind: Kind, document: dict[str, Any], read_back: dict[str, Any]) -> bool:
    before = kind.model.model_validate(_without_empty(document))
    try:
        after = kind.model.model_validate(_without_empty(read_back))
    except ValueError:
        return False
    return before == after


def _without_empty(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        kept = {key: _without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list):
        return [_without_empty(inner) for inner in value]
    return value


def _csv(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([column.header for column in columns])
    for row in rows:
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in row])
    # With the mark, Excel reads the file as UTF-8.
    return target.getvalue().encode("utf-8-sig")


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; an existing one is replaced.

    Raises
    ------
    FileNotReadable
        If it cannot be written.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as target:
            temporary = Path(target.name)
            try:
                target.write(data)
                target.flush()
                os.fsync(target.fileno())
                # mkstemp makes the file private; an export is as readable as any other new file.
                temporary.chmod(0o666 & ~_umask())
                temporary.replace(path)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise FileNotReadable(
            f"无法写入文件“{path}”，请检查文件夹和权限。", place={"file": str(path)}
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
