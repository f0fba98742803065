"""How cases, products and districts are chosen, as data (``data/outcomes/selection.json``)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field

from recommender.diagnosis.value import Value
from recommender.outcomes.targets import OutcomeKind
from recommender.settings import data_dir

Measure = Literal["level_gain", "acceptance", "satisfaction", "replicability"]
Group = Literal["vendor", "lead_unit", "district"]
MEASURE_NAMES: dict[Measure, str] = {
    "level_gain": "等级提升（级）",
    "acceptance": "验收通过率",
    "satisfaction": "满意度（1–5 分）",
    "replicability": "可复制性",
}
GROUP_NAMES: dict[Group, str] = {"vendor": "服务商", "lead_unit": "牵引单位", "district": "区"}


class KindRules(Value):
    """The rules of one kind.

    Attributes
    ----------
    least_accepted : int
        Accepted projects that a candidate needs; each reaches ``least_level``.
    weights : dict
        Of each measure in the score.
    at_most : dict
        How many of one vendor, lead unit or district.
    documents : tuple of str
        What its files should be about.
    """

    kind: OutcomeKind
    title: str
    goal: Annotated[int, Field(ge=1)]
    least_accepted: Annotated[int, Field(ge=1)]
    least_level: Annotated[int, Field(ge=0, le=4)]
    weights: Mapping[Measure, Annotated[float, Field(ge=0)]]
    at_most: Mapping[Group, Annotated[int, Field(ge=1)]]
    all_sub_industries: bool
    documents: tuple[str, ...]


class SelectionRules(Value):
    """The whole declaration.

    Attributes
    ----------
    shrinkage : float
        How many projects at the overall mean are added to what a candidate shows.
    half_replicability : float
        Repetitions that are worth half of the most.
    """

    version: str
    title: str
    note: str
    shrinkage: Annotated[float, Field(gt=0)]
    half_replicability: Annotated[float, Field(gt=0)]
    kinds: tuple[KindRules, ...]

    def of(self, kind: OutcomeKind) -> KindRules:
        """Return the rules of a kind."""
        return next(one for one in self.kinds if one.kind == kind)


@lru_cache(maxsize=1)
def load_selection() -> SelectionRules:
    """Read the declaration once."""
    file = data_dir() / "outcomes" / "selection.json"
    return SelectionRules.model_validate_json(file.read_text(encoding="utf-8"))
