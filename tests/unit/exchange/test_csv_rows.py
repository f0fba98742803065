import pytest

from recommender.exchange.faults import EmptyFile, UnreadableTable
from recommender.exchange.readers import read_rows

from .files import HEADER, csv_bytes, csv_text, firm, known, read

LINE = ",".join(HEADER) + "\n"


def row(number: int) -> str:
    return ",".join(map(str, firm(number))) + "\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_separators(delimiter: str) -> None:
    rows = [(*firm(1)[:3], 1), (firm(2)[0], "甲;乙;丙,丁,戊\t己;庚;辛;壬", "番禺区", 2)]
    good, bad = read(csv_text(rows, delimiter=delimiter).encode(), "a.csv")
    assert [r.values["从业人员"] for r in good] == ["1", "2"]
    assert good[1].values["企业名称"] == "甲;乙;丙,丁,戊\t己;庚;辛;壬"
    assert not bad


def test_texts_with_many_semicolons_do_not_decide_the_separator() -> None:
    good, _ = read(csv_bytes([(firm(1)[0], "甲;乙;丙;丁;戊;己;庚", "番禺区", 3)]), "a.csv")
    assert good[0].values["企业名称"] == "甲;乙;丙;丁;戊;己;庚"


def test_the_separator_line_of_excel() -> None:
    text = "sep=;\r\n" + csv_text([firm(1)], delimiter=";")
    good, _ = read(text.encode(), "a.csv")
    assert [(r.number, r.values["从业人员"]) for r in good] == [(3, "40")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_blank_rows_count_as_a_person_counts(end: str) -> None:
    text = f"{LINE}\n{row(1)},,,\n   \n{row(2)}".replace("\n", end)
    good, bad = read(text.encode(), "a.csv")
    assert [r.number for r in good] == [3, 6]
    assert not bad


def test_quoted_line_breaks_belong_to_one_row() -> None:
    text = LINE + f'{firm(1)[0]},"合成\n样本,""甲""",番禺区,1\n' + row(2)
    good, bad = read(text.encode(), "a.csv")
    assert good[0].values["企业名称"] == '合成\n样本,"甲"'
    assert [r.number for r in good] == [2, 3]
    assert not bad


@pytest.mark.parametrize(
    "broken",
    [
        f'{firm(9)[0]},"合成样本,番禺区,1\n',  # never closed
        f'"{firm(9)[0]},合成样本,番禺区,1\n',
    ],
)
@pytest.mark.parametrize("quoted_later", [False, True])
def test_an_open_quote_costs_its_own_row_only(broken: str, quoted_later: bool) -> None:
    after = [row(2), row(3), f'{firm(4)[0]},"合成样本企业4",番禺区,40\n' if quoted_later else row(4), row(5)]
    good, bad = read((LINE + row(1) + broken + "".join(after)).encode(), "a.csv")
    assert [(b.number, b.code) for b in bad] == [(3, "unclosed_quote")]
    assert [r.number for r in good] == [2, 4, 5, 6, 7]
    assert [r.values["企业名称"] for r in good] == [f"合成样本企业{n}" for n in (1, 2, 3, 4, 5)]


def test_a_quote_inside_a_cell_is_only_a_character() -> None:
    good, bad = read((LINE + f'{firm(1)[0]},5"管件,番禺区,1\n' + row(2)).encode(), "a.csv")
    assert good[0].values["企业名称"] == '5"管件'
    assert len(good) == 2
    assert not bad


def test_quotes_broken_everywhere_refuse_the_file() -> None:
    broken = "".join(f'{n},"a\n' for n in range(2500)).replace('"a\n', '"a","b\n')
    with pytest.raises(UnreadableTable):
        read((LINE + broken).encode(), "a.csv")


def test_ragged_rows_are_named() -> None:
    text = LINE + "a,b,c\n" + "a,b,c,1,多\n" + f"{row(1).strip()},,\n"
    good, bad = read(text.encode(), "a.csv")
    assert [(b.number, b.code) for b in bad] == [(2, "ragged_row"), (3, "ragged_row")]
    assert [r.number for r in good] == [4]


def test_nul_characters_refuse_their_row() -> None:
    good, bad = read((LINE + row(1) + row(2).replace("样本", "样\x00本") + row(3)).encode(), "a.csv")
    assert [(b.number, b.code) for b in bad] == [(3, "nul_character")]
    assert [r.number for r in good] == [2, 4]


def test_a_title_above_the_header_is_skipped_and_said() -> None:
    text = "合成样本企业登记表,,,\n\n" + LINE + row(1)
    source = read_rows(text.encode(), name="a.csv", is_known=known)
    assert source.columns == HEADER
    assert [note.code for note in source.notes] == ["title_rows_skipped"]
    assert [r.number for r in source.rows] == [4]


def test_columns_without_header_and_repeated_ones_keep_their_place() -> None:
    text = f"企业名称,,备注,备注,从业人员\n{'甲'},x,一,二,7\n"
    source = read_rows(text.encode(), name="a.csv", is_known=known)
    (only,) = source.rows
    assert source.repeated_columns == {"备注"}
    assert getattr(only, "values", None) == {
        "企业名称": "甲",
        "第2列（无表头）": "x",
        "备注": "一",
        "备注#2": "二",
        "从业人员": "7",
    }


def test_the_guard_against_formulas_is_taken_off() -> None:
    text = LINE + "'=1+1,'''-样本,'样本,'+8613\n"
    (only,), _ = read(text.encode(), "a.csv")
    assert list(only.values.values()) == ["=1+1", "''-样本", "'样本", "+8613"]


@pytest.mark.parametrize("data", [b"", b"  \r\n \n", b"\xef\xbb\xbf"])
def test_nothing_at_all(data: bytes) -> None:
    with pytest.raises((EmptyFile, UnreadableTable)):
        read(data, "a.csv")


def test_too_many_columns_refuse_the_file() -> None:
    with pytest.raises(UnreadableTable):
        read((",".join(f"c{n}" for n in range(600)) + "\n").encode(), "a.csv")
