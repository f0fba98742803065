from datetime import date
from pathlib import Path
from typing import Any

import pytest

from recommender.domain import Enterprise
from recommender.domain.calendar import local_day
from recommender.errors import SmematchError, TooLarge, Unavailable
from recommender.exchange import ImportReport, import_file
from recommender.exchange.faults import DuplicateColumns, MissingColumns, UnknownField
from recommender.exchange.report import MAX_REPORTED
from recommender.store import Store
from tests.synthetic_records import diagnosis, enterprise, solution, uscc

from .files import HEADER, csv_bytes, csv_text, firm, jsonl_bytes, xlsx_bytes


def run(
    store: Store, data: bytes, name: str = "合成.csv", kind: str = "enterprises", **more: Any
) -> ImportReport:
    return import_file(kind, data, store, name=name, **more)


def codes(report: ImportReport) -> list[tuple[int | None, str, str, str | None]]:
    return [(found.row, found.severity, found.code, found.column) for found in report.reported]


def firms(store: Store) -> list[Enterprise]:
    with store.read() as unit:
        return [stored.record for stored in unit.enterprises.iterate()]


def test_good_rows_go_in_and_bad_ones_are_named_with_their_place(store: Store) -> None:
    rows = [
        firm(1),
        ("91440101", "合成样本企业2", "番禺区", 40),
        (uscc(3), "", "番禺区", 40),
        (uscc(4), "合成样本企业4", "番禺区", "很多"),
        (uscc(5), "合成样本企业5", "佛山", 12),
        (uscc(6), "合成样本企业6", "番禺区", -1),
        ("", "合成样本企业7", "番禺区", 1),
        firm(8),
    ]
    report = run(store, csv_bytes(rows))
    assert codes(report) == [
        (3, "error", "too_short", "统一社会信用代码"),
        (4, "error", "missing", "企业名称"),
        (5, "error", "not_a_number", "从业人员"),
        (6, "warning", "value_not_understood", "所属区"),
        (7, "error", "greater_than_equal", "从业人员"),
        (8, "error", "missing", "统一社会信用代码"),
    ]
    assert (report.rows, report.taken, report.created, report.rejected, report.warnings) == (8, 3, 3, 5, 1)
    assert [found.value for found in report.reported] == ["91440101", None, "很多", "佛山", "-1", None]
    assert report.reported[1].detail == "企业名称：必须填写"
    assert [record.name for record in firms(store)] == [f"合成样本企业{n}" for n in (1, 5, 8)]


def test_every_detail_is_chinese_and_every_value_short(store: Store) -> None:
    rows = [(uscc(1), "甲" * 500, "番" * 500, "x" * 500), ("\u202e" * 80, "乙", "", "")]
    report = run(store, csv_bytes(rows))
    assert report.taken == 0
    for found in report.reported:
        assert any("\u4e00" <= char <= "\u9fff" for char in found.detail)
        assert len(found.value or "") <= 60


def test_importing_twice_changes_nothing(store: Store) -> None:
    data = csv_bytes([firm(1), firm(2)])
    assert run(store, data).created == 2
    again = run(store, data)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    changed = run(store, csv_bytes([firm(1), firm(2, employees=99), firm(3)]))
    assert (changed.created, changed.updated, changed.unchanged) == (1, 1, 1)


def test_a_dry_run_tells_the_same_and_leaves_nothing(store: Store) -> None:
    run(store, csv_bytes([firm(1), firm(2)]))
    with store.read() as unit:
        before = unit.catalogue.version()
    data = csv_bytes([firm(1), firm(2, employees=5), firm(3), ("x", "y", "", "")])
    dry = run(store, data, dry_run=True)
    assert dry.dry_run
    assert len(firms(store)) == 2
    with store.read() as unit:
        assert unit.catalogue.version() == before
    real = run(store, data)
    same = {"seconds", "dry_run"}
    assert dry.model_dump(exclude=same) == real.model_dump(exclude=same)
    assert (real.created, real.updated, real.unchanged, real.rejected) == (1, 1, 1, 1)


def test_repeated_rows(store: Store) -> None:
    rows = [firm(1), firm(1), firm(1, employees=77), firm(2)]
    report = run(store, csv_bytes(rows))
    assert codes(report) == [
        (3, "warning", "duplicate_row", None),
        (4, "error", "duplicate_row", "统一社会信用代码"),
    ]
    assert all("第2行" in found.detail for found in report.reported)
    assert (report.taken, report.skipped, report.rejected) == (2, 1, 1)
    assert firms(store)[0].employees == 40


def test_a_row_after_a_refused_one_with_the_same_key_is_taken(store: Store) -> None:
    report = run(store, csv_bytes([(uscc(1), "甲\n乙", "", ""), firm(1)]))
    assert (report.taken, report.rejected) == (1, 1)


def test_a_wrong_check_character_is_a_warning(store: Store) -> None:
    wrong = uscc(1)[:17] + ("0" if uscc(1)[17] != "0" else "1")
    report = run(store, csv_bytes([(wrong, "合成样本企业", "", "")]))
    assert codes(report) == [(2, "warning", "credit_code_check", "统一社会信用代码")]
    assert report.taken == 1


def test_unknown_columns_are_said_once(store: Store) -> None:
    data = csv_bytes([(*firm(1), "x"), (*firm(2), "y")], (*HEADER, "吉祥物"))
    assert codes(run(store, data)) == [(None, "warning", "unknown_column", "吉祥物")]
    lines = jsonl_bytes(
        {"uscc": uscc(1), "吉祥物": 1, "contact": {"fax": "1"}}, {"uscc": uscc(2), "name": "乙", "吉祥物": 2}
    )
    report = run(store, lines, "a.jsonl")
    assert [found.column for found in report.reported] == ["吉祥物", "contact.fax"]
    assert report.taken == 2


def test_a_mapping_gives_a_column_its_field(store: Store) -> None:
    header = ("编码", "企业名称", "行业", "收入", "备注")
    data = csv_bytes([(uscc(1), "合成样本企业", "服装", "12.5", "x")], header)
    with pytest.raises(MissingColumns) as caught:
        run(store, data)
    assert "统一社会信用代码" in caught.value.detail
    mapping = {
        "编码": "uscc",
        "行业": "sub_industry",
        "收入": "营业收入(万元)",
        "备注": "-",
        "没有": "address",
    }
    report = run(store, data, mapping=mapping)
    assert codes(report) == [(None, "warning", "mapped_column_missing", "没有")]
    (record,) = firms(store)
    assert (record.sub_industry, str(record.revenue_yuan)) == ("apparel", "125000")
    with pytest.raises(UnknownField):
        run(store, data, mapping={"编码": "umbrella"})


def test_a_mapping_holds_for_jsonl_too(store: Store) -> None:
    report = run(store, jsonl_bytes({"code": uscc(1), "name": "甲"}), "a.jsonl", mapping={"code": "uscc"})
    assert (report.taken, report.warnings) == (1, 0)


def test_two_columns_of_one_field_must_agree(store: Store) -> None:
    header = (*HEADER[:2], "营业收入(元)", "营业收入(万元)")
    rows = [(uscc(1), "甲", "120000", "12"), (uscc(2), "乙", "120000", "13"), (uscc(3), "丙", "", "7")]
    report = run(store, csv_bytes(rows, header))
    assert codes(report) == [(3, "error", "conflicting_columns", "营业收入(万元)")]
    assert [str(record.revenue_yuan) for record in firms(store)] == ["120000", "70000"]


def test_an_amount_without_a_unit_is_said(store: Store) -> None:
    report = run(store, csv_bytes([(uscc(1), "甲", "120000")], (*HEADER[:2], "营业收入")))
    assert codes(report) == [(None, "warning", "unit_assumed", "营业收入")]


def test_a_column_of_meaning_may_not_stand_twice(store: Store) -> None:
    with pytest.raises(DuplicateColumns):
        run(store, csv_bytes([(*firm(1), "x")], (*HEADER, "企业名称")))


def test_what_a_file_does_not_name_stays_as_it_is(store: Store) -> None:
    full = enterprise(
        1,
        contact={"person": "合成联系人", "phone": "000"},
        consents=[{"purpose": "share_contact", "granted_on": "2026-01-01"}],
    )
    with store.begin() as unit:
        unit.enterprises.put(full)
    run(store, csv_bytes([(uscc(1), "合成样本新名", "", 55)]))
    run(store, csv_bytes([(uscc(1), "111")], ("uscc", "联系电话")))
    (record,) = firms(store)
    assert (record.name, record.employees, record.district) == ("合成样本新名", 55, full.district)
    assert record.consents == full.consents
    assert record.contact is not None
    assert (record.contact.person, record.contact.phone) == ("合成联系人", "111")
    run(store, jsonl_bytes({"uscc": uscc(1), "contact": {"phone": "222"}, "needs": None}), "a.jsonl")
    (record,) = firms(store)
    assert record.contact is not None
    assert (record.contact.person, record.contact.phone) == (None, "222")
    assert record.needs == ()
    run(store, csv_bytes([firm(1)]), replace=True)
    (record,) = firms(store)
    assert record.contact is None
    # What a whole replacement leaves out is withdrawn; that it was given is not forgotten.
    assert [consent.granted_on for consent in record.consents] == [date(2026, 1, 1)]
    assert not record.consents[0].in_force(local_day(store.clock()))


def test_diagnoses_need_their_enterprise_and_valid_answers(store: Store) -> None:
    with store.begin() as unit:
        unit.enterprises.put_many([enterprise(1), enterprise(2)])
        unit.diagnoses.put(diagnosis(1, of=2))
    header = ("诊断编号", "信用代码", "诊断日期", "评测方式", "网络建设", "规划实施", "质量管理", "计划排程")
    rows = [
        ("", uscc(1), "2026-03-01", "现场评测", "B,C", "b", "二级", "0"),
        ("SYN-9", uscc(9), "2026-03-01", "", "", "", "", ""),
        ("SYN-D00001", uscc(1), "2026-03-01", "", "", "", "", ""),
        ("SYN-2", uscc(1), "2026-03-01", "", "A,B", "", "", ""),
        ("SYN-3", uscc(1), "2026-03-01", "", "", "B,C", "", ""),
        ("SYN-4", uscc(1), "", "", "Z", "", "7", ""),
    ]
    report = run(store, csv_bytes(rows, header), kind="diagnoses")
    assert codes(report) == [
        (3, "error", "unknown_enterprise", "信用代码"),
        (4, "error", "diagnosis_of_another_enterprise", "诊断编号"),
        (5, "error", "exclusive_option", "网络建设"),
        (6, "error", "several_options", "规划实施"),
        (7, "error", "grade_out_of_range", "质量管理"),
    ]
    with store.read() as unit:
        (found,) = unit.diagnoses.for_enterprise(uscc(1))
    assert found.record.id == f"{uscc(1)}-2026-03-01"
    assert found.record.answers == {"network": ("B", "C"), "planning": ("B",)}
    assert found.record.scenarios == {"quality": 2, "planning_scheduling": 0}
    assert run(store, csv_bytes(rows[:1], header), kind="diagnoses").unchanged == 1


def test_solutions_of_a_table(store: Store) -> None:
    header = ("产品编号", "产品名称", "服务商", "场景", "最低价(元)", "审核状态", "部署方式", "细分行业")
    rows = [
        (
            "SYN-1",
            "合成方案一",
            "合成服务商",
            "生产管控:2；质量管理:3",
            "18000",
            "待审核",
            "云上使用、本地部署",
            "通用",
        ),
        ("SYN-2", "合成方案二", "合成服务商", "炼金:2；质量管理:1", "", "已入池", "", "服装、海鲜"),
        ("SYN-3", "合成方案三", "", "质量管理:1；质量管理:2", "", "", "", ""),
        ("SYN-4", "合成方案四", "", "", "", "天知道", "", ""),
        ("SYN 5", "合成方案五", "", "", "", "", "", ""),
    ]
    report = run(store, csv_bytes(rows, header), kind="solutions")
    assert codes(report) == [
        (2, "warning", "price_completed", "最低价(元)"),
        (3, "warning", "value_not_understood", "场景"),
        (3, "warning", "value_not_understood", "细分行业"),
        (4, "error", "invalid_value", None),
        (5, "error", "value_not_understood", "审核状态"),
        (6, "error", "string_pattern_mismatch", "产品编号"),
    ]
    with store.read() as unit:
        one, two = (stored.record for stored in unit.solutions.iterate())
    assert one.audit_state == "submitted"
    assert one.level_for(one.scenarios[1].scenario) == 3
    assert one.deployment == ("saas", "on_premises")
    assert one.price is not None
    assert one.price.high_yuan == 18000
    assert one.provider is not None
    assert one.provider == two.provider


def test_what_a_vendor_claims_for_items(store: Store) -> None:
    header = ("产品编号", "产品名称", "自动采集环节", "信息系统环节", "评测选项")
    rows = [
        ("SYN-1", "合成方案一", "设备管理、能耗管理", "财务管理", "网络安全:CE；数据安全:C"),
        ("SYN-2", "合成方案二", "决策支持、设备管理", "", "火箭:C；人才建设:D"),
        ("SYN-3", "合成方案三", "", "", "数据安全:F"),
        ("SYN-4", "合成方案四", "", "", "数据安全:A"),
    ]
    report = run(store, csv_bytes(rows, header), kind="solutions")
    assert codes(report) == [
        (3, "warning", "value_not_understood", "自动采集环节"),
        (3, "warning", "value_not_understood", "评测选项"),
        (4, "error", "unknown_option", "评测选项"),
        (5, "error", "exclusive_option", "评测选项"),
    ]
    with store.read() as unit:
        one, two = (stored.record for stored in unit.solutions.iterate())
    assert [claim.scenario for claim in one.collects] == ["equipment", "energy"]
    assert [claim.scenario for claim in one.systems] == ["finance"]
    assert [(claim.item, claim.letter) for claim in one.item_options] == [
        ("network_security", "C"), ("network_security", "E"), ("data_security", "C"),
    ]  # fmt: skip
    assert {claim.provenance for claim in (*one.collects, *one.item_options)} == {"declared"}
    assert [claim.letter for claim in two.item_options] == ["D"]


def test_a_stored_provider_keeps_its_id(store: Store) -> None:
    with store.begin() as unit:
        unit.solutions.put(solution(1))
    run(store, csv_bytes([("SYN-S00001", "新名", "合成服务商")], ("id", "name", "服务商")), kind="solutions")
    with store.read() as unit:
        stored = unit.solutions.get("SYN-S00001")
    assert stored is not None
    assert stored.record.provider == solution(1).provider
    assert stored.record.name == "新名"


def test_jsonl_as_catalogues_write_it(store: Store) -> None:
    lines = jsonl_bytes(
        {"id": "SYN-1", "title": "合成方案", "text": "一页", "in_scope": False, "links": ["设计", "sales"]},
        {
            "id": "SYN-2",
            "name": "合成方案",
            "scenarios": [{"scenario": "质量管理", "level": 2, "confidence": 0.5}],
        },
        {"id": "SYN-3", "name": "合成方案", "scenarios": [{"scenario": "quality", "level": 9}]},
        {"id": "SYN-4", "name": "合成方案", "price": "便宜"},
        {"id": "SYN-5", "name": {"zh": "合成方案"}},
        {"name": "合成方案"},
    )
    report = run(store, lines, "a.jsonl", kind="solutions")
    assert [(row, column) for row, _, _, column in codes(report)] == [
        (3, "scenarios"), (4, "price"), (5, "name"), (6, None),
    ]  # fmt: skip
    assert report.taken == 2


def test_needs_without_an_id_get_the_same_one_each_time(store: Store) -> None:
    data = csv_bytes(
        [(uscc(1), "交期延误"), (uscc(2), "交期延误"), (uscc(1), "交期延误")], ("uscc", "需求描述")
    )
    report = run(store, data, kind="needs")
    assert (report.created, report.skipped) == (2, 1)
    assert run(store, data, kind="needs").unchanged == 2


def test_lead_units_of_a_workbook(store: Store) -> None:
    header = ("单位编号", "单位名称", "牵引模式", "集成商", "服务容量", "在服务数", "服务区域")
    rows = [
        header,
        ("SYN-L1", "合成牵引单位一", "供应链模式", "合成集成商|系统集成|质量管理", 30, 4, "番禺、增城区"),
        ("SYN-L2", "合成牵引单位二", "随缘", None, None, None, None),
        ("SYN-L3", "合成牵引单位三", "产业链", None, None, 4, "全市"),
    ]
    report = run(store, xlsx_bytes(rows), "a.xlsx", kind="lead-units")
    assert codes(report) == [
        (3, "error", "value_not_understood", "牵引模式"),
        (4, "error", "missing", "服务容量"),
    ]
    with store.read() as unit:
        stored = unit.lead_units.get("SYN-L1")
    assert stored is not None
    assert stored.record.districts == ("440113", "440118")
    assert stored.record.consortium.integrators[0].scenarios == ("quality",)


def test_credit_codes_that_a_spreadsheet_made_numbers_are_refused(store: Store) -> None:
    report = run(store, xlsx_bytes([HEADER, (914401010000000000, "甲", None, None)]), "a.xlsx")
    assert codes(report) == [(2, "error", "number_precision_lost", "统一社会信用代码")]


def test_error_cells_refuse_their_row(store: Store) -> None:
    report = run(store, xlsx_bytes([HEADER, (*firm(1)[:3], "#REF!"), firm(2)]), "a.xlsx")
    assert codes(report) == [(2, "error", "broken_cell", "从业人员")]
    assert report.taken == 1


def test_enrich_sees_valid_records_and_its_answer_is_stored(store: Store) -> None:
    seen: list[Enterprise] = []

    def enrich(record: Enterprise) -> Enterprise:
        seen.append(record)
        return record.model_copy(update={"sub_industry_evidence": "经营范围"})

    report = run(store, csv_bytes([firm(1), ("x", "y", "", "")]), enrich=enrich)
    assert report.taken == 1
    assert [record.uscc for record in seen] == [uscc(1)]
    assert firms(store)[0].sub_industry_evidence == "经营范围"


def test_progress_is_told(store: Store) -> None:
    told: list[tuple[str, int]] = []
    run(
        store,
        csv_bytes([firm(n) for n in range(1100)]),
        progress=lambda stage, rows: told.append((stage, rows)),
    )
    assert told == [
        ("read", 500),
        ("read", 1000),
        ("check", 500),
        ("check", 1000),
        ("store", 0),
        ("store", 1100),
    ]


def test_too_many_rows_refuse_the_file(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    data = csv_bytes([firm(n) for n in range(4)])
    with pytest.raises(TooLarge) as caught:
        run(store, data, max_rows=3)
    assert caught.value.place["row"] == 5
    monkeypatch.setenv("SMEMATCH_MAX_IMPORT_ROWS", "3")
    with pytest.raises(TooLarge):
        run(store, data)
    assert firms(store) == []


def test_a_failing_store_keeps_nothing_of_the_file(database_url: str, store: Store) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("the trigger is written for SQLite")
    with store.begin() as unit:
        unit.connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON enterprise WHEN NEW.name = '合成样本企业700' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    with pytest.raises(Exception, match="no"):
        run(store, csv_bytes([firm(n) for n in range(900)]))
    assert firms(store) == []


def test_a_locked_store_is_unavailable_and_keeps_nothing(database_url: str, store: Store) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL has no lock over the whole database")
    impatient = Store(database_url, busy_seconds=0.1)
    try:
        with store.begin() as unit:
            unit.enterprises.put(enterprise(5))
            with pytest.raises(Unavailable):
                run(impatient, csv_bytes([firm(1)]))
    finally:
        impatient.dispose()
    assert [record.uscc for record in firms(store)] == [uscc(5)]


def test_a_record_that_changes_during_the_import_is_not_lost(store: Store) -> None:
    run(store, csv_bytes([firm(1)]))

    def interfere(stage: str, rows: int) -> None:
        if (stage, rows) == ("store", 0):
            with store.begin() as unit:
                unit.enterprises.put(enterprise(1, address="合成地址"))

    run(store, csv_bytes([firm(1, employees=3)]), progress=interfere)
    (record,) = firms(store)
    assert (record.employees, record.address) == (3, "合成地址")


def test_the_report_has_a_bound_but_the_counts_do_not(store: Store) -> None:
    rows = [("x", "y", "", "")] * (MAX_REPORTED + 5)
    report = run(store, csv_bytes(rows), dry_run=True)
    assert len(report.reported) == MAX_REPORTED
    assert report.left_off == 5
    assert report.rejected == report.rows == MAX_REPORTED + 5


def test_a_path_works_like_its_bytes(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "企业.csv"
    path.write_text(csv_text([firm(1)]), encoding="gb18030")
    report = import_file("enterprises", path, store)
    assert (report.file, report.encoding, report.format, report.taken) == ("企业.csv", "gb18030", "csv", 1)
    with pytest.raises(SmematchError) as caught:
        import_file("enterprises", tmp_path / "没有.csv", store)
    assert caught.value.code == "file_not_readable"
