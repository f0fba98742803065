"""The log: what the candidate's order of the shown items would have earned, as far as chance varied it."""

from collections.abc import Mapping
from datetime import datetime

from recommender.feedback.served_rounds import served_rounds
from recommender.off_policy.evaluation import PolicyEvaluation, evaluate_policy
from recommender.off_policy.reordering import reordered
from recommender.off_policy.rounds import UnusableLog
from recommender.ranking.feature_definitions import Target
from recommender.ranking.ranking_model import RankingModel
from recommender.registry.gate import GateFigure, GateResult, GateStatus, OffPolicyRule, judged
from recommender.store import Store

GATE = "off_policy"
_TARGETS: Mapping[Target, str] = {"solution": "解决方案", "lead_unit": "牵引单位"}
_STATUS = {
    "supported": GateStatus.PASSED,
    "undecided": GateStatus.PASSED,
    "not_supported": GateStatus.FAILED,
}
_OF_SHOWN = "只比较所展示各项的次序，按日志里当时的特征计算；文本通道的改动不在其中"


def off_policy_gate(rule: OffPolicyRule, candidate: RankingModel, store: Store, now: datetime) -> GateResult:
    """Judge the candidate's weights on the lists of solutions and of lead units."""
    statuses, told, figures = [], [], []
    for target, title in _TARGETS.items():
        with store.read() as work:
            frame = served_rounds(work, target, rule.outcome, now).frame
        try:
            rounds, wanted = reordered(frame, candidate.scorer(target))
            report = evaluate_policy(rounds, wanted)
        except UnusableLog as error:
            statuses.append(GateStatus.TOO_LITTLE_EVIDENCE)
            told.append(f"{title}：{error.detail}")
            continue
        statuses.append(_STATUS.get(report.verdict_code, GateStatus.TOO_LITTLE_EVIDENCE))
        told.append(f"{title}：{report.verdict}")
        figures += _figures(target, title, report)
    return judged(GATE, rule, _together(statuses), "；".join(told), tuple(figures), (_OF_SHOWN,))


def _together(statuses: list[GateStatus]) -> GateStatus:
    for status in (GateStatus.FAILED, GateStatus.PASSED):
        if status in statuses:
            return status
    return GateStatus.TOO_LITTLE_EVIDENCE


def _figures(target: str, title: str, report: PolicyEvaluation) -> list[GateFigure]:
    n = report.rounds if report.lists is None else report.lists
    return [
        GateFigure.of(f"{target}_logged", f"{title}：日志策略每次展示的结果率", report.logged, n),
        GateFigure.of(f"{target}_dr", f"{title}：候选模型的结果率（双稳健）", report.estimates["dr"], n),
        GateFigure.of(f"{target}_lift", f"{title}：之差（双稳健）", report.lift["dr"], n),
    ]
