"""Which records an export takes: conditions such as ``所属区=番禺区``, in the words of the files."""

from collections.abc import Iterable
from typing import Any

from recommender.errors import InvalidInput
from recommender.exchange.declared import columns_of
from recommender.exchange.kinds import Kind


class UnknownCondition(InvalidInput):
    """A condition that names no column, or a value that the column does not know."""

    code = "unknown_condition"
    title = "筛选条件有误"


def read_conditions(kind: Kind, texts: Iterable[str]) -> dict[str, Any]:
    """Return the filters of the repository from conditions written ``列=值``.

    Raises
    ------
    UnknownCondition
    """
    return dict(_read(kind, text) for text in texts)


def _read(kind: Kind, text: str) -> tuple[str, Any]:
    header, sign, typed = text.partition("=")
    column = columns_of(kind).find(header.strip())
    reading = column.read(typed.strip()) if column and sign and typed.strip() else None
    if column is None or reading is None or reading.value is None:
        why = reading.problems[0].detail if reading and reading.problems else "应写成 列=值"
        raise UnknownCondition(f"“{text}”：{why}", place={"field": "where"})
    return column.path, reading.value


def selection_name(texts: Iterable[str]) -> str:
    """Return what the sheet about a workbook says of the conditions."""
    return "；".join(texts) or "全部"
