"""What happens to a product after its review: suspended, restored, retired; appeals and their decision."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from recommender.domain import Event
from recommender.domain.calendar import local_day
from recommender.errors import Conflict, NotFound
from recommender.pool.course import ADVERSE, Course
from recommender.pool.parties import NotImpartial, NotYourProduct, owners_of, took_part
from recommender.pool.rules import ReviewRules
from recommender.pool.states import load_machine
from recommender.pool.steps import Step, locked_course, move, step_of, told_reason
from recommender.store import UnitOfWork

Steered = Literal["suspend", "restore", "retire"]


class UnknownProduct(NotFound):
    """A product that is neither in the pool nor submitted."""

    code = "unknown_solution"
    title = "产品不存在"


class AlreadyAppealed(Conflict):
    """A decision can be appealed once."""

    code = "already_appealed"
    title = "已经申诉过"


class AppealTooLate(Conflict):
    """The time for appealing has passed."""

    code = "appeal_too_late"
    title = "已过申诉期限"


def steer(work: UnitOfWork, solution_id: str, action: Steered, reason: str, actor: str) -> Step:
    """Suspend, restore or retire a product, effective with the next request.

    A product's own firm may retire it; suspending and restoring are for the city.

    Raises
    ------
    UnknownProduct, NotImpartial, ReasonMissing
    recommender.pool.states.IllegalMove
    """
    reason = told_reason(reason)
    course = _known(locked_course(work, solution_id))
    if (again := _repeated(course, f"pool_{_PAST[action]}", actor, reason)) is not None:
        return again
    if action != "retire" and actor in owners_of(course, work):
        raise NotImpartial("产品的提供方和牵引单位不能暂停或恢复自己的产品", place={"field": "actor"})
    course, event_id = move(work, course, action, actor, {"reason": reason})
    return step_of(course, (event_id,))


_PAST: Mapping[Steered, str] = {"suspend": "suspended", "restore": "restored", "retire": "retired"}


def appeal(work: UnitOfWork, solution_id: str, reason: str, actor: str, rules: ReviewRules) -> Step:
    """Appeal against the newest decision against a product.

    Raises
    ------
    UnknownProduct, NotYourProduct, AppealTooLate, AlreadyAppealed
    recommender.pool.steps.ReasonMissing
    recommender.pool.states.IllegalMove
        If there is no decision that could be appealed, or an appeal is open already.
    """
    reason = told_reason(reason)
    course = _known(locked_course(work, solution_id))
    if (again := _repeated(course, "pool_appealed", actor, reason)) is not None:
        return again
    if actor not in owners_of(course, work):
        raise NotYourProduct("只有产品的提供方或申报单位可以申诉", place={"field": "actor"})
    against = _appealable(course)
    load_machine().after(course.standing, f"appeal_{against}")
    decided = _decision(course, against)
    if decided is not None:
        _require_in_time(decided, work, rules)
        if decided.actor == actor:
            raise NotYourProduct("这是本单位自己的决定，不能申诉", place={"field": "actor"})
    if _appealed_before(course, against, decided):
        raise AlreadyAppealed("这项决定已经申诉过，申诉决定为最终决定")
    told = {"against": against, "reason": reason, **({"decision": decided.event_id} if decided else {})}
    course, event_id = move(work, course, f"appeal_{against}", actor, told)
    return step_of(course, (event_id,))


def decide_appeal(work: UnitOfWork, solution_id: str, *, upheld: bool, reason: str, actor: str) -> Step:
    """Decide an appeal: upheld, the decision is undone; otherwise it stands.

    Raises
    ------
    UnknownProduct, NotImpartial, ReasonMissing
        The firm itself, and whoever took part in the decision, may not decide.
    recommender.pool.states.IllegalMove
        If no appeal is open.
    """
    reason = told_reason(reason)
    course = _known(locked_course(work, solution_id))
    if (again := _repeated(course, "pool_appeal_decided", actor, reason, upheld=upheld)) is not None:
        return again
    open_appeal = course.appeal
    if open_appeal is None:
        load_machine().after(course.standing, "dismiss_appeal")
        raise RuntimeError(f"{solution_id} has an appeal in its standing and none in its course")
    if actor in owners_of(course, work) | took_part(course, open_appeal.against):
        raise NotImpartial("申诉须由没有参与原决定的人员决定", place={"field": "actor"})
    told = {
        "appeal": open_appeal.event.event.event_id,
        "against": open_appeal.against,
        "upheld": upheld,
        "reason": reason,
    }
    action = f"uphold_{open_appeal.against}" if upheld else "dismiss_appeal"
    course, event_id = move(work, course, action, actor, told)
    return step_of(course, (event_id,))


def _known(course: Course) -> Course:
    if course.before is None and not course.events:
        raise UnknownProduct(f"产品池里没有 {course.solution_id}", place={"field": "id"})
    return course


def _decision(course: Course, against: str) -> Event | None:
    return next(
        (entry.event for entry in reversed(course.adverse) if ADVERSE[entry.event.type] == against), None
    )


def _require_in_time(decided: Event, work: UnitOfWork, rules: ReviewRules) -> None:
    end = decided.occurred_at + timedelta(days=rules.appeal_days)
    if work.clock() > end:
        on = local_day(end).isoformat()
        raise AppealTooLate(f"申诉期限为决定后 {rules.appeal_days} 天，已于 {on} 截止")


def _appealed_before(course: Course, against: str, decided: Event | None) -> bool:
    decision = decided.event_id if decided else None
    return any(
        entry.event.type == "pool_appealed"
        and entry.event.attributes["against"] == against
        and entry.event.attributes.get("decision") == decision
        for entry in course.events
    )


def _appealable(course: Course) -> str:
    machine = load_machine()
    newest = [ADVERSE[entry.event.type] for entry in reversed(course.adverse)]
    for against in (*newest, "rejected", "suspended", "retired"):
        if machine.action(f"appeal_{against}").allowed(course.standing):
            return against
    return newest[0] if newest else "rejected"


def _repeated(
    course: Course, event_type: str, actor: str, reason: str, *, upheld: bool | None = None
) -> Step | None:
    """Return the step again when the newest event of the product is this very one."""
    last = course.events[-1].event if course.events else None
    if last is None or (last.type, last.actor, last.attributes.get("reason")) != (event_type, actor, reason):
        return None
    if upheld is not None and last.attributes.get("upheld") is not upheld:
        return None
    return step_of(course, (last.event_id,), repeated=True)
