"""The hand-written part: solutions, needs, lead units, phrases."""

from collections import Counter
from pathlib import Path

import pytest

from recommender.domain import LeadUnit
from recommender.domain.lead_unit import LeadMode
from recommender.domain.solution import AuditState
from recommender.domain.taxonomy import Scenario, SubIndustry, load_taxonomy, manufacturing_classes
from recommender.sample import BrokenSample, sample
from recommender.sample.phrases import load_phrases
from recommender.sample.records import _read

SOLUTIONS = {solution.id: solution for solution in sample().solutions}
ADMITTED = {id_: s for id_, s in SOLUTIONS.items() if s.audit_state is AuditState.ADMITTED}
UNITS = sample().lead_units


def test_at_least_240_solutions_and_200_admitted() -> None:
    assert len(SOLUTIONS) == len(sample().solutions) >= 240
    assert len(ADMITTED) >= 200


def test_every_scenario_and_sub_industry_is_covered_by_admitted_solutions() -> None:
    scenarios = Counter(effect.scenario for s in ADMITTED.values() for effect in s.scenarios)
    industries = Counter(code for s in ADMITTED.values() for code in s.sub_industries)
    assert all(scenarios[code] >= 10 for code in Scenario)
    assert scenarios[Scenario.SAFETY] >= 10
    assert all(industries[code] >= 10 for code in SubIndustry)


def test_every_record_is_marked() -> None:
    for record in (*sample().solutions, *sample().needs, *UNITS):
        assert (record.synthetic, record.mark) == (True, "合成样本")
    names = [*(solution.name for solution in sample().solutions), *(unit.name for unit in UNITS)]
    assert all(name.startswith("合成样本·") for name in names)


def test_needs_refer_to_solutions() -> None:
    needs = sample().needs
    assert len({need.id for need in needs}) == len(needs) >= 400
    assert all(need.solution_id in SOLUTIONS for need in needs)


def test_lead_units_keep_the_rule_of_three() -> None:
    assert len(UNITS) == 14
    served = Counter(code for unit in UNITS for code in unit.sub_industries)
    assert all(2 <= served[code] <= 3 for code in SubIndustry)
    assert {unit.mode for unit in UNITS} == set(LeadMode)
    assert all(unit.name.endswith(("牵引平台", "链主工厂")) for unit in UNITS)


def test_consortia_are_one_plus_one_plus_n() -> None:
    for unit in UNITS:
        assert 1 <= len(unit.consortium.integrators) <= 2
        assert 2 <= len(unit.consortium.ecosystem) <= 5
        for member in (*unit.consortium.integrators, *unit.consortium.ecosystem):
            assert member.name.startswith("合成")
            assert member.role
            assert member.scenarios


def test_capacities_include_a_full_and_a_nearly_full_unit() -> None:
    capacities = [unit.capacity for unit in UNITS if unit.capacity]
    assert len(capacities) == len(UNITS)
    assert all(8 <= capacity.total <= 40 for capacity in capacities)
    assert sum(capacity.free == 0 for capacity in capacities) == 1
    assert any(0 < capacity.free <= 2 for capacity in capacities)


def test_some_units_serve_all_districts() -> None:
    known = {entry.code for entry in load_taxonomy().districts}
    assert any(not unit.districts for unit in UNITS)
    assert any(unit.districts for unit in UNITS)
    assert {code for unit in UNITS for code in unit.districts} <= known


def test_units_offer_admitted_solutions_that_fit() -> None:
    for unit in UNITS:
        assert len(set(unit.solution_ids)) == len(unit.solution_ids) >= 8
        for id_ in unit.solution_ids:
            assert id_ in ADMITTED, (unit.id, id_)
            solution = ADMITTED[id_]
            assert not solution.sub_industries or set(solution.sub_industries) & set(unit.sub_industries)
            assert unit.coverage & {effect.scenario for effect in solution.scenarios}, (unit.id, id_)


def test_unit_texts_have_the_asked_length() -> None:
    assert all(120 <= len(unit.text) <= 250 for unit in UNITS)


def test_no_text_of_the_sample_equals_another() -> None:
    bundle = sample()
    texts = [
        *(solution.text for solution in bundle.solutions),
        *(solution.summary for solution in bundle.solutions if solution.summary),
        *(solution.name for solution in bundle.solutions),
        *(need.text for need in bundle.needs),
        *(unit.text for unit in bundle.lead_units),
        *(unit.name for unit in bundle.lead_units),
        *(enterprise.name for enterprise in bundle.enterprises),
        *(need for enterprise in bundle.enterprises for need in enterprise.needs),
        *(enterprise.business_scope for enterprise in bundle.enterprises if enterprise.business_scope),
    ]
    assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_phrases_are_rich_and_each_is_said_once() -> None:
    phrases = load_phrases()
    assert set(phrases.pains) == set(Scenario)
    everything: list[str] = []
    for pains in phrases.pains.values():
        own = [pain for code in SubIndustry for pain in pains.by_sub_industry[code]]
        assert len(pains.plain) + len(pains.advanced) + len(own) >= 14
        everything += [*pains.plain, *pains.advanced, *own]
    assert len(set(everything)) == len(everything)
    for code in SubIndustry:
        trade = phrases.sub_industries[code]
        assert len({goods for entry in trade.classes.values() for goods in entry.goods}) >= 12
        assert len(trade.scope) >= 12
        assert all(load_taxonomy().sub_industry_of_class(class_) is code for class_ in trade.classes)
    outside = [class_ for trade in phrases.others for class_ in trade.classes]
    assert not any(load_taxonomy().sub_industry_of_class(class_) for class_ in outside)


def test_scope_phrases_are_class_names() -> None:
    names = set(manufacturing_classes().values())
    for trade in (*load_phrases().sub_industries.values(), *load_phrases().others):
        assert set(trade.scope) <= names


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "X", "name": "合成样本·X", "mode": "supply_chain"}', "没有“合成样本”标志"),
        ('{"id": "X", "name"', "有误"),
        ('{"id": "X", "name": "X", "mode": "other", "synthetic": true, "mark": "合成样本"}', "有误"),
    ],
)
def test_a_broken_or_unmarked_line_is_told_with_its_row(tmp_path: Path, line: str, told: str) -> None:
    path = tmp_path / "units.jsonl"
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(BrokenSample, match=told) as caught:
        _read(path, LeadUnit)
    assert caught.value.place == {"file": "units.jsonl", "row": 2}
