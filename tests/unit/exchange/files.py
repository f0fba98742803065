"""Small synthetic files, made in memory."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from openpyxl import Workbook

from recommender.exchange.readers import read_rows
from recommender.exchange.rows import BadRow, Row
from tests.synthetic_records import uscc

HEADER = ("统一社会信用代码", "企业名称", "所属区", "从业人员")


def firm(number: int, district: str = "番禺区", employees: object = 40) -> tuple[Any, ...]:
    return (uscc(number), f"合成样本企业{number}", district, employees)


def csv_text(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER, delimiter: str = ",") -> str:
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows(rows)
    return target.getvalue()


def csv_bytes(rows: Sequence[Sequence[Any]], header: Sequence[str] = HEADER) -> bytes:
    return csv_text(rows, header).encode()


def jsonl_bytes(*objects: dict[str, Any]) -> bytes:
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in objects).encode()


def xlsx_bytes(rows: Sequence[Sequence[Any]], change: Callable[[Workbook], None] | None = None) -> bytes:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    if change is not None:
        change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None], **added: bytes) -> bytes:
    """Rewrite a zip; ``change`` returns an entry's new content, None to drop it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = change(entry.filename, old.read(entry))
            if content is not None:
                new.writestr(entry.filename, content)
        for name, content in added.items():
            new.writestr(name, content)
    return target.getvalue()


def known(header: str) -> bool:
    return header in HEADER


def read(data: bytes, name: str) -> tuple[list[Row], list[BadRow]]:
    rows = list(read_rows(data, name=name, is_known=known, sheet_names=("企业",)).rows)
    good = [row for row in rows if isinstance(row, Row)]
    return good, [row for row in rows if isinstance(row, BadRow)]
