"""Rows of a workbook that was edited offline, merged with what their records have become meanwhile."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from recommender.domain.validation_text import explain
from recommender.exchange.assembling import Candidate
from recommender.exchange.columns import Column
from recommender.exchange.completing import complete
from recommender.exchange.declared import columns_of
from recommender.exchange.kinds import ExchangeRecord, Kind
from recommender.exchange.merging import Conflict, Resolve, Sides, merge, value_at
from recommender.exchange.report import Findings
from recommender.exchange.revisions import Mark, vouched
from recommender.store.repositories.records import RecordRepository, Stored


class OfflineRows:
    """Knows the marks of one file.

    Parameters
    ----------
    marks : mapping
        From the hidden sheet, by key.
    resolve : callable
        Decides conflicts, or leaves them open.
    """

    def __init__(self, kind: Kind, marks: Mapping[str, Mark], resolve: Resolve, findings: Findings) -> None:
        self._kind = kind
        self._marks = marks
        self._resolve = resolve
        self._findings = findings
        self._columns = columns_of(kind)
        self._seen: set[str] = set()
        self._bases: dict[str, ExchangeRecord] = {}
        self._open: dict[int, list[Conflict]] = {}
        self._merged: set[int] = set()

    @property
    def merged(self) -> int:
        """Rows that were merged into a record that had changed."""
        return len(self._merged)

    def conflicts(self) -> list[Conflict]:
        """Return the open conflicts in the order of the file."""
        return [conflict for row in sorted(self._open) for conflict in self._open[row]]

    def see(self, key: str) -> None:
        """Note that the file has a row of this key."""
        self._seen.add(key)

    def tell_missing(self) -> None:
        """Report the exported rows that the file no longer has."""
        for key in self._marks:
            if key not in self._seen:
                detail = f"导出时有 {key}，文件里没有这一行了；记录没有删除"
                self._findings.add(None, "warning", "row_missing", detail, value=key)

    def recall(self, repository: RecordRepository[Any], stored: Mapping[str, Stored[Any]]) -> None:
        """Read what the records said when they were exported."""
        self._bases = vouched(self._kind, repository, self._marks, stored)

    def record(self, candidate: Candidate, key: str, stored: Stored[Any]) -> ExchangeRecord | None:
        """Return the merged record, None where a conflict is open or the row is refused."""
        base = self._bases.get(key)
        if base is not None and not candidate.cleared:
            self._clear(candidate, _document(base))
        elif key in self._marks:
            detail = "版本标记核对不上（被改动过，或来自另一套系统），与库中不同的内容都按冲突处理"
            self._findings.add(candidate.row.number, "warning", "revision_unknown", detail)
        if candidate.faulty:
            return None
        said = complete(self._kind, candidate, base or stored.record, self._findings)
        if said is None or base == stored.record:
            return said
        before = None if base is None else _document(base)
        return self._merge(candidate, key, Sides(before, _document(stored.record), _document(said)))

    def _merge(self, candidate: Candidate, key: str, sides: Sides) -> ExchangeRecord | None:
        row = candidate.row.number
        columns = self._columns.exported(with_contact=True)
        merged, conflicts = merge(columns, sides, row, key, self._resolve)
        self._open.pop(row, None)
        if conflicts:
            self._open[row] = conflicts
            return None
        try:
            record = self._kind.model.model_validate(merged)
        except ValidationError as error:
            detail = f"文件的修改与库中后来的修改合在一起不成立：{explain(error)[0].message}"
            self._findings.add(row, "error", "merge_invalid", detail)
            return None
        if merged != sides.stored:
            self._merged.add(row)
        return record

    def _clear(self, candidate: Candidate, base: dict[str, Any]) -> None:
        """Turn the cells that were emptied since the export into emptied fields, each of them reported."""
        emptied = {
            path: shown
            for path in candidate.blank
            if candidate.get(path) is None
            and (column := self._columns.by_path(path)) is not None
            and (shown := column.show(value_at(base, path)))
        }
        for path, shown in emptied.items():
            column = self._columns.by_path(path)
            if column is None:
                continue
            if not column.clearable and not self._group_emptied(column, candidate):
                candidate.faulty = True
                detail = f"“{column.header}”不能清空（导出时是“{shown}”）"
                self._findings.add(candidate.row.number, "error", "cannot_clear", detail, column.header)
            else:
                candidate.cleared.add(path)
                detail = f"导出时是“{shown}”，已清空，按删去该项内容处理"
                self._findings.add(candidate.row.number, "warning", "field_cleared", detail, column.header)

    def _group_emptied(self, column: Column, candidate: Candidate) -> bool:
        """Whether all columns of the column's group are empty, so that the group goes as a whole."""
        group, point, _ = column.path.partition(".")
        others = [other for other in self._columns if other.path.startswith(f"{group}.")]
        return bool(point) and all(candidate.get(other.path) is None for other in others)


def _document(record: ExchangeRecord) -> dict[str, Any]:
    computed = set(type(record).model_computed_fields)
    return record.model_dump(mode="json", exclude=computed, exclude_none=True)
