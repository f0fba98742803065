"""Options and arguments that several commands share."""

import json
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from recommender.domain.calendar import SHANGHAI
from recommender.domain.taxonomy import SubIndustry, load_taxonomy
from recommender.errors import InvalidInput

#: How a day is written; for ``formats=`` of an option.
DAYS = ["%Y-%m-%d"]
AsJson = Annotated[bool, typer.Option("--json", help="在标准输出写一份 JSON 文档")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", help="另存为 Excel 工作簿", metavar="FILE")]
Count = Annotated[int, typer.Option("-k", min=1, max=200, help="最多几条", metavar="N")]
EnterpriseCode = Annotated[str, typer.Option("--enterprise", help="企业的统一社会信用代码", metavar="USCC")]
FilterText = Annotated[
    str | None,
    typer.Option("--filter", help='筛选条件：{"must":[…],"should":[…],"must_not":[…]}', metavar="JSON"),
]

OnlySubIndustry = Annotated[SubIndustry | None, typer.Option("--sub-industry", help="只看一个细分行业的企业")]
OnlyDistrict = Annotated[
    str | None, typer.Option("--district", help="只看一个区的企业（六位区划代码）", metavar="CODE")
]


def day_of(moment: datetime | None) -> date | None:
    """Return the day of an option written by :data:`DAYS`."""
    return moment.date() if moment else None


def end_of(day: datetime | None) -> datetime | None:
    """Return the last moment of a day of Guangzhou."""
    return day and day.replace(hour=23, minute=59, second=59, microsecond=999_999, tzinfo=SHANGHAI)


def check_district(code: str | None) -> None:
    """Refuse a code that no district has.

    Raises
    ------
    recommender.errors.InvalidInput
        With the field.
    """
    if code is not None and code not in {entry.code for entry in load_taxonomy().districts}:
        raise InvalidInput(f"没有代码为 {code} 的区", place={"field": "district"})


def read_filter(text: str | None) -> dict[str, Any]:
    """Read ``--filter``.

    Raises
    ------
    typer.BadParameter
        If it is no JSON object; what it says is checked later.
    """
    if text is None:
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise typer.BadParameter("不是有效的 JSON", param_hint="--filter") from error
    if not isinstance(value, dict):
        raise typer.BadParameter('应为 JSON 对象，如 {"must": []}', param_hint="--filter")
    return value


def read_budget(text: str | None) -> Decimal | None:
    """Read ``--budget``, an amount in yuan.

    Raises
    ------
    typer.BadParameter
        If it is no amount.
    """
    if text is None:
        return None
    try:
        amount = Decimal(text.strip())
    except InvalidOperation as error:
        raise typer.BadParameter(f"“{text}”不是金额，应为元，如 80000", param_hint="--budget") from error
    if not amount.is_finite() or amount < 0:
        raise typer.BadParameter("金额不能为负数", param_hint="--budget")
    return amount


def read_attributes(pairs: list[str]) -> dict[str, Any]:
    """Read ``--set NAME=VALUE``; a value that is JSON is taken as such, any other as text.

    Raises
    ------
    typer.BadParameter
        If a pair has no name or no equals sign.
    """
    told: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not name or not equals:
            raise typer.BadParameter(f"“{pair}”应写成 名称=内容", param_hint="--set")
        try:
            told[name] = json.loads(text)
        except (ValueError, RecursionError):
            told[name] = text
    return told
