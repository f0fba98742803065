"""What a firm still needs for each higher level, and which part of that one improved scenario closes."""

from decimal import Decimal

from recommender.diagnosis.instrument import Instrument, Item
from recommender.diagnosis.scoring import DiagnosisResult
from recommender.diagnosis.validation import GradeOutOfRange, UnknownLevel, UnknownScenario, is_grade
from recommender.diagnosis.value import Points, Value
from recommender.errors import InvalidInput

_GRADE_NAMES = ("零级", "一级", "二级", "三级", "四级")


class ScenarioBelow(Value):
    """A scenario below the target level; ``graded`` is False where its grade 0 is only assumed."""

    id: str
    name: str
    required: bool
    grade: int
    graded: bool


class PointOpening(Value):
    """An option not yet held and the points it would add.

    Attributes
    ----------
    one_of : bool
        True for a single-choice item: its openings are alternatives and do not add up.
    scenario : str, optional
        The scenario whose business link the option speaks of.
    """

    item_id: str
    item_name: str
    letter: str
    text: str
    adds: Points
    one_of: bool
    scenario: str | None = None


class Gap(Value):
    """What is missing for one level; empty exactly when the level is reached.

    Attributes
    ----------
    points_short : Decimal
        Points missing to ``min_points``.
    scenarios_short, required_short : int
        Scenarios, and 约束性 scenarios, still to be brought to the level. A required one counts for both.
    scenarios_below : tuple of ScenarioBelow
        Every scenario below the level: required first, then the nearest to it.
    scenarios_reached : tuple of str
        Codes of the others.
    openings : tuple of PointOpening
        Options that would add points, best first; empty when no points are short.
    """

    target_level: int
    name: str
    title: str
    min_points: Points
    points_short: Points
    scenarios_short: int
    required_short: int
    scenarios_below: tuple[ScenarioBelow, ...]
    scenarios_reached: tuple[str, ...]
    openings: tuple[PointOpening, ...]

    @property
    def closed(self) -> bool:
        """Nothing is missing: the level is reached."""
        return not (self.points_short or self.scenarios_to_raise)

    @property
    def scenarios_to_raise(self) -> int:
        """Fewest scenarios to bring to the level, the missing required ones among them."""
        return max(self.scenarios_short, self.required_short)


class ClosingValue(Value):
    """What raising one scenario does to a gap.

    Attributes
    ----------
    closes_scenario, closes_required : bool
        It lowers the scenarios missing, or the required ones missing.
    binding : bool
        It lowers the number of scenarios that must still be raised. False for a guiding scenario where only
        required ones help: with 2 scenarios short, both required, a third one changes nothing.
    reason : str
        The same for the reader, in Chinese.
    """

    scenario: str
    to_level: int
    target_level: int
    closes_scenario: bool
    closes_required: bool
    binding: bool
    reason: str


def gaps(result: DiagnosisResult, instrument: Instrument) -> tuple[Gap, ...]:
    """Return one gap for each level above the present one, nearest first; none at the highest level."""
    return tuple(
        gap_to(result, step.level, instrument)
        for step in instrument.level_rule.ascending
        if step.level > result.level
    )


def gap_to(result: DiagnosisResult, level: int, instrument: Instrument, *, with_openings: bool = True) -> Gap:
    """Return what is missing for one level.

    Parameters
    ----------
    with_openings : bool
        List the options that would add points. Most of the time goes into them; who scores many firms and
        looks at scenarios only can do without.

    Raises
    ------
    UnknownLevel
        The level is not one of 1–4.
    recommender.errors.InvalidInput
        The result was scored with another edition or another version of the level rule.
    """
    step = instrument.threshold(level)
    if step is None:
        raise UnknownLevel(f"没有“{level}”这一数字化等级，应为1到4。", place={"field": "target_level"})
    scored_with = (result.edition, result.rule_version)
    if scored_with != (instrument.edition, instrument.level_rule.version):
        raise InvalidInput(
            "诊断结果与评测指标的版本不一致，请按同一版本重新评分。", place={"field": "instrument"}
        )
    below = [grade for grade in result.scenarios if grade.grade < level]
    reached = [grade for grade in result.scenarios if grade.grade >= level]
    points_short = max(step.min_points - result.total, Decimal(0))
    return Gap(
        target_level=level,
        name=step.name,
        title=step.title,
        min_points=step.min_points,
        points_short=points_short,
        scenarios_short=max(step.min_scenarios - len(reached), 0),
        required_short=max(step.min_required - sum(grade.required for grade in reached), 0),
        scenarios_below=tuple(
            ScenarioBelow(
                id=grade.id, name=grade.name, required=grade.required, grade=grade.grade, graded=grade.graded
            )
            for grade in sorted(below, key=lambda grade: (not grade.required, -grade.grade))
        ),
        scenarios_reached=tuple(grade.id for grade in reached),
        openings=_openings(result, instrument) if with_openings and points_short else (),
    )


def closing_value(gap: Gap, scenario: str, to_level: int) -> ClosingValue:
    """Tell whether raising one scenario to a level closes a part of the gap.

    Parameters
    ----------
    gap : Gap
        The gap to one target level.
    scenario : str
        Scenario code.
    to_level : int
        Grade the scenario would have afterwards, 1–4.

    Raises
    ------
    UnknownScenario, GradeOutOfRange
        With the place of the fault.
    """
    if not is_grade(to_level) or to_level == 0:
        raise GradeOutOfRange(f"提升后的等级应为1到4的整数，收到“{to_level}”。", place={"field": "to_level"})
    standing = next((candidate for candidate in gap.scenarios_below if candidate.id == scenario), None)
    if standing is None and scenario not in gap.scenarios_reached:
        raise UnknownScenario(f"评测指标中没有应用场景“{scenario}”。", place={"field": "scenario"})
    counts = standing is not None and to_level >= gap.target_level
    closes_scenario = counts and gap.scenarios_short > 0
    closes_required = counts and standing is not None and standing.required and gap.required_short > 0
    left = max(gap.scenarios_short - closes_scenario, gap.required_short - closes_required)
    return ClosingValue(
        scenario=scenario,
        to_level=to_level,
        target_level=gap.target_level,
        closes_scenario=closes_scenario,
        closes_required=closes_required,
        binding=left < gap.scenarios_to_raise,
        reason=_reason(gap, standing, to_level, closes_scenario, closes_required),
    )


def _reason(
    gap: Gap, standing: ScenarioBelow | None, to_level: int, closes_scenario: bool, closes_required: bool
) -> str:
    if standing is None:
        return f"该场景已达到{gap.name}，不影响与{gap.name}的差距。"
    mark = "约束性" if standing.required else "指导性"
    head = f"“{standing.name}”（{mark}）由{_GRADE_NAMES[standing.grade]}提升到{_GRADE_NAMES[to_level]}"
    if to_level < gap.target_level:
        return f"“{standing.name}”（{mark}）只达到{_GRADE_NAMES[to_level]}，不计入{gap.name}所需的场景。"
    closed: list[str] = []
    if closes_scenario:
        closed.append(f"应用场景缺口由{gap.scenarios_short}个减为{gap.scenarios_short - 1}个")
    if closes_required:
        closed.append(f"约束性场景缺口由{gap.required_short}个减为{gap.required_short - 1}个")
    if closed:
        return f"{head}，距{gap.name}的{'，'.join(closed)}。"
    if gap.required_short:
        return f"{head}，但{gap.name}还缺的是约束性场景。"
    return f"{head}，但{gap.name}所需的场景数已满足。"


def _openings(result: DiagnosisResult, instrument: Instrument) -> tuple[PointOpening, ...]:
    held = {part.id: part for part in result.items}
    found = [
        opening
        for item in instrument.items
        for opening in _item_openings(item, held[item.id].letters, held[item.id].points)
    ]
    # sorted() is stable: equal points keep the official order.
    return tuple(sorted(found, key=lambda opening: -opening.adds))


def _item_openings(item: Item, letters: tuple[str, ...], points: Decimal) -> list[PointOpening]:
    found: list[PointOpening] = []
    for option in item.options:
        if item.kind == "single":
            adds = option.points - points
        else:
            adds = Decimal(0) if option.letter in letters else option.points
        if adds > 0:
            found.append(
                PointOpening(
                    item_id=item.id,
                    item_name=item.name,
                    letter=option.letter,
                    text=option.text,
                    adds=adds,
                    one_of=item.kind == "single",
                    scenario=option.scenario,
                )
            )
    return found
