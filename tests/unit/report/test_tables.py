import io
from datetime import date
from typing import Any

from openpyxl import load_workbook

from recommender.exposure.report import ExposureReport
from recommender.matching.answer import Exclusion, Item, Reason, Recommendation
from recommender.report.tables import exposure_workbook, recommendation_workbook
from tests.synthetic_records import SERVED_AT


def answer(**changes: Any) -> Recommendation:
    item = Item(
        rank=1,
        id="SYN-S00001",
        name="=合成样本方案1",
        score=0.75,
        propensity=1.0,
        reasons=(Reason(code="gap", text="补上计划排程", contribution=0.4),),
        warnings=(),
        synthetic_mark="合成样本",
        facts={},
    )
    values = {
        "recommendation_id": "r-1",
        "model_version": "m",
        "policy_version": "p",
        "index_version": "i",
        "served_at": SERVED_AT,
        "target": "solution",
        "subject": {"name": "合成样本企业1"},
        "items": (item,),
        "excluded": (Exclusion(rule="price", text="超出预算", count=3, examples=()),),
    }
    return Recommendation.model_validate(values | changes)


def test_a_list_has_framed_sheets_no_formula_and_says_when_and_how_it_was_made() -> None:
    book = load_workbook(io.BytesIO(recommendation_workbook(answer(), "只看云上使用")))
    sheet = book["推荐的解决方案"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:I2"
    row = [cell.value for cell in sheet[2]]
    assert row[:4] == [1, "=合成样本方案1", "SYN-S00001", 0.75]
    assert (sheet["B2"].data_type, sheet["D2"].number_format) == ("s", "0.000")
    assert [cell.value for cell in book["未列入的原因"][2]] == ["price", "超出预算", 3]
    told = {line[0]: line[1] for line in book["说明"].values}
    assert (told["筛选"], told["对象"]) == ("只看云上使用", "合成样本企业1")
    assert told["生成时间"] == "2026-03-01 10:30（北京时间）"
    assert "合成样本" in told


def test_an_exposure_report_without_anybody_is_a_workbook_with_its_notes() -> None:
    report = ExposureReport(
        since=date(2026, 1, 1),
        until=date(2026, 3, 1),
        sub_industry=None,
        district=None,
        caps_version="1",
        markets=(),
        alarms=(),
        unattributed={},
        notes=("样本不足",),
    )
    book = load_workbook(io.BytesIO(exposure_workbook(report, SERVED_AT)))
    assert book["曝光"].max_row == 1
    assert ("说明", "样本不足") in set(book["说明"].values)
