"""Events of the pilot's course beside the matching funnel, from ``data/events/course``.

Whatever happens to an enterprise, a project or a product of the pool is an event in the one log. The funnel
(``data/events/funnel.json``) holds the steps that teach the ranking; the rest are declared here, a file for
each part of the course.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from recommender.domain.taxonomy import Scenario
from recommender.settings import data_dir

AttributeKind = Literal[
    "text", "yuan", "number", "date", "id", "ids", "scenario", "level", "choice", "flag", "sha256", "object"
]
_ID = re.compile(r"^[A-Za-z0-9._:-]{1,100}$")
_SHA256 = re.compile(r"^[0-9a-f]{64}$")
_MOST_IDS = 200
_LONGEST_TEXT = 5_000
#: A million million: more is a slip of the pen, and would not fit the amounts of the rules.
_MOST_YUAN = Decimal(10) ** 12


class AttributeForm(BaseModel):
    """One attribute of an event.

    Attributes
    ----------
    kind : str
        ``yuan`` is a number or a decimal text from 0 to a million million, ``level`` a whole number 0–4,
        ``date`` an ISO date, ``object`` a table of names that the reader of the event understands.
    choices : tuple of str
        Of a ``choice``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    kind: AttributeKind
    required: bool = False
    choices: tuple[str, ...] = ()

    def problem(self, value: object) -> str | None:
        """Say in Chinese what is wrong with a value, None when nothing is."""
        if self.kind == "choice":
            return None if value in self.choices else f"应为其中之一：{'、'.join(self.choices)}"
        accepts, message = _KINDS[self.kind]
        return None if accepts(value) else message


class CourseEventType(BaseModel):
    """A kind of event of the course.

    Attributes
    ----------
    roles : tuple of str
        Who may report it.
    service : str, optional
        Chinese name of the one procedure that writes it, together with the record that it changes; nobody can
        report it from outside.
    confidential : bool
        Whether it is between those concerned and left out of listings that all may read.
    needs_reason : bool
        Whether ``attributes.reason`` must say why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z_]{1,40}$")
    title: str
    roles: tuple[str, ...]
    service: str | None = None
    confidential: bool = False
    needs_reason: bool = False
    attributes: tuple[AttributeForm, ...] = ()


class CourseEvents(BaseModel):
    """All declared types, and what steps of the funnel may tell.

    Attributes
    ----------
    funnel_attributes : dict
        By name of the step; none of them is required unless it says so.
    """

    model_config = ConfigDict(frozen=True)

    types: tuple[CourseEventType, ...]
    funnel_attributes: dict[str, tuple[AttributeForm, ...]]

    def find(self, name: str) -> CourseEventType | None:
        """Return the declared type, None for a step of the funnel and for an unknown name."""
        return self._by_name.get(name)

    @cached_property
    def _by_name(self) -> dict[str, CourseEventType]:
        return {kind.name: kind for kind in self.types}

    def attributes_of(self, name: str) -> tuple[AttributeForm, ...]:
        """Return what an event of a type may or must tell."""
        kind = self.find(name)
        return kind.attributes if kind else self.funnel_attributes.get(name, ())

    def problem(self, name: str, told: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the first attribute that is missing or wrong, and a Chinese sentence; None when all is well.

        Attributes that are not declared are kept and say nothing to the product.
        """
        for form in self.attributes_of(name):
            value = told.get(form.name)
            if value is None:
                if form.required:
                    return form.name, f"缺少“{form.title}”"
            elif (wrong := form.problem(value)) is not None:
                return form.name, f"“{form.title}”{wrong}"
        return None


@lru_cache(maxsize=1)
def load_course_events() -> CourseEvents:
    """Read the declarations once.

    Raises
    ------
    ValueError
        If two files declare the same name.
    """
    types: list[CourseEventType] = []
    funnel: dict[str, tuple[AttributeForm, ...]] = {}
    for file in sorted((data_dir() / "events" / "course").glob("*.json")):
        declared = _File.model_validate_json(file.read_text(encoding="utf-8"))
        types += declared.types
        for name, forms in declared.funnel_attributes.items():
            funnel[name] = (*funnel.get(name, ()), *forms)
    names = [kind.name for kind in types]
    if len(names) != len(set(names)):
        raise ValueError(f"declared twice: {sorted({name for name in names if names.count(name) > 1})}")
    return CourseEvents(types=tuple(types), funnel_attributes=funnel)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    note: str
    types: tuple[CourseEventType, ...] = ()
    funnel_attributes: dict[str, tuple[AttributeForm, ...]] = Field(default_factory=dict)


def yuan(value: object) -> Decimal | None:
    """Read an amount of an event's attributes, None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 <= amount <= _MOST_YUAN else None


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) == 10 and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_level(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 4


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(_ID.match(value))


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "text": (
        lambda value: isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_TEXT,
        f"应为1–{_LONGEST_TEXT}字的文字",
    ),
    "yuan": (lambda value: yuan(value) is not None, "应为0至1万亿的金额（元）"),
    "number": (_is_number, "应为数字"),
    "date": (_is_date, "应写成 2026-03-01 的样子"),
    "id": (_is_id, "应为编号（字母、数字和 . _ : -，1–100位）"),
    "ids": (
        lambda value: isinstance(value, list) and len(value) <= _MOST_IDS and all(map(_is_id, value)),
        f"应为编号的列表，最多{_MOST_IDS}个",
    ),
    "scenario": (lambda value: isinstance(value, str) and value in set(Scenario), "应为场景代码"),
    "level": (_is_level, "应为0–4的整数"),
    "flag": (lambda value: isinstance(value, bool), "应为 true 或 false"),
    "sha256": (
        lambda value: isinstance(value, str) and bool(_SHA256.match(value)),
        "应为文件的 SHA-256 摘要（64位小写十六进制）",
    ),
    "object": (lambda value: isinstance(value, dict), "应为一组字段（对象）"),
}
