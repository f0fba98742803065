from decimal import Decimal

import pytest

from recommender.diagnosis import load_instrument
from recommender.domain import Solution
from recommender.domain.taxonomy import Scenario, SubIndustry
from recommender.encoder.null import NullEncoder
from recommender.gaps import demands_of, pool_gaps
from recommender.gaps.report import GapRules, by_scenario
from recommender.gaps.supply import Lack, Wanted, supply_of
from recommender.index.catalogue import Catalogue
from recommender.index.snapshot import Snapshot, build_snapshot
from tests.synthetic_records import diagnosis, enterprise, solution, uscc

INSTRUMENT = load_instrument()
QUALITY = Scenario.QUALITY
WANTED = Wanted(QUALITY, 1, 2, SubIndustry.APPAREL, Decimal(50_000))


def product(number: int, **fields: object) -> Solution:
    made: dict[str, object] = {
        "scenarios": [{"scenario": "quality", "level": 2}],
        "sub_industries": ["apparel"],
        "price": {"low_yuan": 20_000, "high_yuan": 40_000},
        "audit_state": "admitted",
    }
    return Solution.model_validate(solution(number).model_dump(exclude_none=True) | made | fields)


def test_choices_are_counted_and_those_without_a_price_among_them() -> None:
    pool = [product(1), product(2, price=None), product(3, sub_industries=[])]
    assert supply_of(pool)(WANTED) == (3, 1, None, 0)


@pytest.mark.parametrize(
    ("fields", "lack"),
    [
        ({"price": {"low_yuan": 50_001, "high_yuan": 60_000}}, Lack.OVER_BUDGET),
        ({"sub_industries": ["luggage"]}, Lack.OTHER_SUB_INDUSTRY),
        ({"audit_state": "submitted"}, Lack.NOT_ADMITTED),
        ({"audit_state": "submitted", "sub_industries": ["luggage"]}, Lack.SEVERAL),
        ({"scenarios": [{"scenario": "quality", "level": 1}]}, Lack.NOTHING),
        ({"scenarios": [{"scenario": "safety", "level": 2}]}, Lack.NOTHING),
        ({"in_scope": False}, Lack.NOTHING),
    ],
)
def test_what_stands_in_the_way(fields: dict[str, object], lack: Lack) -> None:
    supply = supply_of([product(1, **fields)])(WANTED)
    assert (supply.choices, supply.lack) == (0, lack)
    assert supply.nearest == (0 if lack is Lack.NOTHING else 1)


def test_a_product_that_helps_but_not_far_enough() -> None:
    wanted = WANTED._replace(level=3)
    assert supply_of([product(1)])(wanted) == (0, 0, Lack.LEVEL_TOO_LOW, 1)


def snapshot_of(*pool: Solution) -> Snapshot:
    catalogue = Catalogue(
        version=1,
        solutions={one.id: one for one in pool},
        enterprises={
            uscc(n): enterprise(n, sub_industry="apparel", budget_yuan=Decimal(20_000 * n))
            for n in range(1, 7)
        },
        diagnoses={uscc(n): diagnosis(n, of=n) for n in range(1, 7)},
    )
    return build_snapshot(catalogue, NullEncoder(), INSTRUMENT)


def test_every_scenario_below_the_target_is_a_demand() -> None:
    snapshot = snapshot_of()
    demands = list(demands_of(snapshot, INSTRUMENT))
    firms = {demand.enterprise for demand in demands}
    assert firms == {uscc(n) for n in range(1, 7)}
    for demand in demands:
        grade = next(
            g.grade for g in snapshot.results[demand.enterprise].scenarios if g.id == demand.scenario
        )
        assert demand.grade == grade < demand.level


def test_an_empty_pool_lacks_everything_and_a_product_closes_its_cells() -> None:
    rules = GapRules(version="t", few=2, least_enterprises=1, budget_bands_yuan=(Decimal(50_000),))
    empty = pool_gaps(snapshot_of(), INSTRUMENT, rules=rules)
    assert empty.without_any == empty.enterprises == 6
    assert all(cell.without == cell.enterprises and cell.share_without.value == 1 for cell in empty.cells)
    assert empty.calls == empty.cells
    assert all(cell.lacks == {"nothing": cell.without} for cell in empty.cells)

    some = pool_gaps(snapshot_of(product(1, price=None)), INSTRUMENT, rules=rules)
    before = {(c.scenario, c.budget): c for c in empty.cells}
    for cell in some.cells:
        expected = (
            0 if cell.scenario is QUALITY and cell.level == 2 else before[cell.scenario, cell.budget].without
        )
        assert cell.without == expected
        if cell.scenario is QUALITY and cell.level == 2:
            assert cell.few == cell.unpriced == cell.enterprises
    assert by_scenario(some.cells)["质量管理"][0] == by_scenario(empty.cells)["质量管理"][0]


def test_bands_and_districts() -> None:
    rules = GapRules(
        version="t", few=2, least_enterprises=1, budget_bands_yuan=(Decimal(50_000), Decimal(100_000))
    )
    names = [rules.band(None if yuan is None else Decimal(yuan)) for yuan in (None, 50_000, 50_001, 100_001)]
    assert names == ["未填预算", "5 万元以内", "5～10 万元", "10 万元以上"]
    nowhere = pool_gaps(snapshot_of(), INSTRUMENT, rules=rules, keeps=lambda demand: demand.district == "x")
    assert (nowhere.enterprises, nowhere.cells) == (0, ())


def test_a_call_says_what_is_looked_for() -> None:
    call = pool_gaps(snapshot_of(), INSTRUMENT).calls[0]
    assert call.called_for.endswith("找不到可选产品；最接近的：没有任何产品")
    assert call.wording
