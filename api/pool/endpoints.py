"""Hand in, review and steer products of the pool. Whom the roles of the events name may do so."""

from typing import Annotated

from fastapi import Path, Query

from api.errors import BadCursor
from api.installed import Installed
from api.openapi import post_problems, problems
from api.paging import decode_cursor, encode_cursor
from api.pool.schemas import (
    ActBody,
    AppealDecisionBody,
    QueueList,
    QueueQuery,
    ReviewBody,
    ReviewManyAnswer,
    ReviewManyBody,
    SubmissionBody,
    SubmissionId,
)
from api.routing import ONCE, make_router
from recommender.domain.record import RecordId
from recommender.errors import InvalidInput
from recommender.pool.form import FormFaulty
from recommender.pool.history import ProductHistory
from recommender.pool.parties import NotImpartial, NotYourProduct
from recommender.pool.reviewing import AlreadyReviewed, SubmissionSettled, UnknownSubmission
from recommender.pool.service import Submitted
from recommender.pool.sheet import ReviewSheet
from recommender.pool.states import IllegalMove
from recommender.pool.steering import AlreadyAppealed, AppealTooLate, UnknownProduct
from recommender.pool.steps import ReasonMissing, Step

router = make_router("pool")
_Submission = Annotated[SubmissionId, Path(description="申报编号；写产品编号则指它待审或最近的一份")]
_Solution = Annotated[RecordId, Path(description="产品编号")]
_ACT = (UnknownProduct, IllegalMove, ReasonMissing)


@router.post(
    "/v1/pool/submissions",
    summary="申报产品或产品的新版本",
    status_code=201,
    responses=post_problems(FormFaulty, NotYourProduct, IllegalMove),
    dependencies=ONCE,
)
def post_submission(body: SubmissionBody, here: Installed) -> Submitted:
    """Take a submission, or check its form only with ``dry_run``.

    申报通过审核以前不会出现在任何推荐和列表中；已入池产品的现有内容照常推荐，直到新版本通过。
    """
    return here.pool.check(body.request()) if body.dry_run else here.pool.submit(body.request())


@router.get(
    "/v1/pool/submissions",
    summary="待办：待审的申报和待决定的申诉",
    responses=problems(InvalidInput, BadCursor),
)
def list_waiting(query: Annotated[QueueQuery, Query()], here: Installed) -> QueueList:
    """Return one page of what waits, what has waited longest first."""
    after = decode_cursor("pool-queue", query.filters, query.cursor)
    page = here.pool.queue(after, query.limit, overdue=query.overdue, kind=query.kind)
    cursor = None if page.next_key is None else encode_cursor("pool-queue", query.filters, page.next_key)
    return QueueList(items=list(page.items), next_cursor=cursor, total=page.total, overdue=page.overdue)


@router.post(
    "/v1/pool/submissions:review",
    summary="以同一理由审核多份申报",
    responses=post_problems(),
    dependencies=ONCE,
)
def post_reviews(body: ReviewManyBody, here: Installed) -> ReviewManyAnswer:
    """Give the same opinion on several submissions; each is judged alone."""
    results = here.pool.review_many(body.ids, body.decision, body.reason, body.reviewer)
    return ReviewManyAnswer(items=results, failed=sum(result.step is None for result in results))


@router.get(
    "/v1/pool/submissions/{id}",
    summary="审核单",
    responses=problems(InvalidInput, UnknownSubmission),
)
def get_sheet(id: _Submission, here: Installed) -> ReviewSheet:  # noqa: A002
    """Return everything that a decision about a submission rests on."""
    return here.pool.sheet(id)


@router.post(
    "/v1/pool/submissions/{id}:review",
    summary="审核一份申报",
    responses=post_problems(
        UnknownSubmission, SubmissionSettled, AlreadyReviewed, NotImpartial, ReasonMissing, IllegalMove
    ),
    dependencies=ONCE,
)
def post_review(id: _Submission, body: ReviewBody, here: Installed) -> Step:  # noqa: A002
    """Record an opinion and, once enough reviewers agree, the decision; it counts with the next request."""
    return here.pool.review(id, body.decision, body.reason, body.reviewer)


@router.post(
    "/v1/solutions/{id}:suspend",
    summary="暂停一个产品",
    responses=post_problems(NotImpartial, *_ACT),
    dependencies=ONCE,
)
def post_suspend(id: _Solution, body: ActBody, here: Installed) -> Step:  # noqa: A002
    """Take a product out of all rankings until it is restored."""
    return here.pool.steer(id, "suspend", body.reason, body.actor)


@router.post(
    "/v1/solutions/{id}:restore",
    summary="恢复一个暂停的产品",
    responses=post_problems(NotImpartial, *_ACT),
    dependencies=ONCE,
)
def post_restore(id: _Solution, body: ActBody, here: Installed) -> Step:  # noqa: A002
    """Let a suspended product be ranked again."""
    return here.pool.steer(id, "restore", body.reason, body.actor)


@router.post(
    "/v1/solutions/{id}:retire",
    summary="下架一个产品",
    responses=post_problems(NotImpartial, *_ACT),
    dependencies=ONCE,
)
def post_retire(id: _Solution, body: ActBody, here: Installed) -> Step:  # noqa: A002
    """Take a product out of the pool for good; its provider may do so too."""
    return here.pool.steer(id, "retire", body.reason, body.actor)


@router.post(
    "/v1/solutions/{id}:appeal",
    summary="对不通过、暂停或下架的决定提出申诉",
    responses=post_problems(NotYourProduct, AppealTooLate, AlreadyAppealed, *_ACT),
    dependencies=ONCE,
)
def post_appeal(id: _Solution, body: ActBody, here: Installed) -> Step:  # noqa: A002
    """Appeal against the newest decision, once and in time."""
    return here.pool.appeal(id, body.reason, body.actor)


@router.post(
    "/v1/solutions/{id}:decide-appeal",
    summary="决定申诉",
    responses=post_problems(NotImpartial, *_ACT),
    dependencies=ONCE,
)
def post_appeal_decision(id: _Solution, body: AppealDecisionBody, here: Installed) -> Step:  # noqa: A002
    """Decide an appeal; upheld, the decision is undone at once."""
    return here.pool.decide_appeal(id, upheld=body.upheld, reason=body.reason, actor=body.actor)


@router.get(
    "/v1/solutions/{id}/history",
    summary="产品的历史：各版内容、差异和入池后的决定",
    responses=problems(InvalidInput, UnknownProduct),
)
def get_history(id: _Solution, here: Installed) -> ProductHistory:  # noqa: A002
    """Return what the pool has shown of a product and decided about it.

    未通过审核的申报内容和审核意见不在其中，见 `GET /v1/pool/submissions/{id}`。
    """
    return here.pool.history(id)
