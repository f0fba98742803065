"""Cells that hold several things: lists of codes, texts, scenario levels, members, consents, evidence.

Each has a short form that people type. Whatever the short form cannot hold is written as JSON, and JSON is
always accepted.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from recommender.domain.level import LEVEL_NAMES
from recommender.exchange.cells import (
    Problem,
    ReadCell,
    Reading,
    choices_text,
    day,
    error,
    grade,
    not_in_list,
    not_understood,
    shown,
    spelling,
)
from recommender.exchange.jsonl_rows import json_in_cell

_CODES_APART = re.compile(r"[；;、,，|/\n]+")
_TEXTS_APART = re.compile(r"[；;\n]+")
_LEVEL_AFTER_NAME = re.compile(r"(.+?)[:：=]?L?([0-9一二三四])级?")
_LETTERS_AFTER_NAME = re.compile(r"(.+?)[:：=]([A-Za-z]+)")
_LETTERS_APART = re.compile(r"[\s,，、；;/|]+")
#: A letter, a space or point, and the words of the option, which letters alone do not have.
_OPTION = re.compile(r"\s*([A-Za-z])[\s.、:,]+(?![A-Za-z,\s.、]*$)\S")
_ALL = frozenset({"通用", "不限", "全部", "所有", "全市", "all"})
_Part = Callable[[str], Reading]


def codes(names: Mapping[str, str], *, strict: bool = False) -> ReadCell:
    """Return a reader of a list of codes; 通用 or 不限 means the empty list.

    What is in no list is left out with a warning, or refuses the row if ``strict``.
    """
    accepted = {spelling(name).lower(): code for name, code in names.items()}

    def read(value: object) -> Reading:
        parts = _parts(value, _CODES_APART)
        if parts is None:
            return Reading(value)
        found: list[str] = []
        problems: list[Problem] = []
        for part in parts:
            typed = spelling(part).lower()
            code = accepted.get(typed, accepted.get(typed.removeprefix("广州市")))
            if code is not None and code not in found:
                found.append(code)
            elif code is None and typed not in _ALL:
                unknown = not_understood(part, choices_text(names))
                problems.append(not_in_list(part, choices_text(names)) if strict else unknown)
        return Reading(found, tuple(problems))

    return read


def present_levels(value: object) -> Reading:
    """Read levels 0–4 such as ``无等级、一级``; what is no level refuses the row."""
    parts = _parts(value, _CODES_APART)
    if parts is None:
        return Reading(value)
    named = [part for part in parts if spelling(part).lower() not in _ALL]
    read = [Reading(0) if spelling(part) == LEVEL_NAMES[0] else grade(part) for part in named]
    problems = tuple(problem for reading in read for problem in reading.problems)
    return Reading(list(dict.fromkeys(reading.value for reading in read)), problems)


def level_names(levels: Sequence[int]) -> str:
    """Return levels as :func:`present_levels` reads them."""
    return "、".join(LEVEL_NAMES[level] for level in levels)


def texts(value: object) -> Reading:
    """Read several texts, one a line or with semicolons between."""
    parts = _parts(value, _TEXTS_APART)
    return Reading(value if parts is None else parts)


def record_ids(value: object) -> Reading:
    """Read several record ids."""
    parts = _parts(value, _CODES_APART)
    return Reading(value if parts is None else parts)


def letters(value: object) -> Reading:
    """Read ticked options: ``B,C``, ``BC``, a list, or as a drop-down gives them, ``B 关键设备联网``."""
    if not isinstance(value, str):
        return Reading(value)
    told = [_OPTION.match(unicodedata.normalize("NFKC", line)) for line in value.splitlines() if line.strip()]
    if all(told):
        return Reading([match[1].upper() for match in told if match])
    typed = "".join(_LETTERS_APART.split(spelling(value).upper()))
    if not re.fullmatch(r"[A-Z]+", typed):
        return error("malformed_answer", f"“{shown(value)}”应为选项字母，例如 B 或 B,C")
    return Reading(list(typed))


def scenario_effects(names: Mapping[str, str]) -> ReadCell:
    """Return a reader of ``生产管控:2；质量管理:3``."""

    def read_part(part: str) -> Reading:
        match = _LEVEL_AFTER_NAME.fullmatch(spelling(part))
        code = names.get(match[1]) if match else None
        if match is None or code is None:
            return Reading(None, (not_understood(part, f"“场景:等级”，场景有{choices_text(names)}"),))
        level = grade(match[2])
        return level if level.problems else Reading({"scenario": code, "level": level.value})

    def read(value: object) -> Reading:
        return _objects(value, _CODES_APART, read_part, _with_code(names, "scenario"))

    return read


def link_claims(names: Mapping[str, str]) -> ReadCell:
    """Return a reader of ``生产管控、设备管理``: links that are claimed as declared."""

    def read_part(part: str) -> Reading:
        code = names.get(spelling(part))
        if code is None:
            return Reading(None, (not_understood(part, choices_text(names)),))
        return Reading({"scenario": code})

    return lambda value: _objects(value, _CODES_APART, read_part, _with_code(names, "scenario"))


def option_claims(names: Mapping[str, str]) -> ReadCell:
    """Return a reader of ``网络安全:C；数据安全:BC``: options of items that are claimed as declared."""

    def read_part(part: str) -> Reading:
        match = _LETTERS_AFTER_NAME.fullmatch(spelling(part))
        code = names.get(match[1]) if match else None
        if match is None or code is None:
            return Reading(None, (not_understood(part, f"“题目:选项字母”，题目有{choices_text(names)}"),))
        return Reading([{"item": code, "letter": letter} for letter in match[2].upper()])

    def read(value: object) -> Reading:
        found = _objects(value, _TEXTS_APART, read_part, _with_code(names, "item"))
        if not isinstance(found.value, list):
            return found
        flat = [one for part in found.value for one in (part if isinstance(part, list) else [part])]
        return Reading(flat, found.problems)

    return read


def members(names: Mapping[str, str]) -> ReadCell:
    """Return a reader of ``名称|角色|场景、场景``, one member a line."""
    scenarios = codes(names)

    def read_part(part: str) -> Reading:
        name, role, covered = _fields(part, 3)
        reading = scenarios(covered) if covered else Reading([])
        member = {"name": name, "role": role or None, "scenarios": reading.value}
        return Reading({key: value for key, value in member.items() if value}, reading.problems)

    def check(member: dict[str, Any]) -> Reading:
        if "scenarios" not in member:
            return Reading(member)
        reading = scenarios(member["scenarios"])
        return Reading({**member, "scenarios": reading.value}, reading.problems)

    return lambda value: _objects(value, _TEXTS_APART, read_part, check)


def evidence(names: Mapping[str, str]) -> ReadCell:
    """Return a reader of ``案例：文字``, one a line."""

    def read_part(part: str) -> Reading:
        kind, _, words = part.replace("：", ":", 1).partition(":")
        code = names.get(kind.strip())
        if code is None or not words.strip():
            return Reading(None, (not_understood(part, f"“类别：说明”，类别有{choices_text(names)}"),))
        return Reading({"kind": code, "text": words.strip()})

    def read(value: object) -> Reading:
        return _objects(value, _TEXTS_APART, read_part, _with_code(names, "kind"))

    return read


def consents(names: Mapping[str, str]) -> ReadCell:
    """Return a reader of ``用途|同意日期|撤回日期|牵引单位编号|服务商编号``, one a line.

    A consent that is not understood refuses the row: leaving it out would change what was agreed to.
    """

    def read_part(part: str) -> Reading:
        purpose, granted, revoked, unit, vendor = _fields(part, 5)
        code = names.get(purpose)
        if code is None:
            return error(
                "consent_not_understood",
                f"授权用途“{shown(purpose)}”不在可选范围内；可填：{choices_text(names)}",
            )
        days = {"granted_on": day(granted), "revoked_on": day(revoked) if revoked else Reading()}
        problems = tuple(problem for reading in days.values() for problem in reading.problems)
        consent = {
            "purpose": code,
            **{key: reading.value for key, reading in days.items()},
            "lead_unit": unit,
            "vendor": vendor,
        }
        return Reading({key: value for key, value in consent.items() if value}, problems)

    return lambda value: _objects(value, _TEXTS_APART, read_part, Reading)


def compact(
    read: ReadCell,
    short: Callable[[Any], str],
    default: Any = None,  # noqa: ANN401 - any JSON value
) -> Callable[[Any], str]:
    """Return a writer that uses the short form where it reads back as the same, else JSON.

    Parameters
    ----------
    read : callable
        Reader of the cell.
    short : callable
        Writer of the short form.
    default : object
        Value that is written as an empty cell.
    """

    def show(value: Any) -> str:  # noqa: ANN401 - any JSON value
        if value in (None, [], default):
            return ""
        try:
            typed = short(value)
        except (KeyError, TypeError):
            typed = ""
        if typed and read(typed) == Reading(value):
            return typed
        return json.dumps(value, ensure_ascii=False)

    return show


def _parts(value: object, apart: re.Pattern[str]) -> list[Any] | None:
    """Return the elements of a list or of a typed cell, None for anything else."""
    if isinstance(value, list | tuple):
        return list(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value)) if float(value).is_integer() else str(value)
    if not isinstance(value, str):
        return None
    parsed = json_in_cell(value)
    if isinstance(parsed, list):
        return parsed
    return [part.strip() for part in apart.split(value) if part.strip()]


def _objects(
    value: object,
    apart: re.Pattern[str],
    read_part: _Part,
    check: Callable[[dict[str, Any]], Reading],
) -> Reading:
    parts = _parts(value, apart)
    if parts is None:
        return Reading(value)
    found: list[Any] = []
    problems: list[Problem] = []
    for part in parts:
        if isinstance(part, str):
            reading = read_part(part)
        elif isinstance(part, dict):
            reading = check(part)
        else:
            reading = Reading(part)
        problems += reading.problems
        if reading.value is not None:
            found.append(reading.value)
    return Reading(found, tuple(problems))


def _with_code(names: Mapping[str, str], field: str) -> Callable[[dict[str, Any]], Reading]:
    def check(entry: dict[str, Any]) -> Reading:
        typed = entry.get(field)
        if not isinstance(typed, str):
            return Reading(entry)
        code = names.get(spelling(typed))
        if code is None:
            return Reading(None, (not_understood(typed, choices_text(names)),))
        return Reading({**entry, field: code})

    return check


def _fields(part: str, count: int) -> Sequence[str]:
    typed = [field.strip() for field in part.replace("｜", "|").split("|", count - 1)]
    return [*typed, *[""] * (count - len(typed))]
