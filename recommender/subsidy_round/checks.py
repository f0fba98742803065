"""The checks of a round, each with its outcome, a Chinese sentence and the place to look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recommender.diagnosis.value import Value
from recommender.domain.diagnosis import DiagnosisMethod
from recommender.domain.enterprise import Yuan
from recommender.policy.estimate import SubsidyEstimate, yuan_text
from recommender.policy.rules import SubsidyPolicy, policy_for
from recommender.subsidy_round.amounts import bound_elsewhere, reckoned
from recommender.subsidy_round.claims import Claim
from recommender.subsidy_round.finding import Finding, Outcome
from recommender.subsidy_round.identity import shared
from recommender.subsidy_round.ledger import BOUND, Round
from recommender.subsidy_round.rules import load_round_rules

#: Outcome, sentence, place.
_Told = tuple[Outcome, str, dict[str, Any]]


class Checked(Value):
    """One project with what its checks found.

    Attributes
    ----------
    amount_yuan : Decimal, optional
        Most that may be paid now; None where it cannot be reckoned.
    findings : tuple of Finding
        In the order of the declaration.
    """

    key: str
    amount_yuan: Yuan | None
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> tuple[Finding, ...]:
        """What lets nothing through."""
        return tuple(finding for finding in self.findings if finding.blocks)

    @property
    def asking(self) -> tuple[Finding, ...]:
        """What somebody has to look at."""
        return tuple(finding for finding in self.findings if finding.asks)


@dataclass(frozen=True, slots=True)
class Context:
    """What a claim is held against: all claims, all rounds, and the round it is checked for.

    Attributes
    ----------
    by_contract, by_invoice : mapping
        Keys of the projects that use what identifies a contract or an invoice.
    """

    claims: Mapping[str, Claim]
    rounds: Mapping[str, Round]
    round: Round
    policy: SubsidyPolicy | None
    by_contract: Mapping[str, set[str]] = field(default_factory=dict)
    by_invoice: Mapping[str, set[str]] = field(default_factory=dict)


def context_of(claims: list[Claim], rounds: Mapping[str, Round], round_: Round) -> Context:
    """Return the context of a round; the rules are those in force on the day it was opened."""
    contracts: dict[str, set[str]] = {}
    invoices: dict[str, set[str]] = {}
    for claim in claims:
        for index, used in ((contracts, claim.contracts), (invoices, claim.invoices)):
            for one in used:
                index.setdefault(one, set()).add(claim.key)
    return Context(
        claims={claim.key: claim for claim in claims},
        rounds=rounds,
        round=round_,
        policy=policy_for(load_round_rules().city, round_.opened_on),
        by_contract=contracts,
        by_invoice=invoices,
    )


def check(claim: Claim, context: Context) -> Checked:
    """Judge one project for a round."""
    received = bound_elsewhere(claim, context.claims.values(), context.rounds.values())
    estimate = reckoned(claim.project, received, context.round.opened_on)
    findings = []
    for rule in load_round_rules().checks:
        outcome, text, place = _CHECKS[rule.code](claim, context, estimate)
        findings.append(
            Finding(
                code=rule.code,
                title=rule.title,
                outcome=outcome,
                text=text,
                place={"project": claim.key, **place},
                blocks=rule.blocks and outcome == "failed",
                asks=rule.ask_when_unknown and outcome == "unknown",
            )
        )
    amount = estimate.subsidy_yuan if estimate else None
    return Checked(key=claim.key, amount_yuan=amount, findings=tuple(findings))


def _accepted(claim: Claim, context: Context, _estimate: SubsidyEstimate | None) -> _Told:
    on, place = claim.project.accepted_on, {"field": "accepted"}
    first, last = context.round.accepted_from, context.round.accepted_until
    if on is None:
        return "failed", "没有验收通过的记录，或验收后又退回、退出。", place
    if not first <= on <= last:
        return "failed", f"{on} 验收通过，不在本批次的 {first} 至 {last} 内。", place
    return "passed", f"{on} 验收通过，在本批次的 {first} 至 {last} 内。", place


def _requested(claim: Claim, _context: Context, _estimate: SubsidyEstimate | None) -> _Told:
    on = claim.project.subsidy_requested_on
    if on is None:
        return "failed", "企业还没有提交奖补申请。", {"field": "subsidy_requested"}
    return "passed", f"企业于 {on} 提交奖补申请。", {"field": "subsidy_requested"}


def _level_reached(claim: Claim, context: Context, _estimate: SubsidyEstimate | None) -> _Told:
    place: dict[str, Any] = {"field": "level_after", "diagnosis": claim.project.diagnosis_after}
    if context.policy is None or context.policy.least_level.value is None:
        return "unknown", f"没有在 {context.round.opened_on} 有效的政策数据，不知道应达到几级。", place
    least = context.policy.least_level.value
    if claim.after is None:
        return "failed", "没有改造后的评测，不能认定等级。", place
    if claim.after.level is None:
        return "unknown", f"改造后评测 {claim.after.diagnosis} 无法计分：{claim.after.problem}。", place
    if claim.after.method is not DiagnosisMethod.ON_SITE:
        return "failed", f"改造后评测 {claim.after.diagnosis} 是企业自评，应为入企现场评测。", place
    if claim.after.level < least:
        return "failed", f"改造后为{claim.after.level}级，应不低于{least}级。", place
    return "passed", f"现场评测改造后为{claim.after.level}级，达到{least}级。", place


def _level_raised(claim: Claim, _context: Context, _estimate: SubsidyEstimate | None) -> _Told:
    before, after = claim.project.level_before, claim.project.level_after
    place = {"field": "level_before", "diagnosis": claim.project.diagnosis_before}
    if before is None or after is None:
        return "unknown", f"缺少{'改造前' if before is None else '改造后'}的等级，无法比较。", place
    if after <= before:
        return "failed", f"改造前{before}级，改造后{after}级，没有提升。", place
    return "passed", f"改造前{before}级，改造后{after}级。", place


def _amounts(claim: Claim, _context: Context, estimate: SubsidyEstimate | None) -> _Told:
    row = claim.project
    named = {"合同金额": row.contract_yuan, "不含税发票": row.invoice_yuan, "付款": row.paid_yuan}
    lacking = [name for name, amount in named.items() if amount is None]
    if lacking:
        return "unknown", f"缺少{'、'.join(lacking)}，无法核定投入。", {"field": "amounts"}
    if not row.approved_yuan:
        return "failed", "合同、发票、付款中最小的一项为零，没有可以核定的投入。", {"field": "amounts"}
    told = f"合同、发票、付款取小，核定投入 {yuan_text(row.approved_yuan)}"
    asked = row.subsidy_requested_yuan
    most = estimate.subsidy_yuan if estimate else None
    if asked is not None and most is not None and asked > most:
        told += f"；企业申请 {yuan_text(asked)}，可补 {yuan_text(most)}，超出部分核减"
    return "passed", f"{told}。", {"field": "amounts"}


def _cap(_claim: Claim, _context: Context, estimate: SubsidyEstimate | None) -> _Told:
    place = {"field": "subsidy"}
    if estimate is None or estimate.subsidy_yuan is None:
        why = estimate.limit_text if estimate else "缺少等级或金额，无法计算可补金额"
        return "unknown", f"{why}。", place
    outcome: Outcome = "passed" if estimate.subsidy_yuan > 0 else "failed"
    return outcome, f"{estimate.limit_text}；可补 {yuan_text(estimate.subsidy_yuan)}。", place


def _paid_once(claim: Claim, context: Context, _estimate: SubsidyEstimate | None) -> _Told:
    paid = claim.project.subsidy_paid_yuan
    if claim.project.state == "paid" or paid is not None:
        return "failed", f"该项目已于 {claim.project.subsidy_paid_on} 获得奖补。", {"field": "subsidy"}
    for other in context.rounds.values():
        entry = other.entries.get(claim.key)
        if other.id != context.round.id and entry is not None and entry.state in BOUND:
            return "failed", f"该项目已列入另一批次“{other.name}”。", {"round": other.id}
    return "passed", "没有该项目获得奖补或列入其他批次的记录。", {"field": "subsidy"}


def _other_round(claim: Claim, context: Context, _estimate: SubsidyEstimate | None) -> _Told:
    for other in context.rounds.values():
        for entry in other.entries.values():
            same = entry.enterprise == claim.project.enterprise and entry.key != claim.key
            if other.id != context.round.id and same and entry.state in BOUND:
                told = f"该企业的另一项目已列入批次“{other.name}”，请核对不是同一改造，累计封顶已计入。"
                return "unknown", told, {"round": other.id, "other": entry.key}
    return "passed", "该企业没有其他项目列入其他批次。", {"field": "enterprise"}


def _used_twice(what: str, kind: str) -> Callable[[Claim, Context, SubsidyEstimate | None], _Told]:
    def judge(claim: Claim, context: Context, _estimate: SubsidyEstimate | None) -> _Told:
        own = claim.contracts if kind == "contract" else claim.invoices
        index = context.by_contract if kind == "contract" else context.by_invoice
        place: dict[str, Any] = {"field": kind}
        if not own:
            return "unknown", f"没有登记{what}的号码，也没有归档文件，无法查重。", place
        others = sorted(set[str]().union(*(index[one] for one in own)) - {claim.key})
        if others:
            told = f"{what}与{len(others)}个其他项目相同：{'、'.join(others[:3])}。"
            return "failed", told, {**place, "others": others}
        return "passed", f"{what}没有在其他项目中出现。", place

    return judge


def _related(claim: Claim, _context: Context, _estimate: SubsidyEstimate | None) -> _Told:
    same, untold = shared(claim.firm, claim.partner)
    place = {"field": "partner", "partner": claim.project.partner}
    if same:
        return "failed", f"企业与合作单位“{claim.partner_name}”的{'、'.join(same)}相同。", place
    if untold:
        return "unknown", f"其余不同；{'、'.join(untold)}在记录中不全，无法比对。", place
    return "passed", "信用代码、名称、地址、法定代表人、联系电话都不相同。", place


def _window(claim: Claim, context: Context, _estimate: SubsidyEstimate | None) -> _Told:
    policy, place = context.policy, {"field": "dates"}
    if policy is None:
        return "unknown", f"没有在 {context.round.opened_on} 有效的政策数据。", place
    signed = claim.project.contract_on
    days = [*claim.voucher_days, *([signed] if signed else [])]
    span = f"{policy.window_from.value} 至 {policy.window_until.value}"
    outside = sorted(day for day in days if not policy.in_window(day))
    if outside:
        return "failed", f"合同或凭证日期 {outside[0]} 不在 {span} 内。", place
    if signed is None or claim.undated or not claim.voucher_days:
        gap = "缺少合同日期" if signed is None else "有发票或付款没有写明日期"
        return "unknown", f"{gap}，无法确认都在 {span} 内。", place
    return "passed", f"合同、发票、付款日期都在 {span} 内。", place


def _evidence(claim: Claim, _context: Context, _estimate: SubsidyEstimate | None) -> _Told:
    abouts = [file.about for file in claim.project.evidence]
    lacking = [need for need in load_round_rules().evidence if not any(need in about for about in abouts)]
    if lacking:
        return "failed", f"缺少材料：{'、'.join(lacking)}。", {"field": "evidence", "about": lacking}
    return "passed", f"材料齐全，共{claim.project.evidence_files}个文件。", {"field": "evidence"}


_CHECKS: dict[str, Callable[[Claim, Context, SubsidyEstimate | None], _Told]] = {
    "accepted": _accepted,
    "requested": _requested,
    "level_reached": _level_reached,
    "level_raised": _level_raised,
    "amounts": _amounts,
    "cap": _cap,
    "paid_once": _paid_once,
    "other_round": _other_round,
    "same_contract": _used_twice("合同", "contract"),
    "same_invoice": _used_twice("发票", "invoice"),
    "related_parties": _related,
    "window": _window,
    "evidence": _evidence,
}
