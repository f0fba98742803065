"""Is it an SME: by the pilot's own test, and by the official size classes."""

from decimal import Decimal

from recommender.domain.enterprise import SIZE_NAMES, SizeClass, size_class
from recommender.policy.findings import Finding, Verdict
from recommender.ranking.solution_reasons import yuan

#: 统计上大中小微型企业划分办法(2017), industry: large needs both.
_LARGE_EMPLOYEES = 1000
_LARGE_REVENUE = Decimal(400_000_000)


def sme_by_pilot(
    employees: int | None, revenue_yuan: Decimal | None, max_employees: int, max_revenue_yuan: Decimal
) -> Finding:
    """Apply the pilot's test: revenue or headcount at or below its bound; either suffices.

    One known figure that passes settles it; one that fails does not, the other may still pass.
    """
    told, passed = [], []
    if revenue_yuan is not None:
        within = revenue_yuan <= max_revenue_yuan
        told.append(
            f"营业收入 {yuan(revenue_yuan)}，{'不超过' if within else '超过'} {yuan(max_revenue_yuan)}"
        )
        passed.append(within)
    if employees is not None:
        within = employees <= max_employees
        told.append(f"从业人员 {employees} 人，{_side(within)} {max_employees} 人")
        passed.append(within)
    text = "；".join(told)
    if any(passed):
        return Finding(Verdict.YES, text)
    if len(passed) == 2:
        return Finding(Verdict.NO, text)
    return Finding(Verdict.UNKNOWN, f"{text}；另一项未知" if text else "从业人员和营业收入都未知")


def _side(within: bool) -> str:
    return "不超过" if within else "超过"


def not_large(employees: int | None, revenue_yuan: Decimal | None) -> Finding:
    """Apply the official size classes.

    Large needs both 1,000 persons and 400 million yuan, so one figure below settles it.
    """
    found = size_class(employees, revenue_yuan)
    if found is not None:
        answer = Verdict.NO if found is SizeClass.LARGE else Verdict.YES
        return Finding(answer, f"按从业人员和营业收入划为{SIZE_NAMES[found]}企业")
    if employees is not None and employees < _LARGE_EMPLOYEES:
        return Finding(Verdict.YES, f"从业人员 {employees} 人，不足 {_LARGE_EMPLOYEES} 人，不会是大型企业")
    if revenue_yuan is not None and revenue_yuan < _LARGE_REVENUE:
        return Finding(
            Verdict.YES, f"营业收入 {yuan(revenue_yuan)}，不足 {yuan(_LARGE_REVENUE)}，不会是大型企业"
        )
    return Finding(Verdict.UNKNOWN, "从业人员和营业收入不全，不能划型")
