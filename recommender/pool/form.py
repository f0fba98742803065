"""The form check: everything that is wrong with a submission before anyone reads it."""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from recommender.diagnosis.claims import check_claims
from recommender.diagnosis.instrument import Instrument
from recommender.domain import Solution
from recommender.domain.solution import AuditState, Provenance
from recommender.errors import InvalidInput
from recommender.pool.claims import effects_without_evidence
from recommender.pool.rules import FieldRule, FormRules
from recommender.pool.submission import Customer, SubmissionRequest

Severity = Literal["error", "warning", "suggestion"]
_DAYS_A_MONTH = 30.44


class FormFinding(BaseModel):
    """One finding.

    Attributes
    ----------
    code : str
        Stable name.
    field : str
        Path within the submission.
    severity : str
        ``error`` keeps it from being taken; the others are told to vendor and reviewers.
    text : str
        Chinese.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    field: str
    severity: Severity
    text: str


class FormFaulty(InvalidInput):
    """A submission that cannot be taken; the sentence names everything that is wrong."""

    code = "pool_form_faulty"
    title = "申报内容不符合要求"


def check_form(
    request: SubmissionRequest, rules: FormRules, instrument: Instrument, today: date
) -> tuple[FormFinding, ...]:
    """Return all findings, errors first.

    Parameters
    ----------
    today : date
        Local day by which customers' months of use are counted.
    """
    solution = request.solution
    found = [
        *_fields(solution, rules.fields),
        *_state(solution),
        *_claims(solution, instrument),
        *_price(solution, rules),
        *_times(solution, rules),
        *_effects(solution),
        *_customers(request.customers, rules, today),
    ]
    order: dict[Severity, int] = {"error": 0, "warning": 1, "suggestion": 2}
    return tuple(sorted(found, key=lambda finding: order[finding.severity]))


def refuse_errors(findings: tuple[FormFinding, ...]) -> None:
    """Raise if a finding is an error.

    Raises
    ------
    FormFaulty
        ``place`` names the first field.
    """
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        raise FormFaulty("；".join(finding.text for finding in errors), place={"field": errors[0].field})


def _fields(solution: Solution, rules: tuple[FieldRule, ...]) -> Iterator[FormFinding]:
    for rule in rules:
        value = getattr(solution, rule.field)
        severity: Severity = "error" if rule.need == "required" else "suggestion"
        if value is None or value in ("", ()):
            yield FormFinding(code="missing", field=rule.field, severity=severity, text=f"请填写{rule.title}")
        elif isinstance(value, str) and rule.least is not None and len(value) < rule.least:
            text = f"{rule.title}至少 {rule.least} 字，现有 {len(value)} 字"
            yield FormFinding(code="too_short", field=rule.field, severity=severity, text=text)
        elif isinstance(value, str) and rule.most is not None and len(value) > rule.most:
            text = f"{rule.title}最多 {rule.most} 字，现有 {len(value)} 字"
            yield FormFinding(code="too_long", field=rule.field, severity=severity, text=text)


def _state(solution: Solution) -> Iterator[FormFinding]:
    told = "audit_state" in solution.model_fields_set
    if told and solution.audit_state is not AuditState.SUBMITTED:
        text = "审核状态由审核决定，请删除这一项或写 submitted"
        yield FormFinding(code="audit_state", field="audit_state", severity="error", text=text)
    for name in ("scenarios", "collects", "systems", "item_options"):
        if any(claim.provenance is not Provenance.DECLARED for claim in getattr(solution, name)):
            text = "申报方只能声明（declared）产品的作用，“已核实”“推断”由审核方和系统标注"
            yield FormFinding(code="not_declared", field=name, severity="error", text=text)


def _claims(solution: Solution, instrument: Instrument) -> Iterator[FormFinding]:
    try:
        check_claims(solution, instrument)
    except InvalidInput as error:
        yield FormFinding(
            code=error.code, field=str(error.place.get("field", "")), severity="error", text=error.detail
        )


def _price(solution: Solution, rules: FormRules) -> Iterator[FormFinding]:
    price, limits = solution.price, rules.price
    if price is None:
        return
    if not limits.least_yuan <= price.high_yuan <= limits.most_yuan:
        between = f"{limits.least_yuan:,}～{limits.most_yuan:,} 元"
        text = f"最高价 {price.high_yuan:,.0f} 元不在 {between}之间，请核对单位"
        yield FormFinding(code="price_implausible", field="price", severity="error", text=text)
    elif price.low_yuan == 0:
        text = "最低价为 0，请写明免费的条件"
        yield FormFinding(code="price_free", field="price", severity="warning", text=text)
    elif price.high_yuan > price.low_yuan * limits.widest_ratio:
        text = f"最高价超过最低价的 {limits.widest_ratio} 倍，企业无从比较，请分成几个产品或缩小区间"
        yield FormFinding(code="price_wide", field="price", severity="warning", text=text)


def _times(solution: Solution, rules: FormRules) -> Iterator[FormFinding]:
    days, months = solution.days_to_deploy, solution.payback_months
    if days is not None and days > rules.most_days:
        text = f"上线天数 {days} 超过 {rules.most_days} 天，不属于短工期改造"
        yield FormFinding(code="days_implausible", field="days_to_deploy", severity="error", text=text)
    if months is not None and months > rules.most_payback_months:
        text = f"回本月数 {months} 超过 {rules.most_payback_months} 个月，请核对"
        yield FormFinding(code="payback_long", field="payback_months", severity="warning", text=text)


def _effects(solution: Solution) -> Iterator[FormFinding]:
    for claim in effects_without_evidence(solution):
        yield FormFinding(code=claim.code, field=claim.field, severity="warning", text=claim.text)


def _customers(customers: tuple[Customer, ...], rules: FormRules, today: date) -> Iterator[FormFinding]:
    rule = rules.customers
    future = [customer.name for customer in customers if customer.since > today]
    if future:
        text = f"客户“{future[0]}”的启用日期在今天以后，请核对"
        yield FormFinding(code="customer_in_future", field="customers", severity="error", text=text)
    enough = [
        customer
        for customer in customers
        if customer.employees is not None
        and customer.employees <= rule.small_employees
        and (today - customer.since).days >= rule.months * _DAYS_A_MONTH
    ]
    if len(enough) < rule.least:
        text = (
            f"建议提供至少 {rule.least} 家使用满 {rule.months} 个月的小企业客户"
            f"（从业人员不超过 {rule.small_employees} 人），现有 {len(enough)} 家。依据：{rule.source}"
        )
        yield FormFinding(code="few_customers", field="customers", severity="suggestion", text=text)
