"""Chapter 1: the pool is filled by submission and review, notices are published."""

from decimal import Decimal

from recommender.domain import Solution
from recommender.domain.solution import AuditState, Evidence, PriceRange
from recommender.errors import SmematchError
from recommender.pilot_run.agenda import Steps
from recommender.pilot_run.desk import REVIEWERS, Desk
from recommender.pool.form import FormFaulty
from recommender.pool.submission import Decision, SubmissionRequest
from recommender.sample.records import load_notices, load_sample_solutions
from recommender.text.scenarios import complete_solution


def fill_pool(desk: Desk) -> None:
    """Let every sample product be submitted and reviewed within the first weeks."""
    start, days = desk.behaviour.starts_on, desk.behaviour.pool_days
    with desk.here.store.begin() as work:
        work.notices.put_many(load_notices())
    for number, solution in enumerate(load_sample_solutions()):
        desk.agenda.begin(start, _product(desk, number, solution, days))


_PROOF = Evidence(kind="case", text="合成样本：三家客户使用六个月以上的证明")


def _filled(solution: Solution) -> Solution:
    """Return a product with what the form asks for."""
    price = PriceRange(low_yuan=Decimal(30_000), high_yuan=Decimal(60_000))
    return solution.model_copy(
        update={
            "price": solution.price or price,
            "days_to_deploy": solution.days_to_deploy or 30,
            "evidence": solution.evidence or (_PROOF,),
        }
    )


def _product(desk: Desk, number: int, solution: Solution, days: int) -> Steps:
    """Submit, have it reviewed; what the sample does not admit is returned or refused."""
    dice = desk.draw(1_000_000 + number)
    yield dice.draw.share() * days * 0.4
    content = complete_solution(solution.model_copy(update={"audit_state": AuditState.SUBMITTED}))
    if solution.provider is None:
        return
    try:
        done = desk.here.pool.submit(SubmissionRequest(solution=content, actor=solution.provider.id))
    except FormFaulty as error:
        # The form names what is missing; the vendor adds it and submits again.
        desk.refused[f"pool: {error.code}"] += 1
        yield 2.0
        filled = complete_solution(_filled(content))
        done = desk.here.pool.submit(SubmissionRequest(solution=filled, actor=solution.provider.id))
    submission = done.step.submission_id if done.step else None
    if submission is None:
        return
    yield 1 + dice.draw.share() * days * 0.5
    good = solution.audit_state is AuditState.ADMITTED
    decision: Decision = "admit" if good else "return" if dice.draw.chance(0.5) else "reject"
    reason = "材料齐全，符合小快轻准" if good else "使用效果的证明不够"
    for reviewer in REVIEWERS[:2]:
        try:
            step = desk.here.pool.review(submission, decision, reason, reviewer)
        except SmematchError as error:
            desk.refused[f"review: {error.code}"] += 1
            return
        if not step.waiting_for:
            break
        yield 0.5 + dice.draw.share()
    if decision == "reject" and dice.draw.chance(0.4):
        yield 3.0
        desk.here.pool.appeal(solution.id, "补充了两家客户的使用证明", solution.provider.id)
        yield 4.0
        upheld = dice.draw.chance(0.3)
        desk.here.pool.decide_appeal(solution.id, upheld=upheld, reason="复核申诉材料", actor=REVIEWERS[2])
