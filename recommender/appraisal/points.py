"""From reviewers' points and measures to a total and a grade. Points are exact decimals."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from recommender.appraisal.evidence import Evidence
from recommender.appraisal.sheet import AppraisalSheet, JudgedItem, MeasureCode, MeasuredItem, ReviewerRules
from recommender.diagnosis.value import Value
from recommender.learning.intervals import Figure

_CENT = Decimal("0.01")
_ZERO = Decimal(0)


class ItemResult(Value):
    """What one item came to.

    Attributes
    ----------
    points : Decimal, optional
        None where the item is left out; ``left_out`` then says why.
    n : int
        Reviewers, or projects.
    figure : Figure, optional
        Of a measured item, with its interval.
    low, high : Decimal, optional
        Points at the worst and best value within that interval.
    corrected : bool
        Whether an appeal changed the points.
    """

    code: str
    title: str
    dimension: str
    full: Decimal
    points: Decimal | None
    n: int
    figure: Figure | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    left_out: str | None = None
    corrected: bool = False


class Result(Value):
    """The total of one unit.

    Attributes
    ----------
    counted : Decimal
        Full points of the items that count; the total is rescaled from them to 100.
    low, high : Decimal, optional
        The total with every measured item at the ends of its interval.
    grade : str, optional
        None without a total; ``no_grade`` then says why.
    grades_possible : tuple of str
        Grades between ``low`` and ``high``, the best first.
    """

    items: tuple[ItemResult, ...]
    counted: Decimal
    total: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    grade: str | None = None
    grades_possible: tuple[str, ...] = ()
    no_grade: str | None = None


def interpolated(table: Sequence[tuple[float, Decimal]], value: float) -> Decimal:
    """Return the points of a value on a piecewise-linear table, rounded to 0.01."""
    at = Decimal(str(value))
    corners = [(Decimal(str(place)), points) for place, points in table]
    if at <= corners[0][0]:
        return corners[0][1]
    for (left, low), (right, high) in pairwise(corners):
        if at <= right:
            return _rounded(low + (high - low) * (at - left) / (right - left))
    return corners[-1][1]


def point_range(table: Sequence[tuple[float, Decimal]], low: float, high: float) -> tuple[Decimal, Decimal]:
    """Return the fewest and most points that values between two bounds bring."""
    places = [low, high, *(place for place, _ in table if low < place < high)]
    found = [interpolated(table, place) for place in places]
    return min(found), max(found)


def judged_points(given: Sequence[Decimal], rules: ReviewerRules) -> Decimal | None:
    """Return the mean of reviewers' points, without one highest and one lowest where the rules say so.

    None while fewer have scored than the rules ask for.
    """
    if len(given) < rules.least:
        return None
    kept = sorted(given)
    if rules.drop_extremes_from is not None and len(kept) >= rules.drop_extremes_from:
        kept = kept[1:-1]
    return _rounded(sum(kept, start=_ZERO) / len(kept))


def result_of(
    sheet: AppraisalSheet,
    given: Mapping[str, Sequence[Decimal]],
    evidence: Mapping[MeasureCode, Evidence],
) -> Result:
    """Return the result of one unit.

    Parameters
    ----------
    given : mapping
        Points of each reviewer by code of the item.
    evidence : mapping
        Measures of the unit; what is missing is left out of the total.
    """
    items = [
        _judged(item, dimension.title, given.get(item.code, ()), sheet.reviewers)
        if isinstance(item, JudgedItem)
        else _measured(item, dimension.title, evidence.get(item.measure))
        for dimension in sheet.dimensions
        for item in dimension.items
    ]
    return summed(sheet, items)


def _judged(item: JudgedItem, dimension: str, given: Sequence[Decimal], rules: ReviewerRules) -> ItemResult:
    points = judged_points(given, rules)
    why = f"只有{len(given)}人评分，至少要{rules.least}人" if points is None else None
    return ItemResult(
        code=item.code,
        title=item.title,
        dimension=dimension,
        full=item.points,
        points=points,
        n=len(given),
        low=points,
        high=points,
        left_out=why,
    )


def _measured(item: MeasuredItem, dimension: str, told: Evidence | None) -> ItemResult:
    n = told.n if told else 0
    named = {"code": item.code, "title": item.title, "dimension": dimension, "full": item.points, "n": n}
    value = told.figure.value if told else None
    if told is None or value is None or n < item.least_n:
        why = f"有结果的项目{n}个，至少要{item.least_n}个，证据不足，不计入，其余各项按比例折算"
        return ItemResult(**named, points=None, figure=told.figure if told else None, left_out=why)
    low, high = told.figure.ci95
    ends = point_range(item.table, value if low is None else low, value if high is None else high)
    points = interpolated(item.table, value)
    return ItemResult(**named, points=points, figure=told.figure, low=ends[0], high=ends[1])


def summed(sheet: AppraisalSheet, items: Sequence[ItemResult]) -> Result:
    """Return the total of items, rescaled to 100 from those that count, and its grade."""
    counting = [item for item in items if item.points is not None]
    counted = sum((item.full for item in counting), start=_ZERO)
    if counted < sheet.least_counted:
        why = f"有依据的评分项合计{counted}分，不足{sheet.least_counted}分，不评定等级"
        return Result(items=tuple(items), counted=counted, total=None, no_grade=why)

    def scaled(name: str) -> Decimal:
        told = sum((getattr(item, name) for item in counting), start=_ZERO)
        return _rounded(told * 100 / counted)

    total, low, high = scaled("points"), scaled("low"), scaled("high")
    names = [grade.name for grade in sheet.grades]
    best, worst = (names.index(sheet.grade_of(end).name) for end in (high, low))
    return Result(
        items=tuple(items),
        counted=counted,
        total=total,
        low=low,
        high=high,
        grade=sheet.grade_of(total).name,
        grades_possible=tuple(names[best : worst + 1]),
    )


def corrected(sheet: AppraisalSheet, result: Result, points: Mapping[str, Decimal]) -> Result:
    """Return a result with the points of some items as an appeal set them."""
    items = [
        item.model_copy(
            update={
                "points": points[item.code],
                "low": points[item.code],
                "high": points[item.code],
                "left_out": None,
                "corrected": True,
            }
        )
        if item.code in points
        else item
        for item in result.items
    ]
    return summed(sheet, items)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)
