"""What an item does to the gap between the present level and the target."""

from collections.abc import Iterable

from recommender.diagnosis.gap import Gap
from recommender.domain.solution import Provenance, ScenarioEffect
from recommender.domain.taxonomy import Scenario
from recommender.ranking.answer import Closing, GapEffect


def gap_effect(effects: Iterable[ScenarioEffect], gap: Gap) -> GapEffect:
    """Count the scenarios that reach the target level through an item.

    Parameters
    ----------
    effects : iterable of ScenarioEffect
        What the item raises, at most one entry a scenario.
    gap : Gap
        What the enterprise lacks to the target level.
    """
    raised = {effect.scenario: effect for effect in effects if effect.level >= gap.target_level}
    closes = tuple(
        Closing(
            scenario=below.id,
            name=below.name,
            present=below.grade,
            raised_to=raised[Scenario(below.id)].level,
            required=below.required,
            provenance=raised[Scenario(below.id)].provenance,
        )
        for below in gap.scenarios_below
        if Scenario(below.id) in raised
    )
    required = sum(closing.required for closing in closes)
    return GapEffect(
        target_level=gap.target_level,
        scenarios_short_before=gap.scenarios_short,
        scenarios_short_after=max(0, gap.scenarios_short - len(closes)),
        required_short_before=gap.required_short,
        required_short_after=max(0, gap.required_short - required),
        closes=closes,
    )


def gap_value(effect: GapEffect, effects: Iterable[ScenarioEffect], gap: Gap) -> float:
    """Worth of an item for the gap, 0–1.

    The share of the scenarios still to be raised that the item raises, bent upwards
    (``1 - (1 - share)**2``): the first step counts more than the last, or bundles of everything would always
    lead. An inferred effect counts by its confidence. Where no scenario is short, or none is closed, raising
    anything towards the target counts a little.
    """
    before = max(effect.scenarios_short_before, effect.required_short_before)
    after = max(effect.scenarios_short_after, effect.required_short_after)
    held = list(effects)
    confidence = _mean_confidence(held, effect)
    if before and after < before:
        share = (before - after) / before * confidence
        return 1.0 - (1.0 - share) ** 2
    grades = {below.id: below.grade for below in gap.scenarios_below}
    moved = sum(e.level > grades[e.scenario] for e in held if e.scenario in grades)
    return min(0.2, 0.05 * moved)


def _mean_confidence(effects: list[ScenarioEffect], effect: GapEffect) -> float:
    closed = {closing.scenario for closing in effect.closes}
    values = [
        e.confidence if e.provenance is Provenance.INFERRED else 1.0 for e in effects if e.scenario in closed
    ]
    return sum(values) / len(values) if values else 1.0
