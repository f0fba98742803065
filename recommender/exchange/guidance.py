"""What a template says about its columns, from ``data/forms/templates.json``."""

from collections.abc import Mapping
from functools import lru_cache

from pydantic import BaseModel, ConfigDict

from recommender.exchange.columns import CellType, Column
from recommender.exchange.declared import columns_of
from recommender.exchange.kinds import Kind
from recommender.exchange.rows import Row
from recommender.settings import data_dir

#: Begins the key of the row that shows how to fill in; no record has such a key.
EXAMPLE_MARK = "示例"
_FORMS = {
    CellType.TEXT: "文字",
    CellType.NUMBER: "整数",
    CellType.MONEY: "金额，单位元，最多两位小数",
    CellType.DATE: "日期",
}


class Guidance(BaseModel):
    """An example of a column, empty where none is shown, and why the column is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    example: str
    why: str


class TemplateWords(BaseModel):
    """The words of all templates.

    Attributes
    ----------
    version : str
        Of the forms, shown on every template.
    send_to : str
        Where a filled form goes.
    kinds : dict
        By kind, then by field path; a path of a group, such as ``answers``, speaks for all its columns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    note: str
    send_to: str
    common: Mapping[str, Guidance]
    kinds: Mapping[Kind, Mapping[str, Guidance]]

    def of(self, kind: Kind, path: str) -> Guidance:
        """Return the words on a column."""
        known = {**self.common, **self.kinds[kind]}
        return known.get(path) or known[path.partition(".")[0]]


@lru_cache(maxsize=1)
def template_words() -> TemplateWords:
    """Read the words once."""
    text = (data_dir() / "forms" / "templates.json").read_text(encoding="utf-8")
    return TemplateWords.model_validate_json(text)


def comment_on(kind: Kind, column: Column) -> str:
    """Return the comment of a header: needed or not, what it is, its options, an example, why it is asked."""
    words = template_words().of(kind, column.path)
    lines = [
        "必填" if column.required else "选填",
        f"填什么：{column.note.rstrip('。') or _FORMS[column.cell]}",
    ]
    if column.choices and column.note.find(column.choices[0]) < 0:
        lines.append(f"可选：{'、'.join(column.choices)}")
    if words.example:
        lines.append(f"例如：{words.example}")
    lines.append(f"用途：{words.why}")
    return "\n".join(lines)


def example_row(kind: Kind) -> tuple[str, ...]:
    """Return the row that shows how to fill in a template, in the order of its columns."""
    columns = columns_of(kind).exported(with_contact=True)
    texts = [template_words().of(kind, column.path).example for column in columns]
    keyed = next(index for index, column in enumerate(columns) if column.path == kind.key_field)
    texts[keyed] = f"{EXAMPLE_MARK} {texts[keyed]}"
    return tuple(texts)


def is_untouched_example(kind: Kind, row: Row) -> bool:
    """Whether a row of examples still stands as the template has it."""
    columns = columns_of(kind).exported(with_contact=True)
    shown = {column.header: text for column, text in zip(columns, example_row(kind), strict=True)}
    cells = {header: "" if cell is None else cell for header, cell in row.values.items()}
    return all(
        _same(columns_of(kind).find(header), cell, shown.get(header, "")) for header, cell in cells.items()
    )


def _same(column: Column | None, cell: object, text: str) -> bool:
    if cell == text or column is None or not cell or not text:
        return cell == text
    return bool(column.read(cell).value == column.read(text).value)
