"""Handing in a product, and reviewing what was handed in."""

from recommender.domain.solution import AuditState
from recommender.errors import Conflict, NotFound
from recommender.pool.course import Course
from recommender.pool.parties import NotImpartial, owners_of, require_submitter
from recommender.pool.rules import ReviewRules
from recommender.pool.steps import Step, locked_course, move, step_of, told_reason
from recommender.pool.submission import Decision, Opinion, Submission, SubmissionRequest
from recommender.store import UnitOfWork


class UnknownSubmission(NotFound):
    """A submission that was never handed in."""

    code = "unknown_submission"
    title = "申报不存在"


class AlreadyReviewed(Conflict):
    """The same reviewer gave another opinion before; opinions are not changed."""

    code = "already_reviewed"
    title = "已经审核过"


class SubmissionSettled(Conflict):
    """The submission was decided, or replaced by a later one."""

    code = "submission_settled"
    title = "申报已办结"


def submit(work: UnitOfWork, request: SubmissionRequest) -> Step:
    """Record a submission; the pool shows what it showed before.

    Raises
    ------
    NotYourProduct
        If the product is another firm's, or the submitter is neither the provider nor a lead unit.
    recommender.pool.states.IllegalMove
        While an appeal is open.
    """
    course = locked_course(work, request.solution.id)
    require_submitter(work, course, request)
    document = {
        "solution": request.solution.model_copy(update={"audit_state": AuditState.SUBMITTED}).model_dump(
            mode="json"
        ),
        "customers": [customer.model_dump(mode="json") for customer in request.customers],
        "note": request.note,
    }
    pending = course.pending
    if pending is not None and pending.number and pending.actor == request.actor:
        last = next(entry.event for entry in course.events if entry.event.event_id == pending.id)
        if last.attributes["document"] == document:
            return step_of(course, (last.event_id,), repeated=True, submission=pending.id)
    course, event_id = move(work, course, "submit", request.actor, {"document": document}, request.solution)
    return step_of(course, (event_id,), submission=event_id)


def review(
    work: UnitOfWork, submission_id: str, decision: Decision, reason: str, reviewer: str, rules: ReviewRules
) -> Step:
    """Record an opinion, and the decision that follows once enough reviewers agree.

    Two that differ are settled by a third, whose opinion decides.

    Raises
    ------
    UnknownSubmission, SubmissionSettled, AlreadyReviewed, NotImpartial, ReasonMissing
    recommender.pool.states.IllegalMove
    """
    reason = told_reason(reason)
    course = locked_course(work, solution_of(work, submission_id))
    submission = submission_in(course, submission_id)
    earlier = next((one for one in submission.opinions if one.reviewer == reviewer), None)
    if earlier is not None:
        return _again(course, submission, earlier, decision, reason)
    if submission.state != "pending":
        raise SubmissionSettled(f"申报 {submission.id} 已办结或已被新的申报取代，请刷新后再审核")
    if reviewer in owners_of(course, work):
        raise NotImpartial("申报方和提供方不能审核自己的产品", place={"field": "reviewer"})
    opinion = {"submission": submission.id, "decision": decision, "reason": reason}
    course, event_id = move(work, course, "opine", reviewer, opinion, submission.solution)
    submission = submission_in(course, submission.id)
    settled = _settled(submission.opinions, needed(submission, rules))
    if settled is None:
        missing = still_missing(submission, rules)
        return step_of(course, (event_id,), submission=submission.id, waiting_for=missing)
    told = {"submission": submission.id, "reason": _joined(submission.opinions, settled)}
    course, decided = move(work, course, settled, reviewer, told, submission.solution)
    return step_of(course, (event_id, decided), submission=submission.id)


def needed(submission: Submission, rules: ReviewRules) -> int:
    """Return how many reviewers must agree."""
    return rules.reviewers_new if submission.new_product else rules.reviewers_version


def _settled(opinions: tuple[Opinion, ...], agreeing: int) -> Decision | None:
    if len(opinions) > agreeing:
        return opinions[-1].decision
    decisions = {opinion.decision for opinion in opinions}
    return opinions[0].decision if len(opinions) == agreeing and len(decisions) == 1 else None


def still_missing(submission: Submission, rules: ReviewRules) -> int:
    """Return how many further reviewers a pending submission waits for."""
    return max(1, needed(submission, rules) - len(submission.opinions))


def _joined(opinions: tuple[Opinion, ...], decision: Decision) -> str:
    reasons = [opinion.reason for opinion in opinions if opinion.decision == decision]
    return "；".join(dict.fromkeys(reasons))[:5_000]


def solution_of(work: UnitOfWork, submission_id: str) -> str:
    """Return the product of a submission; an id that no submission has is taken for a product's."""
    logged = work.events.get(submission_id)
    if logged is not None and logged.event.type == "pool_submitted":
        return logged.event.subject
    return submission_id


def submission_in(course: Course, submission_id: str) -> Submission:
    """Return a submission by its id; the product's id means the one that waits, else the newest."""
    named = next((one for one in course.submissions if one.id == submission_id), None)
    if named is None or (submission_id == course.solution_id and course.pending is not None):
        named = course.pending or (course.submissions[-1] if course.submissions else None)
    if named is None:
        raise UnknownSubmission(f"没有编号为 {submission_id} 的申报", place={"field": "id"})
    return named


def _again(course: Course, submission: Submission, earlier: Opinion, decision: Decision, reason: str) -> Step:
    if (earlier.decision, earlier.reason) != (decision, reason):
        raise AlreadyReviewed("您已审核过这份申报，意见不能更改，须由另一位审核人审核")
    return step_of(course, (earlier.event_id,), repeated=True, submission=submission.id)
