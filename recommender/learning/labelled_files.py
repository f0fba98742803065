"""Files to evaluate on: solutions and needs, demands and grades, read strictly and named by line.

An import may skip a bad row and say so; a figure over the rows that happened to be readable would be a figure
of something else, so here one bad row stops the evaluation.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from recommender.domain import Solution
from recommender.domain.validation_text import explain, summary
from recommender.errors import InvalidInput
from recommender.exchange.faults import MissingColumns
from recommender.exchange.readers import read_rows
from recommender.exchange.rows import BadRow

Model = TypeVar("Model", bound=BaseModel)
_Id = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100_000)]


class UnusableRow(InvalidInput):
    """A row of an evaluation file that cannot be read; the evaluation stops there."""

    code = "unusable_row"
    title = "评估文件中有无法使用的行"


class RepeatedRow(InvalidInput):
    """The same id stands twice, so that a row would count twice."""

    code = "repeated_row"
    title = "评估文件中有重复的行"


class LabelledNeed(BaseModel):
    """A need with the solution that answers it.

    Only these fields are taken from the file: a heading of the right page, such as ``scenario_title``, is as
    good as the answer and must not reach the ranking.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: _Id
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
    solution_id: _Id | None = None


class Demand(BaseModel):
    """A technology demand; its text may be empty."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    demand_id: _Id
    title: _Text = ""
    text: _Text = ""


class GradedSupply(BaseModel):
    """A supply that staff graded 1–4 for a demand; its title is cut into words."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    demand_id: _Id
    supply_id: _Id
    supply_title: _Text
    grade: Annotated[int, Field(ge=1, le=4)]


def read_solutions(path: Path) -> list[Solution]:
    """Read solutions by the field names of the record; what the record does not know is not read."""
    known = frozenset(Solution.model_fields) | {"title"}
    rows = (
        (number, {key: v for key, v in row.items() if key in known}) for number, row in _rows(path, ("id",))
    )
    return _records(path, rows, Solution, ("id",))


def read_needs(path: Path) -> list[LabelledNeed]:
    """Read needs; ``solution_id`` may be empty where it is not known."""
    return _records(path, _rows(path, ("id", "text", "solution_id")), LabelledNeed, ("id",))


def read_demands(path: Path) -> list[Demand]:
    """Read demands: ``demand_id, title, text``."""
    return _records(path, _rows(path, ("demand_id", "title")), Demand, ("demand_id",))


def read_grades(path: Path) -> list[GradedSupply]:
    """Read grades: ``demand_id, supply_id, supply_title, grade``."""
    columns = ("demand_id", "supply_id", "supply_title", "grade")
    return _records(path, _rows(path, columns), GradedSupply, ("demand_id", "supply_id"))


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, Any]]]:
    opened = read_rows(path, is_known=lambda header: header.strip() in needed)
    if opened.columns is not None and (lacking := [name for name in needed if name not in opened.columns]):
        raise MissingColumns(
            f"文件“{opened.name}”缺少列：{'、'.join(lacking)}",
            place={"file": opened.name, "column": lacking[0]},
        )
    for row in opened.rows:
        if isinstance(row, BadRow):
            place: dict[str, Any] = {"file": opened.name, "row": row.number}
            if row.column:
                place["column"] = row.column
            raise UnusableRow(f"文件“{opened.name}”第{row.number}行：{row.detail}", place=place)
        # A blank cell says nothing; the record's own default or "must be filled in" applies.
        yield row.number, {key: value for key, value in row.values.items() if value is not None}


def _records(
    path: Path, rows: Iterator[tuple[int, Mapping[str, Any]]], model: type[Model], key: tuple[str, ...]
) -> list[Model]:
    records: list[Model] = []
    first: dict[tuple[str, ...], int] = {}
    for number, values in rows:
        try:
            record = model.model_validate(values)
        except ValidationError as error:
            problems = explain(error)
            raise UnusableRow(
                f"文件“{path.name}”第{number}行：{summary(problems)}",
                place={"file": path.name, "row": number, "column": problems[0].field},
            ) from error
        identity = tuple(getattr(record, name) for name in key)
        if identity in first:
            raise RepeatedRow(
                f"文件“{path.name}”第{number}行与第{first[identity]}行编号相同（{'、'.join(identity)}）",
                place={"file": path.name, "row": number, "column": key[-1]},
            )
        first[identity] = number
        records.append(record)
    return records
