"""Figures that say where they come from and how well they were read."""

from datetime import date
from enum import StrEnum
from typing import Generic, Self, TypeVar

from pydantic import model_validator

from recommender.diagnosis.value import Value

T = TypeVar("T")

#: Stands beside every figure of this package: none was confirmed by an authority.
NOTICE = "以官方通知为准"


class SourceStatus(StrEnum):
    """How a figure or a rule was read."""

    OFFICIAL = "official"
    EXCERPT = "excerpt"
    AGENCY_PAGE = "agency_page"
    SECOND_HAND = "second_hand"
    PROJECT = "project"
    NOT_FOUND = "not_found"


STATUS_NAMES = {
    SourceStatus.OFFICIAL: "官方文件",
    SourceStatus.EXCERPT: "通知摘录",
    SourceStatus.AGENCY_PAGE: "代办机构网页",
    SourceStatus.SECOND_HAND: "公开转录",
    SourceStatus.PROJECT: "本项目整理",
    SourceStatus.NOT_FOUND: "未找到",
}


class Sourced(Value):
    """Anything that was read somewhere."""

    source: str
    status: SourceStatus
    note: str | None = None

    @property
    def source_text(self) -> str:
        """Source, how it was read and what to mind, in Chinese."""
        parts = [self.source, STATUS_NAMES[self.status], *filter(None, [self.note])]
        return "；".join(dict.fromkeys(parts))


class Figure(Sourced, Generic[T]):
    """A value with its source; None exactly when it was looked for and not found."""

    value: T | None

    @model_validator(mode="after")
    def _found_or_not(self) -> Self:
        if (self.value is None) != (self.status is SourceStatus.NOT_FOUND):
            raise ValueError("a figure has no value exactly when its status is not_found")
        return self


class Period(Value):
    """Days from and until which something holds, both included."""

    valid_from: Figure[date]
    valid_until: Figure[date]

    def holds(self, on: date) -> bool:
        """Whether a day lies within; a bound that was not found does not limit."""
        first, last = self.valid_from.value, self.valid_until.value
        return (first is None or first <= on) and (last is None or on <= last)
