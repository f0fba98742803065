"""What pydantic found wrong, said in short Chinese sentences for whoever filled in the form or the file."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'")
_LONGEST_SHOWN = 40
_FALLBACK = "内容不符合要求"


class Problem(NamedTuple):
    """One thing wrong with a record.

    Attributes
    ----------
    field : str
        Path such as ``scenarios[0].level``; empty for the record as a whole.
    message : str
        Chinese, without the path.
    code : str
        Stable name: pydantic's error type, or ``invalid_value`` for a rule of the domain.
    """

    field: str
    message: str
    code: str


#: What the patterns of the domain mean to a person.
PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        r"^[0-9A-Z]{18}$": "应为18位统一社会信用代码（数字和大写字母）",
        r"^[A-Za-z0-9._:-]{1,64}$": "编号只能由字母、数字和 . _ : - 组成，长度1–64",
        r"^[A-Za-z0-9._:-]{1,100}$": "编号只能由字母、数字和 . _ : - 组成，长度1–100",
        r"^[^\s\x00]{1,100}$": "应为1–100个字符，不能有空格",
        r"^[a-z_]{1,40}$": "类型名只能由小写字母和下划线组成，长度1–40",
        r"^[A-Z]$": "应为一个大写字母选项，如 A",
        r"^[^\r\n\x00]*$": "只能写一行，不能换行",
        r"^[^\x00]*$": "含有不可见的空字符，请删除后重试",
    }
)

_ALTERNATIVES = re.compile(r"^\^\(([A-Za-z0-9_|]+)\)\$$")

_NUMBER = "应为数字"
_INTEGER = "应为整数"
_DATE = "日期应写成 2026-03-01 的样子"
_MOMENT = "时间应写成 2026-03-01T09:30:00+08:00 的样子"
_TEXT = "应为文字"
_OBJECT = "应为一组字段（对象），不能是单个值或列表"
_LIST = "应为列表"

# Templates are filled with pydantic's own context: {ge}, {max_length} and so on.
_TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "必须填写",
        "extra_forbidden": "没有这个字段，请检查名称",
        "frozen_field": "不能修改",
        "frozen_instance": "不能修改",
        "invalid_key": "字段名应为文字",
        "none_required": "应留空",
        "json_invalid": "不是有效的 JSON",
        "json_type": "应为 JSON 文本",
        "recursion_loop": "内容循环引用了自己",
        "recursion_depth_exceeded": "嵌套太深",
        "model_type": _OBJECT,
        "model_attributes_type": _OBJECT,
        "dataclass_type": _OBJECT,
        "dict_type": _OBJECT,
        "mapping_type": _OBJECT,
        "greater_than": "应大于 {gt}",
        "greater_than_equal": "不能小于 {ge}",
        "less_than": "应小于 {lt}",
        "less_than_equal": "不能大于 {le}",
        "multiple_of": "应为 {multiple_of} 的倍数",
        "finite_number": "应为有限的数字，不能是无穷大或 NaN",
        "string_type": _TEXT,
        "string_unicode": "含有无法识别的字符，请用 UTF-8 编码",
        "string_not_ascii": "只能用英文字母、数字和半角符号",
        "string_too_long": "最多 {max_length} 个字",
        "enum": "只能是：{expected}",
        "literal_error": "只能是：{expected}",
        "list_type": _LIST,
        "tuple_type": _LIST,
        "set_type": _LIST,
        "frozen_set_type": _LIST,
        "iterable_type": _LIST,
        "set_item_not_hashable": "列表里只能放单个值",
        "bool_type": "应为“是”或“否”（true 或 false）",
        "bool_parsing": "应为“是”或“否”（true 或 false）",
        "int_type": _INTEGER,
        "int_parsing": _INTEGER,
        "int_parsing_size": "数字太大",
        "int_from_float": "应为整数，不能有小数",
        "float_type": _NUMBER,
        "float_parsing": _NUMBER,
        "decimal_type": _NUMBER,
        "decimal_parsing": _NUMBER,
        "decimal_max_digits": "数字最多 {max_digits} 位",
        "decimal_max_places": "小数最多 {decimal_places} 位",
        "decimal_whole_digits": "整数部分最多 {whole_digits} 位",
        "date_type": _DATE,
        "date_parsing": _DATE,
        "date_from_datetime_parsing": _DATE,
        "date_from_datetime_inexact": "只能写日期，不能带时刻",
        "date_past": "应早于今天",
        "date_future": "应晚于今天",
        "time_type": "时刻应写成 09:30 的样子",
        "time_parsing": "时刻应写成 09:30 的样子",
        "datetime_type": _MOMENT,
        "datetime_parsing": _MOMENT,
        "datetime_object_invalid": _MOMENT,
        "datetime_from_date_parsing": _MOMENT,
        "datetime_past": "应早于现在",
        "datetime_future": "应晚于现在",
        "timezone_naive": "不能带时区",
        "timezone_aware": "要写明时区，如 2026-03-01T09:30:00+08:00",
        "timezone_offset": "时区不对",
        "union_tag_invalid": "类型标记只能是：{expected_tags}",
        "union_tag_not_found": "缺少类型标记 {discriminator}",
        "url_type": "应为网址",
        "url_parsing": "应为有效的网址",
        "url_syntax_violation": "应为有效的网址",
        "url_too_long": "网址最多 {max_length} 个字符",
        "url_scheme": "网址应以 {expected_schemes} 开头",
        "uuid_type": "应为 UUID",
        "uuid_parsing": "应为 UUID",
        "uuid_version": "应为第 {expected_version} 版 UUID",
        "bytes_type": _TEXT,
    }
)

#: Errors about one small value, where showing the value helps to find it.
_SHOWING = frozenset(
    name
    for name in _TEMPLATES
    if name.startswith(("int_", "float_", "decimal_", "date_", "datetime_", "time_", "bool_", "enum"))
) | {"literal_error", "greater_than", "greater_than_equal", "less_than", "less_than_equal"}


def explain(error: ValidationError) -> list[Problem]:
    """Return what is wrong, one entry a field, in the order of the record.

    Parameters
    ----------
    error : ValidationError
        From validating a record, an event or a request.
    """
    return [_problem(details) for details in error.errors(include_url=False)]


def summary(problems: Iterable[Problem], limit: int = 3) -> str:
    """Return one sentence for a list of problems, naming at most ``limit`` of them."""
    found = list(problems)
    parts = [f"{p.field}：{p.message}" if p.field else p.message for p in found[:limit]]
    rest = f"；另有 {len(found) - limit} 处" if len(found) > limit else ""
    return "；".join(parts) + rest


def field_path(location: Iterable[int | str]) -> str:
    """Write a pydantic location as ``name``, ``list[0].name``.

    The marker ``[key]``, by which pydantic means the name of an entry itself, is left out.
    """
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step != "[key]":
            path += f".{step}" if path else step
    return path


def _problem(details: ErrorDetails) -> Problem:
    kind = details["type"]
    own_rule = kind in {"value_error", "assertion_error"}
    return Problem(field_path(details["loc"]), _message(details), "invalid_value" if own_rule else kind)


def _message(details: ErrorDetails) -> str:
    kind = details["type"]
    context = details.get("ctx", {})
    if kind in {"value_error", "assertion_error"}:
        return _own_rule(context)
    if kind == "string_pattern_mismatch":
        return _pattern(str(context.get("pattern", "")))
    if kind in {"string_too_short", "too_short", "too_long"}:
        return _length(kind, context, details["input"])
    template = _TEMPLATES.get(kind)
    if template is None:
        return _FALLBACK
    message = template.format_map({name: _listed(value) for name, value in context.items()})
    shown = _shown(details["input"]) if kind in _SHOWING else None
    return f"{message}，现为“{shown}”" if shown is not None else message


def _own_rule(context: Mapping[str, Any]) -> str:
    """Pass the domain's Chinese sentences through; foreign English never reaches a user."""
    text = str(context.get("error", ""))
    return text if _CHINESE.search(text) else _FALLBACK


def _pattern(pattern: str) -> str:
    if pattern in PATTERNS:
        return PATTERNS[pattern]
    choices = _ALTERNATIVES.match(pattern)
    return f"只能是：{'、'.join(choices[1].split('|'))}" if choices else "格式不正确"


def _length(kind: str, context: Mapping[str, Any], value: object) -> str:
    least, most = context.get("min_length"), context.get("max_length")
    actual = context.get("actual_length")
    if isinstance(value, str):
        # A length rule behind a validator is reported as if the text were a list.
        now = f"，现有 {len(value)} 个"
        if kind == "too_long":
            return f"最多 {most} 个字{now}"
        return "不能为空" if least == 1 else f"至少 {least} 个字{now}"
    now = f"，现有 {actual} 项" if actual is not None else ""
    if kind == "too_long":
        return f"最多 {most} 项{now}"
    return "至少要有一项" if least == 1 else f"至少 {least} 项{now}"


def _listed(value: object) -> str:
    """Turn ``'a', 'b' or 'c'`` into ``a、b、c``."""
    text = str(value)
    choices = _QUOTED.findall(text)
    return "、".join(choices) if choices else text


def _shown(value: object) -> str | None:
    """Return a small value as the user wrote it, None for anything else."""
    if value is None or not isinstance(value, str | int | float):
        return None
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
