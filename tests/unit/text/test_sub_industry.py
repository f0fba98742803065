"""Sub-industry: declared, then GB/T 4754 class, then business scope; supporting classes come last."""

import pytest

from recommender.domain import Enterprise
from recommender.domain.enterprise import SubIndustrySource
from recommender.domain.taxonomy import SubIndustry
from recommender.text.sub_industry import complete_enterprise, find_sub_industry, from_business_scope
from tests.synthetic_records import uscc


def _firm(**changes: object) -> Enterprise:
    return Enterprise.model_validate({"uscc": uscc(1), "name": "合成样本厂"} | changes)


def test_a_declared_sub_industry_wins_over_the_class() -> None:
    found = find_sub_industry(_firm(sub_industry="apparel", gb4754="C2110"))
    assert found is not None
    assert (found.sub_industry, found.source) == (SubIndustry.APPAREL, SubIndustrySource.DECLARED)


def test_the_class_wins_over_the_scope() -> None:
    found = find_sub_industry(_firm(gb4754="C2110", business_scope="服饰制造"))
    assert found is not None
    assert (found.sub_industry, found.source) == (SubIndustry.CUSTOM_FURNITURE, SubIndustrySource.GB4754)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("物业管理;化妆品制造;服饰制造", SubIndustry.COSMETICS),
        ("高档女士手袋的生产、销售", SubIndustry.LUGGAGE),
        ("服装批发;服装零售", None),
        ("建筑、家具用金属配件制造", None),
        ("棉纺纱加工;房屋租赁", None),
        ("皮箱、包（袋）制造；房屋租赁", SubIndustry.LUGGAGE),
        ("一般项目：化妆品制造（危险化学品除外）", SubIndustry.COSMETICS),
        ("", None),
    ],
)
def test_scope(scope: str, expected: SubIndustry | None) -> None:
    found = from_business_scope(scope)
    assert (found.sub_industry if found else None) is expected


def test_unknown_stays_unknown_and_the_completed_record_says_where_from() -> None:
    assert complete_enterprise(_firm(gb4754="C3011")).sub_industry is None
    done = complete_enterprise(_firm(gb4754="C3670"))
    assert done.sub_industry is SubIndustry.NEV_PARTS
    assert done.sub_industry_evidence == "汽车零部件及配件制造（C3670）"


def test_a_completed_record_follows_its_class_when_that_changes() -> None:
    once = complete_enterprise(_firm(gb4754="C3670"))
    moved = complete_enterprise(once.model_copy(update={"gb4754": "C1922"}))
    assert moved.sub_industry is SubIndustry.LUGGAGE
