"""Single cells: what a person typed becomes the value of a field, or a problem with a reason."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from recommender.domain.taxonomy import load_taxonomy, manufacturing_classes

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a value: an error refuses the row, a warning leaves the field empty."""

    code: str
    detail: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value as the model takes it, with what was wrong on the way; None leaves the field empty."""

    value: Any = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A cell that the reader of its form refused already, and why."""

    text: str
    problem: Problem

    def __str__(self) -> str:
        return self.text


ReadCell = Callable[[object], Reading]

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
#: A day as Excel counts it; outside 1954–2119 a five-digit number is more likely a slip of the pen.
_SERIAL = re.compile(r"\d{5}")
_SERIALS = (20_000, 80_000)
_SERIAL_ZERO = date(1899, 12, 30)
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(\D*)")
#: As spreadsheets write long digit strings; an id such as 0E0 is none of them.
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?[eE]\+\d+")
_CLASS_CODE = re.compile(r"([A-Za-z]?)(\d{2,4})(?=\D|$)")
_YES = frozenset({"是", "true", "1", "y", "yes", "√", "✓", "有"})
_NO = frozenset({"否", "false", "0", "n", "no", "×", "无"})
_GRADES = {"零": 0, "一": 1, "二": 2, "三": 3, "四": 4}
_COUNT_UNITS = frozenset({"", "人", "名", "天", "个月", "月", "家", "户", "个"})
_YUAN_UNITS: Mapping[str, int] = {
    "": 1,
    "元": 1,
    "人民币元": 1,
    "万": 10_000,
    "万元": 10_000,
    "亿": 10**8,
    "亿元": 10**8,
}


def shown(value: object, limit: int = 60) -> str:
    """Return a value as a report shows it, at most ``limit`` characters and on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def error(code: str, detail: str) -> Reading:
    """Return a reading that refuses the row."""
    return Reading(None, (Problem(code, detail),))


def not_understood(value: object, expected: str) -> Problem:
    """Return the warning for a classification that is in no code list."""
    detail = f"“{shown(value)}”不在可选范围内，该项留空；可填：{expected}"
    return Problem("value_not_understood", detail, "warning")


def not_in_list(value: object, expected: str) -> Problem:
    """Return the error for a code that is in no list where leaving it out would mean something else."""
    return Problem("value_not_understood", f"“{shown(value)}”不在可选范围内；可填：{expected}")


def spelling(value: object) -> str:
    """Return a name in the form in which code lists are searched: half-width, without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))


def text(value: object) -> Reading:
    """Read a text; numbers and dates of a workbook become the text a person sees."""
    return Reading(_as_text(value))


def _as_text(value: object) -> object:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float | Decimal):
        return str(value)
    return value


def credit_code(value: object) -> Reading:
    """Read a credit code; one that a spreadsheet turned into a number has lost its last digits."""
    if isinstance(value, int | float | Decimal) or _SCIENTIFIC.fullmatch(str(value).strip()):
        detail = "信用代码被表格软件存成了数字，末几位可能已变成0；请把该列设为文本格式后重新填写"
        return error("number_precision_lost", detail)
    return Reading(spelling(value).upper() if isinstance(value, str) else value)


def identifier(value: object) -> Reading:
    """Read a record id, which a workbook may hold as a number."""
    known = _as_text(value)
    if isinstance(known, str) and _SCIENTIFIC.fullmatch(known.strip()):
        return error(
            "number_precision_lost", "编号被表格软件存成了科学计数，末几位已丢失；请把该列设为文本格式"
        )
    return Reading(known)


def integer(value: object) -> Reading:
    """Read a whole number such as ``1,200`` or ``85人``."""
    number, unit = _number(value)
    if number is None or unit not in _COUNT_UNITS:
        return error("not_a_number", f"“{shown(value)}”不是整数")
    if number != number.to_integral_value():
        return error("not_a_number", f"“{shown(value)}”应为整数")
    return Reading(int(number))


def money(scale: int = 1) -> ReadCell:
    """Return a reader of amounts in units of ``scale`` yuan; a unit in the cell itself goes before it."""

    def read(value: object) -> Reading:
        number, unit = _number(value)
        if number is None or unit not in _YUAN_UNITS:
            return error("not_a_number", f"“{shown(value)}”不是金额，请只填数字")
        return Reading(plain_decimal(number * (_YUAN_UNITS[unit] if unit else scale)))

    return read


def plain_decimal(number: Decimal) -> Decimal:
    """Return a number without exponent and without zeros after the point."""
    whole = number.to_integral_value()
    return Decimal(int(whole)) if number == whole else number.normalize()


def _number(value: object) -> tuple[Decimal | None, str]:
    if isinstance(value, bool):
        return None, ""
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        # Amounts beyond 16 digits are refused by every field; this bound keeps the arithmetic small.
        return (number if number.is_finite() and abs(number) < 10**20 else None), ""
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", str(value)).strip().lstrip("¥￥"))
    if match is None or len(match[0]) > 40:
        return None, ""
    try:
        return Decimal(match[1] + match[2].replace(",", "") + (match[3] or "")), match[4].strip()
    except InvalidOperation:
        return None, ""


def day(value: object) -> Reading:
    """Read a date such as ``2024-01-05``, ``2024/1/5``, ``2024年1月5日`` or ``20240105``."""
    if isinstance(value, datetime):
        return Reading(value.date().isoformat())
    if isinstance(value, date):
        return Reading(value.isoformat())
    typed = unicodedata.normalize("NFKC", str(value)).strip().removesuffix(".0")
    if _SERIAL.fullmatch(typed) and _SERIALS[0] <= int(typed) <= _SERIALS[1]:
        told = (_SERIAL_ZERO + timedelta(days=int(typed))).isoformat()
        return Reading(
            told, (Problem("day_number", f"“{typed}”是 Excel 的日期序号，按 {told} 读取", "warning"),)
        )
    match = _DATE.fullmatch(typed) or _COMPACT_DATE.fullmatch(typed)
    if match is None:
        return error("not_a_date", f"“{shown(value)}”不是日期，请写成 2024-01-05 的样子")
    try:
        return Reading(date(int(match[1]), int(match[2]), int(match[3])).isoformat())
    except ValueError:
        return error("not_a_date", f"“{shown(value)}”不是存在的日期")


def yes_no(value: object) -> Reading:
    """Read 是 or 否."""
    typed = spelling(value).lower()
    if typed in _YES:
        return Reading(value=True)
    if typed in _NO:
        return Reading(value=False)
    return error("not_yes_or_no", f"“{shown(value)}”应为“是”或“否”")


def grade(value: object) -> Reading:
    """Read a scenario grade 0–4, also as ``2级``, ``二级`` or ``L2``."""
    typed = spelling(_as_text(value)).upper().removeprefix("L").removesuffix("级")
    number = _GRADES.get(typed, int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 1 else -1)
    if not 0 <= number <= 4:
        return error("grade_out_of_range", f"“{shown(value)}”不是0到4的等级")
    return Reading(number)


def one_of(names: Mapping[str, str], *, required: bool = False) -> ReadCell:
    """Return a reader of one code of a list.

    Parameters
    ----------
    names : mapping
        Every accepted spelling to its code.
    required : bool
        Refuse the row when the value is in no list, instead of leaving the field empty.
    """
    accepted = {spelling(name).lower(): code for name, code in names.items()}

    def read(value: object) -> Reading:
        code = accepted.get(spelling(value).lower())
        if code is not None:
            return Reading(code)
        say = not_in_list if required else not_understood
        return Reading(None, (say(value, choices_text(names)),))

    return read


def choices_text(names: Mapping[str, str]) -> str:
    """Return the Chinese names of a list, one for each code, for messages."""
    first: dict[str, str] = {}
    for name, code in names.items():
        if not name.isascii():
            first.setdefault(code, name)
    return "、".join(list(first.values())[:20])


def district(value: object) -> Reading:
    """Read one of the 11 districts by name or code."""
    known = load_taxonomy().code_of("district", spelling(_as_text(value)).removeprefix("广州市"))
    if known is not None:
        return Reading(known)
    names = "、".join(entry.name for entry in load_taxonomy().districts)
    return Reading(None, (not_understood(value, names),))


def manufacturing_class(value: object) -> Reading:
    """Read a GB/T 4754 class: ``C1830``, ``1830``, its name, or code and name together."""
    typed = spelling(_as_text(value))
    classes = manufacturing_classes()
    match = _CLASS_CODE.match(typed)
    code = f"{(match[1] or 'C').upper()}{match[2]}" if match else None
    if code is None:
        # The longest code of a name is the class itself; its groups often share the name.
        named = [known for known, name in classes.items() if name == typed]
        code = max(named, key=len, default=None)
    if code in classes:
        return Reading(code)
    detail = f"“{shown(value)}”不是 GB/T 4754-2017 制造业（C 门类）的行业代码，该项留空"
    return Reading(None, (Problem("gb4754_unknown", detail, "warning"),))
