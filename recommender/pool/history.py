"""What a product said and what was decided about it, in order, with the differences between its versions."""

import difflib
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from recommender.domain import Solution
from recommender.domain.course_events import load_course_events
from recommender.domain.solution import AuditState
from recommender.pool.course import Course, read_course
from recommender.pool.states import load_machine
from recommender.store import UnitOfWork

_LONG = frozenset({"text", "summary"})
_CONTEXT = 1


class FieldChange(BaseModel):
    """One field that differs between two versions.

    Attributes
    ----------
    before, after : any JSON value
        None where it was not told; left out of long texts, which have lines instead.
    lines : tuple of str
        Unified diff of a long text, without its header.
    """

    model_config = ConfigDict(frozen=True)

    field: str
    before: Any = None
    after: Any = None
    lines: tuple[str, ...] = ()


class HistoryEntry(BaseModel):
    """One thing that happened.

    Attributes
    ----------
    kind : str
        ``record`` for a new content of the record, else the type of the event.
    actor : str, optional
        Who did it; None for the record, which follows a load or a decision.
    version : int, optional
        Revision of the record, or number of the submission.
    changes : tuple of FieldChange
        Against the revision before, or against the record at the time of the submission.
    """

    model_config = ConfigDict(frozen=True)

    at: datetime
    kind: str
    title: str
    actor: str | None = None
    reason: str | None = None
    event_id: str | None = None
    submission_id: str | None = None
    version: int | None = None
    audit_state: AuditState | None = None
    changes: tuple[FieldChange, ...] = ()


class ProductHistory(BaseModel):
    """The whole history of a product, oldest first.

    Attributes
    ----------
    audit_state : str, optional
        As it stands now; None for a product that is not in the pool.
    """

    model_config = ConfigDict(frozen=True)

    solution_id: str
    name: str | None
    audit_state: AuditState | None
    text: str
    entries: tuple[HistoryEntry, ...]


def history_of(work: UnitOfWork, solution_id: str, *, submissions: bool) -> ProductHistory:
    """Return the history of a product; it is empty for an id that nobody knows.

    Parameters
    ----------
    submissions : bool
        Whether to tell what was handed in, said by reviewers and refused; without it only what the pool has
        shown, and the decisions about that.
    """
    course = read_course(work, solution_id)
    revisions = work.solutions.history(solution_id)
    entries: list[HistoryEntry] = []
    earlier: Solution | None = None
    for revision in revisions:
        entries.append(
            HistoryEntry(
                at=revision.recorded_at,
                kind="record",
                title="资料更新" if earlier else "资料入库",
                version=revision.number,
                audit_state=revision.record.audit_state,
                changes=changes_between(earlier, revision.record) if earlier else (),
            )
        )
        earlier = revision.record
    entries += _of_events(course, [(r.recorded_at, r.record) for r in revisions], submissions=submissions)
    entries.sort(key=lambda entry: entry.at)
    shown = earlier.name if earlier else course.submissions[-1].solution.name if course.submissions else None
    known = submissions or earlier is not None
    return ProductHistory(
        solution_id=solution_id,
        name=shown if known else None,
        audit_state=course.standing.audit_state if known else None,
        text=load_machine().told(course.standing) if submissions else _told_publicly(course),
        entries=tuple(entries),
    )


#: What the pool has shown, and what was decided about that; the rest is between firm and reviewers.
_PUBLIC = frozenset({"pool_admitted", "pool_suspended", "pool_restored", "pool_retired"})


def _told_publicly(course: Course) -> str:
    return load_machine().titles["listing"][course.standing.listing]


def _of_events(
    course: Course, revisions: list[tuple[datetime, Solution]], *, submissions: bool
) -> list[HistoryEntry]:
    declared = load_course_events()
    handed_in = {one.id: one for one in course.submissions}
    entries = []
    for logged in course.events:
        event = logged.event
        if not submissions and event.type not in _PUBLIC:
            continue
        kind = declared.find(event.type)
        one = handed_in.get(event.event_id)
        shown = [record for at, record in revisions if at < logged.recorded_at]
        against = shown[-1] if shown else _handed_in_before(course, event.event_id)
        entries.append(
            HistoryEntry(
                at=logged.recorded_at,
                kind=event.type,
                title=kind.title if kind else event.type,
                actor=event.actor if submissions else None,
                reason=event.attributes.get("reason"),
                event_id=event.event_id,
                submission_id=one.id if one else event.attributes.get("submission"),
                version=one.number if one else None,
                audit_state=event.attributes.get("audit_state"),
                changes=changes_between(against, one.solution) if one and against else (),
            )
        )
    return entries


def _handed_in_before(course: Course, event_id: str) -> Solution | None:
    earlier: Solution | None = None
    for one in course.submissions:
        if one.id == event_id:
            return earlier
        earlier = one.solution
    return None


def changes_between(before: Solution, after: Solution) -> tuple[FieldChange, ...]:
    """Return the fields that differ, in the order of the record; the audit state is told elsewhere."""
    old, new = (one.model_dump(mode="json", exclude={"audit_state"}) for one in (before, after))
    changes = []
    for field in new:
        if old[field] == new[field]:
            continue
        if field in _LONG:
            lines = _diff(old[field] or "", new[field] or "")
            changes.append(FieldChange(field=field, lines=lines))
        else:
            changes.append(FieldChange(field=field, before=old[field], after=new[field]))
    return tuple(changes)


def _diff(before: str, after: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=_CONTEXT, lineterm="")
    return tuple(line for line in lines if not line.startswith(("---", "+++")))
