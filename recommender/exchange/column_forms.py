"""How one column of each sort is made: its reader, its writer and what the template says about it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from recommender.exchange import cells, lists
from recommender.exchange.columns import CellType, Column
from recommender.exchange.names import Names, chinese


def text_column(header: str, path: str, *aliases: str, **more: Any) -> Column:  # noqa: ANN401 - Column's fields
    """Return a column of plain text."""
    return Column(header, path, cells.text, aliases=aliases, **more)


def id_column(header: str, path: str, *aliases: str, **more: Any) -> Column:  # noqa: ANN401
    """Return a column of record ids."""
    note = more.pop("note", "字母、数字和 . _ : - ，不超过64个字符")
    return Column(header, path, cells.identifier, aliases=aliases, note=note, **more)


def uscc_column(**more: Any) -> Column:  # noqa: ANN401
    """Return the column of the credit code."""
    aliases = (
        "信用代码",
        "社会信用代码",
        "企业信用代码",
        "统一信用代码",
        "企业统一社会信用代码",
        "统一社会信用代码/注册号",
    )
    note = "18位，请保持文本格式，以免末几位被改成0"
    return Column("统一社会信用代码", "uscc", cells.credit_code, aliases=aliases, note=note, width=22, **more)


def code_column(
    header: str,
    path: str,
    known: Names,
    *aliases: str,
    strict: bool = False,
    **more: Any,  # noqa: ANN401
) -> Column:
    """Return a column of one code; ``strict`` where leaving the field empty would mean something else."""
    titles = chinese(known)
    return Column(
        header,
        path,
        more.pop("read", None) or cells.one_of(known, required=strict),
        show=lambda code: titles.get(code, code) if code else "",
        aliases=aliases,
        choices=tuple(titles.values()),
        clearable=not strict,
        **more,
    )


def codes_column(
    header: str, path: str, known: Names, *aliases: str, note: str = "", strict: bool = False
) -> Column:
    """Return a column of several codes; ``strict`` refuses the row where one is in no list."""
    titles = chinese(known)
    read = lists.codes(known, strict=strict)
    show = lists.compact(read, lambda codes: "、".join(titles[code] for code in codes))
    note = f"可填多项，用顿号分隔：{'、'.join(titles.values())}。{note}"
    choices = tuple(titles.values())
    return Column(
        header, path, read, show=show, aliases=aliases, note=note, choices=choices, several=True, width=24
    )


def number_column(header: str, path: str, *aliases: str, note: str = "") -> Column:
    """Return a column of whole numbers."""
    return Column(
        header, path, cells.integer, aliases=aliases, note=note or "整数", width=12, cell=CellType.NUMBER
    )


def money_columns(header: str, path: str, *stems: str) -> tuple[Column, Column]:
    """Return the column in yuan and the one, only read, in 万元."""
    yuan = Column(
        f"{header}(元)",
        path,
        cells.money(),
        aliases=(header, *(spelling for stem in stems for spelling in (f"{stem}(元)", stem))),
        show=lambda amount: "" if amount is None else format(cells.plain_decimal(Decimal(amount)), "f"),
        note="单位：元",
        cell=CellType.MONEY,
    )
    ten_thousand = Column(
        f"{header}(万元)",
        path,
        cells.money(10_000),
        aliases=tuple(f"{stem}(万元)" for stem in stems),
        exported=False,
    )
    return yuan, ten_thousand


def day_column(header: str, path: str, *aliases: str, **more: Any) -> Column:  # noqa: ANN401
    """Return a column of days."""
    return Column(
        header, path, cells.day, aliases=aliases, note="例如 2024-01-05", width=13, cell=CellType.DATE, **more
    )


def yes_no_column(header: str, path: str, *aliases: str, default: bool) -> Column:
    """Return a column of 是 or 否; the default is written as an empty cell."""

    def show(value: object) -> str:
        return "" if value in (None, default) else ("是" if value else "否")

    return Column(header, path, cells.yes_no, show=show, aliases=aliases, choices=("是", "否"), width=10)


def texts_column(header: str, path: str, *aliases: str) -> Column:
    """Return a column of several texts."""
    show = lists.compact(lists.texts, "；".join)
    return Column(
        header, path, lists.texts, show=show, aliases=aliases, note="多条之间用分号或换行隔开", width=40
    )


def entries_column(
    header: str, path: str, read: cells.ReadCell, short: Callable[[Any], str], note: str, *aliases: str
) -> Column:
    """Return a column of a list of objects."""

    def one_a_line(entries: list[dict[str, Any]]) -> str:
        return "\n".join(short(entry) for entry in entries)

    return Column(
        header, path, read, show=lists.compact(read, one_a_line), aliases=aliases, note=note, width=36
    )


def mark_columns() -> tuple[Column, Column]:
    """Return the two columns that say whether a record is made up."""
    return (
        yes_no_column("是否合成样本", "synthetic", "合成数据", default=False),
        text_column("标记", "mark", width=12),
    )
