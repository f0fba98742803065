"""Assignments for stored batches: propose, compare, keep, commit."""

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime

import numpy as np
import uuid_utils
from numpy.typing import NDArray

from recommender.assignment import wording
from recommender.assignment.answer import AssignedPair, Assignment, Difference, Moved, Totals
from recommender.assignment.batch import (
    ENGAGEMENT_EVENTS,
    Batch,
    Engagements,
    batch_of,
    engagements_of,
    kind_of,
)
from recommender.assignment.problem import NOBODY, Objective, UnusableProblem, consistent, places
from recommender.assignment.request import AssignmentRequest
from recommender.assignment.solving import Solution, solve
from recommender.assignment.stable import blocking_pairs, market_of
from recommender.assignment.task import task_of
from recommender.domain.calendar import SHANGHAI
from recommender.domain.event import Event
from recommender.domain.stored_assignment import StoredAssignment
from recommender.errors import Conflict, NotFound
from recommender.matching.ranked import Engine
from recommender.matching.service import MatchingService
from recommender.retrieval.candidates import DENSE_UNAVAILABLE
from recommender.store import Store

#: The event of a committed proposal, and who reports it.
PROPOSED = "proposed"
_ACTOR = "smematch"
_NOTES = (
    "这是撮合建议，不是指派：企业可以自由选择任何单位，提交建议不产生任何合同。",
    "同分时按本批抽签顺序（seed）决定先后，与编号顺序无关。",
)


class UnknownAssignment(NotFound):
    """No assignment has this id."""

    code = "assignment_not_found"
    title = "找不到分配方案"


class OutdatedAssignment(Conflict):
    """Something that the proposal rests on has changed since it was made."""

    code = "assignment_outdated"
    title = "分配方案已过时"


class AssignmentService:
    """Proposes who could work with whom, and keeps what was proposed.

    Parameters
    ----------
    matching : MatchingService
        Gives the engine with which lists are served, so that both sides are scored alike.
    clock : callable
        Returns the present moment with its zone.
    """

    def __init__(
        self,
        store: Store,
        matching: MatchingService,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._matching = matching
        self._clock = clock

    def propose(self, request: AssignmentRequest) -> Assignment:
        """Assign a batch and store the answer; commit it at once unless it is a dry run.

        Raises
        ------
        recommender.matching.unknown.UnknownEnterprise, recommender.matching.unknown.UnknownLeadUnit
            If the request names a record that is not stored.
        UnknownAssignment
            If ``compare_to`` names none.
        recommender.errors.InvalidInput
            If the limits contradict the objective.
        """
        base = None if request.compare_to is None else self.get(request.compare_to)
        engine = self._matching.engine()
        batch = batch_of(engine, request, self._engagements(engine, request), on=self._today())
        seed = _seed(batch) if request.seed is None else request.seed
        solution = solve(batch.problem, request.objective, seed=seed, proposing=request.proposing)
        answer = self._answer(engine, request, batch, solution, seed)
        if base is not None:
            answer = answer.model_copy(update={"difference": _difference(answer, base)})
        stored = StoredAssignment(
            assignment_id=answer.assignment_id,
            created_at=answer.created_at,
            objective=answer.objective.value,
            request=request.model_dump_json(),
            response=answer.model_dump_json(),
        )
        with self._store.begin() as work:
            work.assignments.save(stored)
        return answer if request.dry_run else self.commit(answer.assignment_id)

    def commit(self, assignment_id: str) -> Assignment:
        """Write the proposal to the log, one ``proposed`` event for each new pair; nothing is signed.

        A second commit changes nothing and returns the same.

        Raises
        ------
        UnknownAssignment
            If there is none.
        OutdatedAssignment
            If a consent, an enterprise, a unit or its free places are no longer there; nothing is written.
        """
        engine = self._matching.engine()
        with self._store.begin() as work:
            stored = work.assignments.get(assignment_id, for_update=True)
            if stored is None:
                raise _unknown(assignment_id)
            answer = Assignment.model_validate_json(stored.response)
            if stored.committed_at is not None:
                return answer
            new = [pair for pair in answer.pairs if not pair.fixed]
            request = AssignmentRequest.model_validate_json(stored.request)
            self._check(engine, self._engagements(engine, request), request, answer)
            now = self._clock()
            committed = answer.model_copy(update={"committed_at": now, "dry_run": False})
            work.events.append([_event(answer, pair, now) for pair in new])
            work.assignments.mark_committed(assignment_id, now, committed.model_dump_json())
        return committed

    def get(self, assignment_id: str) -> Assignment:
        """Return an assignment as it was answered.

        Raises
        ------
        UnknownAssignment
            If there is none.
        """
        with self._store.read() as work:
            stored = work.assignments.get(assignment_id)
        if stored is None:
            raise _unknown(assignment_id)
        return Assignment.model_validate_json(stored.response)

    def _today(self) -> date:
        return self._clock().astimezone(SHANGHAI).date()

    def _engagements(self, engine: Engine, request: AssignmentRequest) -> Engagements:
        with self._store.read() as work:
            events = work.events.of_types(ENGAGEMENT_EVENTS)
        return engagements_of(events, {*engine.snapshot.catalogue.lead_units, *request.vendors})

    def _check(
        self, engine: Engine, engagements: Engagements, request: AssignmentRequest, answer: Assignment
    ) -> None:
        catalogue, today = engine.snapshot.catalogue, self._today()
        changed = []
        running = Counter(engagements.running.values())
        needed = Counter(pair.unit for pair in answer.pairs if pair.enterprise not in engagements.running)
        for pair in (pair for pair in answer.pairs if not pair.fixed):
            firm = catalogue.enterprises.get(pair.enterprise)
            if firm is None or not firm.shows_itself_to(pair.unit_kind, pair.unit, today):
                changed.append(f"{pair.enterprise_name} 已不同意向“{pair.unit_name}”展示")
            elif pair.enterprise in engagements.running:
                changed.append(f"{pair.enterprise_name} 已与其他单位签约")
        for line in answer.units:
            unit = engine.partner(kind_of(request, line.id), line.id)
            limits = request.capacities.get(line.id)
            if unit is None:
                changed.append(f"单位“{line.name}”已不存在")
            elif (limits is None or limits.max is None) and unit.capacity is not None:
                free = unit.capacity.total - max(unit.capacity.in_progress, running[line.id])
                if needed[line.id] > max(free, 0) and any(
                    p.unit == line.id and not p.fixed for p in answer.pairs
                ):
                    changed.append(f"“{line.name}”只剩 {max(free, 0)} 个名额")
        if changed:
            more = f"等 {len(changed)} 处" if len(changed) > 3 else ""
            raise OutdatedAssignment(f"{'；'.join(changed[:3])}{more}，请重新试算后再提交")

    def _answer(
        self, engine: Engine, request: AssignmentRequest, batch: Batch, solution: Solution, seed: int
    ) -> Assignment:
        blocking = _blocking(batch, solution, seed)
        lines = wording.unit_lines(batch, solution, blocking)
        held = places(solution.assigned, len(batch.units))
        total = int(held.sum())
        shares = held / max(1, total)
        degraded = None if engine.snapshot.has_vectors else DENSE_UNAVAILABLE
        return Assignment(
            assignment_id=str(uuid_utils.uuid7()),
            created_at=self._clock(),
            committed_at=None,
            dry_run=True,
            objective=request.objective,
            objective_text=wording.OBJECTIVE_TEXT[request.objective],
            status=solution.status,
            status_text=wording.status_text(solution),
            gap=solution.gap,
            seed=seed,
            model_version=engine.model.version,
            index_version=engine.snapshot.version,
            degraded=degraded,
            pairs=wording.pairs_of(engine, batch, solution),
            units=lines,
            unassigned=wording.unplaced(batch, solution),
            left_out=wording.left_out(batch),
            relaxations=wording.relaxed_limits(batch, solution.relaxations),
            totals=Totals(
                enterprises=len(batch.firms),
                assigned=total,
                fixed=int((batch.problem.fixed >= 0).sum()),
                unassigned=len(batch.firms) - total,
                left_out=len(batch.left_out),
                units=len(batch.units),
                expected_matches=round(solution.expected, 6),
                largest_share=round(float(shares.max(initial=0.0)), 6),
                hhi=round(float((shares**2).sum()), 6),
                blocking_pairs=None if blocking is None else int(blocking.sum()),
            ),
            difference=None,
            notes=_notes(request, degraded),
        )


def _notes(request: AssignmentRequest, degraded: str | None) -> tuple[str, ...]:
    notes = list(_NOTES)
    if request.objective is Objective.STABLE:
        notes.append("稳定匹配不受最低数和新单位保底的约束；未达到的单位列在放宽项中。")
    if degraded is not None:
        notes.append("语义模型不可用，本次文字匹配只按关键词。")
    return tuple(notes)


def _unknown(assignment_id: str) -> UnknownAssignment:
    return UnknownAssignment(f"找不到分配方案 {assignment_id}", place={"field": "id"})


def _seed(batch: Batch) -> int:
    """Draw the lot from the batch itself: the same batch, the same lot, whatever the limits."""
    text = "|".join(firm.uscc for firm in batch.firms)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def _event(answer: Assignment, pair: AssignedPair, now: datetime) -> Event:
    return Event(
        event_id=f"{PROPOSED}:{answer.assignment_id}:{pair.enterprise}",
        type=PROPOSED,
        subject=pair.enterprise,
        object=pair.unit,
        actor=_ACTOR,
        occurred_at=now,
        attributes={
            "assignment_id": answer.assignment_id,
            "objective": answer.objective.value,
            "p_match": pair.p_match,
            "forward": pair.forward,
            "reverse": pair.reverse,
        },
    )


def _blocking(batch: Batch, solution: Solution, seed: int) -> NDArray[np.bool_] | None:
    """Pairs that would rather have each other, bool (n, m); None where limits cross."""
    problem, _ = consistent(batch.problem)
    task = task_of(problem, seed)
    try:
        market = market_of(task, problem)
    except UnusableProblem:
        return None
    column = np.empty(len(task.columns), np.int64)
    column[task.columns] = np.arange(len(task.columns))
    chosen = solution.assigned[task.rows]
    in_lot = np.where(chosen >= 0, column[chosen] if len(column) else NOBODY, NOBODY)
    blocking = np.zeros(problem.shape, bool)
    blocking[np.ix_(task.rows, task.columns)] = blocking_pairs(market, in_lot)
    return blocking


def _difference(answer: Assignment, base: Assignment) -> Difference:
    before = {pair.enterprise: pair.unit for pair in base.pairs}
    after = {pair.enterprise: pair.unit for pair in answer.pairs}
    moved = tuple(
        Moved(enterprise=uscc, before=before.get(uscc), after=after.get(uscc))
        for uscc in sorted(before.keys() | after.keys())
        if before.get(uscc) != after.get(uscc)
    )
    matches = answer.totals.expected_matches - base.totals.expected_matches
    assigned = answer.totals.assigned - base.totals.assigned
    share = answer.totals.largest_share - base.totals.largest_share
    return Difference(
        base=base.assignment_id,
        expected_matches=round(matches, 6),
        assigned=assigned,
        largest_share=round(share, 6),
        moved=moved,
        text=(
            f"与对照方案相比：预期撮合 {matches:+.2f} 家，安排企业 {assigned:+d} 家，"
            f"最大单家份额 {share:+.1%}，{len(moved)} 家企业的单位有变化"
        ),
    )
