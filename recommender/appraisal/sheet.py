"""The score sheet of a side, as data (``data/appraisal``): dimensions, items, grades, rules of scoring."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from recommender.appraisal.faults import AppraisalSheetFaulty
from recommender.diagnosis.value import Points, Value
from recommender.domain.record import Name, ShortText
from recommender.domain.validation_text import explain, summary
from recommender.policy.sourced import Sourced
from recommender.settings import data_dir

Side = Literal["lead_unit", "vendor"]
SIDE_NAMES: dict[Side, str] = {"lead_unit": "牵引单位", "vendor": "服务商"}
MeasureCode = Literal["acceptance", "level_gain", "satisfaction"]
Code = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
#: What the points of all items add up to.
FULL = Decimal(100)


class _Item(Value):
    code: Code
    title: Name
    points: Annotated[Points, Field(gt=0)]


class JudgedItem(_Item):
    """An item that reviewers score from 0 to ``points``.

    Attributes
    ----------
    look_at : str
        What to look at.
    evidence : tuple of str
        Documents asked for.
    """

    kind: Literal["judged"]
    look_at: ShortText
    evidence: tuple[ShortText, ...] = ()


class MeasuredItem(_Item):
    """An item filled from the log.

    Attributes
    ----------
    least_n : int
        Fewer projects than these are too little evidence; the item is then left out.
    table : tuple of (value, points)
        Between two corners the points run straight, beyond the ends they stay.
    """

    kind: Literal["measured"]
    measure: MeasureCode
    least_n: Annotated[int, Field(ge=1)]
    table: Annotated[tuple[tuple[float, Points], ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if any(left[0] >= right[0] for left, right in pairwise(self.table)):
            raise ValueError("换算表的数值要从小到大，不能重复")
        if max(points for _, points in self.table) != self.points:
            raise ValueError(f"换算表的最高得分应等于满分 {self.points}")
        return self


Item = Annotated[JudgedItem | MeasuredItem, Field(discriminator="kind")]


class Dimension(Value):
    """A group of items; ``points`` is their sum."""

    code: Code
    title: Name
    points: Points
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _summed(self) -> Self:
        total = sum((item.points for item in self.items), start=Decimal(0))
        if total != self.points:
            raise ValueError(f"各项满分合计 {total}，应等于本维度的 {self.points}")
        return self


class Grade(Value):
    """A grade and the total from which it is given.

    Attributes
    ----------
    proposes : str, optional
        What is proposed to people when it is final.
    """

    name: Name
    least: Annotated[Points, Field(le=100)]
    proposes: Literal["promote", "warn", "suspend"] | None = None


class ReviewerRules(Value):
    """How many reviewers there must be, and from how many the highest and lowest points are dropped.

    Never so few that what is published would be the points of a single reviewer.
    """

    least: Annotated[int, Field(ge=2)]
    drop_extremes_from: Annotated[int, Field(ge=4)] | None = None


class AppraisalSheet(Sourced):
    """A whole sheet.

    Attributes
    ----------
    least_counted : Decimal
        Points of the items with evidence that a total needs; with fewer there is no grade.
    grades : tuple of Grade
        From the best to the one that begins at 0.
    appeal_days, appeal_decision_days : int
        Calendar days after publication, and after an appeal.
    """

    version: Annotated[str, Field(min_length=1, max_length=40)]
    side: Side
    title: Name
    reviewers: ReviewerRules
    least_counted: Annotated[Points, Field(gt=0, le=100)]
    appeal_days: Annotated[int, Field(ge=1)]
    appeal_decision_days: Annotated[int, Field(ge=1)]
    grades: Annotated[tuple[Grade, ...], Field(min_length=2)]
    dimensions: Annotated[tuple[Dimension, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (total := sum((one.points for one in self.dimensions), start=Decimal(0))) != FULL:
            raise ValueError(f"各维度满分合计 {total}，应为100")
        codes = [item.code for item in self.items]
        if repeated := sorted({code for code in codes if codes.count(code) > 1}):
            raise ValueError(f"评分项代码重复：{'、'.join(repeated)}")
        titles = [item.title for item in self.items]
        if len(set(titles)) < len(titles):
            raise ValueError("评分项名称重复")
        bounds = [grade.least for grade in self.grades]
        if bounds != sorted(set(bounds), reverse=True) or bounds[-1] != 0:
            raise ValueError("等级的起点要从高到低，不能重复，最后一级从0开始")
        return self

    @cached_property
    def items(self) -> tuple[JudgedItem | MeasuredItem, ...]:
        """All items in the order of the sheet."""
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    @property
    def judged(self) -> Iterator[JudgedItem]:
        """The items that reviewers score."""
        return (item for item in self.items if isinstance(item, JudgedItem))

    def grade_of(self, total: Decimal) -> Grade:
        """Return the grade of a total from 0 to 100."""
        return next(grade for grade in self.grades if total >= grade.least)


def read_sheet(document: Mapping[str, Any], side: Side, file: str | None = None) -> AppraisalSheet:
    """Check a sheet.

    Raises
    ------
    AppraisalSheetFaulty
        Naming the first place that is wrong.
    """
    named = {"file": file} if file else {}
    try:
        sheet = AppraisalSheet.model_validate(document)
    except ValidationError as error:
        problems = explain(error)
        raise AppraisalSheetFaulty(
            summary(problems), place={**named, "field": f"sheet.{problems[0].field}".rstrip(".")}
        ) from error
    if sheet.side != side:
        raise AppraisalSheetFaulty(
            f"评分表用于{SIDE_NAMES[sheet.side]}，不是{SIDE_NAMES[side]}",
            place={**named, "field": "sheet.side"},
        )
    return sheet


@lru_cache(maxsize=2)
def load_sheet(side: Side) -> AppraisalSheet:
    """Read the shipped sheet of a side once."""
    file = data_dir() / "appraisal" / f"{side}.json"
    return read_sheet(json.loads(file.read_text(encoding="utf-8")), side, file.name)
