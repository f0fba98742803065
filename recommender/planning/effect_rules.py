"""The rules by which effects on the instrument are inferred, from ``data/planning/effects.json``."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from recommender.domain.taxonomy import Scenario
from recommender.settings import data_dir

_Confidence = Annotated[float, Field(ge=0, le=1)]


class _Configured(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Configured):
    """A number with what it rests on."""

    value: float = Field(ge=0)
    rests_on: str


class BaseChances(_Configured):
    """Expert chances before there are outcomes.

    Attributes
    ----------
    prior_strength : Estimate
        How many observations an expert chance is worth in calibration.
    """

    declared: Estimate
    measure: Estimate
    prior_strength: Estimate


class Confirmation(_Configured):
    """When acceptances confirm the level of an effect."""

    least_acceptances: Annotated[int, Field(ge=1)]
    least_share: Annotated[float, Field(gt=0, le=1)]
    rests_on: str


class SystemRule(_Configured):
    """From which scenario level a product counts as an information system in that link."""

    code: str
    least_level: int
    confidence: _Confidence
    rests_on: str


class SystemThresholds(_Configured):
    """Links with an information system that each letter of the item asks for."""

    item: str
    least_links: dict[str, int]
    rests_on: str


class CollectionRule(_Configured):
    """From which scenario level a product counts as automatic data collection in that link."""

    code: str
    item: str
    least_level: int
    confidence: _Confidence
    confidence_by_scenario: dict[Scenario, _Confidence] = Field(default_factory=dict)
    rests_on: str

    def confidence_in(self, scenario: str) -> float:
        """Confidence for one link."""
        return self.confidence_by_scenario.get(Scenario(scenario), self.confidence)


class OptionRule(_Configured):
    """An option that any product earns."""

    code: str
    item: str
    letter: str
    confidence: _Confidence
    rests_on: str


class TextRule(OptionRule):
    """An option that a product earns whose page has one of the terms."""

    terms: tuple[str, ...]


class ValueWeights(_Configured):
    """Worth of one scenario step, and of one own need fully matched, beside points; for most value."""

    required_step: Decimal
    guiding_step: Decimal
    need: Decimal
    rests_on: str


class EffectRules(_Configured):
    """All rules of one version."""

    version: str
    note: str
    min_confidence: _Confidence
    chances: BaseChances
    confirmation: Confirmation
    system_rule: SystemRule
    system_thresholds: SystemThresholds
    collection_rule: CollectionRule
    any_product: tuple[OptionRule, ...] = ()
    text_rules: tuple[TextRule, ...] = ()
    value: ValueWeights


class MeasureOption(_Configured):
    """An option that a measure earns."""

    item: str
    letter: str


class Measure(_Configured):
    """Something an enterprise does itself; cost and days are estimates (估算)."""

    id: str
    name: str
    text: str
    cost_yuan: Annotated[Decimal, Field(ge=0, decimal_places=2)]
    days: Annotated[int, Field(ge=0)]
    earns: tuple[MeasureOption, ...]

    @property
    def cost_fen(self) -> int:
        """Estimated cost in fen."""
        return int(self.cost_yuan * 100)


class _MeasureFile(_Configured):
    version: str
    note: str
    measures: tuple[Measure, ...]


@lru_cache(maxsize=1)
def load_effect_rules() -> EffectRules:
    """Read the shipped rules once."""
    return EffectRules.model_validate_json((data_dir() / "planning" / "effects.json").read_bytes())


@lru_cache(maxsize=1)
def load_measures() -> Mapping[str, Measure]:
    """Read the shipped measures once, by id."""
    file = _MeasureFile.model_validate_json((data_dir() / "planning" / "measures.json").read_bytes())
    return {measure.id: measure for measure in file.measures}
