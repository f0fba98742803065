"""How a partner's earlier projects ended, shrunk where there are few."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from recommender.domain.taxonomy import SubIndustry

#: So many decided projects count as much as what is known of all partners together.
PRIOR_PROJECTS = 10.0


@dataclass(frozen=True, slots=True)
class Ended:
    """Decided projects: how many, and how many of them were accepted."""

    accepted: int = 0
    decided: int = 0

    def __add__(self, other: "Ended") -> "Ended":
        """Add up two counts."""
        return Ended(self.accepted + other.accepted, self.decided + other.decided)


def _sum(counts: Iterable[Ended]) -> Ended:
    return sum(counts, Ended())


@dataclass(frozen=True, slots=True)
class TrackRecord:
    """Decided projects of every partner by the sub-industry of the enterprise.

    Attributes
    ----------
    ended : mapping of str to mapping of SubIndustry or None to Ended
        By partner id; None for enterprises outside the six sub-industries.
    """

    ended: Mapping[str, Mapping[SubIndustry | None, Ended]] = field(default_factory=dict)

    def of(self, partner: str) -> Ended:
        """Return all decided projects of a partner."""
        return _sum(self.ended.get(partner, {}).values())

    def rate(self, partner: str, sub_industry: SubIndustry | None) -> float | None:
        """Return the share of projects that were accepted, None while no project of anyone was decided.

        Notes
        -----
        Shrunk in two steps (empirical Bayes with a fixed weight): the partner's own rate towards that of all
        partners, its rate in the sub-industry towards its own. One lucky project is no record.
        """
        everyone = _sum(count for own in self.ended.values() for count in own.values())
        if not everyone.decided:
            return None
        own = _shrunk(self.of(partner), everyone.accepted / everyone.decided)
        here = self.ended.get(partner, {}).get(sub_industry) if sub_industry is not None else None
        return _shrunk(here, own) if here else own


def _shrunk(count: Ended, towards: float) -> float:
    return (count.accepted + PRIOR_PROJECTS * towards) / (count.decided + PRIOR_PROJECTS)
