"""What a solution does, by whose word, and how outcomes move the chances."""

import pytest

from recommender.domain.solution import Provenance
from recommender.planning.chances import EffectChances, Observed, calibrated
from recommender.planning.effect_rules import load_effect_rules, load_measures
from recommender.planning.effects import EffectReader
from tests.synthetic_records import solution
from tests.unit.planning.instances import INSTRUMENT

RULES = load_effect_rules()
READER = EffectReader(INSTRUMENT, RULES)


def test_a_declared_level_is_declared_and_what_follows_is_inferred() -> None:
    effects = READER.of(solution(1, scenarios=[{"scenario": "equipment", "level": 3}]))
    (raised,) = effects.raises
    assert (raised.scenario, raised.level, raised.provenance) == ("equipment", 3, Provenance.DECLARED)
    assert raised.chance == RULES.chances.declared.value
    (cover,) = effects.covers
    assert (cover.scenario, cover.provenance) == ("equipment", Provenance.INFERRED)
    earned = {(one.item_id, one.letter): one for one in effects.earns}
    assert set(earned) == {("data_collection", "I"), ("planning", "D")}
    assert {one.provenance for one in earned.values()} == {Provenance.INFERRED}
    assert all(one.rests_on.startswith("推断") for one in earned.values())


def test_a_tool_is_no_system_and_a_system_collects_nothing_by_itself() -> None:
    tool = READER.of(solution(2, scenarios=[{"scenario": "quality", "level": 1}]))
    assert not tool.covers
    system = READER.of(solution(3, scenarios=[{"scenario": "quality", "level": 2}]))
    assert [cover.scenario for cover in system.covers] == ["quality"]
    assert not [one for one in system.earns if one.item_id == "data_collection"]


def test_collaboration_is_none_of_the_links_that_are_counted() -> None:
    effects = READER.of(solution(4, scenarios=[{"scenario": "collaboration", "level": 3}]))
    assert effects.raises
    assert not effects.covers
    assert not [one for one in effects.earns if one.item_id == "data_collection"]


def test_confirmed_is_certain_and_inferred_keeps_its_confidence_and_evidence() -> None:
    effects = READER.of(
        solution(
            5,
            scenarios=[
                {"scenario": "energy", "level": 3, "provenance": "confirmed"},
                {
                    "scenario": "quality",
                    "level": 3,
                    "provenance": "inferred",
                    "confidence": 0.6,
                    "evidence": "自动判定并报警",
                },
            ],
        )
    )
    chances = {raised.scenario: raised.chance for raised in effects.raises}
    assert chances == {"energy": 1.0, "quality": 0.6}
    collected = {one.letter: one for one in effects.earns if one.item_id == "data_collection"}
    assert collected["K"].chance == pytest.approx(0.9)
    assert collected["H"].chance == pytest.approx(0.75 * 0.6)
    assert collected["H"].evidence == "自动判定并报警"
    # Not even a confirmed level confirms an answer to another item.
    assert collected["K"].provenance is Provenance.INFERRED


def test_security_is_read_from_the_page_with_its_words_and_does_not_count_by_default() -> None:
    effects = READER.of(solution(6, text="含异地备份，出了事当天恢复。", scenarios=[]))
    (read,) = [one for one in effects.earns if one.item_id == "data_security"]
    assert read.letter == "C"
    assert "异地备份" in (read.evidence or "")
    assert read.chance < RULES.min_confidence


def test_an_edited_record_is_read_anew() -> None:
    reader = EffectReader(INSTRUMENT, RULES)
    before = solution(7, scenarios=[{"scenario": "quality", "level": 2}])
    after = solution(7, scenarios=[{"scenario": "energy", "level": 2}])
    assert reader.of(before) is reader.of(before)
    assert reader.of(after).raises[0].scenario == "energy"


def test_every_measure_earns_options_that_exist_and_adds_points() -> None:
    for measure in load_measures().values():
        for earned in measure.earns:
            item = INSTRUMENT.item(earned.item)
            assert item is not None, measure.id
            option = item.option(earned.letter)
            assert option is not None, measure.id
            assert option.points > 0


def test_outcomes_move_the_chances_by_what_was_seen() -> None:
    start = EffectChances.of(RULES)
    assert not start.calibrated
    moved = calibrated(
        start,
        {Provenance.DECLARED: Observed(80, 40), Provenance.INFERRED: Observed(30, 9, mean_confidence=0.6)},
        RULES,
    )
    assert moved.calibrated
    assert moved.declared == pytest.approx((0.85 * 20 + 40) / 100)
    assert moved.inferred_factor == pytest.approx((0.6 * 20 + 9) / (0.6 * 50))
    assert moved.confirmed == 1.0
    assert calibrated(start, {}, RULES) == start
    with pytest.raises(ValueError, match="successes"):
        Observed(3, 4)
