"""A notice (政策、课程、活动、案例): content that is matched to whom it concerns, as products are."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from recommender.domain.enterprise import SizeClass
from recommender.domain.record import LongText, MarkedRecord, Name, RecordId, ShortText
from recommender.domain.taxonomy import DistrictCode, Scenario, SubIndustry


class NoticeKind(StrEnum):
    """What kind of content it is."""

    POLICY = "policy"
    COURSE = "course"
    ACTIVITY = "activity"
    CASE = "case"


NOTICE_KIND_NAMES = {
    NoticeKind.POLICY: "政策",
    NoticeKind.COURSE: "课程",
    NoticeKind.ACTIVITY: "活动",
    NoticeKind.CASE: "案例",
}


class Notice(MarkedRecord):
    """Content for enterprises; whom it does not name it concerns as well.

    Attributes
    ----------
    published_on : date
        Nobody sees it earlier.
    starts_on : date, optional
        Day of a course or activity, or first day of an application period.
    ends_on : date, optional
        Last day on which it is of use: the deadline of a policy, the end of a course.
    levels : tuple of int
        Present levels 0–4 of the enterprises that it is for; empty means any, also those not diagnosed.
    scenarios : tuple of Scenario
        What it helps with.
    """

    id: RecordId
    name: Name
    kind: NoticeKind
    summary: ShortText | None = None
    text: LongText = ""
    url: ShortText | None = None
    issued_by: Name | None = None
    published_on: date
    starts_on: date | None = None
    ends_on: date | None = None
    sub_industries: tuple[SubIndustry, ...] = ()
    districts: tuple[DistrictCode, ...] = ()
    sizes: tuple[SizeClass, ...] = ()
    levels: tuple[Annotated[int, Field(ge=0, le=4)], ...] = ()
    scenarios: Annotated[tuple[Scenario, ...], Field(max_length=16)] = ()

    @model_validator(mode="after")
    def _in_order(self) -> "Notice":
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("截止日期不能早于开始日期")
        return self

    def is_current(self, on: date) -> bool:
        """Whether it is published and still of use on a day."""
        return self.published_on <= on and (self.ends_on is None or on <= self.ends_on)
