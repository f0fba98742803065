"""Three-way merge of a record: what it was when exported, what the store holds now, what the file says."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from recommender.exchange.columns import Column

Side = Literal["stored", "file"]
#: Says which side of a conflict holds, None while nobody has decided.
Resolve = Callable[["Conflict"], Side | None]


class Conflict(BaseModel):
    """A field that both sides changed differently.

    Attributes
    ----------
    row : int
        Of the file.
    key : str
        Of the record.
    field : str
        Field path; ``title`` is its Chinese header.
    base : str, optional
        What it was when exported; None where the file does not vouch for it.
    stored, file : str
        What the store holds and what the file says, as cells show it; empty for an empty cell.
    """

    model_config = ConfigDict(frozen=True)

    row: int
    key: str
    field: str
    title: str
    base: str | None
    stored: str
    file: str


class Sides(NamedTuple):
    """The three documents of a record; ``base`` is None where it is not known."""

    base: dict[str, Any] | None
    stored: dict[str, Any]
    file: dict[str, Any]


def value_at(document: dict[str, Any], path: str) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value at a field path, None if there is none."""
    value: Any = document
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def put_at(document: dict[str, Any], path: str, value: object) -> None:
    """Set the value at a field path; None takes the field out, and its object when nothing is left of it."""
    first, _, inner = path.partition(".")
    if not inner:
        document[first] = value
        if value is None:
            del document[first]
        return
    group = dict(document.get(first) or {})
    group[inner] = value
    kept = {name: each for name, each in group.items() if each is not None}
    document[first] = kept
    if not kept:
        del document[first]


def merge(
    columns: Sequence[Column], sides: Sides, row: int, key: str, resolve: Resolve
) -> tuple[dict[str, Any], list[Conflict]]:
    """Return the merged document and the conflicts that nobody has decided.

    What only one side changed is taken from it. Where the base is not known, whatever the file says otherwise
    than the store is a conflict, unless the store says nothing at all.
    """
    merged = dict(sides.stored)
    open_conflicts: list[Conflict] = []
    for column in columns:
        stored, said = (column.show(value_at(side, column.path)) for side in (sides.stored, sides.file))
        if said == stored:
            continue
        base = None if sides.base is None else column.show(value_at(sides.base, column.path))
        taken: Side | None
        if base is None:
            taken = None if stored else "file"
        else:
            taken = "stored" if said == base else "file" if stored == base else None
        if taken is None:
            conflict = Conflict(
                row=row,
                key=key,
                field=column.path,
                title=column.header,
                base=base,
                stored=stored,
                file=said,
            )
            taken = resolve(conflict)
            if taken is None:
                open_conflicts.append(conflict)
        if taken == "file":
            put_at(merged, column.path, value_at(sides.file, column.path))
    return merged, open_conflicts
