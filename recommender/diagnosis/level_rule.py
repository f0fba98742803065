"""The rule that turns points and scenario grades into a level from 1 to 4."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from recommender.diagnosis.value import Points, Value

#: Grades and levels run from 0 (none) to this.
HIGHEST_LEVEL = 4


class LevelThreshold(Value):
    """What one level asks for: total points, scenarios at that level or above, how many of them required."""

    level: Annotated[int, Field(ge=1, le=HIGHEST_LEVEL)]
    name: str
    title: str
    min_points: Points
    min_scenarios: Annotated[int, Field(ge=0)]
    min_required: Annotated[int, Field(ge=0)]


class LevelRule(Value):
    """The rule that turns points and grades into a level; configuration, because its sources disagree."""

    version: str
    source: str
    note: str
    levels: tuple[LevelThreshold, ...]

    @model_validator(mode="after")
    def _rises(self) -> Self:
        steps = self.ascending
        if [step.level for step in steps] != list(range(1, HIGHEST_LEVEL + 1)):
            raise ValueError(f"the level rule needs each level from 1 to {HIGHEST_LEVEL} once")
        for lower, upper in pairwise(steps):
            if (
                lower.min_points > upper.min_points
                or lower.min_scenarios > upper.min_scenarios
                or lower.min_required > upper.min_required
            ):
                raise ValueError(f"level {upper.level} asks for less than level {lower.level}")
        return self

    @property
    def ascending(self) -> tuple[LevelThreshold, ...]:
        """The thresholds from level 1 up."""
        return tuple(sorted(self.levels, key=lambda step: step.level))
