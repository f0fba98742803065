from decimal import Decimal

import pytest

from recommender.diagnosis import DiagnosisResult, score

from .firms import (
    GUIDING,
    INSTRUMENT,
    REQUIRED,
    SCENARIOS,
    Answers,
    Grades,
    complete,
    every_letter_but_a,
    grades,
)

#: Network 8 + digitalised 4.5 + systems 2.5 + planning 1.5 + energy 3.5 = 20.
TWENTY: Answers = {
    "network": ["B", "C", "D", "E"],
    "equipment_digitalised": ["D"],
    "information_systems": ["B"],
    "planning": ["B"],
    "energy_use": ["B"],
}
#: 8 + 6 + 6 + mechanisms 3.75 + funding 3.75 + data security 2.5 + planning 7.5 + systems 2.5 = 40.
FORTY: Answers = {
    "network": ["B", "C", "D", "E"],
    "equipment_digitalised": ["E"],
    "equipment_connected": ["E"],
    "mechanisms": ["B", "C"],
    "funding": ["C"],
    "data_security": ["B", "C"],
    "planning": ["F"],
    "information_systems": ["B"],
}
#: The whole foundation, 50, with energy use and quality rate at their best, 14.
SIXTY_FOUR: Answers = {
    "network": every_letter_but_a("network"),
    "equipment_digitalised": ["E"],
    "equipment_connected": ["E"],
    "data_collection": every_letter_but_a("data_collection"),
    "information_systems": ["E"],
    "network_security": every_letter_but_a("network_security"),
    "data_security": every_letter_but_a("data_security"),
    "energy_use": ["C"],
    "quality_rate": ["C"],
}
FULL: Answers = {
    item.id: every_letter_but_a(item.id) if item.kind == "multi" else [item.options[-1].letter]
    for item in INSTRUMENT.items
}


def three_and_three(level: int) -> Grades:
    """Exactly three required and three guiding scenarios at a level, the rest at 0."""
    return grades(**dict.fromkeys(REQUIRED[:3] + GUIDING[:3], level))


def scored(answers: Answers, scenarios: Grades) -> DiagnosisResult:
    return score(complete(answers), scenarios, INSTRUMENT)


def test_a_firm_with_nothing_has_no_level() -> None:
    result = scored({}, grades())
    assert (result.total, result.level, result.level_name) == (0, 0, "无等级")
    assert result.complete
    assert not result.level_is_lower_bound
    assert result.note is None


def test_just_level_one() -> None:
    result = scored(TWENTY, three_and_three(1))
    assert (result.total, result.level, result.level_name) == (20, 1, "一级")
    assert {part.id: part.points for part in result.dimensions} == {
        "digital_foundation": 15,
        "digital_management": Decimal("1.5"),
        "digital_outcome": Decimal("3.5"),
    }
    assert {part.id: part.points for part in result.indicators if part.points} == {
        "equipment_systems": Decimal("12.5"),
        "information_systems": Decimal("2.5"),
        "planning_management": Decimal("1.5"),
        "low_carbon": Decimal("3.5"),
    }


def test_one_scenario_less_is_no_level() -> None:
    short = three_and_three(1) | {GUIDING[0]: 0}
    assert scored(TWENTY, short).level == 0


def test_points_say_three_but_scenarios_say_two() -> None:
    seven_at_three = dict.fromkeys(REQUIRED[:5] + GUIDING[:2], 3)
    result = scored(SIXTY_FOUR, dict.fromkeys(SCENARIOS, 2) | seven_at_three)
    assert result.total == 64
    assert result.level == 2
    third = result.standings[2]
    assert third.level == 3
    assert (third.points_met, third.scenarios, third.required) == (True, 7, 5)
    assert (third.scenarios_met, third.required_met, third.reached) == (False, True, False)


def test_required_scenarios_short() -> None:
    eight_at_two = dict.fromkeys(REQUIRED[:2] + GUIDING, 2)
    result = scored(FORTY, grades(**eight_at_two | {REQUIRED[2]: 1}))
    assert result.level == 1
    second = result.standings[1]
    assert (second.points_met, second.scenarios, second.scenarios_met) == (True, 8, True)
    assert (second.required, second.required_met) == (2, False)


def test_exactly_forty_is_level_two() -> None:
    result = scored(FORTY, three_and_three(2))
    assert (result.total, result.level) == (40, 2)


def test_just_below_forty_is_level_one() -> None:
    result = scored(FORTY | {"mechanisms": ["B"]}, three_and_three(2))
    assert (result.total, result.level) == (Decimal("38.125"), 1)


def test_exactly_forty_with_tenths_is_level_two() -> None:
    # Added as floats in this order the same points come to 39.999999999999986, which would miss level 2.
    tenths = {key: SIXTY_FOUR[key] for key in list(SIXTY_FOUR)[:5]}
    result = scored(tenths, three_and_three(2))
    assert (result.total, result.level) == (40, 2)
    assert str(result.total) == "40"


def test_full_marks_are_a_hundred_and_level_four() -> None:
    result = scored(FULL, dict.fromkeys(SCENARIOS, 4))
    assert (result.total, result.level, result.level_name) == (100, 4, "四级")


@pytest.mark.parametrize(("scenarios", "required", "level"), [(10, 6, 4), (9, 6, 3), (10, 5, 3)])
def test_level_four_counts_scenarios_and_required_ones(scenarios: int, required: int, level: int) -> None:
    at_four = REQUIRED[:required] + GUIDING[: scenarios - required]
    result = scored(FULL, dict.fromkeys(SCENARIOS, 3) | dict.fromkeys(at_four, 4))
    assert result.level == level


def test_what_is_missing_counts_nothing_and_is_told() -> None:
    result = score({"network": ["B"], "talent": []}, {"quality": 3}, INSTRUMENT)
    assert result.total == 2
    assert result.level == 0
    assert not result.complete
    assert result.level_is_lower_bound
    assert len(result.missing_items) == 14
    assert "talent" in result.missing_items
    assert "network" not in result.missing_items
    assert len(result.missing_scenarios) == 15
    assert "quality" not in result.missing_scenarios
    assert result.note == "14道题未作答、15个场景未评级，按0计；所示等级为下限，补全后只会持平或更高。"


def test_the_level_is_a_lower_bound_when_only_a_scenario_is_missing() -> None:
    given = three_and_three(2)
    del given["decision_support"]
    result = scored(FORTY, given)
    assert result.level == 2
    assert result.level_is_lower_bound
    assert result.note == "1个场景未评级，按0计；所示等级为下限，补全后只会持平或更高。"


def test_letters_are_kept_in_the_official_order() -> None:
    result = score({"network": ["D", "B"]}, {}, INSTRUMENT)
    assert result.items[0].letters == ("B", "D")
    assert result.items[0].points == 4
