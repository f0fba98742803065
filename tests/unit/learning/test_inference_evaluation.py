"""Measuring what is read from text: masked phrases, known F1, paired differences, declared scenarios."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from recommender.domain import Solution
from recommender.learning.inference_evaluation import (
    compare_labels,
    evaluate_scenarios,
    evaluate_sub_industry,
    f1_scores,
    mask_phrase,
    rule_labels,
)

LABELS = ["", "apparel", "luggage"]


def test_the_class_phrase_is_taken_out_wherever_and_however_it_stands() -> None:
    scope = "化妆品制造；服饰设计;化妆品制造（危险化学品除外）;化妆品制造设备维修"
    assert mask_phrase(scope, "化妆品制造") == "服饰设计;化妆品制造设备维修"
    assert mask_phrase("皮箱、包（袋）制造;房屋租赁", "皮箱、包（袋）制造") == "房屋租赁"


def test_rules_say_outside_where_they_find_nothing() -> None:
    assert rule_labels(["高档手袋的生产", "房屋租赁", " "]) == ["luggage", "", ""]


def test_figures_are_those_of_scikit_learn() -> None:
    generator = np.random.default_rng(0)
    known, first, second = (generator.choice(LABELS, 300).tolist() for _ in range(3))
    second = [k if keep else s for k, s, keep in zip(known, second, generator.random(300) < 0.5, strict=True)]
    one, other, difference = compare_labels(known, first, second)
    for found, measured in ((first, one), (second, other)):
        macro = f1_score(known, found, average="macro")
        assert measured.accuracy.value == pytest.approx(accuracy_score(known, found))
        assert measured.macro_f1.value == pytest.approx(macro)
        low, high = measured.macro_f1.ci95
        assert low is not None
        assert high is not None
        assert low < macro < high
    apart = accuracy_score(known, first) - accuracy_score(known, second)
    assert difference["accuracy"].value == pytest.approx(apart)
    high = difference["accuracy"].ci95[1]
    assert high is not None
    assert high < 0


def test_the_same_labels_differ_by_nothing() -> None:
    labels = LABELS * 10
    one, other, difference = compare_labels(labels, labels, labels)
    assert one == other
    assert (difference["macro_f1"].value, difference["macro_f1"].ci95) == (0.0, (0.0, 0.0))


def test_a_label_never_found_scores_nothing() -> None:
    np.testing.assert_array_equal(f1_scores(np.array([[2.0, 0.0], [3.0, 0.0]])), [4 / 7, 0.0])


def test_a_csv_of_scopes(tmp_path: Path) -> None:
    made = {"C1810": "机织服装制造", "C1922": "皮箱、包（袋）制造", "C3011": "水泥制造"}
    lines = ["business_scope,gb4754,pilot_industry"]
    for number in range(10):
        lines.append(f"机织服装制造;成衣加工{number},C1810,服装")
        lines.append(f"皮箱、包（袋）制造;手袋生产{number},C1922,箱包")
        lines.append(f"水泥制造;房屋租赁{number},C3011,")
    path = tmp_path / "firms.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    result = evaluate_sub_industry(path, {"服装": "apparel", "箱包": "luggage"}, made)
    assert (result.enterprises, result.inside) == (30, 20)
    assert result.rules.accuracy.value == 1.0
    assert result.linear.accuracy.value == 1.0


def test_scenarios_are_measured_against_what_was_declared() -> None:
    page = {"id": "S1", "name": "安环云", "text": "隐患排查、动火作业票与危险源台账，安全培训留痕。"}
    declared = Solution.model_validate(page | {"scenarios": [{"scenario": "safety", "level": 2}]})
    silent = Solution.model_validate(
        {"id": "S2", "name": "甲", "text": "说不清。", "scenarios": [{"scenario": "finance", "level": 1}]}
    )
    undeclared = Solution.model_validate(page | {"id": "S3"})
    result = evaluate_scenarios([declared, silent, undeclared])
    assert (result.solutions, result.silent) == (2, 1)
    assert (result.precision.value, result.recall.value) == (1.0, 0.5)
    assert result.macro_f1.value == pytest.approx(1 / 16)
