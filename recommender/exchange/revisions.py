"""Which revision of each record a workbook was exported from, so that it can be edited offline and come back.

The marks stand on a hidden sheet: key, revision, and a digest of the content of that revision. On the way
back the content itself is read from the store's history and checked against the digest, so a mark that was
altered, moved to another record or made in another installation vouches for nothing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from recommender.exchange.kinds import ExchangeRecord, Kind
from recommender.exchange.workbooks import Sheet, SheetColumn
from recommender.exchange.xlsx_rows import REVISION_SHEET
from recommender.store.repositories.records import RecordRepository, Stored

_COLUMNS = (SheetColumn("编号", 30), SheetColumn("版本", 8), SheetColumn("校验", 40))


class Mark(NamedTuple):
    """The revision of a record that a row was exported from."""

    revision: int
    digest: str


def mark_of(kind: Kind, stored: Stored[Any]) -> tuple[str, Mark]:
    """Return key and mark of a stored record."""
    key = str(getattr(stored.record, kind.key_field))
    return key, Mark(stored.revision, _digest(kind, key, stored.revision, stored.record))


def _digest(kind: Kind, key: str, revision: int, record: ExchangeRecord) -> str:
    # A field that a later version adds with a default leaves the digest as it is.
    content = record.model_dump_json(exclude=set(type(record).model_computed_fields), exclude_defaults=True)
    return hashlib.sha256("\n".join((kind.value, key, str(revision), content)).encode()).hexdigest()[:32]


def revision_sheet(marks: Mapping[str, Mark]) -> Sheet:
    """Return the hidden sheet."""
    rows = ((key, str(mark.revision), mark.digest) for key, mark in marks.items())
    return Sheet(REVISION_SHEET, _COLUMNS, rows, hidden=True)


def read_marks(rows: Iterable[tuple[Any, ...]]) -> dict[str, Mark]:
    """Return the marks of a hidden sheet; rows that hold none are left out."""
    marks: dict[str, Mark] = {}
    for row in rows:
        key, revision, digest = (str(cell) if cell is not None else "" for cell in (*row, "", "", "")[:3])
        if revision.isascii() and revision.isdigit() and len(revision) < 10:
            marks[key] = Mark(int(revision), digest)
    return marks


def vouched(
    kind: Kind,
    repository: RecordRepository[Any],
    marks: Mapping[str, Mark],
    stored: Mapping[str, Stored[Any]],
) -> dict[str, ExchangeRecord]:
    """Return what the stored records said when they were exported, for those whose mark holds true."""
    found: dict[str, ExchangeRecord] = {}
    for key, now in stored.items():
        mark = marks.get(key)
        if mark is None:
            continue
        base = now.record if now.revision == mark.revision else _past(repository, key, mark.revision)
        if base is not None and _digest(kind, key, mark.revision, base) == mark.digest:
            found[key] = base
    return found


def _past(repository: RecordRepository[Any], key: str, revision: int) -> ExchangeRecord | None:
    return next((past.record for past in repository.history(key) if past.number == revision), None)
