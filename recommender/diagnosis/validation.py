"""Checks of what a firm or an assessor typed in; the first fault is raised with its place."""

from collections.abc import Mapping, Sequence

from recommender.diagnosis.instrument import Instrument, Item
from recommender.diagnosis.level_rule import HIGHEST_LEVEL
from recommender.errors import InvalidInput


class UnknownItem(InvalidInput):
    """The instrument has no such item."""

    code = "unknown_item"
    title = "未知的评测题目"


class UnknownOption(InvalidInput):
    """The item has no option of this letter."""

    code = "unknown_option"
    title = "未知的选项"


class MalformedAnswer(InvalidInput):
    """An answer is not a list of different letters."""

    code = "malformed_answer"
    title = "答案格式有误"


class SeveralOptions(InvalidInput):
    """Several letters for an item that takes one."""

    code = "several_options"
    title = "单选题选了多项"


class ExclusiveOption(InvalidInput):
    """The 无 option together with others."""

    code = "exclusive_option"
    title = "“无”不能与其他选项同选"


class UnknownScenario(InvalidInput):
    """The instrument has no such scenario."""

    code = "unknown_scenario"
    title = "未知的应用场景"


class GradeOutOfRange(InvalidInput):
    """A scenario grade or level is not a whole number from 0 to 4."""

    code = "grade_out_of_range"
    title = "等级超出范围"


class UnknownLevel(InvalidInput):
    """A target level that the level rule does not know."""

    code = "unknown_level"
    title = "未知的数字化等级"


def checked_answers(
    answers: Mapping[str, Sequence[str]], instrument: Instrument
) -> dict[str, tuple[str, ...]]:
    """Return the answers with letters in the official order.

    An empty list counts as unanswered and is left out.

    Raises
    ------
    UnknownItem, UnknownOption, MalformedAnswer, SeveralOptions, ExclusiveOption
        With ``place`` such as ``{"field": "answers.network"}``.
    """
    checked: dict[str, tuple[str, ...]] = {}
    for item_id, letters in answers.items():
        item = instrument.item(item_id)
        if item is None:
            raise UnknownItem(f"评测指标中没有题目“{item_id}”。", place={"field": f"answers.{item_id}"})
        if ticked := _checked_letters(item, letters):
            checked[item.id] = ticked
    return checked


def checked_grades(scenarios: Mapping[str, int], instrument: Instrument) -> dict[str, int]:
    """Return the scenario grades as they are once each is known and within 0–4.

    Raises
    ------
    UnknownScenario, GradeOutOfRange
        With ``place`` such as ``{"field": "scenarios.quality"}``.
    """
    checked: dict[str, int] = {}
    for scenario_id, grade in scenarios.items():
        scenario = instrument.scenario(scenario_id)
        place = {"field": f"scenarios.{scenario_id}"}
        if scenario is None:
            raise UnknownScenario(f"评测指标中没有应用场景“{scenario_id}”。", place=place)
        if not is_grade(grade):
            raise GradeOutOfRange(
                f"“{scenario.name}”的等级应为0到{HIGHEST_LEVEL}的整数，收到“{grade}”。", place=place
            )
        checked[scenario.id] = grade
    return checked


def is_grade(grade: object) -> bool:
    """Tell whether a value is a whole number from 0 to 4; True and False are not."""
    return isinstance(grade, int) and not isinstance(grade, bool) and 0 <= grade <= HIGHEST_LEVEL


def _checked_letters(item: Item, letters: Sequence[str]) -> tuple[str, ...]:
    place = {"field": f"answers.{item.id}"}
    if isinstance(letters, str) or not isinstance(letters, Sequence):
        raise MalformedAnswer(f'“{item.name}”的答案应为选项字母列表，例如 ["B"]。', place=place)
    for letter in letters:
        if not isinstance(letter, str) or item.option(letter) is None:
            known = "、".join(option.letter for option in item.options)
            raise UnknownOption(f"“{item.name}”没有选项“{letter}”，可选：{known}。", place=place)
    ticked = set(letters)
    if len(ticked) < len(letters):
        raise MalformedAnswer(f"“{item.name}”的同一选项重复出现。", place=place)
    if item.kind == "single" and len(ticked) > 1:
        raise SeveralOptions(f"“{item.name}”是单选题，只能选一项，收到{len(ticked)}项。", place=place)
    if item.exclusive in ticked and len(ticked) > 1:
        raise ExclusiveOption(f"“{item.name}”选了“无”（{item.exclusive}）就不能再选其他项。", place=place)
    return tuple(option.letter for option in item.options if option.letter in ticked)
