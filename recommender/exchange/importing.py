"""Import: every good row of a file goes in, every other row is named with its place and reason."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from recommender.domain import Diagnosis, Enterprise, LeadUnit, Solution
from recommender.domain.calendar import local_day
from recommender.domain.consents import keeping_history
from recommender.domain.solution import AuditState
from recommender.errors import TooLarge
from recommender.exchange.assembling import Assembler, Candidate
from recommender.exchange.cells import shown
from recommender.exchange.completing import complete, key_of
from recommender.exchange.conflicts import resolver
from recommender.exchange.declared import columns_of
from recommender.exchange.guidance import EXAMPLE_MARK, is_untouched_example
from recommender.exchange.kinds import ExchangeRecord, Kind
from recommender.exchange.merging import Resolve
from recommender.exchange.offline import OfflineRows
from recommender.exchange.questionnaire_rows import is_questionnaire, questionnaire_rows
from recommender.exchange.readers import read_content, read_rows
from recommender.exchange.rejected import RejectedRows
from recommender.exchange.report import Findings, ImportReport
from recommender.exchange.revisions import read_marks
from recommender.exchange.rows import BadRow, Row, RowSource
from recommender.settings import Settings
from recommender.store import Store, UnitOfWork
from recommender.store.failures import OfficeDecided, SuspensionDecided
from recommender.store.repositories.lead_units import Offices, against_decision, suspension_decided
from recommender.store.repositories.records import Outcome, Stored
from recommender.store.repositories.solutions import audit_state_decided

Enrich = Callable[[Any], Any]
#: Called with a stage (``read``, ``check``, ``store``) and the number of rows done.
Progress = Callable[[str, int], None]

_EVERY = 500


class _DryRun(Exception):
    """Leaves the unit of work so that nothing of it stays."""


def import_file(  # noqa: PLR0913 - each is a switch of the command line
    kind: Kind | str,
    source: Path | bytes,
    store: Store,
    *,
    name: str | None = None,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    replace: bool = False,
    enrich: Enrich | None = None,
    progress: Progress | None = None,
    max_rows: int | None = None,
    resolve: Resolve | None = None,
    rejected: RejectedRows | None = None,
) -> ImportReport:
    """Import a csv, xlsx or jsonl file.

    A workbook that was exported from the store remembers the revisions of its records. Such a row is merged
    with what the record has become meanwhile; where both sides changed a field differently, nothing of the
    row is stored and the conflict is reported. An emptied cell of such a row empties the field.

    All good rows are stored in one transaction. For a record that is stored already, what the file does not
    name stays as it is: columns that are missing, cells that are blank, keys that a JSON object leaves out.

    Parameters
    ----------
    kind : Kind or str
        ``enterprises``, ``diagnoses``, ``solutions``, ``lead-units`` or ``needs``.
    source : Path or bytes
        The file, or its content.
    store : Store
        Where the records go.
    name : str, optional
        File name, for its ending and for messages.
    mapping : mapping, optional
        Header or key in the file to a field path or a declared header; ``-`` leaves the column out.
    dry_run : bool
        Do everything, keep nothing.
    replace : bool
        Replace stored records whole instead of keeping what the file does not name.
    enrich : callable, optional
        From a valid record to the record to store; may be called twice for a row when the stored record
        changes meanwhile.
    progress : callable, optional
        Told about every 500 rows.
    max_rows : int, optional
        Largest number of rows; ``SMEMATCH_MAX_IMPORT_ROWS`` by default.
    resolve : callable, optional
        Decides conflicts; without it all are left open.
    rejected : RejectedRows, optional
        Is given the refused rows, for the error workbook.

    Raises
    ------
    MalformedRequest
        If the file as a whole cannot be read (see :mod:`recommender.exchange.faults`).
    InvalidInput
        If the columns do not identify records or the mapping names unknown fields.
    TooLarge
        If the file has too many rows or bytes.
    SmematchError
        From the store; then nothing of the file is stored.
    """
    run = _Import(Kind(kind), store, replace=replace, enrich=enrich, progress=progress or _silent)
    run.resolve = resolve or resolver(None)
    run.kept = rejected
    return run(source, name, mapping or {}, max_rows or Settings().max_import_rows, dry_run=dry_run)


def _silent(stage: str, rows: int) -> None:
    """Tell nobody."""


class _Import:
    def __init__(
        self, kind: Kind, store: Store, *, replace: bool, enrich: Enrich | None, progress: Progress
    ) -> None:
        self.kind = kind
        self.store = store
        self.replace = replace
        self.enrich = enrich
        self.progress = progress
        self.findings = Findings()
        self.rows = 0
        self.skipped = 0
        self.resolve = resolver(None)
        self.kept: RejectedRows | None = None
        self.offline: OfflineRows | None = None
        self.read: dict[int, tuple[Row, str]] = {}
        #: Audit states of products that the pool decides on.
        self.decided: dict[str, AuditState] = {}
        self.offices: dict[str, Offices] = {}
        self.suspensions: dict[str, bool] = {}

    def __call__(
        self,
        source: Path | bytes,
        name: str | None,
        mapping: Mapping[str, str],
        max_rows: int,
        *,
        dry_run: bool,
    ) -> ImportReport:
        started = time.perf_counter()
        assembler = Assembler(columns_of(self.kind), mapping, self.findings)
        opened = self._opened(*read_content(source, name), assembler)
        for file_note in opened.notes:
            self.findings.add(None, "warning", file_note.code, file_note.detail)
        marks = read_marks(opened.revisions)
        if marks and not self.replace:
            self.offline = OfflineRows(self.kind, marks, self.resolve, self.findings)
        candidates = list(self._candidates(opened, assembler, max_rows))
        accepted = self._checked(candidates)
        outcomes = self._stored(accepted, dry_run=dry_run)
        conflicts = self.offline.conflicts() if self.offline else []
        conflicting = len({conflict.row for conflict in conflicts})
        if self.kept is not None:
            self.kept.take(opened, self.read, sorted(self.findings.error_rows), marks)
        return ImportReport(
            kind=self.kind.value,
            file=opened.name,
            format=opened.format,
            encoding=opened.encoding,
            dry_run=dry_run,
            rows=self.rows,
            taken=len(outcomes),
            created=outcomes.count("created"),
            updated=outcomes.count("updated"),
            unchanged=outcomes.count("unchanged"),
            skipped=self.skipped,
            rejected=self.rows - self.skipped - len(outcomes) - conflicting,
            conflicting=conflicting,
            merged=self.offline.merged if self.offline else 0,
            conflicts=tuple(conflicts),
            warnings=self.findings.warnings,
            reported=self.findings.ordered(opened.form.places if opened.form else None),
            left_off=self.findings.left_off,
            seconds=round(time.perf_counter() - started, 3),
        )

    # -- reading ----------------------------------------------------------------------------------------

    def _opened(self, name: str, data: bytes, assembler: Assembler) -> RowSource:
        if self.kind is Kind.DIAGNOSES and is_questionnaire(data):
            return questionnaire_rows(data, name)
        sheets = self.kind.label, self.kind.value
        return read_rows(data, name=name, is_known=assembler.is_known, sheet_names=sheets)

    def _candidates(
        self, opened: RowSource, assembler: Assembler, max_rows: int
    ) -> Iterator[tuple[str, Candidate]]:
        table = opened.columns is not None
        if table:
            assembler.check_table(opened)
        for row in opened.rows:
            if table and isinstance(row, Row) and assembler.is_example(row, EXAMPLE_MARK):
                self._example(row)
                continue
            self.rows += 1
            if self.rows > max_rows:
                detail = f"文件“{opened.name}”超过{max_rows}行，请拆分后导入。"
                raise TooLarge(detail, place={"file": opened.name, "row": row.number})
            if self.rows % _EVERY == 0:
                self.progress("read", self.rows)
            if isinstance(row, BadRow):
                self.findings.add(row.number, "error", row.code, row.detail, row.column, row.value or None)
            else:
                yield from self._candidate(
                    row, assembler.table_row(row) if table else assembler.json_row(row)
                )
        assembler.finish()
        if self.offline:
            self.offline.tell_missing()

    def _candidate(self, row: Row, candidate: Candidate) -> Iterator[tuple[str, Candidate]]:
        key = key_of(self.kind, candidate)
        if self.offline and key is not None:
            self.offline.see(key)
        if self.kept is not None:
            self.read[row.number] = (row, key or "")
        if candidate.faulty:
            return
        if key is None:
            self._no_key(candidate)
        else:
            yield key, candidate

    def _example(self, row: Row) -> None:
        if not is_untouched_example(self.kind, row):
            detail = f"编号以“{EXAMPLE_MARK}”开头，按示例行略过；如是正式数据，请去掉“{EXAMPLE_MARK}”二字"
            self.rows += 1
            self.skipped += 1
            self.findings.add(row.number, "warning", "example_row", detail)

    def _no_key(self, candidate: Candidate) -> None:
        columns = columns_of(self.kind)
        # The parts that a key is made of, where one of them is lacking, else the key itself.
        parts = [path for key in columns.keys[1:] for path in key if candidate.get(path) is None]
        path = parts[0] if parts else self.kind.key_field
        column = columns.by_path(path)
        title = column.header if column else path
        detail = f"缺少{title}，无法确定是哪条记录"
        self.findings.add(candidate.row.number, "error", "missing", detail, candidate.blank.get(path))

    # -- checking ---------------------------------------------------------------------------------------

    def _checked(self, candidates: list[tuple[str, Candidate]]) -> "dict[str, _Accepted]":
        accepted: dict[str, _Accepted] = {}
        with self.store.read() as unit:
            stored = self._repository(unit).get_many({key for key, _ in candidates})
            if self.offline:
                self.offline.recall(self._repository(unit), stored)
            owners = self._unknown_owners(unit, candidates)
            if self.kind is Kind.SOLUTIONS:
                self.decided = unit.solutions.decided_states(key for key, _ in candidates)
            if self.kind is Kind.LEAD_UNITS:
                self.offices = unit.lead_units.decided_offices(key for key, _ in candidates)
                self.suspensions = unit.lead_units.decided_suspensions(key for key, _ in candidates)
        for done, (key, candidate) in enumerate(candidates, start=1):
            if done % _EVERY == 0:
                self.progress("check", done)
            first = accepted.get(key)
            if first is not None:
                self._repeated(first.candidate, candidate)
            elif (owner := candidate.get("uscc")) in owners:
                detail = f"企业 {shown(owner)} 尚未录入，请先导入企业"
                self._refuse(candidate, "unknown_enterprise", detail, "uscc")
            elif (record := self._record(key, candidate, stored.get(key))) is not None:
                accepted[key] = _Accepted(candidate, record, stored.get(key))
        return accepted

    def _unknown_owners(self, unit: UnitOfWork, candidates: list[tuple[str, Candidate]]) -> set[str]:
        """Return the credit codes of diagnoses whose enterprise is not stored."""
        if self.kind is not Kind.DIAGNOSES:
            return set()
        named = {owner for _, candidate in candidates if isinstance(owner := candidate.get("uscc"), str)}
        return unit.enterprises.missing(named)

    def _repeated(self, first: Candidate, later: Candidate) -> None:
        if first.fields == later.fields:
            self.skipped += 1
            detail = f"与第{first.row.number}行重复，已略过"
            self.findings.add(later.row.number, "warning", "duplicate_row", detail)
        else:
            detail = f"与第{first.row.number}行是同一条记录，内容却不同，只采用了第{first.row.number}行"
            self._refuse(later, "duplicate_row", detail, self.kind.key_field)

    def _refuse(self, candidate: Candidate, code: str, detail: str, path: str) -> None:
        header = candidate.places.get(path)
        value = candidate.row.values.get(header) if header else None
        self.findings.add(candidate.row.number, "error", code, detail, header, value)

    def _record(self, key: str, candidate: Candidate, stored: "Stored[Any] | None") -> ExchangeRecord | None:
        before = stored.record if stored is not None else None
        if self.offline and stored is not None:
            record = self.offline.record(candidate, key, stored)
        else:
            record = complete(self.kind, candidate, None if self.replace else before, self.findings)
        if record is None:
            return None
        if isinstance(before, Diagnosis) and isinstance(record, Diagnosis) and before.uscc != record.uscc:
            detail = f"诊断编号 {record.id} 已属于另一家企业，请换一个编号"
            self._refuse(candidate, "diagnosis_of_another_enterprise", detail, "id")
            return None
        if self._decided_otherwise(candidate, record):
            return None
        if isinstance(before, Enterprise) and isinstance(record, Enterprise):
            # What a file leaves out of the consents is withdrawn, not forgotten.
            history = keeping_history(before.consents, record.consents, local_day(self.store.clock()))
            record = record.model_copy(update={"consents": history})
        return record if self.enrich is None else cast(ExchangeRecord, self.enrich(record))

    def _decided_otherwise(self, candidate: Candidate, record: ExchangeRecord) -> bool:
        """Refuse a row that contradicts what the pool or a selection decided; say whether it did."""
        if isinstance(record, Solution):
            state = self.decided.get(record.id, record.audit_state)
            if state is not record.audit_state:
                detail = audit_state_decided(record.id, state)
                self._refuse(candidate, "audit_state_decided", detail, "audit_state")
                return True
        if isinstance(record, LeadUnit):
            if record.suspended is not self.suspensions.get(record.id, record.suspended):
                detail = suspension_decided(record.id)
                self._refuse(candidate, SuspensionDecided.code, detail, "suspended")
                return True
            wrong = against_decision(record, self.offices.get(record.id, {}))
            if wrong is not None:
                self._refuse(candidate, OfficeDecided.code, wrong, "sub_industries")
                return True
        return False

    # -- storing ----------------------------------------------------------------------------------------

    def _stored(self, accepted: "dict[str, _Accepted]", *, dry_run: bool) -> list[Outcome]:
        outcomes: list[Outcome] = []
        if not accepted:
            return outcomes
        self.progress("store", 0)
        try:
            with self.store.begin() as unit:
                records = self._current(unit, accepted)
                outcomes = self._repository(unit).put_many(records)
                if dry_run:
                    raise _DryRun  # noqa: TRY301 - the way out of the unit of work without a commit
        except _DryRun:
            pass
        self.progress("store", len(outcomes))
        return outcomes

    def _current(self, unit: UnitOfWork, accepted: "dict[str, _Accepted]") -> list[ExchangeRecord]:
        """Return the records; those whose stored record changed since it was read are made again."""
        stored = self._repository(unit).get_many(accepted)
        records: list[ExchangeRecord] = []
        for key, entry in accepted.items():
            now = stored.get(key)
            if _revision(now) == _revision(entry.stored):
                records.append(entry.record)
            elif (record := self._record(key, entry.candidate, now)) is not None:
                records.append(record)
        return records

    def _repository(self, unit: UnitOfWork) -> Any:  # noqa: ANN401 - one of five repositories
        return getattr(unit, self.kind.store_name)


class _Accepted:
    """A row that became a record, with the stored record it was merged into."""

    __slots__ = ("candidate", "record", "stored")

    def __init__(self, candidate: Candidate, record: ExchangeRecord, stored: Stored[Any] | None) -> None:
        self.candidate = candidate
        self.record = record
        self.stored = stored


def _revision(stored: Stored[Any] | None) -> int:
    return 0 if stored is None else stored.revision
