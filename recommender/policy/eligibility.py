"""Whether an enterprise may apply: each rule answered yes, no or unknown, with what would settle it."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from recommender.diagnosis.value import Value
from recommender.domain import Diagnosis, Enterprise
from recommender.domain.diagnosis import DiagnosisMethod
from recommender.policy.activity import manufactures, sub_industry_fit
from recommender.policy.eligibility_rules import (
    EligibilityRule,
    EligibilityRules,
    RuleCode,
    RuleKind,
    eligibility_rules_for,
)
from recommender.policy.findings import Finding, Verdict
from recommender.policy.place import registered_in
from recommender.policy.size import not_large, sme_by_pilot
from recommender.policy.sourced import NOTICE, STATUS_NAMES, SourceStatus

__all__ = ["Eligibility", "RuleAnswer", "Statements", "Verdict", "check_eligibility"]


class Statements(Value):
    """What the enterprise says of itself; None is not said."""

    independent_legal_person: bool | None = None
    production_in_city: bool | None = None
    not_listed: bool | None = None
    no_major_accident: bool | None = None
    plans_within_a_year: bool | None = None


class RuleAnswer(Value):
    """The answer to one rule.

    Attributes
    ----------
    text : str
        What the answer rests on, in Chinese.
    settled_by : str, optional
        What would settle it; None when the answer is yes.
    warning : str, optional
        Something to check although the answer stands.
    """

    code: RuleCode
    title: str
    kind: RuleKind
    answer: Verdict
    text: str
    settled_by: str | None
    warning: str | None
    source: str
    status: SourceStatus
    status_name: str


class Eligibility(Value):
    """All rules and the verdict.

    Attributes
    ----------
    verdict : Verdict
        No when a condition is not met; yes when every condition and step is; else unknown.
    text : str
        The same in a sentence.
    """

    city: str
    city_name: str
    on: date
    policy_id: str
    policy_version: str
    title: str
    verdict: Verdict
    text: str
    rules: tuple[RuleAnswer, ...]
    notice: str = NOTICE

    def answer(self, code: RuleCode) -> RuleAnswer:
        """Return the answer to one rule."""
        return next(rule for rule in self.rules if rule.code is code)


class _Case(NamedTuple):
    enterprise: Enterprise
    diagnosis: Diagnosis | None
    statements: Statements
    rules: EligibilityRules
    on: date


def check_eligibility(
    enterprise: Enterprise,
    diagnosis: Diagnosis | None,
    *,
    on: date,
    city: str = "guangzhou",
    statements: Statements | None = None,
) -> Eligibility:
    """Answer the pilot's rules for an enterprise.

    Parameters
    ----------
    diagnosis : Diagnosis, optional
        The newest one.
    on : date
        The rules in force on this day are used.
    statements : Statements, optional
        What no record tells; what is not said stays unknown.

    Raises
    ------
    recommender.policy.rules.UnknownCity
        If there are no rules for the city.
    recommender.policy.eligibility_rules.NoPolicyInForce
        If none holds on the day.
    """
    rules = eligibility_rules_for(city, on)
    case = _Case(enterprise, diagnosis, statements or Statements(), rules, on)
    answers = tuple(_answered(rule, _CHECKS[rule.code](case)) for rule in rules.rules)
    verdict = _verdict(answers)
    return Eligibility(
        city=rules.city,
        city_name=rules.city_name,
        on=on,
        policy_id=rules.id,
        policy_version=rules.version,
        title=rules.title,
        verdict=verdict,
        text=_sentence(verdict, answers),
        rules=answers,
    )


def _answered(rule: EligibilityRule, finding: Finding) -> RuleAnswer:
    return RuleAnswer(
        code=rule.code,
        title=rule.title,
        kind=rule.kind,
        answer=finding.answer,
        text=finding.text,
        settled_by=None if finding.answer is Verdict.YES else rule.settled_by,
        warning=finding.warning,
        source=rule.source if rule.note is None else f"{rule.source}；{rule.note}",
        status=rule.status,
        status_name=STATUS_NAMES[rule.status],
    )


def _verdict(answers: tuple[RuleAnswer, ...]) -> Verdict:
    deciding = [answer for answer in answers if answer.kind is not RuleKind.INFORMATION]
    if any(a.kind is RuleKind.CONDITION and a.answer is Verdict.NO for a in deciding):
        return Verdict.NO
    return Verdict.YES if all(a.answer is Verdict.YES for a in deciding) else Verdict.UNKNOWN


def _sentence(verdict: Verdict, answers: tuple[RuleAnswer, ...]) -> str:
    deciding = [answer for answer in answers if answer.kind is not RuleKind.INFORMATION]
    if verdict is Verdict.YES:
        return f"{len(deciding)} 项条件都已符合，可以申报；{NOTICE}"
    if verdict is Verdict.NO:
        failed = "、".join(
            a.title for a in deciding if a.kind is RuleKind.CONDITION and a.answer is Verdict.NO
        )
        return f"目前不符合：{failed}；{NOTICE}"
    todo = [a for a in deciding if a.kind is RuleKind.STEP and a.answer is Verdict.NO]
    unknown = [a for a in deciding if a.answer is Verdict.UNKNOWN]
    parts = [f"还有 {len(unknown)} 项要核实"] if unknown else []
    parts += [f"{len(todo)} 项要先办理（{'、'.join(a.title for a in todo)}）"] if todo else []
    return f"没有发现不符合的条件，{'，'.join(parts)}；{NOTICE}"


def _stated(value: bool | None) -> Finding:
    if value is None:
        return Finding(Verdict.UNKNOWN, "企业尚未说明")
    return Finding(Verdict.YES if value else Verdict.NO, "企业声明符合" if value else "企业声明不符合")


def _on_site(case: _Case) -> Finding:
    diagnosis = case.diagnosis
    if diagnosis is None:
        return Finding(Verdict.NO, "还没有诊断")
    if diagnosis.assessed_on > case.on:
        return Finding(Verdict.UNKNOWN, f"诊断日期 {diagnosis.assessed_on} 在 {case.on} 之后")
    if diagnosis.method is not DiagnosisMethod.ON_SITE:
        return Finding(Verdict.NO, f"{diagnosis.assessed_on} 的诊断为企业自评，试点以现场评定为准")
    if diagnosis.instrument != "2024":
        return Finding(Verdict.NO, f"现场评定用的是 {diagnosis.instrument} 版指标，应为 2024 年版")
    return Finding(Verdict.YES, f"{diagnosis.assessed_on} 已按 2024 年版指标现场评定")


def _pilot_size(case: _Case) -> Finding:
    firm, (most_yuan, most_persons) = case.enterprise, case.rules.sme_bounds
    return sme_by_pilot(firm.employees, firm.revenue_yuan, most_persons, most_yuan)


_CHECKS: dict[RuleCode, Callable[[_Case], Finding]] = {
    RuleCode.MANUFACTURING: lambda case: manufactures(case.enterprise),
    RuleCode.SME_BY_PILOT: _pilot_size,
    RuleCode.OFFICIAL_SIZE: lambda case: not_large(case.enterprise.employees, case.enterprise.revenue_yuan),
    RuleCode.REGISTERED_IN_CITY: lambda case: registered_in(
        case.enterprise, case.rules.region_prefix, case.rules.city_name
    ),
    RuleCode.SUB_INDUSTRY: lambda case: sub_industry_fit(case.enterprise),
    RuleCode.INDEPENDENT_LEGAL_PERSON: lambda case: _stated(case.statements.independent_legal_person),
    RuleCode.PRODUCTION_IN_CITY: lambda case: _stated(case.statements.production_in_city),
    RuleCode.NOT_LISTED: lambda case: _stated(case.statements.not_listed),
    RuleCode.NO_MAJOR_ACCIDENT: lambda case: _stated(case.statements.no_major_accident),
    RuleCode.PLANS_WITHIN_A_YEAR: lambda case: _stated(case.statements.plans_within_a_year),
    RuleCode.DIAGNOSED_ON_SITE: _on_site,
}
