"""Appeals of applicants against a decision, and what the city answers."""

from datetime import timedelta

from recommender.pool.parties import NotImpartial
from recommender.selection.deciding import told_reason
from recommender.selection.eligibility import Scene
from recommender.selection.faults import SelectionMoveNotAllowed
from recommender.selection.guards import require_applicant, require_before
from recommender.selection.rules import load_selection_rules
from recommender.selection.writing import write


def appeal(scene: Scene, key: str, reason: str, actor: str) -> None:
    """Appeal against the decision on an application's sub-industry; the same again changes nothing.

    Raises
    ------
    UnknownApplication, NotTheApplicant, SelectionReasonMissing, SelectionMoveNotAllowed, SelectionNotOpen
    """
    reason = told_reason(reason)
    entry = scene.round.entry(key)
    require_applicant(entry.application, actor)
    decision = scene.round.decision(entry.application.sub_industry)
    if decision is None:
        raise SelectionMoveNotAllowed("还没有公布结果，不能申诉", place={"field": "application"})
    earlier = [one for one in entry.appeals if one.decision == decision.event_id]
    if earlier:
        if earlier[-1].reason != reason:
            raise SelectionMoveNotAllowed("这项决定已经申诉过", place={"field": "application"})
        return
    days = load_selection_rules().appeal_days
    require_before(decision.at + timedelta(days=days), scene.work, "申诉")
    told = {"application": key, "decision": decision.event_id, "reason": reason}
    write(scene.work, "selection_appealed", entry.application.unit, actor, told, scene.round.id)


def decide_appeal(scene: Scene, key: str, *, upheld: bool, reason: str, actor: str) -> None:
    """Answer an appeal; the same answer again changes nothing.

    Raises
    ------
    UnknownApplication, SelectionReasonMissing, SelectionMoveNotAllowed
    recommender.pool.parties.NotImpartial
        If whoever answers took the decision.
    """
    reason = told_reason(reason)
    entry = scene.round.entry(key)
    waiting = next((one for one in entry.appeals if one.upheld is None), None)
    if waiting is None:
        if entry.appeals and (entry.appeals[-1].upheld, entry.appeals[-1].answer) == (upheld, reason):
            return
        raise SelectionMoveNotAllowed(f"{key} 没有待决定的申诉", place={"field": "application"})
    made = scene.round.decisions[entry.application.sub_industry]
    if actor in {one.actor for one in made if one.event_id == waiting.decision}:
        raise NotImpartial("申诉须由没有作出原决定的人员决定", place={"field": "actor"})
    told = {"application": key, "appeal": waiting.event_id, "upheld": upheld, "reason": reason}
    write(scene.work, "selection_appeal_decided", entry.application.unit, actor, told, scene.round.id)
