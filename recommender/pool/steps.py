"""One step of a product through the pool: an event, written together with the record that it changes."""

from collections.abc import Mapping
from typing import Any

import uuid_utils
from pydantic import BaseModel, ConfigDict

from recommender.domain import Event, Solution
from recommender.domain.solution import AuditState
from recommender.errors import InvalidInput
from recommender.pool.course import Course, read_course
from recommender.pool.states import load_machine
from recommender.store import UnitOfWork
from recommender.text.scenarios import complete_solution


class ReasonMissing(InvalidInput):
    """A decision without a reason."""

    code = "reason_missing"
    title = "缺少理由"


class Step(BaseModel):
    """What an action did.

    Attributes
    ----------
    events : tuple of str
        Ids of the events that record it; those of the first time when the same was asked again.
    repeated : bool
        Whether the same had been recorded before, so that nothing was written.
    audit_state : AuditState, optional
        Of the product from now on; None for a product that is not in the pool and has nothing in review.
    text : str
        Where the product stands, in Chinese.
    waiting_for : int
        How many further reviewers the submission needs.
    """

    model_config = ConfigDict(frozen=True)

    solution_id: str
    submission_id: str | None = None
    events: tuple[str, ...]
    repeated: bool = False
    audit_state: AuditState | None
    text: str
    waiting_for: int = 0


def locked_course(work: UnitOfWork, solution_id: str) -> Course:
    """Return a product's course and keep other writers out until the unit of work ends."""
    work.solutions.get(solution_id, for_update=True)
    return read_course(work, solution_id)


def told_reason(reason: str) -> str:
    """Return a reason without white space around it.

    Raises
    ------
    ReasonMissing
        If nothing is left.
    """
    if not reason.strip():
        raise ReasonMissing("请写明理由", place={"field": "reason"})
    return reason.strip()


def move(
    work: UnitOfWork,
    course: Course,
    action: str,
    actor: str,
    attributes: Mapping[str, Any],
    solution: Solution | None = None,
) -> tuple[Course, str]:
    """Append the event of an action and bring the record to the state that follows from it.

    Parameters
    ----------
    action : str
        Of the state machine.
    attributes : mapping
        Of the event; the state that follows is added.
    solution : Solution, optional
        Of the submission that is acted on; it becomes the record when it is admitted.

    Returns
    -------
    Course, str
        The course with the new event, and the event's id.

    Raises
    ------
    recommender.pool.states.IllegalMove
    """
    machine = load_machine()
    state = machine.after(course.standing, action).audit_state
    stored = work.solutions.get(course.solution_id)
    told = dict(attributes)
    if state is not None:
        told["audit_state"] = state.value
    if not course.events and course.before is not None:
        told["before"] = course.before.value
    event = Event(
        event_id=f"pool-{uuid_utils.uuid7()}",
        type=machine.action(action).event,
        subject=course.solution_id,
        object=course.solution_id,
        actor=actor,
        occurred_at=work.clock(),
        attributes=told,
    )
    work.events.append([event])
    record = solution if action == "admit" else stored.record if stored else None
    if record is not None and state is not None:
        update = record.model_copy(update={"audit_state": state})
        work.solutions.put(complete_solution(update) if action == "admit" else update)
    return read_course(work, course.solution_id), event.event_id


def step_of(
    course: Course,
    events: tuple[str, ...],
    *,
    repeated: bool = False,
    submission: str | None = None,
    waiting_for: int = 0,
) -> Step:
    """Return the answer to an action that left a product in this course."""
    return Step(
        solution_id=course.solution_id,
        submission_id=submission,
        events=events,
        repeated=repeated,
        audit_state=course.standing.audit_state,
        text=load_machine().told(course.standing),
        waiting_for=waiting_for,
    )
