"""All gates in their order, over what is stored now."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from recommender.domain.calendar import local_day
from recommender.learning.labelled_files import LabelledNeed
from recommender.matching.ranked import Engine
from recommender.ranking.ranking_model import RankingModel
from recommender.registry.fairness_gate import fairness_gate
from recommender.registry.gate import GateReport, GateResult, GateRules, GateStatus, read_gate_rules
from recommender.registry.latency_gate import latency_gate
from recommender.registry.off_policy_gate import off_policy_gate
from recommender.registry.offline_gate import offline_gate
from recommender.store import Store

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, all); stages are ``gate_offline`` and so on."""
_SIGNS = {GateStatus.PASSED: "通过", GateStatus.FAILED: "不通过", GateStatus.TOO_LITTLE_EVIDENCE: "证据太少"}


class Gates:
    """Measures a candidate against the served model.

    Parameters
    ----------
    engine : callable
        Returns what rankings are made with now.
    rules : callable
        Returns the limits; the shipped ones by default.
    """

    def __init__(
        self,
        store: Store,
        engine: Callable[[], Engine],
        *,
        rules: Callable[[], GateRules] = read_gate_rules,
    ) -> None:
        self._store = store
        self._engine = engine
        self._rules = rules

    def measure(
        self,
        candidate: RankingModel,
        served: RankingModel,
        *,
        needs: Sequence[LabelledNeed] | None = None,
        progress: Progress | None = None,
    ) -> GateReport:
        """Ask every gate that is on; a minute or so on a small machine.

        Parameters
        ----------
        needs : sequence of LabelledNeed, optional
            Needs with a known answer among the stored products; the stored needs by default.
        progress : callable, optional
            Told of each stage.
        """
        rules = self._rules()
        started, now = time.monotonic(), self._store.clock()
        engine = self._engine()
        ours, theirs = engine.ranking_with(candidate), engine.ranking_with(served)
        found: list[GateResult] = []
        if rules.offline.on:
            known = self._stored_needs() if needs is None else needs
            found.append(offline_gate(rules.offline, ours, theirs, known, progress))
        if rules.off_policy.on:
            found.append(off_policy_gate(rules.off_policy, candidate, self._store, now))
        if rules.fairness.on:
            new = self._new_products(rules.fairness.new_days)
            found.append(fairness_gate(rules.fairness, ours, theirs, new, local_day(now), progress=progress))
        if rules.latency.on:
            found.append(latency_gate(rules.latency, ours, theirs, progress))
        held = [result for result in found if not result.lets_pass]
        return GateReport(
            candidate=candidate.version,
            served=served.version,
            at=now,
            seconds=round(time.monotonic() - started, 3),
            rules_version=rules.version,
            passed=not held,
            text=_told(candidate.version, found, held),
            gates=tuple(found),
        )

    def _stored_needs(self) -> list[LabelledNeed]:
        with self._store.read() as work:
            known = [stored.record for stored in work.needs.iterate()]
        return [
            LabelledNeed(id=need.id, text=need.text, solution_id=need.solution_id)
            for need in known
            if need.solution_id is not None
        ]

    def _new_products(self, days: int) -> frozenset[str]:
        since = self._store.clock() - timedelta(days=days)
        with self._store.read() as work:
            return frozenset(s.record.id for s in work.solutions.iterate() if s.created_at >= since)


def _told(version: str, found: Sequence[GateResult], held: Sequence[GateResult]) -> str:
    if not found:
        return "没有打开任何关口"
    if held:
        return f"模型 {version} 未通过：" + "；".join(f"{one.title}——{one.text}" for one in held)
    return f"模型 {version} 可以上线：" + "，".join(f"{one.title}{_SIGNS[one.status]}" for one in found)
