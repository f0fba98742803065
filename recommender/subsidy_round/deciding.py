"""Decisions on one project of a round, and the events that they write."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from recommender.feedback.reporting import report
from recommender.policy.estimate import yuan_text
from recommender.store import UnitOfWork
from recommender.subsidy_round.checks import Context, check
from recommender.subsidy_round.faults import (
    SubsidyAmountTooHigh,
    SubsidyCheckFailed,
    SubsidyMoveNotAllowed,
    SubsidyReasonMissing,
    UnknownClaim,
)
from recommender.subsidy_round.ledger import STATE_NAMES, Entry, State
from recommender.subsidy_round.rules import load_round_rules
from recommender.subsidy_round.views import Decision


@dataclass(frozen=True, slots=True)
class Review:
    """A decision on one project, as :meth:`SubsidyRounds.review` takes it."""

    project: str
    decision: Decision
    reason: str | None = None
    amount_yuan: Decimal | None = None


def same(entry: Entry, state: State, reason: str | None, amount: Decimal | None) -> bool:
    """Whether this very decision was taken already."""
    return entry.state == state and entry.reason == reason and amount in {None, entry.amount_yuan}


def decided(
    entry: Entry, decision: Decision, reason: str | None, amount: Decimal | None, context: Context
) -> dict[str, Any]:
    """Return what the event of a decision tells.

    Raises
    ------
    SubsidyMoveNotAllowed, SubsidyCheckFailed, SubsidyReasonMissing, SubsidyAmountTooHigh
    """
    if entry.state not in ({"collected"} if decision == "pass" else {"collected", "passed"}):
        raise SubsidyMoveNotAllowed(
            f"项目当前为“{STATE_NAMES[entry.state]}”，不能这样办理", place={"project": entry.key}
        )
    if decision != "pass":
        if reason is None:
            raise SubsidyReasonMissing("退回或不予奖补要写明原因", place={"field": "reason"})
        return {**names(entry.project, entry.partner), "reason": reason}
    checked = check(context.claims[entry.key], context)
    if checked.failed:
        raise SubsidyCheckFailed(checked.failed[0].text, place=checked.failed[0].place)
    if checked.asking and reason is None:
        raise SubsidyReasonMissing(f"请写明核对说明：{checked.asking[0].text}", place={"field": "reason"})
    most = checked.amount_yuan or Decimal(0)
    chosen = min(entry.amount_yuan, most) if amount is None else amount
    if chosen > most:
        raise SubsidyAmountTooHigh(
            f"最多可补 {yuan_text(most)}，收到 {yuan_text(chosen)}", place={"field": "amount_yuan"}
        )
    told = {**names(entry.project, entry.partner), "amount_yuan": f"{chosen:.2f}"}
    return told if reason is None else {**told, "reason": reason}


def pay(work: UnitOfWork, entry: Entry, context: Context, actor: str) -> None:
    """Write the payment of what passed, after one more look.

    Raises
    ------
    SubsidyCheckFailed
        If it was paid in another way since, or less is left under the cap.
    """
    claim = context.claims.get(entry.key)
    if claim is None:
        raise UnknownClaim(f"记录中已没有项目 {entry.key}", place={"project": entry.key})
    checked = check(claim, context)
    if checked.failed:
        raise SubsidyCheckFailed(checked.failed[0].text, place=checked.failed[0].place)
    if checked.amount_yuan is None or entry.amount_yuan > checked.amount_yuan:
        raise SubsidyCheckFailed(
            f"项目 {entry.key} 通过后可补金额已变少，请退回重新核定", place={"project": entry.key}
        )
    body = {
        # Whatever the round: a second payment of one project cannot even be written.
        "event_id": f"subsidy-payment:{_short(entry.key)}",
        "type": "subsidy",
        "subject": entry.enterprise,
        "object": entry.partner or entry.project or entry.enterprise,
        "actor": actor,
        "value": float(entry.amount_yuan),
        "attributes": {
            **names(entry.project, entry.partner),
            "round": context.round.id,
            "amount_yuan": f"{entry.amount_yuan:.2f}",
        },
    }
    report(work, body, work.clock())


def names(project: str | None, partner: str | None) -> dict[str, str]:
    """Return what names a project in an event."""
    told = {"project": project, "partner": partner}
    return {name: value for name, value in told.items() if value}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def write(
    work: UnitOfWork, step: str, kind: str, subject: str, actor: str, round_id: str, told: dict[str, Any]
) -> None:
    """Write a step of a round; ``step`` and the project make its id."""
    named = str(told.get("project") or told.get("partner") or "")
    body = {
        "event_id": f"subsidy-{step}:{_short(f'{round_id}/{subject}/{named}')}",
        "type": kind,
        "subject": subject,
        "object": named or load_round_rules().city_office,
        "actor": actor,
        "attributes": {"round": round_id, **told},
    }
    report(work, body, work.clock())
