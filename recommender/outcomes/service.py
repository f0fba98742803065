"""Candidates, and the decisions of people on them."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from recommender.diagnosis.value import Value
from recommender.domain.taxonomy import SubIndustry
from recommender.errors import Conflict, InvalidInput, NotFound
from recommender.feedback.reporting import keep_log, report
from recommender.outcomes.candidates import Candidate, candidates, uncovered
from recommender.outcomes.chosen import Chosen, chosen
from recommender.outcomes.figures import Facts, facts_at
from recommender.outcomes.rules import load_selection
from recommender.outcomes.targets import OutcomeKind
from recommender.policy.sourced import NOTICE
from recommender.store import Store, UnitOfWork
from recommender.subsidy_round.faults import require_office
from recommender.subsidy_round.rules import load_round_rules


class UnknownCandidate(NotFound):
    """No candidate has this id."""

    code = "outcome_candidate_not_found"
    title = "找不到候选"


class CandidateBlocked(Conflict):
    """A limit or a condition stands against choosing it."""

    code = "outcome_blocked"
    title = "不能选定"


class NotChosen(Conflict):
    """What is to be removed is not chosen."""

    code = "outcome_not_selected"
    title = "未选定"


class CandidateList(Value):
    """Candidates of a kind, best first.

    Attributes
    ----------
    uncovered : tuple of SubIndustry
        Sub-industries that should have one and have none yet.
    """

    kind: OutcomeKind
    title: str
    goal: int
    as_of: datetime
    chosen: int
    uncovered: tuple[SubIndustry, ...]
    items: tuple[Candidate, ...]
    notice: str = NOTICE


class ChosenList(Value):
    """What stands chosen, in the order of choosing."""

    items: tuple[Chosen, ...]


class Outcomes:
    """The choice of cases, products and districts over a store; every moment defaults to now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def candidates(self, kind: OutcomeKind, moment: datetime | None = None) -> CandidateList:
        """Return all candidates of a kind with their evidence sheets."""
        with self._store.read() as work:
            at = moment or work.clock()
            found = _candidates(work, kind, at)
        rules = load_selection().of(kind)
        taken = [one for one in found if one.chosen]
        return CandidateList(
            kind=kind,
            title=rules.title,
            goal=rules.goal,
            as_of=at,
            chosen=len(taken),
            uncovered=tuple(uncovered(taken, rules)),
            items=tuple(found),
        )

    def chosen(self, kind: OutcomeKind | None = None, moment: datetime | None = None) -> ChosenList:
        """Return what stands chosen, of one kind if named."""
        with self._store.read() as work:
            found = chosen(work, moment or work.clock())
        return ChosenList(items=tuple(one for one in found.values() if kind in {None, one.kind}))

    def select(self, kind: OutcomeKind, candidate: str, actor: str, reason: str | None = None) -> ChosenList:
        """Choose a candidate; one that stands chosen stays as it is. Return what stands chosen of the kind.

        Raises
        ------
        recommender.subsidy_round.faults.NotTheOffice, UnknownCandidate
        CandidateBlocked
            If a limit or condition of the rules stands against it.
        """
        return self.select_many(kind, [candidate], actor, reason)

    def select_many(
        self, kind: OutcomeKind, keys: Sequence[str], actor: str, reason: str | None = None
    ) -> ChosenList:
        """Choose several candidates in their order, all or none; raises as :meth:`select` does."""
        require_office(load_round_rules().city_office, actor)
        with self._store.begin() as work:
            keep_log(work)
            facts, units = facts_at(work, work.clock()), _units(work, work.clock())
            for key in keys:
                one = _open_candidate(facts, kind, key, units)
                if one is None:
                    continue
                told = {"score": one.score, "reason": reason}
                _write(work, "outcome_selected", kind, key, one.subject, actor, told)
                # What is chosen counts against the limits of the next.
                facts = replace(facts, chosen=chosen(work, work.clock()))
        return self.chosen(kind)

    def remove(self, kind: OutcomeKind, candidate: str, actor: str, reason: str) -> ChosenList:
        """Take back a choice; return what stands chosen of the kind.

        Raises
        ------
        recommender.subsidy_round.faults.NotTheOffice, NotChosen
        InvalidInput
            Without a reason.
        """
        require_office(load_round_rules().city_office, actor)
        if not reason.strip():
            raise InvalidInput("撤下要写明原因", place={"field": "reason"})
        with self._store.begin() as work:
            keep_log(work)
            one = chosen(work, work.clock()).get((kind, candidate))
            if one is None:
                raise NotChosen(f"{candidate} 没有选定，不能撤下", place={"field": "candidate"})
            _write(work, "outcome_removed", kind, candidate, one.subject, actor, {"reason": reason})
        return self.chosen(kind)


def _candidates(work: UnitOfWork, kind: OutcomeKind, moment: datetime) -> list[Candidate]:
    return candidates(facts_at(work, moment), kind, _units(work, moment))


def _units(work: UnitOfWork, moment: datetime) -> frozenset[str]:
    return frozenset(work.lead_units.first_recorded(moment))


def _open_candidate(facts: Facts, kind: OutcomeKind, key: str, units: frozenset[str]) -> Candidate | None:
    """Return a candidate that can be chosen, None for one that is chosen already; raise for any other."""
    one = next((one for one in candidates(facts, kind, units) if one.id == key), None)
    if one is None:
        raise UnknownCandidate(f"没有编号为 {key} 的候选", place={"field": "candidate"})
    if one.chosen:
        return None
    if one.blocked is not None:
        raise CandidateBlocked(f"{one.blocked}，不能选定", place={"field": "candidate"})
    return one


def _write(
    work: UnitOfWork,
    event: str,
    kind: OutcomeKind,
    candidate: str,
    subject: str,
    actor: str,
    told: dict[str, Any],
) -> None:
    now = work.clock()
    text = f"{event}/{kind}/{candidate}/{now.isoformat()}"
    body = {
        "event_id": f"outcome:{hashlib.sha256(text.encode()).hexdigest()[:40]}",
        "type": event,
        "subject": subject,
        "object": load_round_rules().city_office,
        "actor": actor,
        "attributes": {
            "kind": kind,
            "candidate": candidate,
            **{name: value for name, value in told.items() if value is not None},
        },
    }
    report(work, body, now)
