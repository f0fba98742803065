"""The report of an import: what was taken, and every row that was refused or changed, with its place."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from recommender.exchange.cells import Severity, shown
from recommender.exchange.merging import Conflict
from recommender.exchange.rows import Place

#: Longest list of findings in a report; the counts go on beyond it.
MAX_REPORTED = 10_000
_LONGEST_DETAIL = 400


class Finding(BaseModel):
    """One thing that a person should look at.

    Attributes
    ----------
    row : int, optional
        1-based row of the table (the header is row 1) or line of the jsonl file; None for the whole file.
    code : str
        Stable name.
    column : str, optional
        Header or field name as it stands in the file; ``sheet!cell`` of a form.
    value : str, optional
        The value as it stands in the file, at most 60 characters.
    detail : str
        Chinese.
    """

    model_config = ConfigDict(frozen=True)

    row: int | None = None
    severity: Severity
    code: str
    column: str | None = None
    value: str | None = None
    detail: str


class ImportReport(BaseModel):
    """What became of a file.

    Attributes
    ----------
    rows : int
        Rows that are not blank: ``taken + skipped + rejected + conflicting``.
    taken : int
        Rows whose records are stored (or would be, in a dry run): ``created + updated + unchanged``.
    skipped : int
        Rows that repeat an earlier row of the file.
    rejected : int
        Rows with at least one error.
    conflicting : int
        Rows with at least one conflict that nobody has decided; nothing of them is stored.
    merged : int
        Rows whose record had changed since the file was exported, merged without a conflict left open.
    conflicts : tuple of Conflict
        Every open conflict, in the order of the file.
    warnings : int
        All warnings.
    reported : tuple of Finding
        In the order of the file, those about the whole file first.
    left_off : int
        Findings beyond the first 10,000, counted only.
    seconds : float
        Wall time.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    file: str
    format: Literal["csv", "xlsx", "jsonl"]
    encoding: str | None
    dry_run: bool
    rows: int
    taken: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: int
    conflicting: int = 0
    merged: int = 0
    conflicts: tuple[Conflict, ...] = ()
    warnings: int
    reported: tuple[Finding, ...]
    left_off: int = 0
    seconds: float


class Findings:
    """Collects findings; keeps the counts exact when there are too many to keep."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self.warnings = 0
        self.left_off = 0
        self.error_rows: set[int] = set()

    def add(
        self,
        row: int | None,
        severity: Severity,
        code: str,
        detail: str,
        column: str | None = None,
        value: Any = None,  # noqa: ANN401 - any cell
    ) -> None:
        """Take one finding."""
        if severity == "warning":
            self.warnings += 1
        elif row is not None:
            self.error_rows.add(row)
        if len(self._kept) >= MAX_REPORTED:
            self.left_off += 1
            return
        finding = Finding(
            row=row,
            severity=severity,
            code=code,
            column=None if column is None else shown(column),
            value=None if value is None else shown(value),
            detail=shown(detail, _LONGEST_DETAIL),
        )
        self._kept.append(finding)

    def ordered(self, places: Mapping[str, Place] | None = None) -> tuple[Finding, ...]:
        """Return what was kept, in the order of the file.

        Parameters
        ----------
        places : mapping, optional
            Of a form: header to where its answer stands; the findings then name sheet, row and cell.
        """
        kept = [_placed(finding, places) for finding in self._kept] if places else self._kept
        return tuple(sorted(kept, key=lambda finding: finding.row or 0))


def _placed(finding: Finding, places: Mapping[str, Place]) -> Finding:
    place = places.get(finding.column or "")
    if place is None:
        return finding
    title = "" if finding.detail.startswith(f"{finding.column}：") else f"{finding.column}："
    changes = {"row": place.row, "column": str(place), "detail": f"{title}{finding.detail}"}
    return finding.model_copy(update=changes)
