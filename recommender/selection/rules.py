"""What a selection goes by, as data (``data/selection/rules.json``)."""

from functools import lru_cache
from typing import Annotated

from pydantic import Field

from recommender.diagnosis.value import Points, Value
from recommender.settings import data_dir

_Count = Annotated[int, Field(ge=0)]


class Named(Value):
    """An entry of a code list."""

    code: str
    name: str


class FormRules(Value):
    """What an application must hold.

    Attributes
    ----------
    least_ecosystem : int
        Ecosystem firms, the N of 1+1+N.
    least_capacity : int
        Enterprises that the unit must be able to serve.
    least_served : int
        Small enterprises served so far below which the reviewers are told.
    """

    least_ecosystem: _Count
    least_capacity: _Count
    least_served: _Count
    commitments: tuple[Named, ...]


class SheetItem(Named):
    """One line of the score sheet; ``evidence`` is what it is judged by."""

    points: Points
    evidence: str


class SheetDimension(Named):
    """Items of the score sheet that belong together."""

    items: tuple[SheetItem, ...]


class ExpertRules(Value):
    """How sheets become a score.

    Attributes
    ----------
    least : int
        Sheets without which an application has no score.
    drop_from, drop_each_end : int
        From so many sheets on, so many of the highest and of the lowest totals do not count.
    """

    least: Annotated[int, Field(ge=1)]
    drop_from: Annotated[int, Field(ge=1)]
    drop_each_end: _Count


class SelectionRules(Value):
    """The whole declaration.

    Attributes
    ----------
    places : int
        Most lead units of one sub-industry.
    pass_score : Decimal
        Nobody below it is selected.
    appeal_days, appeal_decision_days : int
        Calendar days to appeal after a decision, and to decide an appeal.
    """

    version: str
    title: str
    note: str
    places: Annotated[int, Field(ge=1)]
    integrator_kinds: tuple[Named, ...]
    form: FormRules
    sheet: tuple[SheetDimension, ...]
    experts: ExpertRules
    pass_score: Points
    appeal_days: Annotated[int, Field(ge=1)]
    appeal_decision_days: Annotated[int, Field(ge=1)]

    @property
    def items(self) -> dict[str, SheetItem]:
        """Items of the score sheet by code, in its order."""
        return {item.code: item for dimension in self.sheet for item in dimension.items}


@lru_cache(maxsize=1)
def load_selection_rules() -> SelectionRules:
    """Read the declaration once."""
    file = data_dir() / "selection" / "rules.json"
    return SelectionRules.model_validate_json(file.read_text(encoding="utf-8"))
