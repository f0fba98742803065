"""The workbook of one reviewer: filled in offline, it is merged with what was scored meanwhile.

A hidden sheet says which sheet of the reviewer each row was made from. On the way back its content is read
from the log; what only one side changed is taken, what both changed differently is a conflict.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from recommender.appraisal.ledger import Appraisal, Score
from recommender.appraisal.parties import Surroundings
from recommender.appraisal.scoring import STEP, checked_score, require_impartial, require_reviewer, take_score
from recommender.appraisal.sheet import JudgedItem
from recommender.errors import InvalidInput, SmematchError
from recommender.exchange import cells
from recommender.exchange.columns import Column
from recommender.exchange.faults import MissingColumns
from recommender.exchange.merging import Conflict, Resolve, Sides, merge, put_at
from recommender.exchange.readers import read_rows
from recommender.exchange.report import Findings, ImportReport
from recommender.exchange.revisions import Mark, read_marks, revision_sheet
from recommender.exchange.rows import BadRow, Row
from recommender.exchange.workbooks import Sheet, SheetColumn, about_sheet, book_bytes
from recommender.policy.sourced import NOTICE
from recommender.store import UnitOfWork

SHEET = "评分"
_UNIT, _NAME, _REPORT = "单位编号", "单位名称", "单位自评"
_RECUSED, _REMARK = "是否回避", "评审意见"
_YES_NO = ("否", "是")


def score_workbook(work: UnitOfWork, here: Appraisal, reviewer: str) -> bytes:
    """Return the workbook of a reviewer with every unit that the reviewer may score.

    Raises
    ------
    UnknownReviewer
    """
    affiliation = require_reviewer(here, reviewer)
    surroundings = Surroundings(work, here.side)
    near = {unit: surroundings.conflict(affiliation, unit) for unit in here.units}
    open_ = [key for key, unit in here.units.items() if near[key] is None and unit.published_on is None]
    items = tuple(here.sheet.judged)
    columns = (
        SheetColumn(_UNIT, 20, note="请勿修改"),
        SheetColumn(_NAME, 30, note="请勿修改"),
        SheetColumn(_REPORT, 40, note="单位自己的说明，供参考，不读回"),
        *(_item_column(item) for item in items),
        SheetColumn(_RECUSED, 10, choices=_YES_NO, note="与单位有利害关系的选“是”，不填得分"),
        SheetColumn(_REMARK, 40),
    )
    rows = [_row(here, key, items, _latest(here, key, reviewer)) for key in open_]
    marks = {key: _mark(here, key, reviewer, _number(here, key, reviewer)) for key in open_}
    aside = "、".join(here.units[key].name for key, why in near.items() if why is not None)
    told = (
        ("内容", f"{here.name}：评审人 {reviewer} 的评分表（{here.sheet.title}，{here.sheet.version} 版）"),
        ("怎样填写", "每家单位一行，各项从0分到表头所写的满分，最多一位小数；还不评的整行留空"),
        ("应回避", aside or "无"),
        ("来源", f"{here.sheet.source_text}；{NOTICE}"),
    )
    return book_bytes((Sheet(SHEET, columns, rows), about_sheet(told), revision_sheet(marks)))


def _header(item: JudgedItem) -> str:
    return f"{item.title}（{item.points}分）"


def _item_column(item: JudgedItem) -> SheetColumn:
    asked = f"\n材料：{'、'.join(item.evidence)}" if item.evidence else ""
    note = f"看什么：{item.look_at}{asked}"
    return SheetColumn(_header(item), 16, note=note, limits=(0, float(item.points)))


def _row(here: Appraisal, key: str, items: tuple[JudgedItem, ...], score: Score | None) -> list[Any]:
    unit = here.units[key]
    if score is None:
        return [key, unit.name, unit.report, *(None for _ in items), None, None]
    return [
        key,
        unit.name,
        unit.report,
        *(score.points.get(item.code) for item in items),
        "是" if score.recused else "否",
        score.remark,
    ]


def _latest(here: Appraisal, unit: str, reviewer: str) -> Score | None:
    sheets = here.units[unit].scores.get(reviewer)
    return sheets[-1] if sheets else None


def _number(here: Appraisal, unit: str, reviewer: str) -> int:
    return len(here.units[unit].scores.get(reviewer, ()))


def _mark(here: Appraisal, unit: str, reviewer: str, number: int) -> Mark:
    text = f"{here.id}/{reviewer}/{unit}/{number}/{_at(here, unit, reviewer, number)}"
    return Mark(number, hashlib.sha256(text.encode()).hexdigest()[:32])


def _at(here: Appraisal, unit: str, reviewer: str, number: int) -> dict[str, Any]:
    sheets = here.units[unit].scores.get(reviewer, [])
    return sheets[number - 1].document() if 0 < number <= len(sheets) else {}


def take_workbook(
    work: UnitOfWork,
    here: Appraisal,
    reviewer: str,
    source: Path | bytes,
    *,
    actor: str,
    resolve: Resolve,
    name: str | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Read a reviewer's workbook and write every good row that says something new.

    Raises
    ------
    UnknownReviewer
    MalformedRequest
        If the file cannot be read.
    MissingColumns
        If it is no score workbook of this appraisal.
    InvalidInput
        If it was made for another reviewer.
    """
    require_reviewer(here, reviewer)
    return _Taking(work, here, reviewer, actor, resolve)(source, name, dry_run=dry_run)


class _Taking:
    def __init__(
        self, work: UnitOfWork, here: Appraisal, reviewer: str, actor: str, resolve: Resolve
    ) -> None:
        self.work, self.here, self.reviewer, self.actor, self.resolve = work, here, reviewer, actor, resolve
        self.findings = Findings()
        self.columns = _columns(here)
        self.near = Surroundings(work, here.side)
        self.marks: Mapping[str, Mark] = {}
        self.conflicts: list[Conflict] = []
        self.outcomes: list[str] = []
        self.merged = self.skipped = 0
        self.seen: set[str] = set()

    def __call__(self, source: Path | bytes, name: str | None, *, dry_run: bool) -> ImportReport:
        started = time.perf_counter()
        known = {_UNIT, _NAME, _REPORT, *(column.header for column in self.columns)}
        opened = read_rows(source, name=name, is_known=known.__contains__, sheet_names=(SHEET,))
        missing = sorted(known - {_NAME, _REPORT} - set(opened.columns or ()))
        if missing:
            raise MissingColumns(
                f"“{opened.name}”不是这次考评的评分表，缺少列：{'、'.join(missing)}",
                place={"file": opened.name},
            )
        self.marks = read_marks(opened.revisions)
        if self.marks and not any(self._vouched(key) for key in self.marks):
            raise InvalidInput(
                f"“{opened.name}”不是给评审人 {self.reviewer} 的评分表", place={"file": opened.name}
            )
        rows = 0
        for row in opened.rows:
            rows += 1
            if isinstance(row, BadRow):
                self.findings.add(row.number, "error", row.code, row.detail, row.column, row.value or None)
            else:
                self._take(row, dry_run=dry_run)
        conflicting = len({one.row for one in self.conflicts})
        return ImportReport(
            kind="appraisal-scores",
            file=opened.name,
            format=cast(Any, opened.format),
            encoding=opened.encoding,
            dry_run=dry_run,
            rows=rows,
            taken=len(self.outcomes),
            created=self.outcomes.count("created"),
            updated=self.outcomes.count("updated"),
            unchanged=self.outcomes.count("unchanged"),
            skipped=self.skipped,
            rejected=rows - len(self.outcomes) - self.skipped - conflicting,
            conflicting=conflicting,
            merged=self.merged,
            conflicts=tuple(self.conflicts),
            warnings=self.findings.warnings,
            reported=self.findings.ordered(),
            seconds=round(time.perf_counter() - started, 3),
        )

    def _vouched(self, unit: str) -> bool:
        mark = self.marks.get(unit)
        return (
            mark is not None
            and unit in self.here.units
            and mark == _mark(self.here, unit, self.reviewer, mark.revision)
        )

    def _take(self, row: Row, *, dry_run: bool) -> None:
        unit = str(cells.identifier(row.values.get(_UNIT)).value or "").strip()
        if unit not in self.here.units or unit in self.seen:
            detail = "单位不是这次考评的对象" if unit not in self.here.units else "同一家单位前面已有一行"
            self.findings.add(row.number, "error", "unknown_unit", detail, _UNIT, row.values.get(_UNIT))
            return
        self.seen.add(unit)
        said = dict(self._read(row))
        if row.number in self.findings.error_rows:
            return
        stored = _at(self.here, unit, self.reviewer, _number(self.here, unit, self.reviewer))
        if not said and not stored:
            # Not scored yet.
            self.skipped += 1
            return
        merged = self._merged(row, unit, stored, said)
        if merged is not None:
            self._write(row, unit, merged, new=not stored, dry_run=dry_run)

    def _read(self, row: Row) -> Iterator[tuple[str, Any]]:
        document: dict[str, Any] = {}
        for column in self.columns:
            cell = row.values.get(column.header)
            if cell is None:
                continue
            reading = column.read(cell)
            for problem in reading.problems:
                self.findings.add(
                    row.number, problem.severity, problem.code, problem.detail, column.header, cell
                )
            if reading.value is not None:
                put_at(document, column.path, reading.value)
        return iter(document.items())

    def _merged(
        self, row: Row, unit: str, stored: dict[str, Any], said: dict[str, Any]
    ) -> dict[str, Any] | None:
        base = _at(self.here, unit, self.reviewer, self.marks[unit].revision) if self._vouched(unit) else None
        sides = Sides(base, stored, said)
        document, conflicts = merge(self.columns, sides, row.number, unit, self.resolve)
        self.conflicts += conflicts
        if conflicts:
            return None
        self.merged += base is not None and stored not in (base, document)
        return document

    def _write(self, row: Row, unit: str, document: dict[str, Any], *, new: bool, dry_run: bool) -> None:
        points = {code: Decimal(value) for code, value in document.get("points", {}).items()}
        recused = bool(document.get("recused", False))
        try:
            score = checked_score(self.here.sheet, points, recused=recused, remark=document.get("remark"))
            changed = score != _latest(self.here, unit, self.reviewer)
            if changed:
                if not recused:
                    require_impartial(self.near, self.here, unit, self.reviewer)
                take_score(self.work, self.here, unit, self.reviewer, score, self.actor, dry_run=dry_run)
        except SmematchError as error:
            column = next((c for c in self.columns if c.path == error.place.get("field")), None)
            header = column.header if column else None
            value = row.values.get(header) if header else None
            self.findings.add(row.number, "error", error.code, error.detail, header, value)
            return
        self.outcomes.append("created" if new else "updated" if changed else "unchanged")


def _columns(here: Appraisal) -> tuple[Column, ...]:
    """Return what a row can tell, with the way into the document of a score."""
    yes_no = Column(
        _RECUSED, "recused", cells.yes_no, show=lambda value: "是" if value else "否", choices=_YES_NO
    )
    items = (Column(_header(item), f"points.{item.code}", _points) for item in here.sheet.judged)
    return (*items, yes_no, Column(_REMARK, "remark", cells.text))


def _points(cell: object) -> cells.Reading:
    reading = cells.money()(cell)
    if reading.problems:
        return cells.error("not_a_number", f"“{cells.shown(cell)}”不是分数，请只填数字")
    value = Decimal(str(reading.value))
    exact = value.quantize(STEP) if value == value.quantize(STEP) else value
    return cells.Reading(str(exact))
