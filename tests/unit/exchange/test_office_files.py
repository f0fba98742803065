"""Workbooks as offices send them: odd headers, odd days, hidden rows, and files that mean harm."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import MAC_EPOCH

from recommender.exchange import Format, ImportReport, Kind, import_file
from recommender.exchange.columns import Column
from recommender.exchange.declared import columns_of
from recommender.exchange.exporting import export_bytes
from recommender.exchange.faults import UnreadableTable, UnreadableWorkbook
from recommender.store import Store
from tests.faulty_tables import MAKERS
from tests.synthetic_records import enterprise, uscc

from .files import HEADER, firm, repacked, xlsx_bytes
from .test_exporting import RECORDS, cleared, key

_DAY = datetime.combine(date(2012, 6, 18), time())
_WITH_DAY = ("统一社会信用代码", "企业名称", "成立日期")


def run(store: Store, data: bytes) -> ImportReport:
    return import_file("enterprises", data, store, name="报表.xlsx")


def stored(store: Store, number: int = 1) -> Any:
    with store.read() as unit:
        found = unit.enterprises.get(uscc(number))
    assert found is not None
    return found.record


@pytest.mark.parametrize(
    "typed",
    [_DAY, "2012-06-18", "2012/6/18", "2012年6月18日", "２０１２．６．１８", "20120618", 41078, 20120618],
)  # fmt: skip
def test_a_day_in_every_way_that_offices_write_it(typed: object, store: Store) -> None:
    report = run(store, xlsx_bytes([_WITH_DAY, (uscc(1), "合成样本企业", typed)]))
    assert report.created == 1
    assert stored(store).registered_on == date(2012, 6, 18)
    told = [found.code for found in report.reported]
    assert told == (["day_number"] if str(typed).startswith("41") else [])


@pytest.mark.parametrize("typed", [_DAY, 41_078 - 1_462])
def test_days_of_a_workbook_that_counts_from_1904(typed: object, store: Store) -> None:
    def old(book: Workbook) -> None:
        book.epoch = MAC_EPOCH

    run(store, xlsx_bytes([_WITH_DAY, (uscc(1), "合成样本企业", typed)], old))
    assert stored(store).registered_on == date(2012, 6, 18)


def test_a_header_of_two_rows_with_merged_groups(store: Store) -> None:
    def merge(book: Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        for area in ("A1:A2", "B1:B2", "C1:D1"):
            sheet.merge_cells(area)

    upper = ("统一社会信用代码", "企业名称", "联系方式", None)
    data = xlsx_bytes(
        [upper, (None, None, "联系人", "联系电话"), (uscc(1), "合成样本企业", "甲", "000")], merge
    )
    report = run(store, data)
    assert (report.rows, report.created) == (1, 1)
    assert (stored(store).contact.person, stored(store).contact.phone) == ("甲", "000")


def test_hidden_rows_and_columns_are_data_like_any_other(store: Store) -> None:
    def hide(book: Workbook) -> None:
        assert book.active is not None
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["D"].hidden = True

    assert run(store, xlsx_bytes([HEADER, firm(1), firm(2)], hide)).created == 2
    assert stored(store).employees == 40


def test_full_width_digits_and_spaces_around_codes(store: Store) -> None:
    wide = "".join(chr(ord(char) + 0xFEE0) for char in uscc(1))
    run(store, xlsx_bytes([HEADER, (f" {wide}　", "合成样本企业 ", "番禺区 ", "４０人")]))
    assert (stored(store).employees, stored(store).name, stored(store).district) == (
        40,
        "合成样本企业",
        "440113",
    )


def test_leading_zeros_of_an_id_survive_and_a_code_kept_as_a_number_is_refused(store: Store) -> None:
    data, _ = export_bytes(
        Kind.NEEDS, [MAKERS[Kind.NEEDS](1).model_copy(update={"id": "000123"})], Format.XLSX
    )
    assert load_workbook(io.BytesIO(data))["需求"]["A2"].value == "000123"
    import_file("needs", data, store, name="a.xlsx")
    with store.read() as unit:
        assert unit.needs.get("000123") is not None
    report = run(store, xlsx_bytes([HEADER, (914401010000000012, "合成样本企业", "番禺区", 1)]))
    assert [found.code for found in report.reported] == ["number_precision_lost"]


def test_a_sheet_of_endless_blank_rows_is_read_to_its_end(store: Store) -> None:
    blank = b"".join(b'<row r="%d"/>' % number for number in range(3, 200_003))
    data = repacked(
        xlsx_bytes([HEADER, firm(1)]),
        lambda name, content: content.replace(b"</sheetData>", blank + b"</sheetData>"),
    )
    assert run(store, data).rows == 1


def test_external_links_are_not_followed(store: Store) -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    data = repacked(
        xlsx_bytes([HEADER, firm(1), (uscc(2), "合成样本企业", "番禺区", "=[1]Sheet1!A1")]),
        lambda _, content: content,
        **{"xl/externalLinks/externalLink1.xml": link},
    )
    report = run(store, data)
    assert (report.created, [found.code for found in report.reported]) == (1, ["broken_cell"])


def test_an_entity_of_another_file_is_not_read(store: Store) -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

    def put(name: str, content: bytes) -> bytes:
        if "sharedStrings" not in name:
            return content
        return content.replace(b"<sst", doctype + b"<sst", 1).replace("合成样本企业1".encode(), b"&e;")

    try:
        run(store, repacked(xlsx_bytes([HEADER, firm(1)]), put))
    except (UnreadableWorkbook, UnreadableTable):
        return
    with store.read() as unit:
        assert not [entry for entry in unit.enterprises.iterate() if "root" in entry.record.name]


def test_a_macro_workbook_is_refused(store: Store) -> None:
    target = io.BytesIO(xlsx_bytes([HEADER, firm(1)]))
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(UnreadableWorkbook, match="宏"):
        run(store, target.getvalue())


# -- every column of every form --------------------------------------------------------------------------


def columns() -> list[Any]:
    return [
        pytest.param(kind, column, id=f"{kind}-{column.path}")
        for kind in Kind
        for column in columns_of(kind).exported(with_contact=True)
    ]


@pytest.mark.parametrize(("kind", "column"), columns())
def test_every_column_reads_back_what_it_showed(kind: Kind, column: Column) -> None:
    @settings(max_examples=15, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RECORDS[kind])
    def holds(record: Any) -> None:
        value: Any = record.model_dump(mode="json")
        for step in column.path.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        shown = column.show(value)
        if shown:
            reading = column.read(shown)
            assert not reading.problems
            assert column.show(_json(reading.value)) == shown

    holds()


def _json(value: Any) -> Any:
    """Return a reading as a stored document holds it: money as text, a confidence as a number."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list):
        return [
            {name: float(each) if isinstance(each, Decimal) else each for name, each in entry.items()}
            if isinstance(entry, dict)
            else entry
            for entry in value
        ]
    return value


@pytest.mark.parametrize("kind", list(Kind))
def test_an_offline_round_trip_of_any_records_changes_no_cell(kind: Kind, store: Store) -> None:
    @settings(max_examples=8, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(RECORDS[kind], min_size=1, max_size=4, unique_by=key))
    def holds(records: list[Any]) -> None:
        cleared(store)
        with store.begin() as unit:
            if kind is Kind.DIAGNOSES:
                unit.enterprises.put(enterprise(1))
            getattr(unit, kind.store_name).put_many(records)
        with store.read() as unit:
            entries = list(getattr(unit, kind.store_name).iterate())
        data, _ = export_bytes(kind, entries, Format.XLSX, with_contact=True)
        report = import_file(kind, data, store, name="离线.xlsx")
        assert (report.unchanged, report.conflicts) == (len(records), ())
        assert not [found for found in report.reported if found.severity == "error"]

    holds()
