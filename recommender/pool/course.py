"""The course of one product through the pool: a view of its events, computed anew each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from recommender.domain import Event, Solution
from recommender.domain.solution import AuditState
from recommender.pool.states import Standing, load_machine
from recommender.pool.submission import Customer, Opinion, Submission, SubmissionOutcome
from recommender.store import UnitOfWork
from recommender.store.repositories.events import LoggedEvent
from recommender.store.repositories.record_history import Revision

#: Events of the pool, by the state machine.
POOL_EVENTS = tuple(dict.fromkeys(action.event for action in load_machine().actions))
_OUTCOME = {"pool_admitted": "admitted", "pool_returned": "returned", "pool_rejected": "rejected"}
#: Decisions that can be appealed, with the track that the appeal is against.
ADVERSE = {"pool_rejected": "rejected", "pool_suspended": "suspended", "pool_retired": "retired"}


class OpenAppeal(NamedTuple):
    """An appeal that waits for its decision."""

    event: LoggedEvent
    against: str


@dataclass(frozen=True, slots=True)
class Course:
    """What happened to one product.

    Attributes
    ----------
    before : AuditState, optional
        Audit state of the record before the first event; None when there was no record.
    standing : Standing
        Where the product stands after all events.
    submissions : tuple of Submission
        Oldest first.
    adverse : tuple of LoggedEvent
        Decisions against the product, oldest first.
    """

    solution_id: str
    before: AuditState | None
    standing: Standing
    submissions: tuple[Submission, ...] = ()
    adverse: tuple[LoggedEvent, ...] = ()
    appeal: OpenAppeal | None = None
    events: tuple[LoggedEvent, ...] = field(default=())

    @property
    def pending(self) -> Submission | None:
        """The submission that waits for its review."""
        newest = self.submissions[-1] if self.submissions else None
        return newest if newest is not None and newest.state == "pending" else None


def read_course(work: UnitOfWork, solution_id: str) -> Course:
    """Compute a product's course from its record and its events.

    A product without events stands where its record says; one that staff loaded as ``submitted`` waits for
    its review like one that was handed in.
    """
    logged = [entry for entry in work.events.for_subject(solution_id) if entry.event.type in POOL_EVENTS]
    loaded = work.solutions.history(solution_id)
    if logged:
        loaded = [revision for revision in loaded if revision.recorded_at <= logged[0].recorded_at]
    return course_of(solution_id, logged, loaded[-1] if loaded else None)


def course_of(
    solution_id: str, logged: Sequence[LoggedEvent], loaded: Revision[Solution] | None = None
) -> Course:
    """Compute a course.

    Parameters
    ----------
    logged : sequence of LoggedEvent
        Events of the pool with this product as subject, in log order.
    loaded : Revision of Solution, optional
        The record as it was before the first event, as it is when there are none.
    """
    if logged:
        told = logged[0].event.attributes.get("before")
        before = AuditState(told) if told is not None else None
    else:
        before = loaded.record.audit_state if loaded else None
    course = Course(solution_id, before, Standing.of_record(before))
    if loaded is not None and course.standing.submission != "none":
        course = replace(course, submissions=(_loaded(loaded, course.standing.submission),))
    for entry in logged:
        course = _after(course, entry)
    return course


def _loaded(revision: Revision[Solution], state: SubmissionOutcome) -> Submission:
    record = revision.record
    return Submission(
        id=record.id,
        number=0,
        solution=record,
        actor=record.provider.id if record.provider else record.id,
        submitted_at=revision.recorded_at,
        waiting_since=revision.recorded_at,
        new_product=True,
        state=state,
    )


def _after(course: Course, entry: LoggedEvent) -> Course:
    event = entry.event
    told = event.attributes
    machine = load_machine()
    action = machine.recorded_by(event.type, told.get("against"), told.get("upheld"))
    if action is None:
        return course
    course = replace(
        course, standing=machine.after(course.standing, action.name), events=(*course.events, entry)
    )
    if event.type == "pool_submitted":
        return replace(course, submissions=(*_superseded(course.submissions), _submitted(course, event)))
    if event.type == "pool_opinion":
        return _changed(course, str(told["submission"]), opinion=_opinion(event))
    if event.type in _OUTCOME:
        course = _changed(
            course,
            str(told["submission"]),
            state=_OUTCOME[event.type],
            decided_at=event.occurred_at,
            reason=told.get("reason"),
        )
    if event.type in ADVERSE:
        return replace(course, adverse=(*course.adverse, entry))
    if event.type == "pool_appealed":
        return replace(course, appeal=OpenAppeal(entry, str(told["against"])))
    if event.type == "pool_appeal_decided":
        return _appeal_decided(course, event, upheld=bool(told["upheld"]))
    return course


def _appeal_decided(course: Course, event: Event, *, upheld: bool) -> Course:
    course = replace(course, appeal=None)
    if upheld and event.attributes["against"] == "rejected":
        # The review begins anew: whoever judged before has no say in it unless asked again.
        reopened = course.submissions[-1].model_copy(
            update={
                "state": "pending",
                "opinions": (),
                "decided_at": None,
                "reason": None,
                "waiting_since": event.occurred_at,
            }
        )
        return replace(course, submissions=(*course.submissions[:-1], reopened))
    return course


def _superseded(submissions: tuple[Submission, ...]) -> tuple[Submission, ...]:
    if submissions and submissions[-1].state == "pending":
        return (*submissions[:-1], submissions[-1].model_copy(update={"state": "superseded"}))
    return submissions


def _submitted(course: Course, event: Event) -> Submission:
    document: dict[str, Any] = event.attributes["document"]
    return Submission(
        id=event.event_id,
        number=sum(1 for one in course.submissions if one.number) + 1,
        solution=Solution.model_validate(document["solution"]),
        actor=event.actor,
        customers=tuple(Customer.model_validate(one) for one in document.get("customers", ())),
        note=document.get("note"),
        submitted_at=event.occurred_at,
        waiting_since=event.occurred_at,
        new_product=course.standing.listing == "absent",
    )


def _opinion(event: Event) -> Opinion:
    return Opinion(
        event_id=event.event_id,
        reviewer=event.actor,
        decision=event.attributes["decision"],
        reason=event.attributes["reason"],
        given_at=event.occurred_at,
    )


def _changed(
    course: Course, submission_id: str, *, opinion: Opinion | None = None, **changes: object
) -> Course:
    return replace(
        course,
        submissions=tuple(
            one.model_copy(update={**changes, "opinions": (*one.opinions, *([opinion] if opinion else []))})
            if one.id == submission_id
            else one
            for one in course.submissions
        ),
    )
