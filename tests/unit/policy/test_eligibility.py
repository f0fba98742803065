"""Truth tables of the pilot's conditions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from recommender.policy.eligibility import Eligibility, Statements, Verdict, check_eligibility
from recommender.policy.eligibility_rules import RuleCode
from tests.synthetic_records import diagnosis, enterprise

TODAY = date(2026, 11, 23)
YES, NO, UNKNOWN = Verdict.YES, Verdict.NO, Verdict.UNKNOWN
ALL_SAID = Statements(
    independent_legal_person=True,
    production_in_city=True,
    not_listed=True,
    no_major_accident=True,
    plans_within_a_year=True,
)


def check(statements: Statements | None = None, on_site: bool = True, **changes: Any) -> Eligibility:
    firm = enterprise(1, **{"gb4754": "C1811", "sub_industry": "apparel", **changes})
    method = "on_site" if on_site else "self"
    return check_eligibility(firm, diagnosis(1, method=method), on=TODAY, statements=statements)


def answer(code: RuleCode, **changes: Any) -> Verdict:
    return check(**changes).answer(code).answer


@pytest.mark.parametrize(
    ("employees", "revenue", "expected"),
    [
        (50, "1000000", YES),
        (1000, "900000000", YES),
        (5000, "400000000.00", YES),
        (1001, "400000000.01", NO),
        (1001, None, UNKNOWN),
        (None, "400000000.01", UNKNOWN),
        (1000, None, YES),
        (None, "400000000", YES),
        (None, None, UNKNOWN),
    ],
)
def test_either_bound_of_the_pilot_suffices(
    employees: int | None, revenue: str | None, expected: Verdict
) -> None:
    found = check(employees=employees, revenue_yuan=revenue and Decimal(revenue))
    rule = found.answer(RuleCode.SME_BY_PILOT)
    assert rule.answer is expected
    assert (rule.settled_by is None) == (expected is YES)


@pytest.mark.parametrize(
    ("employees", "revenue", "expected"),
    [
        (999, "900000000", YES),
        (1000, "399999999.99", YES),
        (1000, "400000000", NO),
        (999, None, YES),
        (None, "399999999.99", YES),
        (1000, None, UNKNOWN),
        (None, "400000000", UNKNOWN),
        (None, None, UNKNOWN),
    ],
)
def test_the_official_class_is_information(
    employees: int | None, revenue: str | None, expected: Verdict
) -> None:
    found = check(ALL_SAID, employees=employees, revenue_yuan=revenue and Decimal(revenue))
    assert found.answer(RuleCode.OFFICIAL_SIZE).answer is expected
    # At exactly both bounds a firm is large officially and an SME by the pilot's own test, which decides.
    if (employees, revenue) == (1000, "400000000"):
        assert found.verdict is YES


@pytest.mark.parametrize(
    ("gb4754", "scope", "expected"),
    [
        ("C1811", None, YES),
        (None, "服装批发；机织服装制造；物业管理", YES),
        (None, "一般项目：皮箱、包（袋）制造", YES),
        (None, "木质家具生产和安装", YES),
        (None, "来料加工", UNKNOWN),
        (None, "服装批发、零售；企业管理咨询", NO),
        (None, None, UNKNOWN),
    ],
)
def test_manufacturing(gb4754: str | None, scope: str | None, expected: Verdict) -> None:
    assert answer(RuleCode.MANUFACTURING, gb4754=gb4754, business_scope=scope) is expected


@pytest.mark.parametrize(
    ("sub_industry", "gb4754", "expected"),
    [
        ("apparel", None, YES),
        (None, "C1922", YES),
        (None, "C1711", UNKNOWN),  # 棉纺: supports 服装
        (None, "C3511", UNKNOWN),  # 专用设备: its division has 模具 and 日化专用设备
        (None, "C1311", NO),  # 稻谷加工: no sub-industry has a part of division 13
        (None, None, UNKNOWN),
    ],
)
def test_the_six_sub_industries(sub_industry: str | None, gb4754: str | None, expected: Verdict) -> None:
    assert answer(RuleCode.SUB_INDUSTRY, sub_industry=sub_industry, gb4754=gb4754) is expected


@pytest.mark.parametrize(
    ("uscc", "district", "expected", "warned"),
    [
        ("914401010000000019", "440113", YES, False),
        ("914401010000000019", None, YES, False),
        ("914420000000000019", "440113", YES, True),
        ("914420000000000019", None, UNKNOWN, True),
    ],
)
def test_a_code_from_elsewhere_only_warns(
    uscc: str, district: str | None, expected: Verdict, warned: bool
) -> None:
    rule = check(uscc=uscc, district=district).answer(RuleCode.REGISTERED_IN_CITY)
    assert rule.answer is expected
    assert (rule.warning is not None) == warned


@pytest.mark.parametrize(
    "code",
    [
        "independent_legal_person",
        "production_in_city",
        "not_listed",
        "no_major_accident",
        "plans_within_a_year",
    ],
)
def test_what_no_record_tells_is_unknown_until_it_is_said(code: str) -> None:
    assert check().answer(RuleCode(code)).answer is UNKNOWN
    assert check().answer(RuleCode(code)).settled_by
    assert check(Statements(**{code: True})).answer(RuleCode(code)).answer is YES
    denied = check(ALL_SAID.model_copy(update={code: False}))
    assert denied.answer(RuleCode(code)).answer is NO
    assert denied.verdict is NO
    assert denied.answer(RuleCode(code)).title in denied.text


def test_the_verdict() -> None:
    whole = check(ALL_SAID)
    assert (whole.verdict, {rule.answer for rule in whole.rules}) == (YES, {YES})
    assert check().verdict is UNKNOWN
    # A diagnosis by the firm itself excludes no one: it is a step still to be taken.
    pending = check(ALL_SAID, on_site=False)
    assert pending.answer(RuleCode.DIAGNOSED_ON_SITE).answer is NO
    assert pending.verdict is UNKNOWN
    assert "要先办理" in pending.text
    large = check(ALL_SAID, employees=3000, revenue_yuan=Decimal("500000000"))
    assert large.verdict is NO
    for found in (whole, pending, large):
        assert found.text.endswith("以官方通知为准")
        assert all(rule.source and rule.status_name and rule.text for rule in found.rules)


def test_diagnoses_that_do_not_count() -> None:
    firm = enterprise(1)

    def found(**changes: Any) -> Verdict:
        record = diagnosis(1, method="on_site", **changes)
        return check_eligibility(firm, record, on=TODAY).answer(RuleCode.DIAGNOSED_ON_SITE).answer

    assert found() is YES
    assert found(instrument="2022") is NO
    assert found(assessed_on=date(2026, 11, 24)) is UNKNOWN
    none = check_eligibility(firm, None, on=TODAY).answer(RuleCode.DIAGNOSED_ON_SITE)
    assert none.answer is NO
