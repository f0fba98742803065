from typing import Any

import pytest

from recommender.diagnosis import score
from recommender.errors import InvalidInput

from .firms import INSTRUMENT


@pytest.mark.parametrize(
    ("answers", "field", "code"),
    [
        ({"poetry": ["A"]}, "answers.poetry", "unknown_item"),
        ({"network": ["F"]}, "answers.network", "unknown_option"),
        ({"network": ["b"]}, "answers.network", "unknown_option"),
        ({"network": [1]}, "answers.network", "unknown_option"),
        ({"planning": ["B", "C"]}, "answers.planning", "several_options"),
        ({"talent": ["A", "B"]}, "answers.talent", "exclusive_option"),
        ({"talent": ["B", "A"]}, "answers.talent", "exclusive_option"),
        ({"talent": ["B", "B"]}, "answers.talent", "malformed_answer"),
        ({"planning": ["B", "B"]}, "answers.planning", "malformed_answer"),
        ({"network": "BC"}, "answers.network", "malformed_answer"),
        ({"network": None}, "answers.network", "malformed_answer"),
        ({"network": {"B": True}}, "answers.network", "malformed_answer"),
    ],
)
def test_an_invalid_answer_is_refused_with_its_place(answers: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        score({"funding": ["A"]} | answers, {}, INSTRUMENT)
    assert caught.value.code == code
    assert caught.value.status == 422
    assert caught.value.place == {"field": field}


@pytest.mark.parametrize(
    ("scenarios", "field", "code"),
    [
        ({"poetry": 1}, "scenarios.poetry", "unknown_scenario"),
        ({"quality": 5}, "scenarios.quality", "grade_out_of_range"),
        ({"quality": -1}, "scenarios.quality", "grade_out_of_range"),
        ({"quality": 2.0}, "scenarios.quality", "grade_out_of_range"),
        ({"quality": "2"}, "scenarios.quality", "grade_out_of_range"),
        ({"quality": True}, "scenarios.quality", "grade_out_of_range"),
        ({"quality": None}, "scenarios.quality", "grade_out_of_range"),
    ],
)
def test_an_invalid_grade_is_refused_with_its_place(scenarios: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        score({}, {"energy": 1} | scenarios, INSTRUMENT)
    assert caught.value.code == code
    assert caught.value.place == {"field": field}


def test_the_message_names_the_question_and_the_choices_in_chinese() -> None:
    with pytest.raises(InvalidInput) as caught:
        score({"planning": ["Z"]}, {}, INSTRUMENT)
    assert caught.value.detail == "“规划实施”没有选项“Z”，可选：A、B、C、D、E、F。"
