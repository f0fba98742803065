import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from recommender.diagnosis import BrokenInstrument, UnknownEdition, editions, load_instrument
from recommender.settings import data_dir

EXPECTED_POINTS = {
    "network": "8",
    "equipment_digitalised": "6",
    "equipment_connected": "6",
    "data_collection": "10",
    "information_systems": "10",
    "network_security": "5",
    "data_security": "5",
    "planning": "7.5",
    "mechanisms": "7.5",
    "talent": "7.5",
    "funding": "7.5",
    "energy_use": "7",
    "quality_rate": "7",
    "revenue_per_head": "3",
    "cost_ratio": "3",
}
MULTI = {"network", "data_collection", "network_security", "data_security", "mechanisms", "talent"}
GUIDING = {
    "process_design",
    "after_sales",
    "planning_scheduling",
    "human_resources",
    "collaboration",
    "decision_support",
}


def test_the_fifteen_items_are_worth_what_the_standard_says() -> None:
    items = load_instrument().items
    assert {item.id: item.points for item in items} == {
        item_id: Decimal(points) for item_id, points in EXPECTED_POINTS.items()
    }
    assert sum(item.points for item in items) == 100
    assert {item.id for item in items if item.kind == "multi"} == MULTI
    assert [dimension.points for dimension in load_instrument().dimensions] == [50, 30, 20]


def test_a_is_worth_nothing_in_every_item() -> None:
    assert all(item.points_for(["A"]) == 0 for item in load_instrument().items)


def test_data_collection_adds_up_without_float_residue() -> None:
    item = load_instrument().item("data_collection")
    assert item is not None
    letters = [option.letter for option in item.options][1:]
    assert len(letters) == 14
    assert item.points_for(letters) == Decimal(10)
    assert item.points_for(letters[:-1]) == Decimal("9.1")
    assert [option.scenario for option in item.options][1:] == [
        scenario.id
        for scenario in load_instrument().scenarios
        if scenario.id not in {"collaboration", "decision_support"}
    ]


def test_sixteen_scenarios_ten_required_in_agreement_with_the_taxonomy() -> None:
    instrument = load_instrument()
    assert [len(group.scenarios) for group in instrument.scenario_groups] == [4, 6, 2, 4]
    assert {scenario.id for scenario in instrument.scenarios if not scenario.required} == GUIDING
    taxonomy = json.loads((data_dir() / "taxonomy" / "taxonomy.json").read_text(encoding="utf-8"))
    assert [
        (scenario.id, scenario.name, group.id, scenario.required)
        for group in instrument.scenario_groups
        for scenario in group.scenarios
    ] == [(row["code"], row["name"], row["group"], row["required"]) for row in taxonomy["scenarios"]]


@pytest.mark.parametrize(
    ("scenario_id", "level", "wording", "evidence"),
    [
        ("product_design", 3, "标准库", "标准库"),
        ("product_design", 4, "仿真分析", "仿真分析"),
        ("process_design", 3, "知识库", "知识库"),
        ("process_design", 4, "三维仿真", "仿真模型"),
        ("after_sales", 3, "售后问题清单", "售后问题管理清单"),
        ("after_sales", 4, "远程运维", "远程运维"),
        ("equipment", 3, "实时采集", "OEE统计"),
        ("equipment", 4, "设备故障知识库", "故障知识库"),
        ("safety", 3, "危险废物", "危险废物"),
        ("safety", 4, "预防性管理", "预防性管理"),
    ],
)
def test_levels_three_and_four_are_not_swapped(
    scenario_id: str, level: int, wording: str, evidence: str
) -> None:
    scenario = load_instrument().scenario(scenario_id)
    assert scenario is not None
    step = scenario.levels[level - 1]
    assert step.level == level
    assert wording in step.text
    assert evidence in "".join(step.evidence)


def test_every_item_and_level_is_explained_and_has_evidence() -> None:
    instrument = load_instrument()
    assert all(item.question and item.explanation and item.evidence for item in instrument.items)
    steps = [step for scenario in instrument.scenarios for step in scenario.levels]
    assert len(steps) == 64
    assert all(step.text.endswith("。") and step.evidence for step in steps)
    assert len({step.text for step in steps}) == 64


def test_the_level_rule_and_its_doubt() -> None:
    rule = load_instrument().level_rule
    assert [
        (step.level, step.min_points, step.min_scenarios, step.min_required) for step in rule.ascending
    ] == [
        (1, 20, 6, 3),
        (2, 40, 6, 3),
        (3, 60, 8, 5),
        (4, 80, 10, 6),
    ]
    assert "以官方通知为准" in rule.note
    assert "planning.F" in {doubt.place for doubt in load_instrument().source.doubts}


def test_loading_is_cached_and_values_cannot_be_changed() -> None:
    instrument = load_instrument()
    assert load_instrument("2024", data_dir()) is instrument
    with pytest.raises(ValidationError):
        instrument.edition = "2025"  # type: ignore[misc]


@pytest.mark.parametrize("edition", ["1999", "", "../taxonomy/taxonomy", "2024.json"])
def test_an_unknown_edition_is_refused(edition: str) -> None:
    with pytest.raises(UnknownEdition) as caught:
        load_instrument(edition)
    assert caught.value.place == {"field": "instrument"}
    assert "2024" in caught.value.detail
    assert "2024" in editions()


def _worth_more(doc: dict[str, Any]) -> None:
    doc["dimensions"][0]["indicators"][0]["items"][1]["options"][4]["points"] = "7"


def _letter_twice(doc: dict[str, Any]) -> None:
    doc["dimensions"][0]["indicators"][0]["items"][0]["options"][2]["letter"] = "B"


def _no_exclusive(doc: dict[str, Any]) -> None:
    del doc["dimensions"][0]["indicators"][0]["items"][0]["exclusive"]


def _exclusive_worth_points(doc: dict[str, Any]) -> None:
    doc["dimensions"][0]["indicators"][0]["items"][0]["exclusive"] = "B"


def _wrong_weight(doc: dict[str, Any]) -> None:
    doc["dimensions"][1]["indicators"][0]["weight_percent"] = "60"


def _item_twice(doc: dict[str, Any]) -> None:
    doc["dimensions"][0]["indicators"][0]["items"][1]["id"] = "network"


def _dimension_lost(doc: dict[str, Any]) -> None:
    del doc["dimensions"][2]


def _scenario_lost(doc: dict[str, Any]) -> None:
    del doc["scenario_groups"][3]["scenarios"][3]


def _nine_required(doc: dict[str, Any]) -> None:
    doc["scenario_groups"][2]["scenarios"][1]["required"] = False


def _levels_out_of_order(doc: dict[str, Any]) -> None:
    doc["scenario_groups"][0]["scenarios"][0]["levels"].reverse()


def _rule_falls(doc: dict[str, Any]) -> None:
    doc["level_rule"]["levels"][0]["min_scenarios"] = 5


def _rule_out_of_reach(doc: dict[str, Any]) -> None:
    doc["level_rule"]["levels"][0]["min_required"] = 11


def _option_names_no_scenario(doc: dict[str, Any]) -> None:
    doc["dimensions"][0]["indicators"][1]["items"][0]["options"][1]["scenario"] = "poetry"


def _negative_points(doc: dict[str, Any]) -> None:
    doc["dimensions"][0]["indicators"][0]["items"][1]["options"][0]["points"] = "-1"


@pytest.mark.parametrize(
    "spoil",
    [
        _worth_more,
        _letter_twice,
        _no_exclusive,
        _exclusive_worth_points,
        _wrong_weight,
        _item_twice,
        _dimension_lost,
        _scenario_lost,
        _nine_required,
        _levels_out_of_order,
        _rule_falls,
        _rule_out_of_reach,
        _option_names_no_scenario,
        _negative_points,
    ],
)
def test_a_file_that_contradicts_itself_is_refused(
    tmp_path: Path, spoil: Callable[[dict[str, Any]], None]
) -> None:
    folder = tmp_path / "instrument"
    folder.mkdir()
    shipped = (data_dir() / "instrument" / "2024.json").read_text(encoding="utf-8")
    (folder / "2024.json").write_text(shipped, encoding="utf-8")
    (folder / "2024b.json").write_text(shipped, encoding="utf-8")
    assert load_instrument("2024", tmp_path) == load_instrument()
    doc = json.loads(shipped)
    spoil(doc)
    (folder / "2024b.json").write_text(json.dumps(doc), encoding="utf-8")
    with pytest.raises(BrokenInstrument) as caught:
        load_instrument("2024b", tmp_path)
    assert caught.value.place["file"] == "2024b.json"
