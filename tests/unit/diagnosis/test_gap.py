from decimal import Decimal

import pytest

from recommender.diagnosis import (
    GradeOutOfRange,
    UnknownLevel,
    UnknownScenario,
    closing_value,
    gap_to,
    gaps,
    score,
)
from recommender.errors import InvalidInput

from .firms import GUIDING, INSTRUMENT, REQUIRED, SCENARIOS, Grades, complete, grades
from .test_scoring import FORTY, FULL, SIXTY_FOUR, TWENTY, scored, three_and_three


def test_one_gap_for_each_higher_level() -> None:
    assert [gap.target_level for gap in gaps(scored({}, grades()), INSTRUMENT)] == [1, 2, 3, 4]
    assert [gap.target_level for gap in gaps(scored(FORTY, three_and_three(2)), INSTRUMENT)] == [3, 4]
    assert gaps(scored(FULL, dict.fromkeys(SCENARIOS, 4)), INSTRUMENT) == ()


def test_every_part_of_a_gap_by_hand() -> None:
    gap = gap_to(scored(TWENTY, three_and_three(1) | {"quality": 2}), 2, INSTRUMENT)
    assert (gap.name, gap.title, gap.min_points) == ("二级", "规范级", 40)
    assert (gap.points_short, gap.scenarios_short, gap.required_short) == (20, 5, 2)
    assert gap.scenarios_to_raise == 5
    assert not gap.closed
    assert gap.scenarios_reached == ("quality",)
    assert len(gap.scenarios_below) == 15
    # Required first, those already at grade 1 before the others.
    assert [below.grade for below in gap.scenarios_below] == [1] * 3 + [0] * 6 + [1] * 3 + [0] * 3
    assert [below.required for below in gap.scenarios_below] == [True] * 9 + [False] * 6


def test_points_reached_but_a_scenario_short() -> None:
    seven_at_three = dict.fromkeys(REQUIRED[:5] + GUIDING[:2], 3)
    gap = gap_to(scored(SIXTY_FOUR, dict.fromkeys(SCENARIOS, 2) | seven_at_three), 3, INSTRUMENT)
    assert (gap.points_short, gap.scenarios_short, gap.required_short) == (0, 1, 0)
    assert gap.openings == ()


def test_openings_say_what_each_option_adds_best_first() -> None:
    result = score(
        complete({"information_systems": ["C"], "network": ["B", "C", "D", "E"], "talent": ["B"]}),
        grades(),
        INSTRUMENT,
    )
    openings = gap_to(result, 1, INSTRUMENT).openings
    adds = [opening.adds for opening in openings]
    assert adds == sorted(adds, reverse=True)
    assert (openings[0].item_id, openings[0].letter, openings[0].adds) == ("planning", "F", Decimal("7.5"))
    found = {(opening.item_id, opening.letter): opening for opening in openings}
    assert found["information_systems", "E"].adds == 5
    assert found["information_systems", "D"].adds == Decimal("2.5")
    assert found["information_systems", "D"].one_of
    assert ("information_systems", "B") not in found
    assert ("talent", "B") not in found
    assert found["talent", "C"].adds == Decimal("1.5")
    assert not found["talent", "C"].one_of
    assert not [key for key in found if key[0] == "network"]
    assert found["data_collection", "H"].scenario == "quality"


@pytest.mark.parametrize(
    ("scenario", "to_level", "scenario_closed", "required_closed", "binding"),
    [
        ("energy", 2, True, True, True),
        ("energy", 4, True, True, True),
        ("collaboration", 2, True, False, True),
        ("energy", 1, False, False, False),
        ("quality", 4, False, False, False),
    ],
)
def test_closing_value(
    scenario: str, to_level: int, scenario_closed: bool, required_closed: bool, binding: bool
) -> None:
    # Short of level 2: four scenarios, one of them required.
    gap = gap_to(scored(FORTY, grades(quality=2, marketing=2)), 2, INSTRUMENT)
    assert (gap.scenarios_short, gap.required_short) == (4, 1)
    value = closing_value(gap, scenario, to_level)
    assert (value.closes_scenario, value.closes_required) == (scenario_closed, required_closed)
    assert value.binding is binding


def test_a_guiding_scenario_does_not_bind_where_only_required_ones_help() -> None:
    # Three guiding and one required at 2: two scenarios short and both must be required ones.
    given: Grades = grades(**dict.fromkeys(GUIDING[:3], 2), quality=2)
    gap = gap_to(scored(FORTY, given), 2, INSTRUMENT)
    assert (gap.scenarios_short, gap.required_short) == (2, 2)
    guiding = closing_value(gap, GUIDING[4], 2)
    assert guiding.closes_scenario
    assert not guiding.binding
    assert closing_value(gap, "energy", 2).binding


@pytest.mark.parametrize(
    ("scenario", "to_level", "reason"),
    [
        (
            "energy",
            2,
            "“能耗管理”（约束性）由零级提升到二级，距二级的应用场景缺口由4个减为3个，约束性场景缺口由1个减为0个。",
        ),
        ("energy", 1, "“能耗管理”（约束性）只达到一级，不计入二级所需的场景。"),
        ("quality", 3, "该场景已达到二级，不影响与二级的差距。"),
    ],
)
def test_the_reason_is_told_in_chinese(scenario: str, to_level: int, reason: str) -> None:
    gap = gap_to(scored(FORTY, grades(quality=2, marketing=2)), 2, INSTRUMENT)
    assert closing_value(gap, scenario, to_level).reason == reason


def test_reasons_where_scenarios_no_longer_count() -> None:
    short_of_points = gap_to(scored(TWENTY, three_and_three(2)), 2, INSTRUMENT)
    assert closing_value(short_of_points, "energy", 2).reason.endswith("但二级所需的场景数已满足。")
    short_of_required = gap_to(scored(FORTY, grades(**dict.fromkeys(GUIDING, 2))), 2, INSTRUMENT)
    assert (short_of_required.scenarios_short, short_of_required.required_short) == (0, 3)
    half_way = gap_to(scored(FORTY, grades(**dict.fromkeys(GUIDING[:5] + REQUIRED[:1], 2))), 2, INSTRUMENT)
    assert closing_value(half_way, GUIDING[5], 2).reason.endswith("但二级还缺的是约束性场景。")


def test_faults_are_refused_with_their_place() -> None:
    result = scored(FORTY, three_and_three(2))
    gap = gap_to(result, 3, INSTRUMENT)
    with pytest.raises(UnknownScenario) as unknown:
        closing_value(gap, "poetry", 2)
    assert unknown.value.place == {"field": "scenario"}
    for grade in (0, 5, True):
        with pytest.raises(GradeOutOfRange) as out:
            closing_value(gap, "quality", grade)
        assert out.value.place == {"field": "to_level"}
    for level in (0, 5):
        with pytest.raises(UnknownLevel) as target:
            gap_to(result, level, INSTRUMENT)
        assert target.value.place == {"field": "target_level"}
    other = INSTRUMENT.model_copy(update={"edition": "2030"})
    with pytest.raises(InvalidInput) as edition:
        gap_to(result, 3, other)
    assert edition.value.place == {"field": "instrument"}
