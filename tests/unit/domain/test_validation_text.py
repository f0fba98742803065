import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ValidationError

from recommender.domain import Diagnosis, Enterprise, Event, LeadUnit, Need, Solution
from recommender.domain.served_list import ServedList
from recommender.domain.validation_text import PATTERNS, Problem, explain, field_path, summary
from tests.synthetic_records import enterprise, event_body, solution, uscc

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def problems(model: type[BaseModel], values: Any) -> list[Problem]:
    with pytest.raises(ValidationError) as failure:
        model.model_validate(values)
    return explain(failure.value)


def firm(**changes: Any) -> dict[str, Any]:
    return enterprise(1).model_dump(mode="json") | changes


def product(**changes: Any) -> dict[str, Any]:
    return solution(1).model_dump(mode="json") | changes


@pytest.mark.parametrize(
    ("model", "values", "expected"),
    [
        (Enterprise, {"uscc": uscc(1)}, ("name", "必须填写", "missing")),
        (Enterprise, firm(phone="1"), ("phone", "没有这个字段，请检查名称", "extra_forbidden")),
        (Enterprise, firm(employees="多"), ("employees", "应为整数，现为“多”", "int_parsing")),
        (Enterprise, firm(employees=1.5), ("employees", "应为整数，不能有小数，现为“1.5”", "int_from_float")),
        (Enterprise, firm(employees=-1), ("employees", "不能小于 0，现为“-1”", "greater_than_equal")),
        (Enterprise, firm(name=" "), ("name", "不能为空", "string_too_short")),
        (Enterprise, firm(name="甲" * 201), ("name", "最多 200 个字", "string_too_long")),
        (Enterprise, firm(name="甲\n乙"), ("name", "只能写一行，不能换行", "string_pattern_mismatch")),
        (Enterprise, firm(uscc="914"), ("uscc", "至少 18 个字，现有 3 个", "too_short")),
        (
            Enterprise,
            firm(uscc="91440101000000001*"),
            ("uscc", "应为18位统一社会信用代码（数字和大写字母）", "string_pattern_mismatch"),
        ),
        (
            Enterprise,
            firm(revenue_yuan="1.234"),
            ("revenue_yuan", "小数最多 2 位，现为“1.234”", "decimal_max_places"),
        ),
        (
            Enterprise,
            firm(revenue_yuan="一百万"),
            ("revenue_yuan", "应为数字，现为“一百万”", "decimal_parsing"),
        ),
        (
            Enterprise,
            firm(registered_on="2026/3/1"),
            ("registered_on", "日期应写成 2026-03-01 的样子，现为“2026/3/1”", "date_from_datetime_parsing"),
        ),
        (
            Enterprise,
            firm(district="深圳"),
            ("district", "“深圳”不是广州市11区的名称或代码", "invalid_value"),
        ),
        (
            Enterprise,
            firm(deployment_preference=["云"]),
            (
                "deployment_preference[0]",
                "只能是：saas、on_premises、hybrid、edge，现为“云”",
                "enum",
            ),
        ),
        (Enterprise, firm(needs="缺人"), ("needs", "应为列表", "tuple_type")),
        (Enterprise, firm(needs=["x"] * 51), ("needs", "最多 50 项，现有 51 项", "too_long")),
        (
            Enterprise,
            firm(contact="张三"),
            ("contact", "应为一组字段（对象），不能是单个值或列表", "model_type"),
        ),
        (Enterprise, [], ("", "应为一组字段（对象），不能是单个值或列表", "model_type")),
        (
            Solution,
            product(scenarios=[{"scenario": "quality", "level": 5}]),
            ("scenarios[0].level", "不能大于 4，现为“5”", "less_than_equal"),
        ),
        (
            Solution,
            product(price={"low_yuan": "2", "high_yuan": "1"}),
            ("price", "最低价不能高于最高价", "invalid_value"),
        ),
        (
            Solution,
            product(evidence=[{"kind": "rumour", "text": "x"}]),
            ("evidence[0].kind", "只能是：case、certificate、report、test", "string_pattern_mismatch"),
        ),
        (
            Solution,
            product(audit_state="ok"),
            (
                "audit_state",
                "只能是：submitted、returned、admitted、rejected、suspended、retired，现为“ok”",
                "enum",
            ),
        ),
        (
            Event,
            event_body(1, occurred_at="2026-03-01T09:30:00"),
            ("occurred_at", "要写明时区，如 2026-03-01T09:30:00+08:00", "timezone_aware"),
        ),
        (
            Event,
            event_body(1, event_id="含 空格"),
            ("event_id", "编号只能由字母、数字和 . _ : - 组成，长度1–100", "string_pattern_mismatch"),
        ),
    ],
)
def test_what_users_get_to_read(model: type[BaseModel], values: Any, expected: tuple[str, str, str]) -> None:
    assert problems(model, values) == [Problem(*expected)]


def test_a_wrong_key_is_named_without_the_marker() -> None:
    values = {"id": "d", "uscc": uscc(1), "assessed_on": "2026-01-01", "scenarios": {"dancing": 1}}
    (found,) = problems(Diagnosis, values)
    assert (found.field, found.code) == ("scenarios.dancing", "enum")
    assert "product_design" in found.message


def test_all_problems_are_listed_in_order() -> None:
    found = problems(Enterprise, {"uscc": "1", "employees": "x", "extra": 1})
    assert [problem.field for problem in found] == ["uscc", "name", "employees", "extra"]
    assert summary(found, limit=2) == "uscc：至少 18 个字，现有 1 个；name：必须填写；另有 2 处"
    assert summary(problems(Enterprise, 5)) == "应为一组字段（对象），不能是单个值或列表"


def test_foreign_english_never_reaches_a_user() -> None:
    class Colour(StrEnum):
        RED = "red"

    class Sample(BaseModel):
        colour: Colour = Colour.RED
        side: Literal["left", "right"] = "left"
        total: Annotated[Decimal, Field(max_digits=3)] = Decimal(0)
        code: Annotated[str, Field(pattern="^x$")] = "x"
        pair: tuple[int, int] = (1, 2)
        either: int | list[int] = 0

    values = {"colour": "blue", "side": "up", "total": "12345", "code": "y", "pair": [1], "either": {}}
    found = problems(Sample, values)
    fields = {problem.field.split(".")[0] for problem in found}
    assert fields == {"colour", "side", "total", "code", "pair[1]", "either"}
    assert all(CHINESE.search(problem.message) for problem in found)
    assert next(p.message for p in found if p.field == "side") == "只能是：left、right，现为“up”"


def test_long_values_are_cut() -> None:
    (found,) = problems(Enterprise, firm(employees="9a" * 5000))
    assert len(found.message) < 60


def patterns(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("pattern"), str):
            yield node["pattern"]
        for value in node.values():
            yield from patterns(value)
    elif isinstance(node, list):
        for value in node:
            yield from patterns(value)


@pytest.mark.parametrize("model", [Diagnosis, Enterprise, Event, LeadUnit, Need, Solution, ServedList])
def test_every_pattern_of_the_domain_has_words(model: type[BaseModel]) -> None:
    for pattern in patterns(model.model_json_schema()):
        assert pattern in PATTERNS or "|" in pattern, pattern


def test_paths() -> None:
    assert field_path(("scenarios", 0, "level")) == "scenarios[0].level"
    assert field_path((0, "name")) == "[0].name"
    assert field_path(("answers", "网络", "[key]")) == "answers.网络"
    assert field_path(()) == ""
