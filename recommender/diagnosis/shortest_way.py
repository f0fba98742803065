"""The fewest steps that close a gap: which scenarios to raise, which options to reach."""

from decimal import Decimal

from recommender.diagnosis.gap import Gap, PointOpening, ScenarioBelow
from recommender.diagnosis.value import Value


class ShortestWay(Value):
    """One of the ways with the fewest steps; fewest steps are not always the least money.

    Attributes
    ----------
    scenarios : tuple of ScenarioBelow
        To be raised to the target level: as many required ones as are missing, then the nearest to it.
    openings : tuple of PointOpening
        To be reached; of alternatives (``one_of``) never two.
    """

    scenarios: tuple[ScenarioBelow, ...]
    openings: tuple[PointOpening, ...]


def shortest_way(gap: Gap) -> ShortestWay:
    """Return a way through a gap with openings; empty for a closed one."""
    return ShortestWay(scenarios=_scenarios(gap), openings=_openings(gap))


def _scenarios(gap: Gap) -> tuple[ScenarioBelow, ...]:
    # ``scenarios_below`` has the required ones first, each kind with the nearest first.
    required = [one for one in gap.scenarios_below if one.required][: gap.required_short]
    others = sorted((one for one in gap.scenarios_below if one not in required), key=lambda one: -one.grade)
    return (*required, *others[: gap.scenarios_to_raise - len(required)])


def _openings(gap: Gap) -> tuple[PointOpening, ...]:
    left = gap.points_short
    possible = list(gap.openings)
    taken: list[PointOpening] = []
    while left > 0 and possible:
        enough = [one for one in possible if one.adds >= left]
        # The last step need not be larger than what is left.
        step = min(enough, key=lambda one: one.adds) if enough else max(possible, key=lambda one: one.adds)
        taken.append(step)
        left = max(left - step.adds, Decimal(0))
        possible = [
            one for one in possible if one is not step and not (one.one_of and one.item_id == step.item_id)
        ]
    return tuple(taken)
