"""Rows of a jsonl file, one object a line, or of a file that is one JSON array of objects."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from recommender.exchange.encodings import DecodedText, undecodable
from recommender.exchange.rows import BadRow, Row, RowSource

_MAX_DIGITS = 40
#: Powers of ten of a binary fraction end at 324; beyond, arithmetic in decimals could take for ever.
_MAX_POWER = 400
_MAX_DEPTH = 40
_SPACE = re.compile(r"[ \t\r\n]*")


class _Unusable(ValueError):
    """Valid JSON by the letter that no record can hold."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def jsonl_rows(decoded: DecodedText, name: str) -> RowSource:
    """Open the text of a jsonl file or a JSON array.

    Parameters
    ----------
    decoded : DecodedText
        Text and encoding.
    name : str
        File name for messages.
    """
    return RowSource(
        name=name,
        format="jsonl",
        encoding=decoded.encoding,
        columns=None,
        rows=_elements(decoded.text) if _is_array(decoded.text) else _lines(decoded.text),
    )


def _is_array(text: str) -> bool:
    start = text.lstrip(" \t\r\n")
    if not start.startswith("["):
        return False
    first, _, rest = start.partition("\n")
    # A line that is a whole array among other lines is a wrong line of a jsonl file, not the file's shape.
    return not (rest.strip() and first.rstrip().endswith("]"))


def _lines(text: str) -> Iterator[Row | BadRow]:
    # Only the line feed ends a line: U+2028 and its like are allowed inside JSON strings.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _parsed(number, line)


def _parsed(number: int, line: str) -> Row | BadRow:
    if undecodable(line):
        return BadRow(number, "unreadable_encoding", "这一行的编码与文件其余部分不同，无法读取")
    try:
        return _row(number, _DECODER.decode(line))
    except _Unusable as error:
        return BadRow(number, error.code, error.detail, value=_excerpt(line))
    except json.JSONDecodeError as error:
        detail = f"不是有效的 JSON（第{error.colno}个字符处）"
        return BadRow(number, "invalid_json", detail, value=_excerpt(line))
    except RecursionError:
        return BadRow(number, "too_deep", "嵌套层数过多，无法读取", value=_excerpt(line))


def _row(number: int, value: object) -> Row | BadRow:
    if not isinstance(value, dict):
        return BadRow(number, "not_an_object", "应为一个 JSON 对象（{…}）", value=_excerpt(str(value)))
    _check_text(value, 0)
    return Row(number, value)


def _elements(text: str) -> Iterator[Row | BadRow]:
    """Walk through an array; after an element that is not JSON nothing can be told apart any more."""
    place, line, counted = text.index("[") + 1, 1, 0
    while True:
        place = _after_space(text, place)
        line, counted = line + text.count("\n", counted, place), place
        if text.startswith("]", place):
            break
        try:
            value, end = _DECODER.raw_decode(text, place)
            yield _row(line, value)
        except _Unusable as error:
            # The decoder stopped inside the element; without its hooks the end of it can still be found.
            yield BadRow(line, error.code, error.detail, value=_excerpt(text[place : place + 80]))
            skipped = _end_of(text, place)
            if skipped is None:
                return
            end = skipped
        except (json.JSONDecodeError, RecursionError):
            yield _rest_unreadable(line, text, place)
            return
        place = _after_space(text, end)
        if text.startswith(",", place):
            place += 1
        elif not text.startswith("]", place):
            line += text.count("\n", counted, place)
            yield _rest_unreadable(line, text, place)
            return
    rest = text[place + 1 :]
    if rest.strip():
        line += rest[: len(rest) - len(rest.lstrip())].count("\n")
        yield BadRow(line, "invalid_json", "数组结束后还有内容，未读取", value=_excerpt(rest))


def _end_of(text: str, place: int) -> int | None:
    try:
        return json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text, place)[1]
    except (json.JSONDecodeError, RecursionError):
        return None


def _rest_unreadable(line: int, text: str, place: int) -> BadRow:
    detail = "从这里起不是有效的 JSON，其后的内容都没有读取"
    return BadRow(line, "invalid_json", detail, value=_excerpt(text[place : place + 80]))


def _after_space(text: str, place: int) -> int:
    found = _SPACE.match(text, place)
    return found.end() if found else place


def _excerpt(text: str) -> str:
    return "".join(char for char in text.strip()[:200] if not undecodable(char) and char != "\x00")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _Unusable("duplicate_key", f"字段“{_excerpt(twice)[:60]}”出现了两次，无法确定取哪一个")
    return found


def _constant(text: str) -> object:
    raise _Unusable("not_a_number", f"“{text}”不是数")


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise _Unusable("number_too_long", f"{len(text)}位的数过长，无法使用")
    return int(text)


def _fraction(text: str) -> Decimal:
    # Money must not pass through binary fractions.
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise _Unusable("number_too_long", "数过大或过小，无法使用") from error
    if len(text) > _MAX_DIGITS or abs(value.adjusted()) > _MAX_POWER:
        raise _Unusable("number_too_long", "数过长、过大或过小，无法使用")
    return value


def _check_text(value: object, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise _Unusable("too_deep", "嵌套层数过多，无法读取")
    if isinstance(value, str):
        if "\x00" in value or undecodable(value):
            raise _Unusable("unusable_character", "含有空字符（NUL）或不成对的半个字符")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key, depth)
            _check_text(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner, depth + 1)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_fraction
)


def json_in_cell(cell: str) -> object:
    """Return the JSON list or object that a cell holds, None for any other text."""
    if not cell.lstrip().startswith(("[", "{")):
        return None
    try:
        value = _DECODER.decode(cell.strip())
        _check_text(value, 0)
    except (ValueError, RecursionError):
        return None
    return value
