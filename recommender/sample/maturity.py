"""Answers and scenario grades that hang together: both follow from one latent maturity.

The cuts below were tuned so that about 22 % of the firms have no level and 26, 28, 16 and 8 % the levels
1 to 4; a test holds them there.
"""

from typing import NamedTuple

from recommender.diagnosis import Instrument, Item
from recommender.domain.taxonomy import Scenario
from recommender.sample.draw import Draw

#: Latent value from which a scenario is usually at grade 1, 2, 3, 4.
_GRADE_CUTS = (-0.8, -0.02, 0.7, 1.15)
#: How much easier (+) or harder (−) a scenario is to get right than the average one.
_EASE = {
    Scenario.FINANCE: 0.45,
    Scenario.COLLABORATION: 0.25,
    Scenario.WAREHOUSE_LOGISTICS: 0.2,
    Scenario.PROCUREMENT: 0.15,
    Scenario.PRODUCT_DESIGN: 0.15,
    Scenario.MARKETING: 0.05,
    Scenario.PRODUCTION_CONTROL: 0.05,
    Scenario.QUALITY: 0.05,
    Scenario.HUMAN_RESOURCES: 0.05,
    Scenario.PROCESS_DESIGN: -0.1,
    Scenario.PLANNING_SCHEDULING: -0.1,
    Scenario.EQUIPMENT: -0.15,
    Scenario.AFTER_SALES: -0.2,
    Scenario.SAFETY: -0.2,
    Scenario.ENERGY: -0.35,
    Scenario.DECISION_SUPPORT: -0.4,
}
#: Share of an item's points at latent 0, and how much one latent unit adds.
_MIDDLE, _SLOPE = 0.445, 0.305
#: Results depend on more than software: energy, quality and revenue follow the maturity loosely.
_OUTCOME_NOISE, _NOISE = 0.24, 0.11


class Content(NamedTuple):
    """What one diagnosis says."""

    answers: dict[str, tuple[str, ...]]
    scenarios: dict[Scenario, int]


def draw_content(latent: float, instrument: Instrument, draw: Draw) -> Content:
    """Draw answers and grades of a firm.

    Parameters
    ----------
    latent : float
        Maturity, standard normal over all firms.
    """
    grades: dict[Scenario, int] = {}
    for group in instrument.scenario_groups:
        shift = draw.normal(0, 0.3)  # firms are strong or weak in whole groups
        for scenario in group.scenarios:
            code = Scenario(scenario.id)
            standing = latent + shift + _EASE[code] + draw.normal(0, 0.4)
            grades[code] = sum(standing >= cut for cut in _GRADE_CUTS)
    answers: dict[str, tuple[str, ...]] = {}
    for dimension in instrument.dimensions:
        outcome = dimension.id == "digital_outcome"
        shift = draw.normal(0, 0.04)
        for item in (item for indicator in dimension.indicators for item in indicator.items):
            noise = draw.normal(0, _OUTCOME_NOISE if outcome else _NOISE)
            share = _MIDDLE + _SLOPE * latent + shift + noise
            answers[item.id] = _answer(item, share, grades, draw)
    return Content(answers, grades)


def _answer(item: Item, share: float, grades: dict[Scenario, int], draw: Draw) -> tuple[str, ...]:
    if item.id == "funding":
        # The bands start at a tenth of the revenue, which few firms spend.
        return ("B",) if draw.chance(max(0.0, share - 0.55) / 2) else ("A",)
    letters = [option.letter for option in item.options]
    if item.kind == "single":
        return (letters[round(min(max(share, 0.0), 1.0) * (len(letters) - 1))],)
    held = [
        option.letter
        for rank, option in enumerate(item.options[1:])
        if draw.chance(_held(share, rank, len(letters) - 1, option.scenario, grades))
    ]
    return tuple(held) or (item.exclusive or letters[0],)


def _held(share: float, rank: int, count: int, scenario: str | None, grades: dict[Scenario, int]) -> float:
    """Probability that an option of a multi item is ticked: early options are the easy ones."""
    if scenario is not None:
        return (0.04, 0.4, 0.85, 0.97, 1.0)[grades[Scenario(scenario)]]
    return min(max(0.5 + 2.2 * (share - (rank + 0.5) / count), 0.0), 1.0)


def leave_out(content: Content, draw: Draw) -> Content:
    """Return the content with a few questions unanswered, as people leave them."""
    skipped = set(draw.some(list(content.answers), draw.between(1, 3)))
    ungraded = set(draw.some(list(content.scenarios), draw.between(0, 2)))
    return Content(
        {item: letters for item, letters in content.answers.items() if item not in skipped},
        {code: grade for code, grade in content.scenarios.items() if code not in ungraded},
    )
