from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal

import pytest

from recommender.exchange import cells, lists, names
from recommender.exchange.cells import Reading
from recommender.exchange.columns import plain_header
from recommender.exchange.declared import columns_of
from recommender.exchange.kinds import Kind

# Workbooks hold days as moments without a zone.
MIDNIGHT = datetime.combine(date(2024, 1, 5), time())
NOON = datetime.combine(date(2024, 1, 5), time(12))
SCENARIOS = names.taxonomy_names("scenario")


@pytest.mark.parametrize(
    ("read", "typed", "value"),
    [
        (cells.integer, "1,200", 1200),
        (cells.integer, "８５人", 85),
        (cells.integer, 85.0, 85),
        (cells.integer, "30 天", 30),
        (cells.money(), "18,000.50元", Decimal("18000.5")),
        (cells.money(), 0.1, Decimal("0.1")),
        (cells.money(), "50万元", Decimal(500000)),
        (cells.money(10_000), "120.5", Decimal(1205000)),
        (cells.money(10_000), 0.07, Decimal(700)),
        (cells.money(10_000), "300元", Decimal(300)),
        (cells.day, "2024-1-5", "2024-01-05"),
        (cells.day, "2024年1月5日", "2024-01-05"),
        (cells.day, "2024/01/05 00:00:00", "2024-01-05"),
        (cells.day, "20240105", "2024-01-05"),
        (cells.day, NOON, "2024-01-05"),
        (cells.day, date(1899, 12, 31), "1899-12-31"),
        (cells.text, 13800000000.0, "13800000000"),
        (cells.text, MIDNIGHT, "2024-01-05"),
        (cells.identifier, 17, "17"),
        (cells.grade, "二级", 2),
        (cells.grade, "L3", 3),
        (cells.grade, 0, 0),
        (cells.yes_no, "是", True),
        (cells.yes_no, False, False),
        (cells.district, "广州市 海珠区", "440105"),
        (cells.district, 440116, "440112"),
        (cells.manufacturing_class, "1830", "C1830"),
        (cells.manufacturing_class, 1830, "C1830"),
        (cells.manufacturing_class, "C1830 服饰制造", "C1830"),
        (cells.manufacturing_class, "制糖业", "C1340"),
        (cells.credit_code, " 9144 0101 0000 0000 1x ", "91440101000000001X"),
        (cells.one_of(names.DEPLOYMENTS), "本地部署", "on_premises"),
        (cells.one_of(names.DEPLOYMENTS), "SaaS", "saas"),
        (lists.codes(SCENARIOS), "质量管理、生产管控,quality", ["quality", "production_control"]),
        (lists.codes(names.taxonomy_names("sub_industry")), "通用", []),
        (lists.texts, "交期延误；\n 账实不符 ;", ["交期延误", "账实不符"]),
        (lists.texts, '["一；二", "三"]', ["一；二", "三"]),
        (lists.letters, "b、C", ["B", "C"]),
        (lists.letters, "BC", ["B", "C"]),
        (
            lists.scenario_effects(SCENARIOS),
            "生产管控:2；质量管理：三级",
            [{"scenario": "production_control", "level": 2}, {"scenario": "quality", "level": 3}],
        ),
        (
            lists.members(SCENARIOS),
            "合成集成商甲|系统集成|质量管理、设备管理\n合成集成商乙",
            [
                {"name": "合成集成商甲", "role": "系统集成", "scenarios": ["quality", "equipment"]},
                {"name": "合成集成商乙"},
            ],
        ),
        (lists.evidence(names.EVIDENCE_KINDS), "案例：合成案例", [{"kind": "case", "text": "合成案例"}]),
        (
            lists.consents(names.CONSENT_PURPOSES),
            "共享联系方式|2026-3-1||SYN-L1",
            [{"purpose": "share_contact", "granted_on": "2026-03-01", "lead_unit": "SYN-L1"}],
        ),
    ],
)
def test_what_people_type_is_understood(
    read: Callable[[object], Reading], typed: object, value: object
) -> None:
    assert read(typed) == Reading(value)


@pytest.mark.parametrize(
    ("read", "typed", "code", "severity"),
    [
        (cells.integer, "约50", "not_a_number", "error"),
        (cells.integer, "12.5", "not_a_number", "error"),
        (cells.integer, True, "not_a_number", "error"),
        (cells.integer, float("nan"), "not_a_number", "error"),
        (cells.integer, "1,2,3", "not_a_number", "error"),
        (cells.integer, "9" * 5000, "not_a_number", "error"),
        (cells.money(), "1.2E+05", "not_a_number", "error"),
        (cells.money(), "面议", "not_a_number", "error"),
        (cells.money(), float("inf"), "not_a_number", "error"),
        (cells.day, "2023-02-29", "not_a_date", "error"),
        (cells.day, "1998", "not_a_date", "error"),
        (cells.day, 4529, "not_a_date", "error"),
        (cells.day, "0000-01-01", "not_a_date", "error"),
        (cells.credit_code, 914401010000000000, "number_precision_lost", "error"),
        (cells.credit_code, 9.1440101e17, "number_precision_lost", "error"),
        (cells.credit_code, "9.14401E+17", "number_precision_lost", "error"),
        (cells.identifier, "1.2E+20", "number_precision_lost", "error"),
        (cells.grade, 5, "grade_out_of_range", "error"),
        (cells.grade, "2.5", "grade_out_of_range", "error"),
        (cells.grade, True, "grade_out_of_range", "error"),
        (cells.yes_no, "也许", "not_yes_or_no", "error"),
        (cells.district, "佛山市南海区", "value_not_understood", "warning"),
        (cells.manufacturing_class, "F5171", "gb4754_unknown", "warning"),
        (cells.manufacturing_class, "C9999", "gb4754_unknown", "warning"),
        (cells.one_of(names.DEPLOYMENTS), "月球", "value_not_understood", "warning"),
        (cells.one_of(names.AUDIT_STATES, required=True), "审查中", "value_not_understood", "error"),
        (lists.codes(SCENARIOS), "炼金", "value_not_understood", "warning"),
        (lists.scenario_effects(SCENARIOS), "质量管理", "value_not_understood", "warning"),
        (lists.scenario_effects(SCENARIOS), "质量管理:7", "grade_out_of_range", "error"),
        (lists.letters, "有", "malformed_answer", "error"),
        (lists.consents(names.CONSENT_PURPOSES), "随便|2026-03-01", "consent_not_understood", "error"),
        (lists.consents(names.CONSENT_PURPOSES), "共享联系方式|昨天", "not_a_date", "error"),
    ],
)
def test_what_cannot_be_understood_says_so(
    read: Callable[[object], Reading], typed: object, code: str, severity: str
) -> None:
    (problem,) = read(typed).problems
    assert (problem.code, problem.severity) == (code, severity)
    assert any("\u4e00" <= char <= "\u9fff" for char in problem.detail)
    assert len(problem.detail) < 400


def test_what_is_understood_of_a_list_is_kept() -> None:
    reading = lists.codes(SCENARIOS)("质量管理、炼金、设备管理")
    assert reading.value == ["quality", "equipment"]
    assert [problem.code for problem in reading.problems] == ["value_not_understood"]


@pytest.mark.parametrize(
    ("kind", "header", "path"),
    [
        (Kind.ENTERPRISES, "统一社会信用代码*", "uscc"),
        (Kind.ENTERPRISES, " 企业 名称（必填）", "name"),
        (Kind.ENTERPRISES, "营业收入（万元）", "revenue_yuan"),
        (Kind.ENTERPRISES, "Contact.Person", "contact.person"),
        (Kind.SOLUTIONS, "title", "name"),
        (Kind.SOLUTIONS, "price.low_yuan", "price.low_yuan"),
        (Kind.DIAGNOSES, "网络建设", "answers.network"),
        (Kind.DIAGNOSES, "质量管理", "scenarios.quality"),
        (Kind.LEAD_UNITS, "生态伙伴", "consortium.ecosystem"),
        (Kind.NEEDS, "痛点", "text"),
    ],
)
def test_headers_find_their_field(kind: Kind, header: str, path: str) -> None:
    column = columns_of(kind).find(header)
    assert column is not None
    assert column.path == path


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_of_a_record_has_a_column(kind: Kind) -> None:
    columns = columns_of(kind)
    tops = {column.path.partition(".")[0] for column in columns.exported(with_contact=True)}
    assert tops == set(kind.model.model_fields)
    assert len({plain_header(column.header) for column in columns}) == len(columns.columns)
    assert all(columns.by_path(path) for key in columns.keys for path in key)
