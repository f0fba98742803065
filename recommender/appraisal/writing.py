"""How a step of an appraisal becomes an event; these events cannot be reported from outside."""

import hashlib
from typing import Any

from pydantic import ValidationError

from recommender.domain import Event
from recommender.domain.course_events import load_course_events
from recommender.domain.validation_text import explain, summary
from recommender.errors import InvalidInput
from recommender.feedback.reporting import EventConflict
from recommender.store import UnitOfWork


def write(
    work: UnitOfWork, step: str, kind: str, subject: str, actor: str, appraisal: str, told: dict[str, Any]
) -> None:
    """Write a step; the appraisal and ``step`` make its id.

    Raises
    ------
    InvalidInput
        If an attribute is missing or wrong, or a needed reason is empty.
    recommender.feedback.reporting.EventConflict
        If the step was taken otherwise already.
    """
    attributes = {"appraisal": appraisal, **told}
    declared = load_course_events()
    if wrong := declared.problem(kind, attributes):
        raise InvalidInput(wrong[1], place={"field": wrong[0]})
    form = declared.find(kind)
    if form is not None and form.needs_reason and not str(told.get("reason") or "").strip():
        raise InvalidInput(f"“{form.title}”要写明原因", place={"field": "reason"})
    digest = hashlib.sha256(f"{appraisal}/{step}".encode()).hexdigest()[:40]
    try:
        event = Event(
            event_id=f"appraisal:{digest}",
            type=kind,
            subject=subject,
            object=appraisal,
            actor=actor,
            occurred_at=work.clock(),
            attributes=attributes,
        )
    except ValidationError as error:
        problems = explain(error)
        raise InvalidInput(summary(problems), place={"field": problems[0].field}) from error
    (appended,) = work.events.append([event])
    if appended.outcome == "conflict":
        raise EventConflict("这一步已用另一份内容办理", place={"event": event.event_id})
