"""A workbook that is edited offline while the store goes on."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from recommender.exchange import Format, ImportReport, Kind, import_file
from recommender.exchange.conflicts import conflicts_workbook, read_decisions, resolver
from recommender.exchange.exporting import export_bytes
from recommender.exchange.faults import MissingColumns, UnknownField
from recommender.exchange.rejected import RejectedRows, error_workbook
from recommender.exchange.xlsx_rows import REVISION_SHEET
from recommender.store import Store
from tests.synthetic_records import SERVED_AT, enterprise, solution, uscc

from .files import csv_bytes, firm


def put(store: Store, *records: Any) -> None:
    with store.begin() as unit:
        for record in records:
            (unit.solutions if hasattr(record, "audit_state") else unit.enterprises).put(record)


def exported(store: Store, kind: Kind = Kind.ENTERPRISES) -> bytes:
    with store.read() as unit:
        return export_bytes(kind, list(getattr(unit, kind.store_name).iterate()), Format.XLSX)[0]


def edited(data: bytes, change: Callable[[Workbook], None]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    change(book)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def setting(**cells: object) -> Callable[[Workbook], None]:
    """Set cells of the second row by header."""

    def change(book: Workbook) -> None:
        sheet = book.worksheets[0]
        places = {str(cell.value): cell.column for cell in sheet[1]}
        for header, value in cells.items():
            sheet.cell(2, places[header]).value = value  # type: ignore[assignment]

    return change


def back(store: Store, data: bytes, kind: Kind = Kind.ENTERPRISES, **more: Any) -> ImportReport:
    return import_file(kind, data, store, name="离线.xlsx", **more)


def first(store: Store) -> Any:
    with store.read() as unit:
        stored = unit.enterprises.get(uscc(1))
    assert stored is not None
    return stored.record


def test_changes_that_do_not_overlap_are_merged(store: Store) -> None:
    put(store, enterprise(1))
    file = edited(exported(store), setting(从业人员=77))
    put(store, enterprise(1, address="合成新址"))
    report = back(store, file)
    assert (report.updated, report.merged, report.conflicting) == (1, 1, 0)
    assert (first(store).employees, first(store).address) == (77, "合成新址")


def test_a_field_that_both_changed_is_a_conflict_and_nothing_is_overwritten(store: Store) -> None:
    put(store, enterprise(1))
    file = edited(exported(store), setting(从业人员=77, 注册地址="文件里的地址"))
    put(store, enterprise(1, employees=55))
    report = back(store, file)
    assert [(c.row, c.key, c.field, c.base, c.stored, c.file) for c in report.conflicts] == [
        (2, uscc(1), "employees", "41", "55", "77")
    ]
    assert (report.rows, report.conflicting, report.taken, report.rejected) == (1, 1, 0, 0)
    assert (first(store).employees, first(store).address) == (55, None)


def test_the_same_change_on_both_sides_is_no_conflict(store: Store) -> None:
    put(store, enterprise(1))
    file = edited(exported(store), setting(从业人员=77))
    put(store, enterprise(1, employees=77))
    assert back(store, file).unchanged == 1


def test_what_only_the_store_changed_stays(store: Store) -> None:
    put(store, enterprise(1))
    file = exported(store)
    put(store, enterprise(1, employees=77, address="合成新址"))
    report = back(store, file)
    assert (report.unchanged, report.conflicts) == (1, ())
    assert first(store).employees == 77


@pytest.mark.parametrize(("side", "employees"), [("theirs", 77), ("ours", 55)])
def test_a_rule_for_all_conflicts(side: str, employees: int, store: Store) -> None:
    put(store, enterprise(1))
    file = edited(exported(store), setting(从业人员=77, 注册地址="文件里的地址"))
    put(store, enterprise(1, employees=55))
    report = back(store, file, resolve=resolver(side))
    assert (report.conflicts, report.updated) == ((), 1)
    assert (first(store).employees, first(store).address) == (employees, "文件里的地址")


def test_decisions_come_back_in_the_conflict_workbook_and_hold_only_for_what_was_seen(store: Store) -> None:
    put(store, enterprise(1))
    file = edited(exported(store), setting(从业人员=77))
    put(store, enterprise(1, employees=55))
    report = back(store, file)
    sheet = conflicts_workbook(Kind.ENTERPRISES, report.conflicts, SERVED_AT)
    assert back(store, file, resolve=read_decisions(sheet, "冲突.xlsx")).conflicting == 1
    decided = edited(sheet, setting(采用="文件"))
    put(store, enterprise(1, employees=66))
    assert back(store, file, resolve=read_decisions(decided, "冲突.xlsx")).conflicting == 1
    put(store, enterprise(1, employees=55))
    assert back(store, file, resolve=read_decisions(decided, "冲突.xlsx")).updated == 1
    assert first(store).employees == 77


def test_a_file_that_is_no_conflict_workbook_is_refused(store: Store) -> None:
    with pytest.raises(MissingColumns):
        read_decisions(csv_bytes([firm(1)]), "a.csv")
    put(store, enterprise(1))
    file = edited(exported(store), setting(从业人员=77))
    put(store, enterprise(1, employees=55))
    sheet = conflicts_workbook(Kind.ENTERPRISES, back(store, file).conflicts, SERVED_AT)
    with pytest.raises(UnknownField):
        read_decisions(edited(sheet, setting(采用="随便")), "冲突.xlsx")


def test_an_emptied_cell_empties_the_field_and_is_reported(store: Store) -> None:
    put(store, enterprise(1, address="合成旧址"))
    report = back(store, edited(exported(store), setting(注册地址=None)))
    assert [(f.code, f.column) for f in report.reported] == [("field_cleared", "注册地址")]
    assert first(store).address is None


def test_an_audit_state_cannot_be_emptied_into_an_admission(store: Store) -> None:
    put(store, solution(1, audit_state="suspended"))
    report = back(store, edited(exported(store, Kind.SOLUTIONS), setting(审核状态=None)), Kind.SOLUTIONS)
    assert [(f.code, f.column) for f in report.reported] == [("cannot_clear", "审核状态")]
    assert report.rejected == 1


def test_a_price_can_be_emptied_as_a_whole(store: Store) -> None:
    put(store, solution(1))
    cells = {"最低价(元)": None, "最高价(元)": None, "计价方式": None}
    report = back(store, edited(exported(store, Kind.SOLUTIONS), setting(**cells)), Kind.SOLUTIONS)
    assert report.updated == 1
    with store.read() as unit:
        assert [stored.record.price for stored in unit.solutions.iterate()] == [None]


def test_a_deleted_row_is_reported_and_deletes_nothing(store: Store) -> None:
    put(store, enterprise(1), enterprise(2))
    report = back(store, edited(exported(store), lambda book: book.worksheets[0].delete_rows(2)))
    assert [(f.code, f.value) for f in report.reported] == [("row_missing", uscc(1))]
    assert first(store) == enterprise(1)


def _forged(book: Workbook) -> None:
    book[REVISION_SHEET]["B2"] = "2"


def _moved(book: Workbook) -> None:
    book[REVISION_SHEET]["C2"] = book[REVISION_SHEET]["C3"].value


@pytest.mark.parametrize("tamper", [_forged, _moved])
def test_a_mark_that_was_tampered_with_vouches_for_nothing(
    tamper: Callable[[Workbook], None], store: Store
) -> None:
    put(store, enterprise(1), enterprise(2))
    file = edited(edited(exported(store), setting(从业人员=77)), tamper)
    put(store, enterprise(1, employees=55))
    report = back(store, file)
    assert [(c.base, c.stored, c.file) for c in report.conflicts] == [(None, "55", "77")]
    assert "revision_unknown" in {found.code for found in report.reported}
    assert first(store).employees == 55


def test_a_row_added_offline_that_the_store_has_meanwhile_does_not_overwrite_it(store: Store) -> None:
    put(store, enterprise(1))
    file = edited(exported(store), setting(统一社会信用代码=uscc(2), 企业名称="文件里的名称"))
    put(store, enterprise(2))
    report = back(store, file)
    assert {c.field for c in report.conflicts} >= {"name"}
    assert {c.base for c in report.conflicts} == {None}


def test_the_hidden_sheet_is_hidden_and_the_first_is_framed_for_an_office(store: Store) -> None:
    put(store, enterprise(1))
    book = load_workbook(io.BytesIO(exported(store)))
    assert book.sheetnames == ["企业", "说明", REVISION_SHEET]
    assert book[REVISION_SHEET].sheet_state == "veryHidden"
    assert book["企业"].freeze_panes == "A2"
    assert str(book["企业"].auto_filter.ref).startswith("A1:")
    told = {row[0]: str(row[1]) for row in book["说明"].values}
    assert {"内容", "筛选", "生成时间", "合成样本"} <= set(told)


def test_refused_rows_come_back_with_comments_and_import_when_corrected(store: Store) -> None:
    header = ("统一社会信用代码", "企业名称", "所属区", "从业人员", "我们自己的列")
    rows = [(*firm(1), "甲"), ("123", "合成样本企业2", "番禺区", "很多", "乙"), (*firm(3), "丙")]
    kept = RejectedRows()
    report = import_file("enterprises", csv_bytes(rows, header), store, name="a.csv", rejected=kept)
    assert (report.created, report.rejected) == (2, 1)
    data = error_workbook(Kind.ENTERPRISES, kept, report.reported, SERVED_AT)
    sheet = load_workbook(io.BytesIO(data))["企业"]
    assert [cell.value for cell in sheet[1]] == [*header, "原行号", "错误说明"]
    assert [cell.value for cell in sheet[2]][:6] == ["123", "合成样本企业2", "番禺区", "很多", "乙", 3]
    commented = {sheet.cell(1, c.column).value for c in sheet[2] if c.comment}
    # Cells are read before the record is checked: the number is refused first.
    assert commented == {"从业人员"}
    corrected = edited(data, setting(统一社会信用代码=uscc(2), 从业人员=12))
    again = import_file("enterprises", corrected, store, name="错误.xlsx")
    assert (again.created, again.rejected) == (1, 0)
    assert [f.column for f in again.reported if f.code == "unknown_column"] == ["我们自己的列"]


def test_a_refused_row_of_an_offline_workbook_still_merges_when_it_comes_back(store: Store) -> None:
    put(store, enterprise(1), enterprise(2))
    kept = RejectedRows()
    file = edited(exported(store), setting(从业人员="很多", 注册地址="文件里的地址"))
    report = back(store, file, rejected=kept)
    put(store, enterprise(1, employees=55))
    data = edited(error_workbook(Kind.ENTERPRISES, kept, report.reported, SERVED_AT), setting(从业人员=41))
    again = back(store, data)
    assert (again.merged, again.conflicts) == (1, ())
    assert "row_missing" not in {found.code for found in again.reported}
    assert (first(store).employees, first(store).address) == (55, "文件里的地址")


def test_what_a_conflict_needs_is_in_the_report_as_json(store: Store, tmp_path: Path) -> None:
    put(store, enterprise(1))
    path = tmp_path / "离线.xlsx"
    path.write_bytes(edited(exported(store), setting(从业人员=77)))
    put(store, enterprise(1, employees=55))
    (conflict,) = import_file("enterprises", path, store).model_dump(mode="json")["conflicts"]
    assert {"row", "key", "field", "base", "stored", "file"} <= set(conflict)
