import io
import zipfile
from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl import Workbook

from recommender.exchange.faults import FileNotReadable, UnknownFormat, UnreadableWorkbook
from recommender.exchange.readers import read_rows
from recommender.exchange.rows import Row
from recommender.exchange.xlsx_rows import BrokenCell

from .files import HEADER, csv_bytes, firm, known, read, repacked, xlsx_bytes

# Workbooks hold days as moments without a zone.
MIDNIGHT = datetime.combine(date(2024, 1, 5), time())


def test_rows_numbers_and_blank_rows() -> None:
    data = xlsx_bytes([HEADER, firm(1), (None,) * 4, ("", " ", None), firm(2)])
    good, bad = read(data, "a.xlsx")
    assert [row.number for row in good] == [2, 5]
    assert good[0].values == dict(zip(HEADER, firm(1), strict=True))
    assert not bad


def test_dates_numbers_and_truth_keep_their_types() -> None:
    (row,), _ = read(xlsx_bytes([HEADER, ("a", MIDNIGHT, 1.5, True)]), "a.xlsx")
    assert list(row.values.values()) == ["a", MIDNIGHT, 1.5, True]


def test_a_merged_title_above_the_header() -> None:
    def merge(book: Workbook) -> None:
        assert book.active is not None
        book.active.merge_cells("A1:D1")

    data = xlsx_bytes([("合成样本企业登记表",), HEADER, firm(1)], merge)
    source = read_rows(data, name="a.xlsx", is_known=known)
    assert source.columns == HEADER
    assert [row.number for row in source.rows] == [3]


def test_the_sheet_named_like_the_kind_goes_before_the_first() -> None:
    def second(book: Workbook) -> None:
        sheet = book.create_sheet("企业")
        sheet.append(HEADER)
        sheet.append(firm(7))

    data = xlsx_bytes([("别的",), ("内容",)], second)
    good, _ = read(data, "a.xlsx")
    assert [row.values["企业名称"] for row in good] == ["合成样本企业7"]
    first = read_rows(data, name="a.xlsx", is_known=known)
    assert [note.code for note in first.notes] == ["sheet_chosen"]


def test_errors_and_formulas_without_a_result_are_not_taken_for_blanks() -> None:
    (row,), _ = read(xlsx_bytes([HEADER, ("#N/A", "合成", "=1+1", 3)]), "a.xlsx")
    assert isinstance(row.values[HEADER[0]], BrokenCell)
    assert isinstance(row.values[HEADER[2]], BrokenCell)
    assert row.values[HEADER[3]] == 3


def test_escaped_characters_are_read_as_what_they_mean() -> None:
    (row,), _ = read(xlsx_bytes([HEADER, ("甲_x000D_\n乙", "_x005F_x000D_", "_x0000_", "_xD800_")]), "a.xlsx")
    assert [row.values[name] for name in HEADER[:2]] == ["甲\r\n乙", "_x000D_"]
    assert all(isinstance(row.values[name], BrokenCell) for name in HEADER[2:])


def test_content_beyond_the_header_is_reported() -> None:
    good, bad = read(xlsx_bytes([HEADER, (*firm(1), "多"), firm(2)]), "a.xlsx")
    assert [(row.number, row.code) for row in bad] == [(2, "ragged_row")]
    assert [row.number for row in good] == [3]


def test_a_wrong_size_in_the_file_does_not_hide_rows() -> None:
    data = xlsx_bytes([HEADER, firm(1), firm(2)])
    small = repacked(data, lambda name, content: content.replace(b'ref="A1:D3"', b'ref="A1"'))
    assert small != data
    good, _ = read(small, "a.xlsx")
    assert len(good) == 2


def zip_of(**entries: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def locked(data: bytes) -> bytes:
    """Set the encryption flag of every entry, in both places where a zip keeps it."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(mark, place + 4)
    return bytes(changed)


WORKBOOK = xlsx_bytes([HEADER, firm(1)])


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
            "密码",
        ),
        (WORKBOOK[: len(WORKBOOK) // 2], "损坏"),
        (WORKBOOK[:200] + b"\xff" * 300 + WORKBOOK[500:], "损坏"),
        (locked(WORKBOOK), "密码"),
        (zip_of(**{"content.xml": b"<a/>", "mimetype": b"x"}), "不是 .xlsx"),
        (repacked(WORKBOOK, lambda _, content: content, **{"xl/vbaProject.bin": b"x"}), "宏"),
        (repacked(WORKBOOK, lambda name, content: b"<a" if "sheet1" in name else content), "损坏"),
        (repacked(WORKBOOK, lambda name, content: None if "sheet1.xml" in name else content), "没有工作表"),
        (csv_bytes([firm(1)]), "不是 Excel"),
        (zip_of(**{f"xl/{n}": b"" for n in range(2_100)}, **{"xl/workbook.xml": b""}), "过大"),
        (
            repacked(
                WORKBOOK,
                lambda name, content: (
                    content.replace(b'r="2"', b'r="99999999"') if "sheet1" in name else content
                ),
            ),
            "异常地大",
        ),
    ],
    ids=[
        "xls", "password", "cut off", "overwritten", "locked zip", "ods", "macro", "broken sheet",
        "missing sheet", "csv named xlsx", "many entries", "row number",
    ],
)  # fmt: skip
def test_files_that_are_refused_with_a_reason(data: bytes, says: str) -> None:
    with pytest.raises(UnreadableWorkbook) as caught:
        read(data, "合成.xlsx")
    assert says in caught.value.detail
    assert "合成.xlsx" in caught.value.detail


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(520):
                sheet.write(bytes(1024 * 1024))
    with pytest.raises(UnreadableWorkbook, match="过大"):
        read(target.getvalue(), "a.xlsx")


def test_an_entity_bomb_is_refused() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f'<!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">{levels}]><worksheet><sheetData>&e11;</sheetData></worksheet>'
    )
    data = repacked(WORKBOOK, lambda name, content: bomb.encode() if "sheet1" in name else content)
    with pytest.raises(UnreadableWorkbook):
        read(data, "a.xlsx")


def test_a_workbook_is_known_by_its_content_not_its_name() -> None:
    good, _ = read(WORKBOOK, "改了名.csv")
    assert isinstance(good[0], Row)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx2", "a.parquet"])
def test_other_endings_are_refused(name: str) -> None:
    with pytest.raises(UnknownFormat):
        read(b"text", name)


def test_a_path_that_is_no_file(tmp_path: Any) -> None:
    for path in (tmp_path / "没有.csv", tmp_path):
        with pytest.raises(FileNotReadable):
            read_rows(path)
