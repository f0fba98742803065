"""What the city decided of products and partners, as a ranking takes it: a fixed offset and a sentence.

A decision is no feature: nothing is to be learned about whether it counts. It is added to the score after the
features, logged beside them, and told as a reason or a warning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from recommender.domain import Solution
from recommender.ranking.answer import Reason
from recommender.ranking.priors import Scored

#: Name of the offset among the contributions and the logged features.
OFFICIAL = "official"


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision in force.

    Attributes
    ----------
    offset : float
        Added to the score (0–1).
    text : str
        What a reader is told, in Chinese.
    """

    offset: float
    text: str


@dataclass(frozen=True, slots=True)
class OfficialStanding:
    """Decisions in force, by id; nothing decided changes nothing."""

    solutions: Mapping[str, Decided] = field(default_factory=dict)
    vendors: Mapping[str, Decided] = field(default_factory=dict)
    lead_units: Mapping[str, Decided] = field(default_factory=dict)

    def of_solution(self, solution: Solution) -> tuple[Decided, ...]:
        """Return the decisions on a product and on its provider."""
        provider = solution.provider.id if solution.provider else None
        found = (self.solutions.get(solution.id), self.vendors.get(provider or ""))
        return tuple(one for one in found if one is not None)

    def of_unit(self, unit: str) -> tuple[Decided, ...]:
        """Return the decision on a lead unit."""
        found = self.lead_units.get(unit)
        return () if found is None else (found,)


def with_offset(scored: Scored, decided: tuple[Decided, ...]) -> Scored:
    """Return a score with the offsets of decisions, kept within 0–1; contributions still add up to it."""
    if not decided:
        return scored
    score = min(1.0, max(0.0, scored.score + sum(one.offset for one in decided)))
    return Scored(score=score, contributions={**scored.contributions, OFFICIAL: score - scored.score})


def official_reasons(scored: Scored, decided: tuple[Decided, ...]) -> tuple[Reason, ...]:
    """Return what is said for an item because of decisions in its favour."""
    told = "；".join(one.text for one in decided if one.offset > 0)
    if not told:
        return ()
    return (Reason(code=OFFICIAL, text=told, contribution=round(scored.contributions[OFFICIAL], 4)),)


def official_warnings(decided: tuple[Decided, ...]) -> tuple[str, ...]:
    """Return what is said against an item because of decisions."""
    return tuple(one.text for one in decided if one.offset < 0)
