import io
from datetime import UTC, datetime

from docx import Document
from openpyxl import load_workbook

from recommender.domain.taxonomy import Scenario, SubIndustry
from recommender.gaps.call import TO_FILL_IN, call_document, call_workbook
from recommender.gaps.report import Cell, PoolGaps
from recommender.learning.intervals import Figure

AT = datetime(2026, 3, 31, 17, tzinfo=UTC)


def cell(budget: str) -> Cell:
    return Cell(
        scenario=Scenario.QUALITY,
        scenario_name="质量管理",
        required=True,
        level=2,
        sub_industry=SubIndustry.APPAREL,
        sub_industry_name="服装",
        budget=budget,
        enterprises=5,
        without=4,
        few=0,
        share_without=Figure(value=0.8, ci95=(0.3, 0.9)),
        median_choices=0,
        unpriced=0,
        lacks={"over_budget": 3, "nothing": 1},
        nearest=2,
        wording="=质量数据在线采集",
    )


def report(*calls: Cell, synthetic: int = 0) -> PoolGaps:
    return PoolGaps(
        index_version="i",
        rules_version="r",
        enterprises=9,
        synthetic=synthetic,
        without_any=7,
        cells=calls,
        calls=calls,
    )


def test_the_workbook_says_what_is_called_for_and_leaves_deadline_and_contact_open() -> None:
    book = load_workbook(io.BytesIO(call_workbook(report(cell("5 万元以内"), synthetic=9), AT)))
    wanted, how = book["征集需求"], book["征集说明"]
    # Seventeen o'clock UTC is the next day in Guangzhou.
    assert wanted["A2"].value == "截至 2026-04-01；其中 9 家企业为合成样本"
    shown = [place.value for place in wanted[4]]
    assert shown[:6] == ["质量管理（约束性）", "二级", "服装", "5 万元以内", 5, 4]
    # What begins like a formula stays a text.
    assert str(shown[6]).endswith("=质量数据在线采集")
    assert wanted["G4"].data_type == "s"
    assert shown[7] == "有产品，但最低报价超出预算（3 家）；没有任何产品（1 家）"
    # The last text takes two lines of its column.
    assert wanted.row_dimensions[4].height == 30
    assert "共 9 家，其中 7 家" in str(how["B4"].value)
    assert [(how.cell(row, 1).value, how.cell(row, 2).value) for row in range(5, 10)] == [
        (title, None) for title in TO_FILL_IN
    ]


def test_the_document_tells_each_requirement_once() -> None:
    calls = cell("5 万元以内"), cell("5～10 万元")
    document = Document(io.BytesIO(call_document(report(*calls), AT)))
    told = [paragraph.text for paragraph in document.paragraphs]
    assert "1．质量管理达到二级：=质量数据在线采集" in told
    assert sum("达到二级" in line for line in told) == 1
    assert "2026年4月1日" in told
    assert not any("合成" in line for line in told)
    wanted, fill = document.tables
    assert round(wanted.columns[5].width.cm, 1) == 4.8
    assert [place.text for place in wanted.rows[2].cells[:5]] == [
        "质量管理（约束性），二级",
        "服装",
        "5～10 万元",
        "5",
        "4",
    ]
    assert [tuple(place.text for place in row.cells) for row in fill.rows[1:]] == [
        (title, "") for title in TO_FILL_IN
    ]


def test_a_pool_that_lacks_nothing_says_so() -> None:
    document = Document(io.BytesIO(call_document(report(synthetic=2), AT)))
    told = [paragraph.text for paragraph in document.paragraphs]
    assert "目前没有需要征集的缺口。" in told
    assert "（其中 2 家企业为合成样本，不是真实数据）" in told
    assert document.tables == []
    book = load_workbook(io.BytesIO(call_workbook(report(), AT)))
    assert book["征集需求"]["A2"].value == "截至 2026-04-01；目前没有需要征集的缺口。"
