"""The 专精特新 points that a digital level adds (``data/policy/zjtx``)."""

from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Self

from pydantic import Field, model_validator

from recommender.diagnosis.level_rule import HIGHEST_LEVEL
from recommender.diagnosis.value import Points, Value
from recommender.errors import InvalidInput
from recommender.policy.sourced import NOTICE, Figure
from recommender.settings import data_dir


class LevelPoints(Value):
    """Points of one level."""

    level: Annotated[int, Field(ge=0, le=HIGHEST_LEVEL)]
    points: Figure[Points]


class ZjtxRule(Value):
    """The indicator 数字化水平 of the 专精特新 standard."""

    version: str
    title: str
    document: str
    full_points: Figure[Points]
    points: tuple[LevelPoints, ...]

    @model_validator(mode="after")
    def _every_level(self) -> Self:
        if [entry.level for entry in self.points] != list(range(HIGHEST_LEVEL + 1)):
            raise ValueError(f"points are needed for the levels 0 to {HIGHEST_LEVEL}, in order")
        if any(entry.points.value is None for entry in self.points):
            raise ValueError("the points of a level were not found")
        return self

    def points_of(self, level: int) -> Decimal:
        """Return the points of a level.

        Raises
        ------
        recommender.errors.InvalidInput
            For a level outside 0–4.
        """
        found = next((entry.points.value for entry in self.points if entry.level == level), None)
        if found is None:
            raise InvalidInput(f"数字化等级应为0到{HIGHEST_LEVEL}，收到“{level}”", place={"field": "level"})
        return found


class ZjtxGain(Value):
    """What reaching a level adds to the 专精特新 score.

    Attributes
    ----------
    before, after, gain : Decimal
        Points of the 100; ``gain`` is never negative.
    """

    version: str
    before: Points
    after: Points
    gain: Points
    text: str
    source: str
    notice: str = NOTICE


@lru_cache(maxsize=1)
def load_zjtx_rule() -> ZjtxRule:
    """Read the newest shipped edition once."""
    newest = max((data_dir() / "policy" / "zjtx").glob("*.json"))
    return ZjtxRule.model_validate_json(newest.read_bytes())


def zjtx_gain(level_before: int, level_after: int) -> ZjtxGain:
    """Return the points that going from one level to another adds.

    Raises
    ------
    recommender.errors.InvalidInput
        For a level outside 0–4.
    """
    rule = load_zjtx_rule()
    before, after = rule.points_of(level_before), rule.points_of(level_after)
    gain = max(after - before, Decimal(0))
    full = rule.full_points.value
    text = (
        f"专精特新评分中“数字化水平”由 {before} 分到 {after} 分（满分 {full} 分），多 {gain} 分"
        if gain
        else f"专精特新评分中“数字化水平”为 {after} 分（满分 {full} 分），没有增加"
    )
    figure = rule.points[level_after].points
    return ZjtxGain(
        version=rule.version,
        before=before,
        after=after,
        gain=gain,
        text=text,
        source=figure.source,
    )
