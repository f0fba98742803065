import json

import pytest

from .files import read

GOOD = '{"id": "SYN-1", "价": 1.10}'


def only_bad(line: str) -> tuple[int, str]:
    good, bad = read(f"{GOOD}\n{line}\n{GOOD}\n".encode("utf-8", "surrogatepass"), "a.jsonl")
    assert [row.number for row in good] == [1, 3]
    (fault,) = bad
    assert fault.detail
    return fault.number, fault.code


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"id": "SYN-1"', "invalid_json"),
        ("{'id': 1}", "invalid_json"),
        ('{"a": 1} {"a": 2}', "invalid_json"),
        ("[1, 2]", "not_an_object"),
        ('"text"', "not_an_object"),
        ("null", "not_an_object"),
        ('{"id": 1, "id": 2}', "duplicate_key"),
        ('{"a": {"b": 1, "b": 1}}', "duplicate_key"),
        ('{"a": NaN}', "not_a_number"),
        ('{"a": -Infinity}', "not_a_number"),
        ('{"a": ' + "9" * 41 + "}", "number_too_long"),
        ('{"a": ' + "9" * 10_000 + "}", "number_too_long"),
        ('{"a": 1e999999999}', "number_too_long"),
        ('{"a": 1e99999999999999999999}', "number_too_long"),
        ('{"a": ' + "[" * 60 + "]" * 60 + "}", "too_deep"),
        ('{"a": ' + "[" * 200_000 + "]" * 200_000 + "}", "too_deep"),
        ('{"a": "\\u0000"}', "unusable_character"),
        ('{"a": "\\ud800"}', "unusable_character"),
        ('{"\\udfff": 1}', "unusable_character"),
    ],
)
def test_a_line_that_no_record_can_hold(line: str, code: str) -> None:
    assert only_bad(line) == (2, code)


def test_lines_are_counted_with_blank_ones_and_only_by_line_feeds() -> None:
    text = f'\n{GOOD}\r\n\n{{"text": "一\u2028二\x85三"}}\n'
    good, bad = read(text.encode(), "a.jsonl")
    assert [row.number for row in good] == [2, 4]
    assert good[1].values["text"] == "一\u2028二\x85三"
    assert not bad


def test_numbers_keep_their_digits() -> None:
    (row,), _ = read(b'{"a": 0.1, "b": 10000000000000000.01, "c": 12}', "a.jsonl")
    assert [str(value) for value in row.values.values()] == ["0.1", "10000000000000000.01", "12"]


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "noending"])
def test_a_json_array_is_accepted(name: str) -> None:
    text = json.dumps([{"id": "SYN-1"}, {"id": "SYN-2", "nested": {"a": [1]}}], indent=1)
    good, bad = read(text.encode(), name)
    assert [row.values["id"] for row in good] == ["SYN-1", "SYN-2"]
    assert [row.number for row in good] == [2, 5]
    assert not bad


def test_bad_elements_of_an_array_cost_themselves_only() -> None:
    text = '[\n{"id": "A"},\n{"id": 1, "id": 2},\n7,\n{"id": "B"}\n]\n'
    good, bad = read(text.encode(), "a.json")
    assert [row.number for row in good] == [2, 5]
    assert [(row.number, row.code) for row in bad] == [(3, "duplicate_key"), (4, "not_an_object")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[\n{"id": "A"},\n{"id": \n', 3),
        ('[\n{"id": "A"}\n{"id": "B"}\n]', 3),
        ('[\n{"id": "A"}\n]\n{"id": "B"}', 4),
        ('[\n{"id": "A"},\n' + "[" * 100_000, 3),
    ],
)
def test_where_an_array_breaks_the_rest_is_reported_unread(text: str, line: int) -> None:
    good, bad = read(text.encode(), "a.json")
    assert [row.number for row in good] == [2]
    assert [(row.number, row.code) for row in bad] == [(line, "invalid_json")]


def test_an_array_as_first_line_of_jsonl_is_one_bad_line() -> None:
    good, bad = read(f"[1]\n{GOOD}\n".encode(), "a.jsonl")
    assert [row.number for row in good] == [2]
    assert [row.number for row in bad] == [1]
