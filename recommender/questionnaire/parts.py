"""The questionnaire's parts: basics, a part for each dimension, a part for each group of scenarios."""

from typing import NamedTuple

from recommender.diagnosis.instrument import Instrument, Item, Scenario

BASICS = "basics"


class Part(NamedTuple):
    """One page of questions; ``basics`` has neither items nor scenarios."""

    code: str
    name: str
    items: tuple[Item, ...] = ()
    scenarios: tuple[Scenario, ...] = ()


def parts_of(instrument: Instrument) -> tuple[Part, ...]:
    """Return the parts in the order in which they are asked."""
    dimensions = [
        Part(one.id, one.name, items=tuple(item for group in one.indicators for item in group.items))
        for one in instrument.dimensions
    ]
    groups = [Part(one.id, one.name, scenarios=one.scenarios) for one in instrument.scenario_groups]
    return (Part(BASICS, "企业基本情况"), *dimensions, *groups)
