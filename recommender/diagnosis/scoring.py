"""Answers and scenario grades become points and a level (工信厅企业〔2024〕56号)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from recommender.diagnosis.instrument import Instrument
from recommender.diagnosis.level_rule import LevelThreshold
from recommender.diagnosis.validation import checked_answers, checked_grades
from recommender.diagnosis.value import Points, Value
from recommender.domain.level import LEVEL_NAMES


class Score(Value):
    """Points of one item, indicator or dimension.

    Attributes
    ----------
    parent : str, optional
        Id of the indicator of an item, of the dimension of an indicator; None for a dimension.
    letters : tuple of str
        What was ticked; items only, empty when unanswered.
    """

    id: str
    name: str
    parent: str | None = None
    points: Points
    max_points: Points
    letters: tuple[str, ...] = ()


class ScenarioGrade(Value):
    """Grade of one scenario; ``graded`` is False where nothing was given and 0 is assumed."""

    id: str
    name: str
    group: str
    required: bool
    grade: int
    graded: bool


class LevelStanding(Value):
    """How the firm stands against one level: each condition and what it has.

    Attributes
    ----------
    scenarios, required : int
        Scenarios graded at this level or above; how many of them are 约束性.
    """

    level: int
    name: str
    title: str
    reached: bool
    points_met: bool
    scenarios: int
    scenarios_met: bool
    required: int
    required_met: bool


class DiagnosisResult(Value):
    """What the answers are worth.

    Attributes
    ----------
    level : int
        Highest level whose every condition holds, 0 when none does.
    complete : bool
        Every item answered and every scenario graded.
    level_is_lower_bound : bool
        True when something is missing: it counts as nothing, so the true level is this or higher.
    note : str, optional
        The same for the reader, in Chinese.
    """

    edition: str
    rule_version: str
    items: tuple[Score, ...]
    indicators: tuple[Score, ...]
    dimensions: tuple[Score, ...]
    total: Points
    scenarios: tuple[ScenarioGrade, ...]
    standings: tuple[LevelStanding, ...]
    level: int
    level_name: str
    complete: bool
    level_is_lower_bound: bool
    missing_items: tuple[str, ...]
    missing_scenarios: tuple[str, ...]
    note: str | None = None


def score(
    answers: Mapping[str, Sequence[str]], scenarios: Mapping[str, int], instrument: Instrument
) -> DiagnosisResult:
    """Score one diagnosis.

    Parameters
    ----------
    answers : mapping
        Item id to ticked letters; a missing item or an empty list counts 0 points.
    scenarios : mapping
        Scenario code to grade 0–4; a missing scenario counts as grade 0.
    instrument : Instrument
        The edition that the letters refer to.

    Returns
    -------
    DiagnosisResult

    Raises
    ------
    recommender.errors.InvalidInput
        A subclass named in :mod:`recommender.diagnosis.validation`, with the place of the fault.
    """
    ticked = checked_answers(answers, instrument)
    given = checked_grades(scenarios, instrument)
    items, indicators, dimensions = _scores(ticked, instrument)
    total = _sum(dimensions)
    grades = _grades(given, instrument)
    standings = tuple(_standing(step, total, grades) for step in instrument.level_rule.ascending)
    reached = [standing for standing in standings if standing.reached]
    missing_items = tuple(item.id for item in instrument.items if item.id not in ticked)
    missing_scenarios = tuple(grade.id for grade in grades if not grade.graded)
    complete = not missing_items and not missing_scenarios
    return DiagnosisResult(
        edition=instrument.edition,
        rule_version=instrument.level_rule.version,
        items=items,
        indicators=indicators,
        dimensions=dimensions,
        total=total,
        scenarios=grades,
        standings=standings,
        level=reached[-1].level if reached else 0,
        level_name=reached[-1].name if reached else LEVEL_NAMES[0],
        complete=complete,
        level_is_lower_bound=not complete,
        missing_items=missing_items,
        missing_scenarios=missing_scenarios,
        note=None if complete else _lower_bound_note(len(missing_items), len(missing_scenarios)),
    )


def _scores(
    ticked: Mapping[str, tuple[str, ...]], instrument: Instrument
) -> tuple[tuple[Score, ...], tuple[Score, ...], tuple[Score, ...]]:
    items: list[Score] = []
    indicators: list[Score] = []
    dimensions: list[Score] = []
    for dimension in instrument.dimensions:
        parts: list[Score] = []
        for indicator in dimension.indicators:
            answered = [
                Score(
                    id=item.id,
                    name=item.name,
                    parent=indicator.id,
                    points=item.points_for(ticked.get(item.id, ())),
                    max_points=item.points,
                    letters=ticked.get(item.id, ()),
                )
                for item in indicator.items
            ]
            items += answered
            parts.append(
                Score(
                    id=indicator.id,
                    name=indicator.name,
                    parent=dimension.id,
                    points=_sum(answered),
                    max_points=indicator.points,
                )
            )
        indicators += parts
        dimensions.append(
            Score(id=dimension.id, name=dimension.name, points=_sum(parts), max_points=dimension.points)
        )
    return tuple(items), tuple(indicators), tuple(dimensions)


def _grades(given: Mapping[str, int], instrument: Instrument) -> tuple[ScenarioGrade, ...]:
    return tuple(
        ScenarioGrade(
            id=scenario.id,
            name=scenario.name,
            group=group.id,
            required=scenario.required,
            grade=given.get(scenario.id, 0),
            graded=scenario.id in given,
        )
        for group in instrument.scenario_groups
        for scenario in group.scenarios
    )


def _standing(step: LevelThreshold, total: Decimal, grades: Iterable[ScenarioGrade]) -> LevelStanding:
    at_level = [grade for grade in grades if grade.grade >= step.level]
    required = sum(grade.required for grade in at_level)
    points_met = total >= step.min_points
    scenarios_met = len(at_level) >= step.min_scenarios
    required_met = required >= step.min_required
    return LevelStanding(
        level=step.level,
        name=step.name,
        title=step.title,
        reached=points_met and scenarios_met and required_met,
        points_met=points_met,
        scenarios=len(at_level),
        scenarios_met=scenarios_met,
        required=required,
        required_met=required_met,
    )


def _sum(scores: Iterable[Score]) -> Decimal:
    return sum((part.points for part in scores), start=Decimal(0))


def _lower_bound_note(items: int, scenarios: int) -> str:
    missing = [f"{items}道题未作答"] if items else []
    missing += [f"{scenarios}个场景未评级"] if scenarios else []
    return f"{'、'.join(missing)}，按0计；所示等级为下限，补全后只会持平或更高。"
