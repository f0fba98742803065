import pytest

from recommender.exchange.encodings import decode, undecodable
from recommender.exchange.faults import UnreadableEncoding

from .files import csv_bytes, csv_text, firm, jsonl_bytes, read

TEXT = csv_text([firm(1), firm(2, "荔湾区"), firm(3, "增城区")])


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("gb18030"), "gb18030"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_the_same_text_comes_out_of_every_encoding(data: bytes, encoding: str) -> None:
    decoded = decode(data, "企业.csv")
    assert decoded.text == TEXT
    assert decoded.encoding == encoding
    assert not decoded.uncertain
    good, bad = read(data, "企业.csv")
    assert [row.values["所属区"] for row in good] == ["番禺区", "荔湾区", "增城区"]
    assert not bad


@pytest.mark.parametrize("rare", ["𠮷记制衣", "李喆·王珺", "㐱䶮箱包"])
def test_rare_characters_of_gb18030(rare: str) -> None:
    text = TEXT + f"{firm(4)[0]},{rare},番禺区,8\r\n"
    assert decode(text.encode("gb18030"), "a.csv").text == text


@pytest.mark.parametrize(
    "data",
    [
        TEXT.replace("合成样本企业", "廣州樣本製衣廠有限責任").replace("区", "區").encode("big5", "replace"),
        "名稱\nスカート,縫製工場,ミシン\nカバン,革製品\n".encode("shift_jis"),
        "Straße,Größe,Müller,Äpfel\nÖl,Übung\n".encode("latin-1"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-32"),
        b"\xff\xfe" + TEXT.encode("utf-16-le") + b"x",
        bytes(range(128, 256)) * 4,
    ],
    ids=["big5", "shift_jis", "latin-1", "utf-16 without mark", "utf-32", "odd utf-16", "noise"],
)
def test_other_encodings_are_refused_and_never_read_as_nonsense(data: bytes) -> None:
    with pytest.raises(UnreadableEncoding) as caught:
        decode(data, "企业.csv")
    assert caught.value.code == "unreadable_encoding"
    assert caught.value.place == {"file": "企业.csv"}


def test_one_bad_line_of_a_table_costs_one_row() -> None:
    lines = csv_bytes([firm(1), firm(2), firm(3)]).split(b"\r\n")
    lines[2] = lines[2].replace("企业".encode(), b"\xe4\xbc")
    good, bad = read(b"\r\n".join(lines), "a.csv")
    assert [row.number for row in good] == [2, 4]
    assert [(row.number, row.code) for row in bad] == [(3, "unreadable_encoding")]


def test_gb18030_pasted_into_utf8_is_refused_line_by_line() -> None:
    lines = csv_text([firm(number) for number in range(1, 6)]).split("\r\n")
    data = b"\r\n".join(line.encode("gb18030" if place == 3 else "utf-8") for place, line in enumerate(lines))
    good, bad = read(data, "a.csv")
    assert [row.number for row in bad] == [4]
    assert all("合成样本企业" in row.values["企业名称"] for row in good)


def test_utf8_pasted_into_gb18030_is_refused_line_by_line() -> None:
    lines = csv_text([firm(number) for number in range(1, 6)]).split("\r\n")
    data = b"\r\n".join(line.encode("utf-8" if place == 3 else "gb18030") for place, line in enumerate(lines))
    good, bad = read(data, "a.csv")
    assert [row.number for row in bad] == [4]
    assert all("合成样本企业" in row.values["企业名称"] for row in good)


def test_one_bad_line_of_jsonl_costs_one_row() -> None:
    data = jsonl_bytes({"name": "合成样本甲"}, {"name": "合成样本乙"}, {"name": "合成样本丙"})
    lines = data.split(b"\n")
    lines[1] = lines[1][:-4] + b'\xe4"}'
    good, bad = read(b"\n".join(lines), "a.jsonl")
    assert [row.number for row in good] == [1, 3]
    assert [(row.number, row.code) for row in bad] == [(2, "unreadable_encoding")]


def test_bytes_that_fit_both_encodings_are_marked_uncertain() -> None:
    # GB18030 for 模 is also UTF-8 for a character outside Chinese.
    both = "模".encode("gb18030")
    assert both.decode("utf-8") != "模"
    assert decode(b"name\n" + both + b"\n", "a.csv").uncertain
    assert not decode("name\nrésumé, naïve\n".encode(), "a.csv").text.isascii()


def test_undecodable_tells_lone_surrogates_only() -> None:
    assert undecodable("a\udce4")
    assert not undecodable("合成𠮷🧵")
