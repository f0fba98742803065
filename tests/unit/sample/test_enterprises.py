"""The generated firms: counts, spread, marks, codes, determinism, fit of needs and diagnosis."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from recommender.diagnosis import DiagnosisResult, load_instrument, score
from recommender.domain import Diagnosis, Enterprise
from recommender.domain.credit_code import check_character, check_warning
from recommender.domain.enterprise import ConsentPurpose, SizeClass
from recommender.domain.taxonomy import Scenario, SubIndustry, load_taxonomy, manufacturing_classes
from recommender.sample import make_enterprises, sample
from recommender.sample.firms import people_phrase
from recommender.sample.phrases import load_phrases

INSTRUMENT = load_instrument()
PAIRS = list(zip(sample().enterprises, sample().diagnoses, strict=True))
ENTERPRISES = sample().enterprises


def result_of(diagnosis: Diagnosis) -> DiagnosisResult:
    grades = {code.value: grade for code, grade in diagnosis.scenarios.items()}
    return score(diagnosis.answers, grades, INSTRUMENT)


def level(diagnosis: Diagnosis) -> int:
    return result_of(diagnosis).level


def test_at_least_360_firms_with_one_diagnosis_each() -> None:
    assert len(ENTERPRISES) >= 360
    assert [e.uscc for e in ENTERPRISES] == [d.uscc for d in sample().diagnoses]
    assert len({e.uscc for e in ENTERPRISES}) == len({d.id for d in sample().diagnoses}) == len(ENTERPRISES)


def test_every_record_says_that_it_is_made_up() -> None:
    for record in (*ENTERPRISES, *sample().diagnoses):
        assert (record.synthetic, record.mark) == (True, "合成样本")
    for enterprise in ENTERPRISES:
        assert enterprise.name.startswith("合成样本·")
        assert enterprise.address is None or enterprise.address.startswith("（合成地址）广州市")


def test_levels_spread_as_planned() -> None:
    found = Counter(level(diagnosis) for _, diagnosis in PAIRS)
    for wanted, percent in ((0, 22), (1, 26), (2, 28), (3, 16), (4, 8)):
        assert 100 * found[wanted] / len(PAIRS) == pytest.approx(percent, abs=4)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_levels_spread_for_other_seeds(seed: int) -> None:
    found = Counter(level(diagnosis) for _, diagnosis in make_enterprises(seed=seed))
    for wanted, percent in ((0, 22), (1, 26), (2, 28), (3, 16), (4, 8)):
        assert 100 * found[wanted] / 360 == pytest.approx(percent, abs=6)


def test_two_calls_are_equal_and_another_seed_is_not() -> None:
    assert make_enterprises(60, seed=7) == make_enterprises(60, seed=7)
    assert make_enterprises(60, seed=7) != make_enterprises(60, seed=8)
    assert [e for e, _ in make_enterprises()] == list(ENTERPRISES)


@pytest.mark.parametrize("count", [1, 2, 7])
def test_small_counts_work(count: int) -> None:
    assert len(make_enterprises(count)) == count


def test_codes_are_valid_and_belong_to_no_one() -> None:
    for enterprise in ENTERPRISES:
        code = enterprise.uscc
        assert code.startswith("91000000")
        assert check_warning(code) is None
        assert code[17] == check_character(code[:17])
        # GB 11714: the ninth character of the organisation code checks the first eight.
        weighted = zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True)
        rest = (11 - sum(int(char) * weight for char, weight in weighted)) % 11
        assert code[16] == "0123456789X"[rest]


def test_contacts_cannot_be_reached() -> None:
    contacts = [enterprise.contact for enterprise in ENTERPRISES if enterprise.contact]
    assert len(contacts) > 300
    for contact in contacts:
        assert contact.person in {None, "合成联系人"}
        assert contact.phone is None or re.fullmatch(r"000-0000-\d{4}", contact.phone)
        assert contact.email is None or contact.email.endswith("@example.invalid")


def test_all_districts_and_sub_industries_and_some_outside() -> None:
    assert {e.district for e in ENTERPRISES} >= {entry.code for entry in load_taxonomy().districts}
    by_sub = Counter(e.sub_industry for e in ENTERPRISES)
    assert all(by_sub[code] >= 30 for code in SubIndustry)
    taxonomy = load_taxonomy()
    outside = [
        e
        for e in ENTERPRISES
        if e.sub_industry is None and e.gb4754 and not taxonomy.sub_industry_of_class(e.gb4754)
    ]
    assert 0.03 <= len(outside) / len(ENTERPRISES) <= 0.08


def test_declared_sub_industry_agrees_with_the_class() -> None:
    for e in ENTERPRISES:
        if e.sub_industry and e.gb4754:
            assert load_taxonomy().sub_industry_of_class(e.gb4754) == e.sub_industry


def test_address_and_district_agree() -> None:
    for e in ENTERPRISES:
        assert (e.district is None) == (e.address is None)
        if e.district and e.address:
            assert (load_taxonomy().district_name(e.district) or "?") in e.address


@pytest.mark.parametrize(
    "field", ["employees", "revenue_yuan", "budget_yuan", "gb4754", "business_scope", "needs"]
)
def test_optional_fields_are_really_missing_now_and_then(field: str) -> None:
    share = sum(not getattr(e, field) for e in ENTERPRISES) / len(ENTERPRISES)
    assert 0.05 <= share <= 0.10


def test_sizes_are_mostly_small_and_a_few_large() -> None:
    sizes = Counter(e.size_class for e in ENTERPRISES)
    assert sizes[SizeClass.SMALL] > sizes[SizeClass.MICRO] > sizes[SizeClass.MEDIUM] > sizes[SizeClass.LARGE]
    assert 3 <= sizes[SizeClass.LARGE] <= 15


def test_budgets_are_in_range_and_follow_the_revenue() -> None:
    known = [
        (float(e.revenue_yuan), float(e.budget_yuan)) for e in ENTERPRISES if e.revenue_yuan and e.budget_yuan
    ]
    assert all(20_000 <= budget <= 1_500_000 for _, budget in known)
    assert all(budget <= max(0.06 * revenue, 20_000) for revenue, budget in known)
    known.sort()
    quarter = len(known) // 4
    means = [sum(b for _, b in known[at * quarter : (at + 1) * quarter]) / quarter for at in range(4)]
    assert all(lower < upper for lower, upper in pairwise(means))


def test_days_lie_in_their_years() -> None:
    for e, d in PAIRS:
        assert e.registered_on is None or 1995 <= e.registered_on.year <= 2022
        assert date(2026, 1, 1) <= d.assessed_on <= date(2026, 10, 31)
    assert {d.assessed_on.month for _, d in PAIRS} == set(range(1, 11))
    assert {d.method.value for _, d in PAIRS} == {"self", "on_site"}


def test_consents() -> None:
    units = {unit.id: unit for unit in sample().lead_units}
    standing = limited = revoked = to_vendors = 0
    for e in ENTERPRISES:
        for consent in e.consents:
            if consent.purpose is ConsentPurpose.SHOW_TO_VENDORS:
                to_vendors += 1
                continue
            assert consent.granted_on <= date(2026, 10, 31)
            revoked += consent.revoked_on is not None
            assert consent.revoked_on is None or consent.granted_on <= consent.revoked_on <= date(
                2026, 10, 31
            )
            standing += consent.revoked_on is None
            if consent.lead_unit:
                limited += 1
                assert e.sub_industry is None or e.sub_industry in units[consent.lead_unit].sub_industries
    assert standing / len(ENTERPRISES) == pytest.approx(0.65, abs=0.03)
    assert limited >= 5
    assert revoked >= 5
    assert to_vendors / len(ENTERPRISES) == pytest.approx(0.3, abs=0.06)


def test_grades_of_a_group_move_together_with_the_answers() -> None:
    complete = [d for _, d in PAIRS if len(d.scenarios) == 16]
    points = {d.id: float(result_of(d).total) for d in complete}
    ranked = sorted(complete, key=lambda d: points[d.id])
    third = len(ranked) // 3

    def mean_grade(part: list[Diagnosis]) -> float:
        return sum(sum(d.scenarios.values()) / 16 for d in part) / len(part)

    assert mean_grade(ranked[:third]) + 1 < mean_grade(ranked[-third:])
    assert len({tuple(sorted(d.scenarios.items())) for d in complete}) > 0.9 * len(complete)


def _pain_patterns() -> list[tuple[Scenario, re.Pattern[str]]]:
    return [
        (scenario, re.compile(".{1,8}?".join(map(re.escape, pain.rstrip("。").split("{goods}")))))
        for scenario, pains in load_phrases().pains.items()
        for pain in (
            *pains.plain,
            *pains.advanced,
            *(p for own in pains.by_sub_industry.values() for p in own),
        )
    ]


def test_needs_are_pains_of_scenarios_that_are_weak() -> None:
    patterns = _pain_patterns()
    told: Counter[Scenario] = Counter()
    for e, d in PAIRS:
        target = max(2, min(4, level(d) + 1))
        for need in e.needs:
            scenarios = {scenario for scenario, pattern in patterns if pattern.search(need)}
            assert scenarios, need
            assert all(d.scenarios[scenario] < target for scenario in scenarios), (e.uscc, need)
            told.update(scenarios)
    assert all(told[scenario] >= 10 for scenario in Scenario)


def test_needs_come_short_and_long() -> None:
    needs = [need for e in ENTERPRISES for need in e.needs]
    assert sum(len(need) <= 20 for need in needs) > 40
    assert sum(len(need) >= 70 for need in needs) > 60
    assert all(1 <= len(e.needs) <= 4 for e in ENTERPRISES if e.needs)
    assert not any("{" in need or "。。" in need for need in needs)


def test_business_scope_is_made_of_class_names_with_the_own_class_first() -> None:
    names = set(manufacturing_classes().values())
    trading = {name for trade in load_phrases().sub_industries.values() for name in trade.trade}
    for e in ENTERPRISES:
        if e.business_scope:
            parts = re.split("[;；]", e.business_scope)
            assert set(parts) <= names | trading
            assert e.gb4754 is None or parts[0] == manufacturing_classes()[e.gb4754]


@pytest.mark.parametrize(
    ("employees", "spoken"),
    [
        (6, "不到十个人"),
        (15, "十几个人"),
        (20, "二十来号人"),
        (38, "快四十号人"),
        (98, "快一百号人"),
        (120, "一百来号人"),
        (260, "两百多号人"),
        (1500, "上千号人"),
    ],
)
def test_people_as_spoken(employees: int, spoken: str) -> None:
    assert people_phrase(employees) == spoken


def test_records_survive_json() -> None:
    for e, d in PAIRS[:20]:
        assert Enterprise.model_validate_json(e.model_dump_json()) == e
        assert Diagnosis.model_validate_json(d.model_dump_json()) == d
