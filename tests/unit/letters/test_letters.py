import io

import pytest
from docx import Document

from recommender.errors import InvalidInput
from recommender.letters import district_summary, result_letter, summary_document
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, diagnosis, enterprise


def words(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_a_result_letter_tells_level_gap_and_next_steps_and_that_it_is_made_up() -> None:
    told = words(result_letter(enterprise(1), diagnosis(1), SERVED_AT))
    assert "合成样本企业1" in told
    assert "合成样本，不是真实数据" in told
    for part in ("各维度得分", "与更高等级的差距", "建议的下一步", "至少为无等级", "没有填写", "可加"):
        assert part in told
    assert "2026年3月1日" in told


def test_a_letter_to_a_real_enterprise_has_no_synthetic_mark() -> None:
    real = enterprise(1, synthetic=False, mark=None, name="有\x0b控制字符")
    told = words(result_letter(real, diagnosis(1), SERVED_AT))
    assert "合成" not in told
    assert "有控制字符" in told


def test_a_district_table_counts_its_own_enterprises_by_sub_industry_and_level(store: Store) -> None:
    with store.begin() as unit:
        unit.enterprises.put_many([enterprise(number) for number in range(1, 8)])
        unit.diagnoses.put_many([diagnosis(1, of=1), diagnosis(2, of=1), diagnosis(3, of=2)])
    summary = district_summary(store, "番禺区")
    # Odd numbers are in 番禺; of these 3 is a maker of luggage.
    assert sorted(row.enterprises for row in summary.rows) == [1, 3, 4]
    total = summary.rows[-1]
    assert (total.name, total.diagnosed, total.levels, summary.synthetic) == ("合计", 1, (1, 0, 0, 0, 0), 4)
    told = words(summary_document(summary, SERVED_AT))
    assert "番禺区登记企业 4 家，已评测 1 家" in told
    assert "4 家为合成样本" in told


def test_an_unknown_district_is_refused(store: Store) -> None:
    with pytest.raises(InvalidInput, match="火星"):
        district_summary(store, "火星区")
