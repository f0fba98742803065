"""Dynamic adjustment over a store: effects with proposals, decisions that hold at once, appeals."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import uuid_utils

from recommender.adjustment.effects import Effect, measured_effects
from recommender.adjustment.faults import (
    AdjustmentReasonMissing,
    AppealTooLate,
    NothingInForce,
    NothingToAppeal,
    NotImpartial,
    NotYours,
    UnknownParty,
)
from recommender.adjustment.proposals import Proposal, proposal_of
from recommender.adjustment.rules import SIDE_NAMES, Action, Side, load_adjustment_rules
from recommender.adjustment.standing import Decision, Key, decisions, in_force
from recommender.adjustment.suspending import mark_unit, restore, suspend
from recommender.appraisal.ledger import appraisals
from recommender.appraisal.views import Consequence, consequences_of
from recommender.diagnosis.value import Value
from recommender.domain import Event
from recommender.domain.calendar import local_day
from recommender.domain.solution import AuditState
from recommender.feedback.reporting import keep_log
from recommender.pool.parties import owners_of
from recommender.pool.steps import locked_course
from recommender.ranking.official_standing import Decided, OfficialStanding
from recommender.store import Store, UnitOfWork

#: What people do with lists, which no effect, decision or appraisal rests on and most of the log is.
_LOOKS = ("impression", "view", "shortlist")


class Line(Value):
    """One party: its effect, what is proposed, what is decided.

    Attributes
    ----------
    effect : Effect, optional
        None for a party without a project.
    """

    id: str
    side: Side
    name: str
    mark: str | None
    effect: Effect | None
    proposal: Proposal | None
    decision: Decision | None
    in_force: bool


class Adjustments(Value):
    """Every party of a side with a project or a decision; those with a proposal first."""

    side: Side
    as_of: datetime
    items: tuple[Line, ...]
    note: str


class AdjustmentService:
    """Proposals and decisions over a store; every moment defaults to now."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: tuple[int, Mapping[Key, Decision]] | None = None
        #: By side: the state of log, records and day, and the lines made of it.
        self._made: dict[Side, tuple[tuple[int, int, date], tuple[Line, ...]]] = {}

    # -- reading -------------------------------------------------------------------------------------

    def listing(self, side: Side, moment: datetime | None = None) -> Adjustments:
        """Return every party of a side, those with a proposal first, the gravest before."""
        with self._store.read() as work:
            at = moment or work.clock()
            lines = list(_lines(work, side, at) if moment else self._lines_now(work, side))
        order = {"suspend": 0, "warn": 1, "promote": 2}
        lines.sort(key=lambda one: (order[one.proposal.action] if one.proposal else 3, one.id))
        return Adjustments(side=side, as_of=at, items=tuple(lines), note=load_adjustment_rules().note)

    def show(self, side: Side, key: str, moment: datetime | None = None) -> Line:
        """Return one party.

        Raises
        ------
        UnknownParty
        """
        with self._store.read() as work:
            at = moment or work.clock()
            lines = _lines(work, side, at) if moment else self._lines_now(work, side)
            found = next((one for one in lines if one.id == key), None)
            if found is not None:
                return found
            name, mark = _named(work, side, key, at)
        return Line(
            id=key, side=side, name=name, mark=mark, effect=None, proposal=None, decision=None, in_force=False
        )

    def standing(self) -> OfficialStanding:
        """Return what holds now as rankings take it; suspensions are in the records themselves."""
        offsets = load_adjustment_rules().offsets
        found: dict[Side, dict[str, Decided]] = {"solution": {}, "vendor": {}, "lead_unit": {}}
        for (side, key), one in self.in_force().items():
            if one.action == "promote":
                told = f"按已完成项目的实效，{SIDE_NAMES[side]}获市里提升推荐：{one.reason}"
                found[side][key] = Decided(offsets["promote"], told)
            elif one.action == "warn":
                told = f"市里 {one.on} 对该{SIDE_NAMES[side]}提出提醒：{one.reason}"
                found[side][key] = Decided(offsets["warn"], told)
        return OfficialStanding(found["solution"], found["vendor"], found["lead_unit"])

    def in_force(self) -> Mapping[Key, Decision]:
        """Return what holds now; read anew when the log grew or the day changed."""
        with self._store.read() as work:
            sequence = work.events.last_sequence() + local_day(work.clock()).toordinal() * 10**12
            if self._known is None or self._known[0] != sequence:
                self._known = sequence, in_force(work, work.clock())
            return self._known[1]

    def _lines_now(self, work: UnitOfWork, side: Side) -> tuple[Line, ...]:
        """Return the lines of a side today; made anew only after what they rest on changed."""
        now = work.clock()
        state = work.events.last_sequence_but(_LOOKS), work.catalogue.version(), local_day(now)
        made = self._made.get(side)
        if made is None or made[0] != state:
            made = self._made[side] = state, tuple(_lines(work, side, now))
        return made[1]

    # -- acting --------------------------------------------------------------------------------------

    def decide(self, side: Side, key: str, action: Action, reason: str, actor: str) -> Line:
        """Decide on a party, effective with the next request; a product's suspension is the pool's as well.

        Parameters
        ----------
        action : {"promote", "warn", "suspend", "clear", "dismiss"}
            ``clear`` ends what is in force; ``dismiss`` notes that the proposal was looked at.
        actor : str
            Who decides; not the party itself.

        Raises
        ------
        UnknownParty, AdjustmentReasonMissing, NotImpartial, NothingInForce
        recommender.pool.states.IllegalMove
            If a product that is not admitted is to be suspended.
        """
        reason = _told(reason)
        rules = load_adjustment_rules()
        with self._store.begin() as work:
            _lock(work)
            now = work.clock()
            _named(work, side, key, now)
            if actor in _parties(work, side, key):
                raise NotImpartial("当事单位不能决定自己的调整", place={"field": "actor"})
            current = decisions(work, now).get((side, key))
            holds = current is not None and current.holds(local_day(now))
            if action == "clear" and not holds:
                raise NothingInForce("没有生效的决定，不需要解除", place={"field": "action"})
            suspended = current if holds and current and current.action == "suspend" else None
            told: dict[str, Any] = {"side": side, "action": action, "reason": reason}
            if action == "suspend" and suspended is None:
                told["products"] = suspend(work, side, key, reason, actor)
            if action not in {"suspend", "dismiss"} and suspended is not None:
                restore(work, suspended.products, reason, actor)
            effect = measured_effects(work, rules, side, now).get(key)
            until = local_day(now) + timedelta(days=rules.in_force_days)
            told["settled"] = effect.decided if effect else 0
            if action in {"promote", "warn"}:
                told["until"] = until.isoformat()
            _write(work, "adjustment_decided", key, actor, told, now)
            if side == "lead_unit" and action != "dismiss":
                mark_unit(work, key, suspended=action == "suspend")
            at = work.clock()
            return _line(work, side, key, at, effect, decisions(work, at).get((side, key)))

    def appeal(self, side: Side, key: str, reason: str, actor: str) -> Line:
        """Appeal against a warning or a unit's suspension; of a product's suspension the pool decides.

        Raises
        ------
        AdjustmentReasonMissing, UnknownParty, NothingToAppeal, NotYours, AppealTooLate
        """
        reason = _told(reason)
        with self._store.begin() as work:
            keep_log(work)
            now = work.clock()
            _named(work, side, key, now)
            current = decisions(work, now).get((side, key))
            if current is None or not current.holds(local_day(now)) or current.action == "promote":
                raise NothingToAppeal("没有生效的提醒或暂停，不需要申诉")
            if side == "solution" and current.action == "suspend":
                raise NothingToAppeal("产品暂停请到产品池申诉", place={"at": "pool"})
            if actor not in _parties(work, side, key):
                raise NotYours("只有当事单位可以申诉", place={"field": "actor"})
            last = current.on + timedelta(days=load_adjustment_rules().appeal_days)
            if current.appealed or local_day(now) > last:
                told = "这项决定已经申诉过" if current.appealed else f"申诉期限到 {last} 为止"
                raise AppealTooLate(told)
            body = {"side": side, "decision": current.event_id, "reason": reason}
            _write(work, "adjustment_appealed", key, actor, body, now)
        return self.show(side, key)

    def decide_appeal(self, side: Side, key: str, *, upheld: bool, reason: str, actor: str) -> Line:
        """Decide an appeal: upheld, the decision is undone from now on.

        Raises
        ------
        AdjustmentReasonMissing, NothingToAppeal
        NotImpartial
            For the party itself, and for whoever made the decision.
        """
        reason = _told(reason)
        with self._store.begin() as work:
            _lock(work)
            now = work.clock()
            current = decisions(work, now).get((side, key))
            if current is None or not current.appeal_open:
                raise NothingToAppeal("没有待决定的申诉")
            if actor in {*_parties(work, side, key), current.by}:
                raise NotImpartial("申诉须由没有参与原决定的人员决定", place={"field": "actor"})
            if upheld and current.action == "suspend":
                restore(work, current.products, reason, actor)
            body = {"side": side, "decision": current.event_id, "upheld": upheld, "reason": reason}
            _write(work, "adjustment_appeal_decided", key, actor, body, now)
            if upheld and side == "lead_unit":
                mark_unit(work, key, suspended=False)
        return self.show(side, key)


def _lines(work: UnitOfWork, side: Side, moment: datetime) -> list[Line]:
    rules = load_adjustment_rules()
    told = measured_effects(work, rules, side, moment)
    effects = {key: one for key, one in told.items() if one.projects}
    decided = {key: one for (of, key), one in decisions(work, moment).items() if of == side}
    graded = _graded(work, side, moment)
    return [
        _line(work, side, key, moment, effects.get(key), decided.get(key), graded.get(key))
        for key in sorted(effects.keys() | decided.keys() | graded.keys())
    ]


def _graded(work: UnitOfWork, side: Side, moment: datetime) -> dict[str, Consequence]:
    found = consequences_of(appraisals(work, moment), local_day(moment))
    return {one.unit: one for one in found if one.side == side}


def _line(
    work: UnitOfWork,
    side: Side,
    key: str,
    moment: datetime,
    effect: Effect | None,
    decision: Decision | None,
    graded: Consequence | None = None,
) -> Line:
    name, mark = (effect.name, effect.mark) if effect else _named(work, side, key, moment)
    told = effect if effect is not None and effect.projects else None
    return Line(
        id=key,
        side=side,
        name=name,
        mark=mark,
        effect=told,
        proposal=proposal_of(told, decision, load_adjustment_rules(), graded),
        decision=decision,
        in_force=decision is not None and _in_force(work, decision, local_day(moment)),
    )


def _in_force(work: UnitOfWork, decision: Decision, today: date) -> bool:
    """Whether a decision holds; the pool may have restored a product that it suspended."""
    if not decision.holds(today):
        return False
    if decision.action != "suspend" or decision.side != "solution":
        return True
    stored = work.solutions.get(decision.id)
    return stored is not None and stored.record.audit_state is AuditState.SUSPENDED


def _named(work: UnitOfWork, side: Side, key: str, moment: datetime) -> tuple[str, str | None]:
    if side == "vendor":
        name = work.solutions.provider_names(moment, [key]).get(key)
        if name is not None:
            return name, None
    else:
        found = (work.solutions if side == "solution" else work.lead_units).get(key)
        if found is not None:
            return found.record.name, found.record.face_mark
    raise UnknownParty(f"找不到编号为 {key} 的{SIDE_NAMES[side]}", place={"field": "id"})


def _parties(work: UnitOfWork, side: Side, key: str) -> set[str]:
    return owners_of(locked_course(work, key), work) if side == "solution" else {key}


def _lock(work: UnitOfWork) -> None:
    """Keep other writers out of records and log, in the pool's order: records first."""
    work.solutions.get("", for_update=True)
    keep_log(work)


def _told(reason: str) -> str:
    if not reason.strip():
        raise AdjustmentReasonMissing("请写明理由", place={"field": "reason"})
    return reason.strip()


def _write(work: UnitOfWork, kind: str, key: str, actor: str, told: Mapping[str, Any], now: datetime) -> None:
    event = Event(
        event_id=f"adjustment-{uuid_utils.uuid7()}",
        type=kind,
        subject=key,
        object=key,
        actor=actor,
        occurred_at=now,
        attributes=dict(told),
    )
    work.events.append([event])
