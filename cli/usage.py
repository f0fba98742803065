"""What is wrong with a command line, in Chinese; the parser says it in English."""

import re

from pydantic import ValidationError
from typer.exceptions import TyperException

from recommender.domain.validation_text import explain

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_MESSAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), told)
    for pattern, told in (
        (r"No such command '(?P<a>.*?)'\.?(?P<b>.*)", "没有命令 {a}"),
        (r"Missing command\.?", "缺少子命令"),
        (r"Got unexpected extra argument(s|\(s\))? \((?P<a>.*)\)", "多余的参数：{a}"),
        (r"Option '?(?P<a>[^ ']+)'? requires an argument\.?", "选项 {a} 后面缺少取值"),
        (r"Option '?(?P<a>[^ ']+)'? does not take a value\.?", "选项 {a} 不带取值"),
        (r"(Value error, )?'(?P<a>.*)' is not one of (?P<b>.+?)\.?", "“{a}”不在可选范围内，可选：{b}"),
    )
)


def told(error: TyperException) -> str:
    """Return one Chinese line for a usage error.

    Parameters
    ----------
    error : TyperException
        As the parser raised it.
    """
    kind = type(error).__name__
    if kind == "NoSuchOption":
        near = "、".join(sorted(getattr(error, "possibilities", None) or ()))
        hint = f"，是不是 {near}" if near else ""
        return f"没有选项 {getattr(error, 'option_name', '')}{hint}"
    if kind == "MissingParameter":
        return f"缺少参数 {_parameter(error)}"
    message = _translated(error)
    where = _parameter(error)
    return f"参数 {where}：{message}" if where else message


def context_of(error: TyperException) -> str:
    """Return the command that was being read, for a hint at its help."""
    path = getattr(getattr(error, "ctx", None), "command_path", "")
    return str(path) or "smematch"


def _parameter(error: TyperException) -> str:
    hint = getattr(error, "param_hint", None)
    parameter = getattr(error, "param", None)
    if hint is None and parameter is not None:
        options = [*getattr(parameter, "opts", ())]
        is_option = any(option.startswith("-") for option in options)
        hint = " / ".join(options) if is_option else str(parameter.name).upper()
    return hint if isinstance(hint, str) else " / ".join(hint or ())


def _translated(error: TyperException) -> str:
    message = error.message
    if _CHINESE.search(message):
        return message
    for pattern, text in _MESSAGES:
        if found := pattern.fullmatch(message):
            return text.format(**found.groupdict())
    if isinstance(error.__cause__, ValidationError):
        return explain(error.__cause__)[0].message
    return f"不符合要求（{message}）"
