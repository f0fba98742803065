"""Cutting a need into its pains."""

import pytest

from recommender.text.pains import MOST_PAINS, pains


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("插单一多交期就乱", ("插单一多交期就乱",)),
        ("1. 报工靠纸 2. 库存对不上 3、交期不准", ("报工靠纸", "库存对不上", "交期不准")),
        ("• 报工靠纸\n• 库存对不上", ("报工靠纸", "库存对不上")),
        ("**报工靠纸**\n（2）库存对不上", ("报工靠纸", "库存对不上")),
        ("报工靠纸；库存对不上。", ("报工靠纸；", "库存对不上。")),
        ("报工靠纸 库存对不上", ("报工靠纸", "库存对不上")),
        ("账上库存和盘点总是对不上，车间报工全靠纸", ("账上库存和盘点总是对不上，", "车间报工全靠纸")),
        ("没人会用，报工靠纸，库存对不上", ("没人会用，报工靠纸，库存对不上",)),
        ("车间里二十来号人都没上过任何系统，太贵", ("车间里二十来号人都没上过任何系统，太贵",)),
        ("损耗率在 3.5% 以上", ("损耗率在", "3.5% 以上")),
        ("", ()),
        (" 1. \n•", ()),
    ],
)
def test_known_answers(need: str, expected: tuple[str, ...]) -> None:
    assert pains(need) == expected


def test_a_pasted_document_is_bounded() -> None:
    assert len(pains("报工靠纸。" * 1000)) == MOST_PAINS
