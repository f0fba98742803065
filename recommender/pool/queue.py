"""What waits for a decision, for how long, until when, and for whom."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from recommender.domain.calendar import local_day
from recommender.domain.solution import AuditState
from recommender.pool.course import POOL_EVENTS, Course, course_of
from recommender.pool.reviewing import still_missing
from recommender.pool.rules import ReviewRules
from recommender.pool.submission import Submission
from recommender.store import UnitOfWork
from recommender.store.repositories.events import LoggedEvent


class Waiting(BaseModel):
    """One thing that waits.

    Attributes
    ----------
    id : str
        Of the submission; of the event of an appeal.
    days : int
        For how many whole days it has waited.
    due_on : date
        Last local day to decide it; ``overdue`` from the next one on.
    opinions : int
        How many reviewers have spoken.
    waiting_for : int
        How many more are needed.
    reviewers : tuple of str
        Who has spoken already, and so cannot be asked again.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["submission", "appeal"]
    id: str
    solution_id: str
    name: str
    provider: str | None
    actor: str
    new_product: bool
    waiting_since: datetime
    days: int
    due_on: date
    overdue: bool
    opinions: int
    waiting_for: int
    reviewers: tuple[str, ...]


class QueuePage(NamedTuple):
    """One page of the queue; ``next_key`` is None on the last."""

    items: tuple[Waiting, ...]
    next_key: str | None
    total: int
    overdue: int


def waiting(work: UnitOfWork, rules: ReviewRules, now: datetime) -> list[Waiting]:
    """Return everything that waits, what has waited longest first."""
    found = [entry for course in courses_in_hand(work) for entry in _of_course(course, rules, now)]
    return sorted((_named(entry, work) for entry in found), key=_key)


def _named(entry: Waiting, work: UnitOfWork) -> Waiting:
    """Name a product that staff loaded: of its appeal no submission tells the name."""
    stored = work.solutions.get(entry.solution_id) if entry.name == entry.solution_id else None
    if stored is None:
        return entry
    provider = stored.record.provider
    return entry.model_copy(
        update={"name": stored.record.name, "provider": provider.name if provider else None}
    )


def page_of(entries: list[Waiting], after: str | None, limit: int) -> QueuePage:
    """Return up to ``limit`` entries that come after a key."""
    rest = [entry for entry in entries if after is None or _key(entry) > after]
    shown = rest[:limit]
    more = len(rest) > limit
    overdue = sum(entry.overdue for entry in entries)
    return QueuePage(tuple(shown), _key(shown[-1]) if more else None, len(entries), overdue)


def courses_in_hand(work: UnitOfWork) -> list[Course]:
    """Return the courses of all products that anything was ever handed in or decided about.

    Products that staff loaded as ``submitted`` are among them.
    """
    by_product: dict[str, list[LoggedEvent]] = defaultdict(list)
    for logged in work.events.of_types(POOL_EVENTS):
        by_product[logged.event.subject].append(logged)
    loaded = {stored.record.id for stored in work.solutions.iterate(audit_state=AuditState.SUBMITTED.value)}
    courses = []
    for key in sorted(by_product.keys() | loaded):
        logged_here = by_product.get(key, [])
        before = "before" in logged_here[0].event.attributes if logged_here else True
        revisions = work.solutions.history(key) if before else []
        if logged_here:
            revisions = [one for one in revisions if one.recorded_at <= logged_here[0].recorded_at]
        courses.append(course_of(key, logged_here, revisions[-1] if revisions else None))
    return courses


def _of_course(course: Course, rules: ReviewRules, now: datetime) -> list[Waiting]:
    pending = course.pending
    if course.appeal is not None:
        since = course.appeal.event.event.occurred_at
        last = course.submissions[-1] if course.submissions else None
        return [
            _entry(
                course,
                last,
                (since, now, rules.appeal_decision_days),
                kind="appeal",
                id=course.appeal.event.event.event_id,
                actor=course.appeal.event.event.actor,
                new_product=False,
                opinions=0,
                waiting_for=1,
                reviewers=(),
            )
        ]
    if pending is None:
        return []
    return [
        _entry(
            course,
            pending,
            (pending.waiting_since, now, rules.review_days),
            kind="submission",
            id=pending.id,
            actor=pending.actor,
            new_product=pending.new_product,
            opinions=len(pending.opinions),
            waiting_for=still_missing(pending, rules),
            reviewers=tuple(opinion.reviewer for opinion in pending.opinions),
        )
    ]


def _entry(
    course: Course,
    submission: Submission | None,
    times: tuple[datetime, datetime, int],
    **told: object,
) -> Waiting:
    since, now, days = times
    due_on = local_day(since + timedelta(days=days))
    solution = submission.solution if submission else None
    return Waiting.model_validate(
        {
            **told,
            "solution_id": course.solution_id,
            "name": solution.name if solution else course.solution_id,
            "provider": solution.provider.name if solution and solution.provider else None,
            "waiting_since": since,
            "days": max(0, (now - since).days),
            "due_on": due_on,
            "overdue": local_day(now) > due_on,
        }
    )


def _key(entry: Waiting) -> str:
    return f"{entry.waiting_since.isoformat()}|{entry.id}"
