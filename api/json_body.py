"""Reading JSON strictly: whatever gets past here can be stored, compared and answered again."""

import math
import re

from pydantic_core import from_json

from recommender.errors import InvalidInput, MalformedRequest

#: Only numbers written like this can be infinite once read.
_HUGE = re.compile(rb"[eE]\+?\d{3}|\d{300}")
_PLACE = re.compile(r"at line (\d+) column (\d+)")
_NUL = b"\\u0000"


class MalformedJson(MalformedRequest):
    """A body that is not JSON (RFC 8259)."""

    code = "malformed_json"
    title = "JSON 无法读取"


class UnusableValue(InvalidInput):
    """A value that JSON can write and no store can keep: NUL in a text, a number without bound."""

    code = "unusable_value"
    title = "无法保存的内容"


def decode(body: bytes) -> object:
    """Return the value of a JSON text.

    Raises
    ------
    MalformedJson
        For anything but well-formed UTF-8 JSON: also NaN, half surrogate pairs, more than 200 levels.
    UnusableValue
        For NUL characters and numbers beyond 1e308.
    """
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise MalformedJson(_explained(str(error))) from error
    if _NUL in body or _HUGE.search(body):
        _refuse_unusable(value)
    return value


def _explained(message: str) -> str:
    reasons = {
        "recursion limit": "JSON 嵌套太深",
        "unicode": "JSON 含有无效的 UTF-8 字符",
        "hex escape": "JSON 含有残缺的 Unicode 转义",
        "control character": "JSON 的文字中含有未转义的控制字符",
        "EOF": "JSON 不完整",
        "number out of range": "JSON 中的数字太大",
        "trailing characters": "JSON 之后还有多余的内容",
    }
    reason = next((text for key, text in reasons.items() if key in message), "不是有效的 JSON")
    place = _PLACE.search(message)
    return f"{reason}（第{place[1]}行第{place[2]}列）" if place else reason


def _refuse_unusable(value: object) -> None:
    # A stack of our own: the value may be nested up to 200 levels.
    rest: list[tuple[str, object]] = [("", value)]
    while rest:
        path, part = rest.pop()
        if isinstance(part, dict):
            for key, inner in part.items():
                _refuse_one(path or "body", key)
                rest.append((f"{path}.{key}" if path else key, inner))
        elif isinstance(part, list):
            rest += [(f"{path}[{index}]", inner) for index, inner in enumerate(part)]
        else:
            _refuse_one(path, part)


def _refuse_one(path: str, part: object) -> None:
    if isinstance(part, str) and "\0" in part:
        raise UnusableValue("文字中含有空字符（NUL），请删除后重试", place={"field": path[:200]})
    if isinstance(part, float) and not math.isfinite(part):
        raise UnusableValue("数字太大，无法表示", place={"field": path[:200]})
    if isinstance(part, int) and abs(part) > 10**308:
        raise UnusableValue("数字太大，无法表示", place={"field": path[:200]})
