"""The official instrument as data: items with options and points, scenarios with levels, the level rule.

Source of the 2024 edition: 工信厅企业〔2024〕56号; ``data/instrument/2024.json`` names how it was transcribed
and what is in doubt.
"""

from collections.abc import Hashable, Iterable
from decimal import Decimal
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from recommender import settings
from recommender.diagnosis.level_rule import HIGHEST_LEVEL, LevelRule, LevelThreshold
from recommender.diagnosis.value import Points, Value, plain
from recommender.errors import InvalidInput, SmematchError

Letter = Annotated[str, Field(pattern=r"^[A-Z]$")]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class UnknownEdition(InvalidInput):
    """No instrument of this edition is shipped."""

    code = "unknown_edition"
    title = "未知的评测指标版本"


class BrokenInstrument(SmematchError):
    """The instrument file contradicts itself: totals, letters, scenarios or the level rule."""

    code = "broken_instrument"
    title = "评测指标数据有误"


class Option(Value):
    """One answer that can be ticked.

    Attributes
    ----------
    scenario : str, optional
        The scenario whose business link this option speaks of (data collection only).
    """

    letter: Letter
    text: str
    points: Points
    scenario: Code | None = None


class Item(Value):
    """One scored question.

    Attributes
    ----------
    weight_percent : Decimal
        Share of the indicator's points, in percent.
    kind : {"single", "multi"}
        Choose one option, or tick all that hold and add their points.
    exclusive : str, optional
        Letter of the 无 option of a multi item; it cannot stand beside others.
    figures : tuple of str
        Numbers the official form asks for beside the answer.
    evidence : tuple of str
        Papers that usually support the answer; a help, not an official list.
    """

    id: Code
    name: str
    weight_percent: Points
    points: Points
    kind: Literal["single", "multi"]
    question: str
    explanation: str
    exclusive: Letter | None = None
    options: tuple[Option, ...]
    figures: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _options_add_up(self) -> Self:
        _require_unique((option.letter for option in self.options), f"letters of {self.id}")
        points = [option.points for option in self.options]
        reachable = sum(points, Decimal(0)) if self.kind == "multi" else max(points, default=Decimal(0))
        if reachable != self.points:
            raise ValueError(f"options of {self.id} reach {reachable}, not {self.points}")
        if (self.exclusive is None) != (self.kind == "single"):
            raise ValueError(f"{self.id}: a multi item has an exclusive option, a single item has none")
        if self.exclusive is not None:
            exclusive = self.option(self.exclusive)
            if exclusive is None or exclusive.points:
                raise ValueError(f"{self.id}: the exclusive option must exist and be worth nothing")
        return self

    def option(self, letter: str) -> Option | None:
        """Return the option of a letter, None when there is none."""
        return next((option for option in self.options if option.letter == letter), None)

    def points_for(self, letters: Iterable[str]) -> Decimal:
        """Return the points of ticked letters; letters must be valid for the item."""
        ticked = set(letters)
        return plain(
            sum((option.points for option in self.options if option.letter in ticked), start=Decimal(0))
        )


class Indicator(Value):
    """A group of items (二级指标); ``weight_percent`` is its share of the dimension's points."""

    id: Code
    name: str
    weight_percent: Points
    items: tuple[Item, ...]

    @property
    def points(self) -> Decimal:
        """Points that can be reached."""
        return plain(sum((item.points for item in self.items), start=Decimal(0)))


class Dimension(Value):
    """A scored dimension (一级指标): foundation, management or outcome."""

    id: Code
    name: str
    points: Points
    indicators: tuple[Indicator, ...]

    @model_validator(mode="after")
    def _weights_hold(self) -> Self:
        for indicator in self.indicators:
            _require_share(indicator.points, self.points, indicator.weight_percent, indicator.id)
            for item in indicator.items:
                _require_share(item.points, indicator.points, item.weight_percent, item.id)
        if sum(indicator.points for indicator in self.indicators) != self.points:
            raise ValueError(f"indicators of {self.id} do not add up to {self.points}")
        return self


class ScenarioLevel(Value):
    """What a firm does in a scenario at one level."""

    level: Annotated[int, Field(ge=1, le=HIGHEST_LEVEL)]
    text: str
    evidence: tuple[str, ...] = ()


class Scenario(Value):
    """A business scenario graded 0–4; ``required`` marks 约束性, the others are 指导性."""

    id: Code
    name: str
    required: bool
    levels: tuple[ScenarioLevel, ...]

    @model_validator(mode="after")
    def _four_levels(self) -> Self:
        if [step.level for step in self.levels] != list(range(1, HIGHEST_LEVEL + 1)):
            raise ValueError(f"{self.id} needs the levels 1 to {HIGHEST_LEVEL} in order")
        return self


class ScenarioGroup(Value):
    """One of the four groups of 数字化经营."""

    id: Code
    name: str
    scenarios: tuple[Scenario, ...]


class Doubt(Value):
    """A place where the sources disagree or nothing official could be read."""

    place: str
    text: str


class Source(Value):
    """Where the wording and the numbers come from."""

    document: str
    issued_on: str
    url: str
    system_url: str
    transcription: str
    doubts: tuple[Doubt, ...] = ()


class Instrument(Value):
    """One edition of 《中小企业数字化水平评测指标》, checked as a whole when read."""

    edition: str
    title: str
    source: Source
    dimensions: tuple[Dimension, ...]
    scenario_groups: tuple[ScenarioGroup, ...]
    level_rule: LevelRule

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _require_unique((dimension.id for dimension in self.dimensions), "dimensions")
        _require_unique(
            (indicator.id for dimension in self.dimensions for indicator in dimension.indicators),
            "indicators",
        )
        _require_unique((item.id for item in self.items), "items")
        _require_unique((group.id for group in self.scenario_groups), "scenario groups")
        _require_unique((scenario.id for scenario in self.scenarios), "scenarios")
        if self.max_points != 100:
            raise ValueError(f"the dimensions add up to {self.max_points}, not 100")
        counts = (len(self.scenarios), sum(scenario.required for scenario in self.scenarios))
        if counts != (16, 10):
            raise ValueError(f"{counts[0]} scenarios, {counts[1]} required; expected 16 and 10")
        top = self.level_rule.ascending[-1]
        if top.min_points > 100 or top.min_scenarios > counts[0] or top.min_required > counts[1]:
            raise ValueError("the highest level cannot be reached")
        known = {scenario.id for scenario in self.scenarios}
        named = {option.scenario for item in self.items for option in item.options if option.scenario}
        if not named <= known:
            raise ValueError(f"options name unknown scenarios: {sorted(named - known)}")
        return self

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """All scored items in the official order."""
        return tuple(
            item
            for dimension in self.dimensions
            for indicator in dimension.indicators
            for item in indicator.items
        )

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """All scenarios in the official order."""
        return tuple(scenario for group in self.scenario_groups for scenario in group.scenarios)

    @property
    def max_points(self) -> Decimal:
        """Points that can be reached; 100 by the standard."""
        return plain(sum((dimension.points for dimension in self.dimensions), start=Decimal(0)))

    def item(self, item_id: str) -> Item | None:
        """Return an item by id, None when there is none."""
        return next((item for item in self.items if item.id == item_id), None)

    def scenario(self, scenario_id: str) -> Scenario | None:
        """Return a scenario by code, None when there is none."""
        return next((scenario for scenario in self.scenarios if scenario.id == scenario_id), None)

    def threshold(self, level: int) -> LevelThreshold | None:
        """Return what a level asks for, None outside 1–4."""
        return next((step for step in self.level_rule.levels if step.level == level), None)


def editions(data_dir: Path | None = None) -> tuple[str, ...]:
    """Return the editions shipped in ``data_dir`` (the installation's own by default), oldest first."""
    folder = (data_dir or settings.data_dir()) / "instrument"
    return tuple(sorted(path.stem for path in folder.glob("*.json")))


def load_instrument(edition: str = "2024", data_dir: Path | None = None) -> Instrument:
    """Read and check one edition; read once per process.

    Parameters
    ----------
    edition : str
        Such as ``"2024"``.
    data_dir : Path, optional
        Folder that holds ``instrument/``; the installation's own by default.

    Raises
    ------
    UnknownEdition
        No such edition is shipped.
    BrokenInstrument
        The file does not add up.
    """
    root = (data_dir or settings.data_dir()).resolve()
    known = editions(root)
    if edition not in known:
        raise UnknownEdition(
            f"没有“{edition}”版评测指标，可用版本：{'、'.join(known) or '无'}。",
            place={"field": "instrument"},
        )
    return _read(root / "instrument" / f"{edition}.json")


@lru_cache(maxsize=8)
def _read(path: Path) -> Instrument:
    try:
        return Instrument.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise BrokenInstrument(
            f"评测指标文件 {path.name} 有误：{first['msg']}",
            place={"file": path.name, "field": ".".join(str(part) for part in first["loc"])},
        ) from error


def _require_unique(values: Iterable[Hashable], what: str) -> None:
    seen: set[Hashable] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what}: {value} stands twice")
        seen.add(value)


def _require_share(part: Decimal, whole: Decimal, percent: Decimal, what: str) -> None:
    if part * 100 != whole * percent:
        raise ValueError(f"{what}: {part} points are not {percent}% of {whole}")
